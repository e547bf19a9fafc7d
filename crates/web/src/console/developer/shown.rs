//! A new secret, shown this once.

use super::credentials::{Target, targets};
use crate::console::Console;
use crate::console::door::AtAccount;
use crate::console::page::{Frame, Link, respond};
use crate::door::Endpoint;
use askama::Template;
use axum::response::Response;
use http::StatusCode;
use tollgate_model::{Api, Client, Grant, Moment};

#[derive(Template)]
#[template(path = "developer/shown.html")]
struct Page<'a> {
    frame: Frame,
    id: String,
    plain: &'a str,
    token_url: String,
    targets: Vec<Target>,
    /// Where in the making of a client this is; none when a client got another secret.
    steps: bool,
    /// What becomes of those before it.
    note: String,
    /// Whether its owner may look at it again.
    revealable: bool,
    expires: Option<Moment>,
}

/// A secret and what goes with it.
pub(super) struct New<'a> {
    /// The client.
    pub(super) client: &'a Client,
    /// Its grants.
    pub(super) grants: &'a [Grant],
    /// The account's APIs.
    pub(super) apis: &'a [Api],
    /// The secret itself.
    pub(super) plain: &'a str,
    /// Whether the client was made with it.
    pub(super) made: bool,
    /// What becomes of those before it; empty when there were none.
    pub(super) note: String,
    /// When it ends by itself.
    pub(super) expires: Option<Moment>,
}

/// The names of the steps in which a client comes to be (SG-11).
pub(super) const STEPS: [&str; 3] = ["Describe it", "Copy its secret", "Use it"];

/// The answer to the POST itself, and to nothing else (SS-11): no page that can be asked for shows it.
pub(super) fn once(console: &Console, at: &AtAccount, new: New<'_>) -> Response {
    let title = if new.made {
        "Your client is ready"
    } else {
        "Your new client secret"
    };
    let mut frame = console.frame_at(at, title);
    let words = &console.desk.terms.console.words;
    frame.crumbs = vec![
        Link::new("/console/clients", &words.clients),
        Link::new(format!("/console/clients/{}", new.client.id), &new.client.name),
    ];
    let page = Page {
        frame,
        id: new.client.id.to_string(),
        plain: new.plain,
        token_url: console.paths.url(Endpoint::Token),
        targets: targets(new.grants, new.apis),
        steps: new.made,
        note: new.note,
        revealable: console.desk.terms.console.revealable,
        expires: new.expires,
    };
    respond(StatusCode::OK, &page.frame, &page)
}

impl Page<'_> {
    /// The steps, for the template.
    fn names(&self) -> &'static [&'static str] {
        &STEPS
    }
}
