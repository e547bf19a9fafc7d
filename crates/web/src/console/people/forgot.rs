//! A forgotten password: a link by mail.

use super::guest::Guest;
use crate::console::Console;
use crate::console::door::see;
use crate::console::page::{Form, Frame, respond};
use crate::words::Words;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::people::link;
use tollgate_model::AuthorizationId;

/// The longest id of a way.
const MOST_FLOW: usize = 64;

#[derive(Template)]
#[template(path = "people/forgot.html")]
struct Page {
    frame: Frame,
    texts: Words,
    form: Form,
    lang: &'static str,
    /// The way from an application's request that this is a step aside from; empty: none.
    flow: String,
}

#[derive(Template)]
#[template(path = "people/sent.html")]
struct Sent {
    frame: Frame,
    texts: Words,
}

/// The form.
pub(super) async fn get(State(console): State<Arc<Console>>, guest: Guest) -> Response {
    let page = Page {
        frame: guest.frame(&console, "forgot"),
        texts: guest.words,
        form: Form::new(),
        lang: guest.lang(),
        flow: flow(guest.ask().asked("flow"))
            .map(|id| id.to_string())
            .unwrap_or_default(),
    };
    respond(StatusCode::OK, &page.frame, &page)
}

/// Sends the link, if there is anybody to send it to. The answer is the same either way (SE7).
pub(super) async fn post(State(console): State<Arc<Console>>, guest: Guest) -> Response {
    let ask = guest.ask();
    let flow = flow(ask.field("flow"));
    match link::forgot_on_the_way(&console.desk, ask.field("email"), flow.as_ref(), &ask.origin).await {
        Ok(()) => see(&guest.to("/console/mail-sent")),
        Err(why) => guest.fault(&console, &why),
    }
}

/// The id of a way, if it can be one. It opens nothing: the link leads there in the browser that began it alone.
fn flow(text: &str) -> Option<AuthorizationId> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    ((1..=MOST_FLOW).contains(&text.len()) && text.bytes().all(plain)).then(|| AuthorizationId::new(text))
}

/// What follows both a forgotten password and a sign-up.
pub(super) async fn sent(State(console): State<Arc<Console>>, guest: Guest) -> Response {
    let page = Sent {
        frame: guest.frame(&console, "mail-title"),
        texts: guest.words,
    };
    respond(StatusCode::OK, &page.frame, &page)
}
