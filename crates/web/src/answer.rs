//! Status codes, headers and bodies of what the issuer answers.

use crate::request_id;
use axum::body::Body;
use axum::response::Response;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue, LINK, PRAGMA, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderMap, StatusCode};
use serde::Serialize;
use serde_json::json;
use tollgate_issuer::Terms;
use tollgate_model::fault::FaultKind;
use tollgate_model::{Fault, Moment};
use tollgate_protocol::dialect::Dialect;
use tollgate_protocol::refusal::{Code, Refusal};

/// A JSON answer of the token, introspection or revocation endpoint (RFC 6749 §5.1).
pub(crate) fn json<T: Serialize>(dialect: Dialect, status: StatusCode, body: &T) -> Response {
    let manner = dialect.manner();
    let Ok(bytes) = serde_json::to_vec(body) else {
        return bare(StatusCode::INTERNAL_SERVER_ERROR);
    };
    let mut response = Response::new(Body::from(bytes));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(manner.content_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(manner.cache_control));
    headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
    response
}

/// A refusal in the terms' dialect.
pub(crate) fn refusal(terms: &Terms, refusal: &Refusal, basic_used: bool, now: Moment) -> Response {
    let spoken = terms.dialect.speak(refusal);
    let status = StatusCode::from_u16(spoken.status).unwrap_or(StatusCode::BAD_REQUEST);
    let mut response = json(terms.dialect, status, &spoken.body);
    let headers = response.headers_mut();
    // RFC 6749 §5.2: who came with an Authorization header is told which scheme would do.
    if status == StatusCode::UNAUTHORIZED && (basic_used || terms.dialect.manner().always_challenges) {
        headers.insert(
            WWW_AUTHENTICATE,
            HeaderValue::from_static("Basic realm=\"token\", charset=\"UTF-8\""),
        );
    }
    if status == StatusCode::METHOD_NOT_ALLOWED {
        headers.insert(http::header::ALLOW, HeaderValue::from_static("POST"));
    }
    if let Some(seconds) = refusal.retry_after {
        set(headers, RETRY_AFTER, &seconds.to_string());
        if let (Some(limit), Code::RateLimited) = (terms.token_limit, refusal.code) {
            limits(headers, terms.dialect, (limit.count, limit.window), 0, seconds, now);
        }
    }
    response
}

/// The headers that tell what is left of a limit of `count` in `window` seconds.
pub(crate) fn limits(headers: &mut HeaderMap, dialect: Dialect, limit: (i64, i64), left: i64, reset: i64, now: Moment) {
    for (name, value) in dialect.limit_headers(limit.0, limit.1, left, reset, now.0) {
        set(headers, HeaderName::from_static(name), &value);
    }
}

/// What something says of its end (RFC 9745, RFC 8594): since when it is deprecated, when it ends, where people read about
/// it, and what takes its place.
pub(crate) fn ending(
    headers: &mut HeaderMap,
    since: Moment,
    sunset: Option<Moment>,
    documentation: Option<&str>,
    successor: Option<&str>,
) {
    let name = HeaderName::from_static("deprecation");
    set(headers, name, &format!("@{}", since.0));
    if let Some(date) = sunset.and_then(http_date) {
        set(headers, HeaderName::from_static("sunset"), &date);
    }
    let successor = successor.map(|url| format!("<{url}>; rel=\"successor-version\""));
    let page = documentation.map(|page| format!("<{page}>; rel=\"deprecation\"; type=\"text/html\""));
    let links: Vec<String> = successor.into_iter().chain(page).collect();
    if !links.is_empty() {
        set(headers, LINK, &links.join(", "));
    }
}

/// A failure of ours: logged here, once, and told as an id and nothing else.
pub(crate) fn fault(fault: &Fault, request: &str) -> Response {
    let (status, word) = match fault.kind {
        FaultKind::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable"),
        FaultKind::Defect => (StatusCode::INTERNAL_SERVER_ERROR, "server_error"),
    };
    tracing::error!(request, doing = fault.doing, source = %fault.source, "a request failed");
    let mut response = json(Dialect::Rfc, status, &json!({ "error": word, "request_id": request }));
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response
            .headers_mut()
            .insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}

/// An answer without a body.
pub(crate) fn bare(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// An answer without a body that no cache keeps.
pub(crate) fn kept_by_nobody(status: StatusCode) -> Response {
    let mut response = bare(status);
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Why an answer is a refusal, laid beside it for the log of calls. Nothing of it is sent.
#[derive(Clone, Debug)]
pub(crate) struct Why {
    /// The reason.
    pub(crate) code: Code,
    /// The request's id, as the person is told it.
    pub(crate) request: String,
}

/// The answer, with the reason laid beside it.
pub(crate) fn because(mut response: Response, code: Code, request: &str) -> Response {
    let request = request.to_owned();
    response.extensions_mut().insert(Why { code, request });
    response
}

/// Names the request in its answer.
pub(crate) fn named(mut response: Response, request: &str) -> Response {
    set(
        response.headers_mut(),
        HeaderName::from_static(request_id::HEADER),
        request,
    );
    response
}

pub(crate) fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    // What cannot stand in a header is left out rather than answered half.
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// IMF-fixdate (RFC 9110 §5.6.7).
fn http_date(moment: Moment) -> Option<String> {
    let time = jiff::Timestamp::from_second(moment.0).ok()?;
    Some(time.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string())
}
