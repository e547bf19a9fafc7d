//! The issuer over HTTP.
//!
//! **Owns** the handlers of the public endpoints and of the management API, and the status codes,
//! headers and bodies they answer with.
//!
//! **Invariant**: no SQL, no crypto, no rule. A handler parses, asks the issuer to know and decide, has
//! it kept, and answers.

mod alias;
pub mod answer;
pub mod console;
pub mod door;
pub mod handler;
pub mod management;
pub mod peer;
pub mod request_id;

use axum::Router;
use axum::middleware;
use axum::routing::{any, get, post};
use door::{Endpoint, Paths};
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
    // A vendor whose own endpoint is there keeps it.
    if !taken.iter().any(|path| path == handler::leak::PATH) {
        router = router.route(handler::leak::PATH, post(handler::leak::post));
    }
    router = router
        .route("/.well-known/security.txt", get(handler::security_txt::get))
        .fallback(handler::nothing::here);
    // Most houses have none, and then nobody pays for them.
    if !house.paths.aliases.is_empty() {
        router = router.layer(middleware::from_fn_with_state(Arc::clone(&house), alias::told));
    }
    router.with_state(house)
}
