//! `GET /.well-known/security.txt` (RFC 9116).

use crate::{House, answer};
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};
use std::sync::Arc;

/// How long the text claims to hold, in seconds.
const HOLDS: i64 = 180 * 86_400;

/// Answers with the vendor's contact, where one is set.
pub async fn get(State(house): State<Arc<House>>) -> Response {
    let expires = jiff::Timestamp::from_second(house.desk.now().plus(HOLDS).0);
    let (Some(contact), Ok(expires)) = (&house.paths.security_contact, expires) else {
        return answer::bare(StatusCode::NOT_FOUND);
    };
    let text = format!("Contact: {contact}\nExpires: {expires}\n");
    let mut response = Response::new(Body::from(text));
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}
