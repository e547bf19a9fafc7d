//! `GET` the signing keys (RFC 7517 §5).

use crate::{House, answer};
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use http::header::CACHE_CONTROL;
use std::sync::Arc;
use tollgate_protocol::dialect::Dialect;

/// Answers with the public keys. They may be remembered half as long as a new key stands here before it signs.
pub async fn get(State(house): State<Arc<House>>) -> Response {
    let desk = &house.desk;
    let set = desk.memory.keyring().published(desk.now());
    let mut response = answer::json(Dialect::Rfc, StatusCode::OK, &set);
    let headers = response.headers_mut();
    let age = (desk.terms.keys.publish_ahead / 2).max(0);
    answer::set(headers, CACHE_CONTROL, &format!("public, max-age={age}"));
    headers.remove(http::header::PRAGMA);
    response
}
