//! The issuer over HTTP.
//!
//! **Owns** the handlers of the public endpoints and of the management API, and the status codes,
//! headers and bodies they answer with.
//!
//! **Invariant**: no SQL, no crypto, no rule. A handler parses, asks the issuer to know and decide, has
//! it kept, and answers.

mod again;
mod alias;
pub mod answer;
pub mod authorize;
pub mod console;
pub mod door;
pub mod handler;
pub mod management;
pub mod peer;
pub mod request_id;
mod words;

use axum::Router;
use axum::middleware;
use axum::routing::{MethodRouter, any, get, post};
use console::Console;
use door::{Endpoint, Paths};
use handler::cors;
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
    /// The pages that people meet on their way: the authorization endpoint, its pages and the end-session endpoint are
    /// served with them, by [`public`] alone, and only where applications may act for people.
    pub pages: Arc<Console>,
    /// Names of requests.
    pub ids: RequestIds,
    /// How long the body of a request may take to arrive.
    pub patience: Duration,
}

/// The public endpoints, in one list.
pub fn public(house: Arc<House>) -> Router {
    let mut router = Router::new();
    let mut taken = Vec::new();
    let people = &house.desk.terms.people;
    for place in house.paths.places() {
        // An alias on another host has the path of its endpoint; the handler tells them apart.
        if taken.contains(&place.path) || place.endpoint.is_for_people() && !people.enabled {
            continue;
        }
        router = router.route(&place.path, served(place.endpoint, people.enabled));
        taken.push(place.path);
    }
    if people.enabled && people.v2_logout && !taken.iter().any(|path| path == handler::logout::V2) {
        router = router.route(handler::logout::V2, any(handler::logout::v2));
    }
    // A vendor whose own endpoint is there keeps it.
    if !taken.iter().any(|path| path == handler::leak::PATH) {
        router = router.route(handler::leak::PATH, post(handler::leak::post));
    }
    for login in &house.desk.terms.transition.logins {
        if !taken.contains(&login.path) {
            router = router.route(&login.path, any(handler::legacy_login::handle));
            taken.push(login.path.clone());
        }
    }
    router = router
        .route("/.well-known/security.txt", get(handler::security_txt::get))
        .fallback(handler::nothing::here);
    // Most houses have none, and then nobody pays for them.
    if !house.paths.aliases.is_empty() {
        router = router.layer(middleware::from_fn_with_state(Arc::clone(&house), alias::told));
    }
    // The pages of the way are at fixed places, and only here: what is begun at this address is gone on with at it.
    let pages = people.enabled.then(|| authorize::router(Arc::clone(&house.pages)));
    let router = router.with_state(Arc::clone(&house));
    match pages {
        Some(pages) => router.merge(pages),
        None => router,
    }
}

/// What answers at an endpoint. Pages of other origins may ask where no cookie counts (RU8): for keys and metadata
/// anywhere, for tokens where applications act for people, since some of these are such pages.
fn served(endpoint: Endpoint, people: bool) -> MethodRouter<Arc<House>> {
    match endpoint {
        Endpoint::Token if people => cors::open(any(handler::token::handle), "POST"),
        Endpoint::Token => any(handler::token::handle),
        Endpoint::Introspection => any(handler::introspect::handle),
        Endpoint::Revocation if people => cors::open(any(handler::revoke::handle), "POST"),
        Endpoint::Revocation => any(handler::revoke::handle),
        Endpoint::Jwks => cors::open(get(handler::jwks::get), "GET"),
        Endpoint::Metadata => cors::open(get(handler::metadata::get), "GET"),
        Endpoint::Authorization => any(handler::authorize::handle),
        Endpoint::UserInfo => cors::open(any(handler::userinfo::handle), "GET, POST"),
        Endpoint::EndSession => any(handler::logout::handle),
    }
}
