//! Opening an account of one's own, where the terms let anybody.

use super::{outside, refusal};
use crate::console::Console;
use crate::console::door::{Anyone, see};
use crate::console::input::Ask;
use crate::console::page::{Form, Frame, Refused, respond};
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
    form: Form,
}

/// The form.
pub(super) async fn get(State(console): State<Arc<Console>>, Anyone { ask, who, .. }: Anyone) -> Response {
    if !console.desk.terms.console.sign_up {
        return console.refused(who.as_ref(), &ask, Refused::NotFound);
    }
    let page = page(&console, &ask, Form::new());
    respond(StatusCode::OK, &page.frame, &page)
}

/// Sends the link with which the account is opened. An address that is known already gets the same answer (SE7).
pub(super) async fn post(State(console): State<Arc<Console>>, Anyone { ask, who, .. }: Anyone) -> Response {
    if !console.desk.terms.console.sign_up {
        return console.refused(who.as_ref(), &ask, Refused::NotFound);
    }
    let (email, name, account) = (ask.field("email"), ask.field("name"), ask.field("account"));
    match link::sign_up(&console.desk, email, name, account, &ask.origin).await {
        Err(fault) => console.fault(&fault, ask.id()),
        Ok(Ok(())) => see("/console/mail-sent"),
        Ok(Err(why)) => {
            let mut form = Form::typed(&ask.form, &[]);
            let shown = refusal::say(&mut form, &why, "This cannot be done.");
            let page = page(&console, &ask, form);
            refusal::show(shown, &page.frame, &page)
        }
    }
}

fn page(console: &Console, ask: &Ask, form: Form) -> Page {
    let mut frame = outside(console, ask, "Open an account");
    frame.lead = "For testing, at once. You get an account and credentials of your own.".to_owned();
    Page { frame, form }
}
