//! The operators' desk: every account, client and person, what the issuer is set to do, and the log of what was done.
//!
//! Every page takes [`AtDesk`]. What is changed here is changed by the functions of the registry that the management
//! API calls. What is inside an account, such as a client's secrets, has no second page here: an operator puts the
//! account in view and looks after it on the account's own pages.

mod account;
mod accounts;
mod answer;
mod api;
mod api_form;
mod apis;
mod application;
mod applications;
mod asked;
mod checked;
mod claims;
mod client;
mod client_sign_in;
mod clients;
mod confirm;
mod consents;
mod dates;
mod events;
mod exception;
mod health;
mod keys;
pub(super) mod legacy;
mod limits;
mod listing;
mod member;
mod members;
mod operators;
mod outbox;
mod overview;
mod people;
mod person;
mod route;
mod route_form;
mod routes;
mod still;
mod transition;
mod transition_form;
mod transitions;
mod who;

use super::Console;
use super::door::AtDesk;
use super::page::{Entry, Frame, Group, Link};
use axum::Router;
use axum::routing::{get, post};
use std::sync::Arc;

/// Where the desk is.
const DESK: &str = "/console/desk";

/// Pages of this room.
pub(super) fn pages() -> Router<Arc<Console>> {
    let pages = Router::new()
        .route("/console/desk", get(overview::get))
        .route("/console/desk/accounts", get(accounts::get))
        .route("/console/desk/accounts/new", get(accounts::ask).post(accounts::open))
        .route("/console/desk/accounts/{id}", get(account::get))
        .route(
            "/console/desk/accounts/{id}/edit",
            get(account::edit).post(account::save),
        )
        .route(
            "/console/desk/accounts/{id}/disable",
            get(account::ask_disable).post(account::disable),
        )
        .route(
            "/console/desk/accounts/{id}/enable",
            get(account::ask_enable).post(account::enable),
        )
        .route("/console/desk/accounts/{id}/view", post(account::view))
        .route(
            "/console/desk/accounts/{id}/members/new",
            get(members::ask).post(members::add),
        )
        .route(
            "/console/desk/accounts/{id}/members/{member}",
            get(member::get).post(member::save),
        )
        .route(
            "/console/desk/accounts/{id}/members/{member}/invite",
            post(members::invite),
        )
        .route(
            "/console/desk/accounts/{id}/members/{member}/remove",
            get(member::ask_remove).post(member::remove),
        )
        .route(
            "/console/desk/accounts/{id}/clients/new",
            get(client::ask).post(client::make),
        )
        .route("/console/desk/accounts/{id}/legacy", get(legacy::get))
        .route(
            "/console/desk/accounts/{id}/legacy/new",
            get(legacy::ask).post(legacy::issue),
        )
        .route(
            "/console/desk/accounts/{id}/legacy/{credential}/end",
            get(legacy::ask_end).post(legacy::end),
        )
        .route("/console/desk/clients", get(clients::get))
        .route("/console/desk/clients/{id}", get(client::get).post(client::save))
        .route(
            "/console/desk/clients/{id}/sign-in",
            get(client_sign_in::get).post(client_sign_in::save),
        )
        .route("/console/desk/clients/{id}/consents", get(consents::at_client))
        .route("/console/desk/consents/{id}", get(consents::ask).post(consents::revoke))
        .route("/console/desk/applications", get(applications::get))
        .route("/console/desk/applications/{id}", get(application::get))
        .route("/console/desk/applications/{id}/approve", post(application::approve))
        .route("/console/desk/applications/{id}/decline", post(application::decline))
        .route("/console/desk/people", get(people::get))
        .route("/console/desk/people/new", get(people::ask).post(people::invite))
        .route("/console/desk/people/{id}", get(person::get))
        .route("/console/desk/people/{id}/invite", post(person::invite))
        .route("/console/desk/people/{id}/claims", get(claims::get).post(claims::save))
        .route("/console/desk/people/{id}/consents", get(consents::of_person))
        .route("/console/desk/people/{id}/{act}", get(person::ask).post(person::act));
    pages.merge(house())
}

/// Pages about what is served, and about the house itself.
fn house() -> Router<Arc<Console>> {
    Router::new()
        .route("/console/desk/apis", get(apis::get))
        .route("/console/desk/apis/new", get(api::ask).post(api::add))
        .route("/console/desk/apis/{id}", get(api::get))
        .route("/console/desk/apis/{id}/edit", get(api::edit).post(api::save))
        .route("/console/desk/apis/{id}/delete", get(api::ask_delete).post(api::delete))
        .route("/console/desk/routes", get(routes::get))
        .route("/console/desk/routes/new", get(route::ask).post(route::add))
        .route("/console/desk/routes/{id}", get(route::get))
        .route("/console/desk/routes/{id}/edit", get(route::edit).post(route::save))
        .route(
            "/console/desk/routes/{id}/delete",
            get(route::ask_delete).post(route::delete),
        )
        .route("/console/desk/transitions", get(transitions::get))
        .route(
            "/console/desk/transitions/new",
            get(transition::ask).post(transition::add),
        )
        .route("/console/desk/transitions/{id}", get(transition::get))
        .route(
            "/console/desk/transitions/{id}/edit",
            get(transition::edit).post(transition::save),
        )
        .route(
            "/console/desk/transitions/{id}/remove",
            get(transition::ask_remove).post(transition::remove),
        )
        .route(
            "/console/desk/transitions/{id}/exceptions/new",
            get(exception::ask).post(exception::add),
        )
        .route(
            "/console/desk/transitions/{id}/exceptions/{account}",
            get(exception::edit).post(exception::save),
        )
        .route(
            "/console/desk/transitions/{id}/exceptions/{account}/remove",
            get(exception::ask_remove).post(exception::remove),
        )
        .route("/console/desk/keys", get(keys::get))
        .route("/console/desk/keys/rotate", get(keys::ask).post(keys::rotate))
        .route("/console/desk/operators", get(operators::get))
        .route(
            "/console/desk/operators/new",
            get(operators::ask).post(operators::create),
        )
        .route(
            "/console/desk/operators/{id}/disable",
            get(operators::ask_disable).post(operators::disable),
        )
        .route("/console/desk/events", get(events::get))
        .route("/console/desk/events/export", get(events::export))
        .route("/console/desk/events/check", post(checked::post))
        .route("/console/desk/health", get(health::get))
        .route("/console/desk/outbox", get(outbox::get))
        .route("/console/desk/outbox/{id}", get(outbox::one))
}

/// The frame of a page here; `crumbs` are the pages above it.
fn frame(console: &Console, at: &AtDesk, title: &str, crumbs: &[(&str, &str)]) -> Frame {
    let mut frame = console.frame_desk(at, title);
    let overview = Entry::new(DESK, "Overview", "home", at.ask.path == DESK);
    let first = Group {
        title: String::new(),
        entries: vec![overview],
    };
    frame.navigation.insert(0, first);
    frame.crumbs = crumbs.iter().map(|(href, label)| Link::new(*href, *label)).collect();
    frame
}
