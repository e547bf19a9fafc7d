//! `GET` and `POST` the UserInfo endpoint (OpenID Connect Core §5.3).

use super::read::Read;
use crate::{House, answer};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderValue, WWW_AUTHENTICATE};
use http::{Method, StatusCode};
use serde_json::json;
use std::sync::Arc;
use tollgate_issuer::userinfo::{self, Answer, NoInfo};
use tollgate_protocol::dialect::Dialect;
use tollgate_protocol::parameters::Parameters;

/// Why there is no answer.
enum No {
    /// Neither `GET` nor `POST`.
    Method,
    /// A request that is none: a token in the query, or several (RFC 6750 §2).
    Malformed(&'static str),
    /// A token that will not do.
    Token(NoInfo),
}

/// Answers what the person lets the client know.
pub async fn handle(State(house): State<Arc<House>>, request: Request) -> Response {
    let desk = &house.desk;
    let read = Read::of(request, house.patience).await;
    let (now, id) = (desk.now(), house.ids.next());
    let response = match token(&read) {
        Err(no) => refused(&no),
        Ok(token) => match userinfo::answer(desk, &token, now).await {
            Ok(Ok(Answer::Plain(claims))) => answer::json(Dialect::Rfc, StatusCode::OK, &claims),
            Ok(Ok(Answer::Signed(token))) => signed(token),
            Ok(Err(no)) => refused(&No::Token(no)),
            Err(fault) => answer::fault(&fault, &id),
        },
    };
    answer::named(response, &id)
}

/// The access token: of the `Authorization` header or of a form, and of nowhere else (RFC 6750 §2; OC3).
fn token(read: &Read) -> Result<String, No> {
    if !matches!(read.method, Method::GET | Method::HEAD | Method::POST) {
        return Err(No::Method);
    }
    let query = Parameters::of_form(read.query.as_deref().unwrap_or_default().as_bytes());
    // What is unreadable may hold one as well.
    if query.map_or(true, |query| query.get("access_token").is_some()) {
        return Err(No::Malformed("The access token must not be sent in the query string."));
    }
    let form = read
        .form()
        .map_err(|_| No::Malformed("The body is not the form that its Content-Type says."))?;
    let header = read
        .bearer()
        .map_err(|_| No::Malformed("The header 'Authorization' is given more than once."))?;
    match (header, form.as_ref().and_then(|form| form.get("access_token"))) {
        (Some(_), Some(_)) => Err(No::Malformed("The access token must be sent in one way.")),
        (Some(token), None) | (None, Some(token)) => Ok(token.to_owned()),
        (None, None) => Err(No::Token(NoInfo::Missing)),
    }
}

/// Claims that were signed (OpenID Connect Core §5.3.2).
fn signed(token: String) -> Response {
    let mut response = Response::new(Body::from(token));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/jwt"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// As RFC 6750 §3 has it.
fn refused(no: &No) -> Response {
    let (status, error, description) = match no {
        No::Method => {
            let mut response = answer::kept_by_nobody(StatusCode::METHOD_NOT_ALLOWED);
            let allow = HeaderValue::from_static("GET, POST");
            response.headers_mut().insert(ALLOW, allow);
            return response;
        }
        // RFC 6750 §3.1: who brought nothing is told what to bring, and of no error.
        No::Token(NoInfo::Missing) => {
            let mut response = answer::kept_by_nobody(StatusCode::UNAUTHORIZED);
            let challenge = HeaderValue::from_static("Bearer realm=\"userinfo\"");
            response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
            return response;
        }
        No::Malformed(why) => (StatusCode::BAD_REQUEST, "invalid_request", *why),
        No::Token(NoInfo::Invalid) => (
            StatusCode::UNAUTHORIZED,
            "invalid_token",
            "The access token is not valid, or no longer.",
        ),
        No::Token(NoInfo::NoScope) => (
            StatusCode::FORBIDDEN,
            "insufficient_scope",
            "The access token lacks the scope 'openid'.",
        ),
    };
    let mut challenge = format!("Bearer realm=\"userinfo\", error=\"{error}\", error_description=\"{description}\"");
    if matches!(no, No::Token(NoInfo::NoScope)) {
        challenge.push_str(", scope=\"openid\"");
    }
    let body = json!({ "error": error, "error_description": description });
    let mut response = answer::json(Dialect::Rfc, status, &body);
    answer::set(response.headers_mut(), WWW_AUTHENTICATE, &challenge);
    response
}
