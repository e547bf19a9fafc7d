//! `GET` what the server says of itself (RFC 8414; OpenID Connect Discovery §4).

mod openid;

use super::token;
use crate::door::Endpoint;
use crate::{House, answer};
use axum::extract::State;
use axum::response::Response;
use http::header::CACHE_CONTROL;
use http::{HeaderValue, StatusCode};
use std::sync::Arc;
use tollgate_model::client::{AuthMethod, GrantType};
use tollgate_protocol::dialect::Dialect;
use tollgate_protocol::metadata::{Document, Metadata};

/// Answers with the metadata; the same document at every well-known place, built from settings, catalogue and keys.
pub async fn get(State(house): State<Arc<House>>) -> Response {
    let terms = &house.desk.terms;
    let document = Document {
        server: server(&house),
        openid: terms.people.enabled.then(|| openid::said(&house)),
    };
    let mut response = answer::json(Dialect::Rfc, StatusCode::OK, &document);
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    headers.remove(http::header::PRAGMA);
    response
}

/// What is said with people and without.
fn server(house: &House) -> Metadata {
    let (paths, terms) = (&house.paths, &house.desk.terms);
    let grant_types: Vec<GrantType> = token::offered(terms).collect();
    let codes = terms.people.enabled && grant_types.contains(&GrantType::AuthorizationCode);
    // Public clients have nothing but codes to come with, and never ask about tokens (RI3).
    let methods = |public: bool| -> Vec<&'static str> {
        let offered = AuthMethod::ALL
            .iter()
            .filter(|method| terms.clients.auth_methods.contains(method));
        let served = offered.filter(|method| **method != AuthMethod::None || public && codes);
        served.map(|method| method.as_str()).collect()
    };
    let mut scopes = openid::scopes(terms);
    scopes.extend(house.desk.memory.catalogue().scopes());
    scopes.sort_unstable();
    scopes.dedup();
    Metadata {
        issuer: paths.issuer.clone(),
        token_endpoint: paths.url(Endpoint::Token),
        jwks_uri: paths.url(Endpoint::Jwks),
        revocation_endpoint: paths.url(Endpoint::Revocation),
        introspection_endpoint: paths.url(Endpoint::Introspection),
        scopes_supported: scopes,
        grant_types_supported: grant_types.iter().map(|grant| grant.as_str()).collect(),
        response_types_supported: if codes { vec!["code"] } else { Vec::new() },
        token_endpoint_auth_methods_supported: methods(true),
        revocation_endpoint_auth_methods_supported: methods(true),
        introspection_endpoint_auth_methods_supported: methods(false),
        service_documentation: paths.documentation.clone(),
    }
}
