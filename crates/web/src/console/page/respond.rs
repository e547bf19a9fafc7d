//! A page becomes an answer.

use super::frame::Frame;
use crate::answer;
use askama::Template;
use axum::body::Body;
use axum::response::Response;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderMap, StatusCode};

/// Answers with a page. It is kept by no cache, since it is one person's, and carries what browsers need to hold it
/// to itself (OP8). A template that cannot be written is a 500 without a body.
pub fn respond<T: Template>(status: StatusCode, frame: &Frame, page: &T) -> Response {
    let text = match page.render() {
        Ok(text) => text,
        Err(fault) => {
            tracing::error!(title = frame.title, %fault, "a page could not be written");
            return answer::bare(StatusCode::INTERNAL_SERVER_ERROR);
        }
    };
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    guard(headers, &frame.nonce, frame.https);
    response
}

/// The headers that every answer of the console carries, pages and downloads alike (OP8). `https` is for a public
/// URL that is https: only then may a browser be told to come by no other way.
pub fn guard(headers: &mut HeaderMap, nonce: &str, https: bool) {
    // Without a nonce no script runs at all.
    let script = if nonce.is_empty() {
        "'none'".to_owned()
    } else {
        format!("'nonce-{nonce}'")
    };
    answer::set(
        headers,
        CONTENT_SECURITY_POLICY,
        &format!(
            "default-src 'none'; script-src {script}; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
             form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
        ),
    );
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if https {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
}

const ALWAYS: [(HeaderName, &str); 6] = [
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (X_FRAME_OPTIONS, "DENY"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
];
