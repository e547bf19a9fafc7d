//! The pages of a person's way from a client's request to its code, and the endpoint it begins at (RFC 6749 §3.1,
//! OpenID Connect Core §3.1.2).
//!
//! A page asks for one thing. Its form posts to itself, and what comes of it leads by 303 to `/flow/{id}`, where
//! `issuer::authorize::resume` says what comes next (RU9). The address names the way and opens nothing: without the
//! cookie of the browser that began it, a way looks as if it were not there (CO2, AT17).
//!
//! The pages are plain forms, speak the person's language (`crate::words`), and lead to the client that asked and
//! nowhere else (`policy`).

mod account;
mod answer;
mod away;
mod consent;
mod endpoint;
pub(crate) mod fault;
pub(crate) mod here;
mod join;
pub(crate) mod logout;
mod policy;
pub(crate) mod refused;
mod second_factor;
mod sign_in;
mod trial;
mod upstream;

#[cfg(test)]
mod gallery;

pub use endpoint::endpoint;

use crate::console::Console;
use axum::Router;
use axum::routing::get;
use std::sync::Arc;

/// Every page of the way, in one list. The way begins at [`endpoint()`], whose path is configured.
pub fn router(console: Arc<Console>) -> Router {
    Router::new()
        .route("/flow/{id}", get(here::next))
        .route("/flow/{id}/sign-in", get(sign_in::get).post(sign_in::post))
        .route(
            "/flow/{id}/second-factor",
            get(second_factor::get).post(second_factor::post),
        )
        .route("/flow/{id}/account", get(account::get).post(account::post))
        .route("/flow/{id}/consent", get(consent::get).post(consent::post))
        .route("/flow/{id}/test/{connection}", get(trial::get).post(trial::post))
        .route("/flow/{id}/to/{connection}", get(away::get).post(upstream::leave))
        .route(upstream::RETURN, get(upstream::returned))
        .route("/flow/{id}/sign-up", get(join::get).post(join::post))
        .route("/flow/{id}/mail-sent", get(join::sent))
        .with_state(console)
}
