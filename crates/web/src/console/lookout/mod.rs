//! What happened and why: single requests, tokens under the glass, use over time, old authentication, notices and
//! webhooks of the account in view.

mod alerts;
mod call;
mod calls;
mod hook;
mod hooks;
mod inspector;
pub(super) mod legacy;
mod usage;
pub(super) mod way;

use super::Console;
use axum::Router;
use axum::routing::{get, post};
use std::sync::Arc;

/// Pages of this room.
pub(super) fn pages() -> Router<Arc<Console>> {
    Router::new()
        .route("/console/calls", get(calls::get))
        .route("/console/calls/{request}", get(call::get))
        .route("/console/inspector", get(inspector::get).post(inspector::post))
        .route("/console/usage", get(usage::get))
        .route("/console/alerts", get(alerts::get))
        .route("/console/legacy", get(legacy::get))
        .route("/console/legacy/{id}/end", get(legacy::ask_end).post(legacy::end))
        .route("/console/hooks", get(hooks::get))
        .route("/console/hooks/new", get(hooks::new).post(hooks::add))
        .route("/console/hooks/{id}", get(hook::get).post(hook::post))
        .route("/console/hooks/{id}/ping", post(hook::ping))
        .route("/console/hooks/{id}/redeliver", post(hook::redeliver))
        .route("/console/hooks/{id}/key", get(hook::ask_key).post(hook::key))
        .route("/console/hooks/{id}/state", post(hook::state))
        .route("/console/hooks/{id}/remove", get(hook::ask_remove).post(hook::remove))
}
