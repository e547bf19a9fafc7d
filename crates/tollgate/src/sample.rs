//! The sample API that `tollgate demo` puts behind the gateway: it answers what the preset says.
//!
//! It believes the identity headers, as a vendor's API would that only the gateway can reach.

use crate::settings::config::Sample;
use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use http::{HeaderMap, StatusCode, header};
use std::sync::Arc;

/// The most bytes of a body that the sample reads.
const MOST_BODY: usize = 1024 * 1024;

/// A router that answers the samples.
pub fn router(samples: &[Sample]) -> Router {
    let samples: Arc<[Sample]> = samples.into();
    Router::new().fallback(any(move |request: Request| answer(Arc::clone(&samples), request)))
}

async fn answer(samples: Arc<[Sample]>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path().trim_end_matches('/');
    let Some(sample) = samples
        .iter()
        .find(|sample| parts.method == sample.method.as_str() && sample.path == path)
    else {
        return (
            StatusCode::NOT_FOUND,
            [(header::CONTENT_TYPE, "application/json")],
            "{\"error\":\"not found\"}",
        )
            .into_response();
    };
    let Ok(body) = axum::body::to_bytes(body, MOST_BODY).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let body = if body.is_empty() {
        "null".into()
    } else {
        String::from_utf8_lossy(&body)
    };
    let said = |name: &str| escaped(&parts.headers, name);
    let text = sample
        .answer
        .replace("{account}", &said("tollgate-account"))
        .replace("{client}", &said("tollgate-client"))
        .replace("{scopes}", &said("tollgate-scopes"))
        .replace("{acting_user}", &said("tollgate-acting-user"))
        .replace("{person}", &said("tollgate-person"))
        .replace("{body}", &body);
    ([(header::CONTENT_TYPE, "application/json")], text).into_response()
}

/// A header's value as the inside of a JSON string.
fn escaped(headers: &HeaderMap, name: &str) -> String {
    let text = headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let quoted = serde_json::Value::from(text).to_string();
    quoted.trim_matches('"').to_owned()
}
