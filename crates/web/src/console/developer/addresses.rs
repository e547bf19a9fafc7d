//! Where a person may be sent back to, and after logout (3E-7, 3E-9, 3E-10, 3E-11).

use super::answer;
use super::head::{self, Head, Tab};
use super::offer::{Rules, lines};
use crate::console::Console;
use crate::console::door::{AtAccount, see};
use crate::console::page::{Form, Frame, Refused, respond};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::developer::{self, Shown};
use tollgate_issuer::rights::Role;
use tollgate_model::Version;

#[derive(Template)]
#[template(path = "developer/addresses.html")]
struct Page {
    frame: Frame,
    head: Head,
    may: bool,
    rules: Rules,
    redirect_uris: Vec<String>,
    logout_uris: Vec<String>,
}

#[derive(Template)]
#[template(path = "developer/addresses_edit.html")]
struct Edit {
    frame: Frame,
    form: Form,
    rules: Rules,
    back: String,
    seen: Version,
    /// What is on record, shown beside what was typed when both differ.
    redirect_uris: Vec<String>,
    logout_uris: Vec<String>,
}

/// The client, and the rules it is under; where clients have no addresses there is no such page.
async fn read(console: &Console, at: &AtAccount) -> Result<(Shown, Rules), Response> {
    let shown = developer::show(&console.desk, &at.seat, &answer::client(&at.ask)).await;
    let shown = answer::done(console, at, shown)?;
    let environment = shown.owned.record().client.environment;
    match Rules::of(&console.desk.terms.console.redirects, Some(environment)) {
        Some(rules) => Ok((shown, rules)),
        None => Err(console.refused(Some(at.seat.who()), &at.ask, Refused::NotFound)),
    }
}

/// The addresses, to look at.
pub(super) async fn get(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    let (shown, rules) = read(&console, &at).await?;
    let client = &shown.owned.record().client;
    let (frame, head) = head::of(&console, &at, client, Tab::Addresses);
    let page = Page {
        frame,
        head,
        may: at.seat.may(Role::Developer),
        rules,
        redirect_uris: client.redirect_uris.clone(),
        logout_uris: client.logout_uris.clone(),
    };
    Ok(respond(StatusCode::OK, &page.frame, &page))
}

/// The form.
pub(super) async fn edit(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    at.at_least(&console, Role::Developer)?;
    let (shown, rules) = read(&console, &at).await?;
    let client = &shown.owned.record().client;
    let form = Form::new()
        .with("redirect_uris", client.redirect_uris.join("\n"))
        .with("logout_uris", client.logout_uris.join("\n"));
    Ok(page(&console, &at, StatusCode::OK, &shown, rules, form))
}

fn page(console: &Console, at: &AtAccount, status: StatusCode, shown: &Shown, rules: Rules, form: Form) -> Response {
    let client = &shown.owned.record().client;
    let page = Edit {
        frame: head::below(console, at, client, "Edit addresses"),
        form,
        rules,
        back: format!("/console/clients/{}/addresses", client.id),
        seen: client.version,
        redirect_uris: client.redirect_uris.clone(),
        logout_uris: client.logout_uris.clone(),
    };
    respond(status, &page.frame, &page)
}

/// Saves them.
pub(super) async fn post(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    at.at_least(&console, Role::Developer)?;
    let seen = answer::seen(&console, &at)?;
    let id = answer::client(&at.ask);
    let typed = (lines(at.ask.field("redirect_uris")), lines(at.ask.field("logout_uris")));
    let saved = developer::set_addresses(&console.desk, &at.seat, &at.asker(), &id, typed, Some(seen)).await;
    match answer::known(&console, &at, saved)? {
        Ok(_) => Ok(see(&format!("/console/clients/{id}/addresses?done=addresses-saved"))),
        Err(no) => {
            let (now, rules) = read(&console, &at).await?;
            let mut form = Form::typed(&at.ask.form, &[]);
            match answer::say(&mut form, &no) {
                Some(status) => Ok(page(&console, &at, status, &now, rules, form)),
                None => Err(console.no(at.seat.who(), &at.ask, &no)),
            }
        }
    }
}
