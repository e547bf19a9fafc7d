//! The developer section: clients, their secrets and scopes, requests for clients, and members of the account in view.
//!
//! Every page takes [`AtAccount`](super::door::AtAccount). What it shows comes from `tollgate_issuer::developer`, which
//! finds only what is the account's own (CO4); what a form asks for is decided there too.

mod addresses;
mod answer;
mod applications;
mod apply;
mod clients;
mod confirm;
mod credentials;
pub(super) mod head;
mod invite;
mod maker;
mod member;
mod members;
mod new;
pub(super) mod not_yet;
pub(super) mod offer;
mod regenerate;
mod reveal;
mod revoke;
mod scopes;
mod settings;
mod shown;
mod state;
mod token;

use super::Console;
use axum::Router;
use axum::routing::{get, post};
use std::sync::Arc;

/// Pages of this room.
pub(super) fn pages() -> Router<Arc<Console>> {
    Router::new()
        .route("/console/clients", get(clients::get))
        .route("/console/clients/new", get(new::get).post(new::post))
        .route("/console/clients/{id}", get(credentials::get))
        .route(
            "/console/clients/{id}/regenerate",
            get(regenerate::get).post(regenerate::post),
        )
        .route(
            "/console/clients/{id}/secrets/{secret}/reveal",
            get(reveal::get).post(reveal::post),
        )
        .route(
            "/console/clients/{id}/secrets/{secret}/revoke",
            get(revoke::ask_secret).post(revoke::secret),
        )
        .route("/console/clients/{id}/token", get(token::back).post(token::post))
        .route("/console/clients/{id}/scopes", get(scopes::get))
        .route(
            "/console/clients/{id}/scopes/edit",
            get(scopes::edit).post(scopes::post),
        )
        .route("/console/clients/{id}/addresses", get(addresses::get))
        .route(
            "/console/clients/{id}/addresses/edit",
            get(addresses::edit).post(addresses::post),
        )
        .route(
            "/console/clients/{id}/settings",
            get(settings::get).post(settings::post),
        )
        .route(
            "/console/clients/{id}/revoke-tokens",
            get(revoke::ask_tokens).post(revoke::tokens),
        )
        .route(
            "/console/clients/{id}/disable",
            get(state::ask_disable).post(state::disable),
        )
        .route(
            "/console/clients/{id}/enable",
            get(state::ask_enable).post(state::enable),
        )
        .route("/console/applications", get(applications::get))
        .route("/console/applications/new", get(apply::get).post(apply::post))
        .route("/console/applications/{id}", get(applications::one))
        .route("/console/members", get(members::get))
        .route("/console/members/invite", get(invite::get).post(invite::post))
        .route("/console/members/{id}", get(member::get).post(member::post))
        .route("/console/members/{id}/invite", post(invite::again))
        .route(
            "/console/members/{id}/remove",
            get(member::ask_remove).post(member::remove),
        )
}
