//! A new client (SG-8, SG-11).

use super::answer;
use super::clients::Way;
use super::offer::{Offer, Wanted};
use super::shown::{self, New, STEPS};
use crate::console::Console;
use crate::console::door::{AtAccount, see};
use crate::console::page::{Form, Frame, Link, respond};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::developer::{self, Made, NewClient};
use tollgate_issuer::rights::Role;
use tollgate_model::Grant;

#[derive(Template)]
#[template(path = "developer/new.html")]
struct Page {
    frame: Frame,
    form: Form,
    offer: Offer,
    /// By which the form makes one client, however often it is sent.
    once: String,
}

impl Page {
    /// The steps, for the template.
    fn names(&self) -> &'static [&'static str] {
        &STEPS
    }
}

/// The form; where this person makes no clients, on to where one is to be had.
pub(super) async fn get(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    at.at_least(&console, Role::Developer)?;
    match Way::of(&at.seat, &console.desk.terms.console) {
        Way::Make => {}
        Way::Request => return Ok(see("/console/applications/new")),
        Way::Ask | Way::Look => return Ok(see("/console/clients")),
    }
    let offer = Offer::of(&console, &at).await?;
    let form = offer.start();
    Ok(page(&console, &at, StatusCode::OK, offer, form))
}

fn page(console: &Console, at: &AtAccount, status: StatusCode, offer: Offer, form: Form) -> Response {
    let mut frame = console.frame_at(at, "New client");
    frame.lead = "A client is what one piece of your software signs in with.".to_owned();
    frame.crumbs = vec![Link::new("/console/clients", &console.desk.terms.console.words.clients)];
    // Without chance the form is one that each press takes for a new one.
    let once = developer::ticket(&console.desk, &at.seat).unwrap_or_default();
    let page = Page {
        frame,
        form,
        offer,
        once,
    };
    respond(status, &page.frame, &page)
}

/// Makes it, and shows its secret, this once.
pub(super) async fn post(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    at.at_least(&console, Role::Developer)?;
    let offer = Offer::of(&console, &at).await?;
    let mut form = Form::typed(&at.ask.form, &[]);
    let Some(wanted) = offer.read(&at.ask, &mut form) else {
        return Ok(page(&console, &at, StatusCode::UNPROCESSABLE_ENTITY, offer, form));
    };
    let new = asked(wanted);
    let made = developer::make_client_once(&console.desk, &at.seat, &at.asker(), &new, at.ask.field("once")).await;
    match answer::known(&console, &at, made)? {
        Ok(made) => Ok(ready(&console, &at, &new, &offer, &made)),
        Err(no) => match answer::say(&mut form, &no) {
            Some(status) => Ok(page(&console, &at, status, offer, form)),
            None => Err(console.no(at.seat.who(), &at.ask, &no)),
        },
    }
}

fn asked(wanted: Wanted) -> NewClient {
    NewClient {
        name: wanted.name,
        environment: wanted.environment,
        api: wanted.api,
        scopes: wanted.scopes,
        redirect_uris: wanted.redirect_uris,
        logout_uris: wanted.logout_uris,
        secret: true,
    }
}

/// Nothing is read for this page any more: what can fail must not stand between a secret and its only showing.
fn ready(console: &Console, at: &AtAccount, new: &NewClient, offer: &Offer, made: &Made) -> Response {
    let client = &made.client;
    let Some(plain) = &made.plain else {
        return see(&format!("/console/clients/{}?done=client-created", client.id));
    };
    let grant = Grant {
        client: client.id.clone(),
        api: new.api.clone(),
        scopes: new.scopes.iter().map(String::as_str).collect(),
        lifetime: None,
    };
    shown::once(
        console,
        at,
        New {
            client,
            grants: &[grant],
            apis: &offer.held,
            plain: plain.expose(),
            made: true,
            note: String::new(),
            expires: console
                .desk
                .terms
                .secrets
                .lifetime
                .map(|lifetime| at.ask.now.plus(lifetime)),
        },
    )
}
