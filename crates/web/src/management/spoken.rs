//! The outermost layer: names the request, and writes problems.

use super::problem::Problem;
use super::request::RequestId;
use crate::answer;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::StatusCode;
use http::header::{CACHE_CONTROL, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use std::fmt::Write as _;
use std::sync::Arc;
use tollgate_issuer::Desk;

/// Names the request, hands it on, and writes the problem that came back, if one did.
pub(super) async fn aloud(State(desk): State<Arc<Desk>>, mut request: Request, next: Next) -> Response {
    let Some(id) = name(&desk) else {
        return answer::bare(StatusCode::SERVICE_UNAVAILABLE);
    };
    request.extensions_mut().insert(id.clone());
    let mut response = next.run(request).await;
    if let Some(problem) = response.extensions_mut().remove::<Arc<Problem>>() {
        response = problem.speak(std::mem::take(response.headers_mut()), &id);
    }
    let headers = response.headers_mut();
    // Secrets are shown once, and the rest is of the moment: nobody on the way keeps any of it.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    answer::named(response, &id.0)
}

/// 128 random bits in hexadecimal. A name that callers cannot choose cannot be used to forge log lines.
fn name(desk: &Desk) -> Option<RequestId> {
    let mut bytes = [0_u8; 16];
    desk.entropy.fill(&mut bytes).ok()?;
    let mut text = String::with_capacity(32);
    for byte in bytes {
        write!(text, "{byte:02x}").ok()?;
    }
    Some(RequestId(text))
}
