//! Making a record of one's own, where the terms let anybody.

use super::here::Here;
use super::policy::show;
use super::sign_in::leads;
use super::{fault, refused};
use crate::again::say;
use crate::console::Console;
use crate::console::door::see;
use crate::console::page::{Form, Frame};
use crate::words::Words;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::people::link;

#[derive(Template)]
#[template(path = "authorize/join.html")]
pub(super) struct Page {
    pub frame: Frame,
    pub texts: Words,
    pub form: Form,
    pub sign_in: String,
}

#[derive(Template)]
#[template(path = "authorize/sent.html")]
pub(super) struct Sent {
    pub frame: Frame,
    pub texts: Words,
}

/// The form.
pub(super) async fn get(State(console): State<Arc<Console>>, here: Here) -> Response {
    if !console.desk.terms.people.sign_up {
        return refused::over(&console, &here.ask, here.words);
    }
    let page = page(&console, &here, Form::new());
    show(StatusCode::OK, &page.frame, &page, &leads(&console, &here))
}

/// Sends the link. An address that is known already gets the same answer (SE7).
pub(super) async fn post(State(console): State<Arc<Console>>, here: Here) -> Response {
    let ask = &here.ask;
    if !console.desk.terms.people.sign_up {
        return refused::over(&console, ask, here.words);
    }
    let id = &here.flow.authorization.id;
    match link::join(
        &console.desk,
        ask.field("email"),
        ask.field("name"),
        &ask.origin,
        Some(id),
    )
    .await
    {
        Err(why) => fault::page(&console, ask, here.words, &why),
        Ok(Ok(())) => see(&format!("{}/mail-sent", here.on())),
        Ok(Err(why)) => {
            let mut form = Form::typed(&ask.form, &[]);
            let shown = say(&mut form, &why, here.words, "invalid");
            let page = page(&console, &here, form);
            shown.answer(show(shown.status, &page.frame, &page, &leads(&console, &here)))
        }
    }
}

/// What follows.
pub(super) async fn sent(State(console): State<Arc<Console>>, here: Here) -> Response {
    let page = Sent {
        frame: here.frame(&console, "mail-title"),
        texts: here.words,
    };
    show(StatusCode::OK, &page.frame, &page, &leads(&console, &here))
}

fn page(console: &Console, here: &Here, form: Form) -> Page {
    Page {
        frame: here.frame(console, "join-title"),
        texts: here.words,
        form,
        sign_in: format!("{}/sign-in", here.on()),
    }
}
