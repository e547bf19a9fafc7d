//! Looking at a secret again, where the house lets its owner do that (SE-7).

use super::{answer, head};
use crate::console::Console;
use crate::console::door::{AtAccount, see};
use crate::console::page::{Form, Frame, Refused, respond};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::developer;
use tollgate_issuer::people::sign_in;
use tollgate_issuer::rights::Role;

#[derive(Template)]
#[template(path = "developer/reveal.html")]
struct Page<'a> {
    frame: Frame,
    form: Form,
    label: String,
    back: String,
    /// Empty until the button was pressed.
    plain: &'a str,
}

/// The button; also where one comes back to after showing the password.
pub(super) async fn get(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    at.at_least(&console, Role::Developer)?;
    page(&console, &at, StatusCode::OK, Form::new(), "").await
}

async fn page(
    console: &Console,
    at: &AtAccount,
    status: StatusCode,
    form: Form,
    plain: &str,
) -> Result<Response, Response> {
    let shown = developer::show(&console.desk, &at.seat, &answer::client(&at.ask)).await;
    let shown = answer::done(console, at, shown)?;
    let sought = answer::secret(&at.ask);
    // CO4: another client's secret looks like none at all.
    let Some(secret) = shown.secrets.iter().find(|secret| secret.id == sought) else {
        return Err(console.refused(Some(at.seat.who()), &at.ask, Refused::NotFound));
    };
    let client = &shown.owned.record().client;
    let page = Page {
        frame: head::below(console, at, client, "Client secret"),
        form,
        label: secret.label.clone(),
        back: format!("/console/clients/{}", client.id),
        plain,
    };
    Ok(respond(status, &page.frame, &page))
}

/// Shows it, to who has just shown the password (SE10).
pub(super) async fn post(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    at.at_least(&console, Role::Developer)?;
    let (id, secret) = (answer::client(&at.ask), answer::secret(&at.ask));
    if !sign_in::proved(&console.desk, at.seat.who()) {
        return Ok(see(&answer::link("/console/prove", &[("next", &at.ask.path)])));
    }
    let revealed = developer::reveal(&console.desk, &at.seat, &at.asker(), &id, &secret).await;
    match answer::known(&console, &at, revealed)? {
        Ok(plain) => page(&console, &at, StatusCode::OK, Form::new(), &plain).await,
        Err(no) => {
            let mut form = Form::new();
            match answer::say(&mut form, &no) {
                Some(status) => page(&console, &at, status, form, "").await,
                None => Err(console.no(at.seat.who(), &at.ask, &no)),
            }
        }
    }
}
