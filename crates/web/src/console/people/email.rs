//! Another e-mail address.

use super::{below_profile, prove, refusal};
use crate::console::Console;
use crate::console::door::{Person, see};
use crate::console::input::Ask;
use crate::console::page::{Form, Frame, respond};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::people::{Refused, profile};
use tollgate_issuer::rights::SignedIn;

const HERE: &str = "/console/profile/email";

#[derive(Template)]
#[template(path = "people/email.html")]
struct Page {
    frame: Frame,
    form: Form,
    email: String,
}

/// The form.
pub(super) async fn get(State(console): State<Arc<Console>>, Person { ask, who }: Person) -> Response {
    if let Some(first) = prove::first(&console, &who, HERE) {
        return first;
    }
    let page = page(&console, &ask, &who, Form::new());
    respond(StatusCode::OK, &page.frame, &page)
}

/// Sends a link to the new address; nothing is changed before it is followed.
pub(super) async fn post(State(console): State<Arc<Console>>, Person { ask, who }: Person) -> Response {
    match profile::change_email(&console.desk, &who, ask.field("email"), &ask.origin).await {
        Err(fault) => console.fault(&fault, ask.id()),
        Ok(Ok(())) => see("/console/profile?done=email-asked"),
        Ok(Err(why)) => {
            if why == Refused::Unproved
                && let Some(first) = prove::first(&console, &who, HERE)
            {
                return first;
            }
            let mut form = Form::typed(&ask.form, &[]);
            let shown = refusal::say(&mut form, &why, "This cannot be done.");
            let page = page(&console, &ask, &who, form);
            refusal::show(shown, &page.frame, &page)
        }
    }
}

fn page(console: &Console, ask: &Ask, who: &SignedIn, form: Form) -> Page {
    let mut frame = below_profile(console, who, ask, "Change your e-mail address");
    frame.lead = "We send a link to the new address. It counts as soon as you follow that link.".to_owned();
    Page {
        frame,
        form,
        email: who.user().email.clone(),
    }
}
