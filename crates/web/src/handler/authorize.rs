//! The authorization endpoint (RFC 6749 §3.1). What a browser meets there are pages; here is what other endpoints of the
//! issuer do as well: credentials in the query are dealt with, and what was refused is told of.

use super::exposed::exposed;
use crate::House;
use crate::answer::{Why, because};
use crate::authorize;
use crate::console::page::{Refused, refused};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use bytes::Bytes;
use http::request::Parts;
use http::{Method, StatusCode};
use std::sync::Arc;
use tollgate_issuer::Desk;
use tollgate_issuer::calls::{Shown, presented};
use tollgate_issuer::known::Known;
use tollgate_model::call::Place;
use tollgate_model::{Call, ClientId, Moment};
use tollgate_protocol::parameters::{MOST_BODY, Parameters};
use tollgate_protocol::refusal::{Code, Refusal};

/// Answers a request to the endpoint.
pub async fn handle(State(house): State<Arc<House>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let (now, id) = (house.desk.now(), house.ids.next());
    // A form is read here for the name in it, and again where it is understood.
    let read = tokio::time::timeout(house.patience, axum::body::to_bytes(body, MOST_BODY)).await;
    let body = match read {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return page(&house, Refused::TooLarge, &id, now),
        Err(_) => return page(&house, Refused::Malformed, &id, now),
    };
    let asked = Asked::of(&parts, &body);
    let response = match leaked(&house, parts.uri.query(), &id, now).await {
        Ok(Some(refusal)) => because(page(&house, Refused::Malformed, &id, now), refusal.code, &id),
        Ok(None) => {
            let request = Request::from_parts(parts, Body::from(body));
            authorize::endpoint(State(Arc::clone(&house.pages)), request).await
        }
        Err(response) => response,
    };
    let why = response.extensions().get::<Why>().cloned();
    let client = asked.parameters.get("client_id").map(ClientId::new);
    if let (Some(Why { code, request }), Some(client)) = (why, client) {
        let told = Told {
            id: request,
            now,
            status: response.status(),
            code,
        };
        tell(&house, asked, client, told);
    }
    response
}

/// Credentials in the query. Whatever else cannot be read there, the pages say in the person's language.
async fn leaked(house: &House, query: Option<&str>, id: &str, now: Moment) -> Result<Option<Refusal>, Response> {
    let Some(query) = query else {
        return Ok(None);
    };
    match exposed(&house.desk, query, id, now).await {
        Ok(refusal) => Ok(refusal.filter(|refusal| refusal.code == Code::CredentialsInQuery)),
        Err(fault) => Err(house.pages.fault(&fault, id)),
    }
}

/// A page that says why there is none. Nobody is sent anywhere from it (RU5).
fn page(house: &House, why: Refused, id: &str, now: Moment) -> Response {
    refused(house.pages.frame("", now), why, id, "/console")
}

/// What a request says, as far as it is told of.
struct Asked {
    method: Method,
    path: String,
    parameters: Parameters,
}

impl Asked {
    fn of(parts: &Parts, body: &Bytes) -> Self {
        let text = match parts.method {
            Method::POST => body.as_ref(),
            _ => parts.uri.query().unwrap_or_default().as_bytes(),
        };
        Self {
            method: parts.method.clone(),
            path: parts.uri.path().to_owned(),
            parameters: Parameters::of_form(text).unwrap_or_default(),
        }
    }
}

/// How it ended.
struct Told {
    id: String,
    now: Moment,
    status: StatusCode,
    code: Code,
}

/// Tells of a refusal whose client is on record. Nobody waits for it.
fn tell(house: &Arc<House>, asked: Asked, client: ClientId, told: Told) {
    if !house.desk.tally.may_look(told.now) {
        return;
    }
    let house = Arc::clone(house);
    tokio::spawn(async move {
        let desk = &house.desk;
        // A store that cannot be reached leaves the request untold; the person was answered.
        if let Ok(Some(known)) = desk.memory.client(&client).await {
            keep(desk, &known, &asked, told);
        }
    });
}

fn keep(desk: &Desk, known: &Known, asked: &Asked, told: Told) {
    // The client was sent its error with the redirect: to whoever asks what went wrong that is a refusal as well.
    let status = match told.status {
        status if status.is_redirection() || status.is_success() => StatusCode::BAD_REQUEST,
        status => status,
    };
    let code = told.code.as_str();
    desk.tally.call(Call {
        seq: 0,
        at: told.now,
        request: told.id,
        place: Place::Issuer,
        client: Some(known.id.clone()),
        account: Some(known.account.clone()),
        method: asked.method.as_str().chars().take(20).collect(),
        path: asked.path.chars().take(300).collect(),
        route: Some("authorization".to_owned()),
        api: None,
        status: status.as_u16(),
        code: Some(code.to_owned()),
        acting_user: None,
        presented: presented(&Shown {
            parameters: Some(&asked.parameters),
            ..Shown::default()
        }),
    });
}
