//! Choosing who to be (`prompt=select_account`, OpenID Connect Core §3.1.2.1).

use super::here::Here;
use super::policy::show;
use super::sign_in::leads;
use super::{fault, refused};
use crate::console::Console;
use crate::console::page::Frame;
use crate::words::{Shown, Words};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::authorize;
use tollgate_issuer::people::Refused;

#[derive(Template)]
#[template(path = "authorize/account.html")]
pub(super) struct Page {
    pub frame: Frame,
    pub texts: Words,
    pub lead: Shown,
    pub stay: Shown,
}

/// The question.
pub(super) async fn get(State(console): State<Arc<Console>>, here: Here) -> Response {
    let Some(who) = here.who() else {
        return here.go_on();
    };
    let page = Page {
        frame: here.frame(&console, "account-title"),
        texts: here.words,
        lead: here.words.named("account-lead", "application", &here.flow.client.name),
        stay: here.words.named("account-stay", "person", &who.user().email),
    };
    show(StatusCode::OK, &page.frame, &page, &leads(&console, &here))
}

/// The answer.
pub(super) async fn post(State(console): State<Arc<Console>>, here: Here) -> Response {
    let ask = &here.ask;
    if ask.field("choice") == "cancel" {
        return here.refuse(&console).await;
    }
    if ask.field("choice") == "other" {
        return here.leave(&console).await;
    }
    let Some(who) = here.who() else {
        return here.go_on();
    };
    match authorize::keep_account(&console.desk, &here.flow, who, &ask.origin).await {
        // Stale: something went on meanwhile, and where to is found at the next step.
        Ok(Ok(()) | Err(Refused::Stale)) => here.go_on(),
        Ok(Err(_)) => refused::stale(&console, ask, here.words),
        Err(why) => fault::page(&console, ask, here.words, &why),
    }
}
