//! Where a person may be sent back to, and after logout (3E-7, 3E-9, 3E-10, 3E-11); and how people sign in, where they
//! do at clients.

use super::answer;
use super::head::{self, Head, Tab};
use super::offer::{Rules, grant_words, lines};
use crate::console::Console;
use crate::console::door::{AtAccount, see};
use crate::console::page::{Choice, Form, Frame, Refused, respond};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::developer::{self, Shown, Visited};
use tollgate_issuer::registry::client;
use tollgate_issuer::rights::Role;
use tollgate_issuer::terms::Terms;
use tollgate_model::client::GrantType;
use tollgate_model::{Client, Version};

#[derive(Template)]
#[template(path = "developer/addresses.html")]
struct Page {
    frame: Frame,
    head: Head,
    may: bool,
    rules: Rules,
    redirect_uris: Vec<String>,
    logout_uris: Vec<String>,
    /// What it buys tokens with and where it is told of logouts, where people sign in at clients.
    visited: Option<Shows>,
}

/// How people sign in at a client, to look at.
struct Shows {
    grants: Vec<Choice>,
    backchannel: String,
    frontchannel: String,
}

#[derive(Template)]
#[template(path = "developer/addresses_edit.html")]
struct Edit {
    frame: Frame,
    form: Form,
    rules: Rules,
    back: String,
    /// What it may buy tokens with; empty where nobody signs in at clients.
    grants: Vec<Choice>,
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
    match Rules::of(&client::addressed(&console.desk.terms), Some(environment)) {
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
        visited: signed_in_at(&console.desk.terms).then(|| shows(client)),
    };
    Ok(respond(StatusCode::OK, &page.frame, &page))
}

/// Whether people sign in at clients here.
fn signed_in_at(terms: &Terms) -> bool {
    client::offered(terms).contains(&GrantType::AuthorizationCode)
}

fn shows(client: &Client) -> Shows {
    let sign_in = &client.sign_in;
    Shows {
        grants: client.grant_types.iter().copied().map(grant_words).collect(),
        backchannel: sign_in.backchannel_logout_uri.clone().unwrap_or_default(),
        frontchannel: sign_in.frontchannel_logout_uri.clone().unwrap_or_default(),
    }
}

/// The form.
pub(super) async fn edit(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    at.at_least(&console, Role::Developer)?;
    let (shown, rules) = read(&console, &at).await?;
    let client = &shown.owned.record().client;
    let shows = shows(client);
    let form = Form::new()
        .with("redirect_uris", client.redirect_uris.join("\n"))
        .with("logout_uris", client.logout_uris.join("\n"))
        .with("backchannel_logout_uri", shows.backchannel)
        .with("frontchannel_logout_uri", shows.frontchannel);
    let held = shows.grants.into_iter();
    let form = held.fold(form, |form, grant| form.with("grant_types", grant.value));
    Ok(page(&console, &at, StatusCode::OK, &shown, rules, form))
}

fn page(console: &Console, at: &AtAccount, status: StatusCode, shown: &Shown, rules: Rules, form: Form) -> Response {
    let client = &shown.owned.record().client;
    let page = Edit {
        frame: head::below(console, at, client, "Edit addresses"),
        form,
        rules,
        back: format!("/console/clients/{}/addresses", client.id),
        grants: match signed_in_at(&console.desk.terms) {
            true => client::offered(&console.desk.terms)
                .into_iter()
                .map(grant_words)
                .collect(),
            false => Vec::new(),
        },
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
    let Some(typed) = typed(&at, signed_in_at(&console.desk.terms)) else {
        return Err(console.refused(Some(at.seat.who()), &at.ask, Refused::Malformed));
    };
    let saved = developer::set_sign_in(&console.desk, &at.seat, &at.asker(), &id, &typed, Some(seen)).await;
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

/// What was typed; none when a box is none that the form has.
fn typed(at: &AtAccount, signed_in_at: bool) -> Option<Visited> {
    let addresses = Visited {
        redirect_uris: Some(lines(at.ask.field("redirect_uris"))),
        logout_uris: Some(lines(at.ask.field("logout_uris"))),
        ..Visited::default()
    };
    if !signed_in_at {
        return Some(addresses);
    }
    let boxes = at.ask.fields("grant_types").into_iter();
    let address = |name: &str| Some(Some(at.ask.field(name).trim().to_owned()).filter(|text| !text.is_empty()));
    Some(Visited {
        grant_types: Some(boxes.map(GrantType::of_str).collect::<Option<_>>()?),
        backchannel_logout_uri: address("backchannel_logout_uri"),
        frontchannel_logout_uri: address("frontchannel_logout_uri"),
        ..addresses
    })
}
