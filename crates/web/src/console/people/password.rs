//! Another password.

use super::{below_profile, prove, refusal};
use crate::console::Console;
use crate::console::door::{Person, see_with};
use crate::console::input::Ask;
use crate::console::page::{Form, Frame, respond};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::people::{Refused, profile};
use tollgate_issuer::rights::SignedIn;

const HERE: &str = "/console/profile/password";

#[derive(Template)]
#[template(path = "people/password.html")]
struct Page {
    frame: Frame,
    form: Form,
    email: String,
}

impl Page {
    fn rules(&self) -> &'static str {
        refusal::RULES
    }
}

/// The form.
pub(super) async fn get(State(console): State<Arc<Console>>, Person { ask, who }: Person) -> Response {
    if let Some(first) = prove::first(&console, &who, HERE) {
        return first;
    }
    let page = page(&console, &ask, &who, Form::new());
    respond(StatusCode::OK, &page.frame, &page)
}

/// Changes it. Other sessions end, and a new one takes the place of this one (SE2).
pub(super) async fn post(State(console): State<Arc<Console>>, Person { ask, who }: Person) -> Response {
    let new = ask.field(refusal::NEW_PASSWORD);
    match profile::change_password(&console.desk, &who, new, &ask.origin).await {
        Err(fault) => console.fault(&fault, ask.id()),
        Ok(Ok(begun)) => see_with("/console/profile?done=password-changed", &begun),
        Ok(Err(why)) => {
            if why == Refused::Unproved
                && let Some(first) = prove::first(&console, &who, HERE)
            {
                return first;
            }
            let mut form = Form::new();
            let shown = refusal::say(&mut form, &why, "This cannot be done.");
            let page = page(&console, &ask, &who, form);
            refusal::show(shown, &page.frame, &page)
        }
    }
}

fn page(console: &Console, ask: &Ask, who: &SignedIn, form: Form) -> Page {
    let mut frame = below_profile(console, who, ask, "Change your password");
    frame.lead = "Everywhere else you are signed out by it.".to_owned();
    Page {
        frame,
        form,
        email: who.user().email.clone(),
    }
}
