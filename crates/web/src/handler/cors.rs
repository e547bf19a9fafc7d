//! Pages of other origins may ask here (the CORS protocol of the Fetch standard).
//!
//! Only what needs no cookie is opened: the token, UserInfo and revocation endpoints, the keys and the metadata. Who may
//! have what is said by credentials in the request, which a page elsewhere must have had anyway. The authorization
//! endpoint and every page stay closed (RFC 9700 §2.6, RU8).

use axum::extract::Request;
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::MethodRouter;
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, ALLOW, HeaderValue,
};
use http::{Method, StatusCode};

/// Opens an endpoint, which answers these methods, to pages of every origin.
pub(crate) fn open<S: Clone + Send + Sync + 'static>(
    endpoint: MethodRouter<S>,
    methods: &'static str,
) -> MethodRouter<S> {
    endpoint.layer(middleware::from_fn(move |request, next| told(request, next, methods)))
}

async fn told(request: Request, next: Next, methods: &'static str) -> Response {
    let asked_first =
        request.method() == Method::OPTIONS && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = match asked_first {
        true => preflight(methods),
        false => next.run(request).await,
    };
    let headers = response.headers_mut();
    // Never with credentials: a browser that sends none of its own tells the asker nothing it could not learn elsewhere.
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    // Named one by one: an answer to a request with `Authorization` may be read with a star, but old browsers take none.
    headers.insert(
        ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static("WWW-Authenticate, Retry-After, Tollgate-Request-Id"),
    );
    response
}

fn preflight(methods: &'static str) -> Response {
    let mut response = crate::answer::bare(StatusCode::NO_CONTENT);
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(methods));
    headers.insert(ALLOW, HeaderValue::from_static(methods));
    // The star does not stand for `Authorization`.
    headers.insert(
        ACCESS_CONTROL_ALLOW_HEADERS,
        HeaderValue::from_static("*, Authorization"),
    );
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("7200"));
    response
}
