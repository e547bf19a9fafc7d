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
use tollgate_model::AuthorizationId;

/// The longest id of a way.
const MOST_FLOW: usize = 64;

#[derive(Template)]
#[template(path = "people/forgot.html")]
struct Page {
    frame: Frame,
    form: Form,
    /// The way from an application's request that this is a step aside from; empty: none.
    flow: String,
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
        flow: flow(ask.asked("flow")).map(|id| id.to_string()).unwrap_or_default(),
    };
    respond(StatusCode::OK, &page.frame, &page)
}

/// Sends the link, if there is anybody to send it to. The answer is the same either way (SE7).
pub(super) async fn post(State(console): State<Arc<Console>>, Anyone { ask, .. }: Anyone) -> Response {
    let flow = flow(ask.field("flow"));
    match link::forgot_on_the_way(&console.desk, ask.field("email"), flow.as_ref(), &ask.origin).await {
        Ok(()) => see("/console/mail-sent"),
        Err(fault) => console.fault(&fault, ask.id()),
    }
}

/// The id of a way, if it can be one. It opens nothing: the link leads there in the browser that began it alone.
fn flow(text: &str) -> Option<AuthorizationId> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    ((1..=MOST_FLOW).contains(&text.len()) && text.bytes().all(plain)).then(|| AuthorizationId::new(text))
}

/// What follows both a forgotten password and a sign-up.
pub(super) async fn sent(State(console): State<Arc<Console>>, Anyone { ask, .. }: Anyone) -> Response {
    let page = Sent {
        frame: outside(&console, &ask, "Look into your mail"),
    };
    respond(StatusCode::OK, &page.frame, &page)
}
