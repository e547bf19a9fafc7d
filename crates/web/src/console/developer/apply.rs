//! A request for a client, where an operator makes them (3E-5, 3E-7).

use super::answer;
use super::clients::Way;
use super::offer::Offer;
use crate::console::Console;
use crate::console::door::{AtAccount, see};
use crate::console::page::{Form, Frame, Link, respond};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::developer;
use tollgate_issuer::registry::application::Applying;
use tollgate_issuer::rights::Role;
use tollgate_issuer::terms::console::Creation;

#[derive(Template)]
#[template(path = "developer/apply.html")]
struct Page {
    frame: Frame,
    form: Form,
    offer: Offer,
    email: String,
}

/// The form; where nothing is requested, on to where clients are.
pub(super) async fn get(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    at.at_least(&console, Role::Developer)?;
    let terms = &console.desk.terms.console;
    if terms.creation != Creation::Request {
        return Ok(see(match Way::of(&at.seat, terms) {
            Way::Make => "/console/clients/new",
            _ => "/console/clients",
        }));
    }
    let offer = Offer::of(&console, &at).await?;
    let form = offer.start();
    Ok(page(&console, &at, StatusCode::OK, offer, form))
}

fn page(console: &Console, at: &AtAccount, status: StatusCode, offer: Offer, form: Form) -> Response {
    let mut frame = console.frame_at(at, "Request a client");
    frame.lead = "Tell us what you need. We look at it, and answer by e-mail.".to_owned();
    frame.crumbs = vec![Link::new("/console/applications", "Requests")];
    let page = Page {
        frame,
        form,
        offer,
        email: at.seat.who().user().email.clone(),
    };
    respond(status, &page.frame, &page)
}

/// Sends it.
pub(super) async fn post(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    at.at_least(&console, Role::Developer)?;
    let offer = Offer::of(&console, &at).await?;
    let mut form = Form::typed(&at.ask.form, &[]);
    let Some(wanted) = offer.read(&at.ask, &mut form) else {
        return Ok(page(&console, &at, StatusCode::UNPROCESSABLE_ENTITY, offer, form));
    };
    let applying = Applying {
        name: wanted.name,
        environment: wanted.environment,
        api: wanted.api,
        scopes: wanted.scopes,
        redirect_uris: wanted.redirect_uris,
        logout_uris: wanted.logout_uris,
        note: at.ask.field("note").to_owned(),
    };
    let made = developer::apply(&console.desk, &at.seat, &at.asker(), &applying).await;
    match answer::known(&console, &at, made)? {
        Ok(made) => Ok(see(&format!("/console/applications/{}?done=requested", made.id))),
        Err(no) => match answer::say(&mut form, &no) {
            Some(status) => Ok(page(&console, &at, status, offer, form)),
            None => Err(console.no(at.seat.who(), &at.ask, &no)),
        },
    }
}
