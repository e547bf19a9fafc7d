//! `GET` what the server says of itself (RFC 8414; OpenID Connect Discovery §4).

use crate::door::Endpoint;
use crate::{House, answer};
use axum::extract::State;
use axum::response::Response;
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL};
use http::{HeaderValue, StatusCode};
use std::sync::Arc;
use tollgate_model::client::{AuthMethod, GrantType};
use tollgate_protocol::dialect::Dialect;
use tollgate_protocol::metadata::Metadata;

/// Answers with the metadata; the same document at every well-known place, built from settings alone.
pub async fn get(State(house): State<Arc<House>>) -> Response {
    let paths = &house.paths;
    let offered = &house.desk.terms.clients.auth_methods;
    let methods: Vec<&'static str> = AuthMethod::ALL
        .iter()
        .filter(|method| offered.contains(method))
        .map(|method| method.as_str())
        .collect();
    let metadata = Metadata {
        issuer: paths.issuer.clone(),
        token_endpoint: paths.url(Endpoint::Token),
        jwks_uri: paths.url(Endpoint::Jwks),
        revocation_endpoint: paths.url(Endpoint::Revocation),
        introspection_endpoint: paths.url(Endpoint::Introspection),
        scopes_supported: house.desk.memory.catalogue().scopes(),
        grant_types_supported: GrantType::ALL.iter().map(|grant| grant.as_str()).collect(),
        response_types_supported: Vec::new(),
        token_endpoint_auth_methods_supported: methods.clone(),
        revocation_endpoint_auth_methods_supported: methods.clone(),
        introspection_endpoint_auth_methods_supported: methods,
        service_documentation: paths.documentation.clone(),
    };
    let mut response = answer::json(Dialect::Rfc, StatusCode::OK, &metadata);
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    headers.remove(http::header::PRAGMA);
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}
