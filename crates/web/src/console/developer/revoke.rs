//! Ending a secret, or every token of a client.

use super::confirm::Question;
use super::{answer, head};
use crate::console::Console;
use crate::console::door::{AtAccount, see};
use crate::console::page::Form;
use axum::extract::State;
use axum::response::Response;
use std::sync::Arc;
use tollgate_issuer::developer::{self, Shown};
use tollgate_issuer::registry::No;
use tollgate_issuer::rights::Role;

async fn show(console: &Console, at: &AtAccount) -> Result<Shown, Response> {
    at.at_least(console, Role::Developer)?;
    let shown = developer::show(&console.desk, &at.seat, &answer::client(&at.ask)).await;
    answer::done(console, at, shown)
}

/// Asks whether a secret is to end.
pub(super) async fn ask_secret(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    let shown = show(&console, &at).await?;
    let sought = answer::secret(&at.ask);
    let Some(secret) = shown.secrets.iter().find(|secret| secret.id == sought) else {
        return Err(console.no(at.seat.who(), &at.ask, &No::NotFound("secret")));
    };
    let client = &shown.owned.record().client;
    let others = developer::ending(&shown.owned, at.ask.now)
        .into_iter()
        .filter(|other| other.id != sought)
        .count();
    let mut happens = vec![
        "This secret stops working at once and for good.".to_owned(),
        "Every access token that it bought ends at once too, so calls with them are refused.".to_owned(),
    ];
    happens.push(match others {
        0 => "It is the only one that works: your software gets no tokens until you regenerate.".to_owned(),
        _ => "Your other secret goes on working, and so do its tokens.".to_owned(),
    });
    Ok(Question {
        frame: head::below(&console, &at, client, "Revoke this secret?"),
        form: Form::new(),
        about: secret.label.clone(),
        happens,
        button: "Revoke secret",
        danger: true,
        back: format!("/console/clients/{}", client.id),
        seen: client.version,
    }
    .ask())
}

/// Ends it.
pub(super) async fn secret(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    at.at_least(&console, Role::Developer)?;
    let (id, secret) = (answer::client(&at.ask), answer::secret(&at.ask));
    let revoked = developer::revoke_secret(&console.desk, &at.seat, &at.asker(), &id, &secret).await;
    answer::done(&console, &at, revoked)?;
    Ok(see(&format!("/console/clients/{id}?done=secret-revoked")))
}

/// Asks whether all tokens are to end.
pub(super) async fn ask_tokens(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    let shown = show(&console, &at).await?;
    let client = &shown.owned.record().client;
    Ok(Question {
        frame: head::below(&console, &at, client, "Revoke all tokens?"),
        form: Form::new(),
        about: client.name.clone(),
        happens: vec![
            "Every access token that this client was given up to now is refused from now on.".to_owned(),
            "Its secrets go on working: software that asks for a new token gets one.".to_owned(),
            "Use this when a token leaked. If a secret leaked, revoke that secret instead.".to_owned(),
        ],
        button: "Revoke all tokens",
        danger: true,
        back: format!("/console/clients/{}/settings", client.id),
        seen: client.version,
    }
    .ask())
}

/// Ends them.
pub(super) async fn tokens(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    at.at_least(&console, Role::Developer)?;
    let id = answer::client(&at.ask);
    let revoked = developer::revoke_tokens(&console.desk, &at.seat, &at.asker(), &id).await;
    answer::done(&console, &at, revoked)?;
    Ok(see(&format!("/console/clients/{id}/settings?done=tokens-revoked")))
}
