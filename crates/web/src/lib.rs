//! The issuer over HTTP.
//!
//! **Owns** the handlers of the public endpoints and of the management API, and the status codes,
//! headers and bodies they answer with.
//!
//! **Invariant**: no SQL, no crypto, no rule. A handler parses, asks the issuer to know and decide, has
//! it kept, and answers.

pub mod answer;
pub mod door;
pub mod handler;
pub mod management;
pub mod peer;
pub mod request_id;

use axum::Router;
use axum::routing::{any, get};
use door::{Alias, Endpoint, Paths};
use request_id::RequestIds;
use std::sync::Arc;
use std::time::Duration;
use tollgate_issuer::Desk;

/// What the public handlers share.
pub struct House {
    /// The rules' side.
    pub desk: Arc<Desk>,
    /// Where the endpoints are.
    pub paths: Paths,
    /// Names of requests.
    pub ids: RequestIds,
    /// How long the body of a request may take to arrive.
    pub patience: Duration,
}

/// The public endpoints, in one list.
pub fn public(house: Arc<House>) -> Router {
    let mut router = Router::new();
    let mut taken = Vec::new();
    for place in house.paths.places() {
        // An alias on another host has the path of its endpoint; the handler tells them apart.
        if taken.contains(&place.path) {
            continue;
        }
        let path = place.path.clone();
        router = match place.endpoint {
            Endpoint::Token => router.route(&path, any(handler::token::handle)),
            Endpoint::Introspection => router.route(&path, any(handler::introspect::handle)),
            Endpoint::Revocation => router.route(&path, any(handler::revoke::handle)),
            Endpoint::Jwks => router.route(&path, get(handler::jwks::get)),
            Endpoint::Metadata => router.route(&path, get(handler::metadata::get)),
        };
        taken.push(place.path);
    }
    router
        .route("/.well-known/security.txt", get(handler::security_txt::get))
        .fallback(handler::nothing::here)
        .with_state(house)
}

/// The alias that a request came through, if it did.
pub(crate) fn alias<'a>(house: &'a House, endpoint: Endpoint, path: &str, host: Option<&str>) -> Option<&'a Alias> {
    house.paths.aliases.iter().find(|alias| {
        alias.endpoint == endpoint
            && alias.path == path
            && alias
                .host
                .as_deref()
                .is_none_or(|named| host.is_some_and(|host| door::same_host(named, host)))
            && (alias.host.is_some() || alias.path != house.paths.of(endpoint))
    })
}
