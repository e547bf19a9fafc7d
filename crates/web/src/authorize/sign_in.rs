//! Signing in: address and password, or another provider.

use super::here::Here;
use super::policy::{Leads, show};
use super::{fault, here};
use crate::again::say;
use crate::console::Console;
use crate::console::page::{Form, Frame};
use crate::words::{Shown, Words};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::authorize::Step;
use tollgate_issuer::people::sign_in;
use tollgate_issuer::terms::people::ConnectionKind;

/// The most characters of a `login_hint` that is an address.
const MOST_HINT: usize = 200;

#[derive(Template)]
#[template(path = "authorize/sign_in.html")]
pub(super) struct Page {
    pub frame: Frame,
    pub texts: Words,
    pub form: Form,
    pub lead: Shown,
    /// Other providers: where the button's form goes, and its words.
    pub connections: Vec<(String, Shown)>,
    /// Where a record of one's own is made; empty where none is.
    pub sign_up: String,
    /// The way, so that a forgotten password leads back to it.
    pub flow: String,
}

/// The form.
pub(super) async fn get(State(console): State<Arc<Console>>, here: Here) -> Response {
    let form = Form::new().with("email", expected(&here));
    let page = page(&console, &here, form);
    show(StatusCode::OK, &page.frame, &page, &leads(&console, &here))
}

/// Signs in, or goes back to the client without.
pub(super) async fn post(State(console): State<Arc<Console>>, here: Here) -> Response {
    let ask = &here.ask;
    if ask.field("choice") == "cancel" {
        return here.refuse(&console).await;
    }
    let (email, password) = (ask.field("email"), ask.field("password"));
    let tried = sign_in::password_after(&console.desk, here.session(), email, password, &ask.origin).await;
    match tried {
        Err(why) => fault::page(&console, ask, here.words, &why),
        Ok(Ok(begun)) => here.entered(&console, &begun).await,
        Ok(Err(why)) => {
            let mut form = Form::typed(&ask.form, &["choice"]);
            let shown = say(&mut form, &why, here.words, "wrong");
            let page = page(&console, &here, form);
            shown.answer(show(shown.status, &page.frame, &page, &leads(&console, &here)))
        }
    }
}

/// Who is expected: as the client said, or who is there and shall show it again.
fn expected(here: &Here) -> String {
    let hint = here.flow.authorization.asked.login_hint.as_deref();
    // A hint may be a firm's domain or a number (3E-17): then nothing is filled in.
    match hint.filter(|hint| hint.contains('@') && hint.len() <= MOST_HINT) {
        Some(hint) => hint.to_owned(),
        None => here.who().map(|who| who.user().email.clone()).unwrap_or_default(),
    }
}

fn page(console: &Console, here: &Here, form: Form) -> Page {
    let terms = &console.desk.terms.people;
    let id = &here.flow.authorization.id;
    let connections = terms
        .connections
        .iter()
        .filter(|connection| connection.kind != ConnectionKind::Test)
        .map(|connection| {
            let place = here::path(id, Some(&Step::Connection(connection.name.clone())));
            let words = here.words.named("connection-button", "connection", &connection.label);
            (place, words)
        })
        .collect();
    Page {
        frame: here.frame(console, "sign-in-title"),
        texts: here.words,
        form,
        lead: here.words.named("sign-in-lead", "application", &here.flow.client.name),
        connections,
        sign_up: match terms.sign_up {
            true => format!("{}/sign-up", here.on()),
            false => String::new(),
        },
        flow: id.to_string(),
    }
}

pub(super) fn leads(console: &Console, here: &Here) -> Leads {
    Leads::of(&here.flow.authorization.asked.redirect_uri, &console.desk.terms.people)
}
