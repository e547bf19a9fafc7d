//! Disabling a client, and enabling it again.

use super::confirm::Question;
use super::{answer, head};
use crate::console::Console;
use crate::console::door::{AtAccount, see};
use crate::console::page::Form;
use axum::extract::State;
use axum::response::Response;
use std::sync::Arc;
use tollgate_issuer::developer;
use tollgate_issuer::rights::Role;
use tollgate_model::State as Standing;

async fn question(console: &Console, at: &AtAccount, to: Standing) -> Result<Question, Response> {
    at.at_least(console, Role::Developer)?;
    let shown = developer::show(&console.desk, &at.seat, &answer::client(&at.ask)).await;
    let shown = answer::done(console, at, shown)?;
    let client = &shown.owned.record().client;
    let (title, button, happens) = match to {
        Standing::Disabled => (
            "Disable this client?",
            "Disable client",
            [
                "It gets no more tokens, and the tokens it has are refused at once.",
                "Nothing is deleted: its id, secrets and scopes stay, and you can enable it again.",
            ],
        ),
        Standing::Active => (
            "Enable this client?",
            "Enable client",
            [
                "It gets tokens again, with the secrets and scopes it has.",
                "Tokens from before it was disabled stay refused; your software asks for new ones.",
            ],
        ),
    };
    Ok(Question {
        frame: head::below(console, at, client, title),
        form: Form::new(),
        about: client.name.clone(),
        happens: happens.map(str::to_owned).to_vec(),
        button,
        danger: to == Standing::Disabled,
        back: format!("/console/clients/{}/settings", client.id),
        seen: client.version,
    })
}

async fn set(console: &Console, at: &AtAccount, to: Standing, done: &str) -> Result<Response, Response> {
    at.at_least(console, Role::Developer)?;
    let (id, seen) = (answer::client(&at.ask), answer::seen(console, at)?);
    let set = developer::set_state(&console.desk, &at.seat, &at.asker(), &id, to, Some(seen)).await;
    match answer::known(console, at, set)? {
        Ok(_) => Ok(see(&format!("/console/clients/{id}/settings?done={done}"))),
        Err(no) => Ok(question(console, at, to).await?.again(console, at, &no)),
    }
}

/// Asks whether it is to be disabled.
pub(super) async fn ask_disable(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    Ok(question(&console, &at, Standing::Disabled).await?.ask())
}

/// Disables it.
pub(super) async fn disable(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    set(&console, &at, Standing::Disabled, "client-disabled").await
}

/// Asks whether it is to be enabled.
pub(super) async fn ask_enable(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    Ok(question(&console, &at, Standing::Active).await?.ask())
}

/// Enables it.
pub(super) async fn enable(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    set(&console, &at, Standing::Active, "client-enabled").await
}
