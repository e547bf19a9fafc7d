//! A connection for trying out: a button that counts as having been at another provider. On development servers alone.

use super::here::Here;
use super::policy::show;
use super::sign_in::leads;
use super::{fault, refused};
use crate::console::Console;
use crate::console::door::see_with;
use crate::console::page::Frame;
use crate::words::{Shown, Words};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::authorize;
use tollgate_issuer::people::Refused;
use tollgate_issuer::terms::people::{Connection, ConnectionKind};

#[derive(Template)]
#[template(path = "authorize/trial.html")]
pub(super) struct Page {
    pub frame: Frame,
    pub texts: Words,
    pub lead: Shown,
}

/// The button.
pub(super) async fn get(State(console): State<Arc<Console>>, here: Here) -> Response {
    let Some(connection) = connection(&console, &here) else {
        return refused::over(&console, &here.ask, here.words);
    };
    if here.who().is_none() {
        return here.go_on();
    }
    let page = Page {
        frame: here.frame(&console, "test-title"),
        texts: here.words,
        lead: here.words.named("test-lead", "connection", &connection.label),
    };
    show(StatusCode::OK, &page.frame, &page, &leads(&console, &here))
}

/// It was pressed.
pub(super) async fn post(State(console): State<Arc<Console>>, here: Here) -> Response {
    let ask = &here.ask;
    if ask.field("choice") == "cancel" {
        return here.refuse(&console).await;
    }
    let Some(connection) = connection(&console, &here) else {
        return refused::over(&console, ask, here.words);
    };
    let Some(who) = here.who() else {
        return here.go_on();
    };
    match authorize::pressed(&console.desk, &here.flow, who, &connection.name, &ask.origin).await {
        // The rule put this session in the place of the one before.
        Ok(Ok(begun)) => see_with(&here.on(), &begun),
        Ok(Err(Refused::Stale)) => here.go_on(),
        Ok(Err(_)) => refused::stale(&console, ask, here.words),
        Err(why) => fault::page(&console, ask, here.words, &why),
    }
}

fn connection<'a>(console: &'a Console, here: &Here) -> Option<&'a Connection> {
    let found = console.desk.terms.people.connection(&here.connection)?;
    (found.kind == ConnectionKind::Test).then_some(found)
}
