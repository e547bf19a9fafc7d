//! Leaving for another provider. A page that sends itself: a form leaves, since leaving is kept (SE5), and a link to
//! this page alone does nothing.

use super::here::Here;
use super::policy::show;
use super::refused;
use super::sign_in::leads;
use crate::console::Console;
use crate::console::page::Frame;
use crate::words::{Shown, Words};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::terms::people::{Connection, ConnectionKind};

#[derive(Template)]
#[template(path = "authorize/away.html")]
pub(super) struct Page {
    pub frame: Frame,
    pub texts: Words,
    pub lead: Shown,
}

/// The page that leaves.
pub(super) async fn get(State(console): State<Arc<Console>>, here: Here) -> Response {
    let Some(connection) = connection(&console, &here) else {
        return refused::over(&console, &here.ask, here.words);
    };
    let page = Page {
        frame: here.frame(&console, "leave-title"),
        texts: here.words,
        lead: here.words.named("leave-onward", "connection", &connection.label),
    };
    show(StatusCode::OK, &page.frame, &page, &leads(&console, &here))
}

fn connection<'a>(console: &'a Console, here: &Here) -> Option<&'a Connection> {
    let found = console.desk.terms.people.connection(&here.connection)?;
    (found.kind != ConnectionKind::Test).then_some(found)
}
