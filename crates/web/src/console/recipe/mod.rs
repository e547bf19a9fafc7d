//! Ready-made requests: one client's own values, in the languages of those who integrate.
//!
//! What is true of the client is gathered once, as [`Facts`]; each [`Language`] writes them down. The secret is in none
//! of them: every recipe reads it from the environment of whoever runs it.

mod choice;
mod facts;
mod language;
mod literal;
mod openapi;
mod postman;
mod serve;
mod show;

use super::Console;
use axum::Router;
use axum::routing::get;
use language::Language;
use std::sync::Arc;

/// The environment variable that every recipe reads the secret from.
const SECRET: &str = "TOLLGATE_CLIENT_SECRET";

/// How long before its end a token is no longer used, in seconds: the next call is then not refused on its way.
const MARGIN: i64 = 60;

/// Pages of this room.
pub(super) fn pages() -> Router<Arc<Console>> {
    Router::new()
        .route("/console/clients/{id}/use", get(show::get))
        .route("/console/clients/{id}/use/{file}", get(serve::get))
}
