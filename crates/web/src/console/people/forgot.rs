//! A forgotten password: a link by mail.

use super::outside;
use crate::console::Console;
use crate::console::door::{Anyone, see};
use crate::console::page::{Form, Frame, respond};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::people::link;

#[derive(Template)]
#[template(path = "people/forgot.html")]
struct Page {
    frame: Frame,
    form: Form,
}

#[derive(Template)]
#[template(path = "people/sent.html")]
struct Sent {
    frame: Frame,
}

/// The form.
pub(super) async fn get(State(console): State<Arc<Console>>, Anyone { ask, .. }: Anyone) -> Response {
    let mut frame = outside(&console, &ask, "Forgot your password?");
    frame.lead = "Tell us your e-mail address, and we send you a link to choose a new one.".to_owned();
    let page = Page {
        frame,
        form: Form::new(),
    };
    respond(StatusCode::OK, &page.frame, &page)
}

/// Sends the link, if there is anybody to send it to. The answer is the same either way (SE7).
pub(super) async fn post(State(console): State<Arc<Console>>, Anyone { ask, .. }: Anyone) -> Response {
    match link::forgot(&console.desk, ask.field("email"), &ask.origin).await {
        Ok(()) => see("/console/mail-sent"),
        Err(fault) => console.fault(&fault, ask.id()),
    }
}

/// What follows both a forgotten password and a sign-up.
pub(super) async fn sent(State(console): State<Arc<Console>>, Anyone { ask, .. }: Anyone) -> Response {
    let page = Sent {
        frame: outside(&console, &ask, "Look into your mail"),
    };
    respond(StatusCode::OK, &page.frame, &page)
}
