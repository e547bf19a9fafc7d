//! Opening an account of one's own, where the terms let anybody.

use super::guest::Guest;
use crate::again::say;
use crate::console::Console;
use crate::console::door::see;
use crate::console::page::{Form, Frame, Refused, respond};
use crate::words::Words;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::people::link;

#[derive(Template)]
#[template(path = "people/sign_up.html")]
struct Page {
    frame: Frame,
    texts: Words,
    form: Form,
    lang: &'static str,
}

/// The form.
pub(super) async fn get(State(console): State<Arc<Console>>, guest: Guest) -> Response {
    if !console.desk.terms.console.sign_up {
        return nothing(&console, &guest);
    }
    let page = page(&console, &guest, Form::new());
    respond(StatusCode::OK, &page.frame, &page)
}

/// Sends the link with which the account is opened. An address that is known already gets the same answer (SE7).
pub(super) async fn post(State(console): State<Arc<Console>>, guest: Guest) -> Response {
    if !console.desk.terms.console.sign_up {
        return nothing(&console, &guest);
    }
    let ask = guest.ask();
    let (email, name, account) = (ask.field("email"), ask.field("name"), ask.field("account"));
    match link::sign_up(&console.desk, email, name, account, &ask.origin).await {
        Err(why) => guest.fault(&console, &why),
        Ok(Ok(())) => see(&guest.to("/console/mail-sent")),
        Ok(Err(why)) => {
            let mut form = Form::typed(&ask.form, &[]);
            let again = say(&mut form, &why, guest.words, "not-done");
            let page = page(&console, &guest, form);
            again.answer(respond(again.status, &page.frame, &page))
        }
    }
}

/// Where nobody opens an account alone there is no such page.
fn nothing(console: &Console, guest: &Guest) -> Response {
    console.refused(guest.came.who.as_ref(), guest.ask(), Refused::NotFound)
}

fn page(console: &Console, guest: &Guest, form: Form) -> Page {
    Page {
        frame: guest.frame(console, "open-title"),
        texts: guest.words,
        form,
        lang: guest.lang(),
    }
}
