//! Where nothing is.

use axum::response::Response;
use http::StatusCode;
use serde_json::json;
use tollgate_protocol::dialect::Dialect;

/// Answers 404.
pub async fn here() -> Response {
    crate::answer::json(Dialect::Rfc, StatusCode::NOT_FOUND, &json!({ "error": "not_found" }))
}
