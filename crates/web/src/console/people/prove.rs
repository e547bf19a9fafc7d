//! The password again, before something dangerous (SE10).

use super::{outside, refusal, with_next};
use crate::console::Console;
use crate::console::door::{Person, inward, see, see_with};
use crate::console::input::Ask;
use crate::console::page::{Form, Frame, respond};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::people::{Refused, session, sign_in};
use tollgate_issuer::rights::SignedIn;

#[derive(Template)]
#[template(path = "people/prove.html")]
struct Page {
    frame: Frame,
    form: Form,
    email: String,
    next: String,
}

/// Where to, before `next`, for somebody who did not show the password of late; nowhere for who did.
pub(super) fn first(console: &Console, who: &SignedIn, next: &str) -> Option<Response> {
    (!sign_in::proved(&console.desk, who)).then(|| see(&with_next("/console/prove", next)))
}

/// The form; who showed it of late goes on.
pub(super) async fn get(State(console): State<Arc<Console>>, Person { ask, who }: Person) -> Response {
    let next = inward(ask.asked("next"));
    if sign_in::proved(&console.desk, &who) {
        return see(next);
    }
    let page = page(&console, &ask, &who, Form::new(), next);
    respond(StatusCode::OK, &page.frame, &page)
}

/// Shows the password. A new session takes the place of this one (SE2).
pub(super) async fn post(State(console): State<Arc<Console>>, Person { ask, who }: Person) -> Response {
    let next = inward(ask.field("next"));
    match sign_in::again(&console.desk, &who, ask.field("password"), &ask.origin).await {
        Err(fault) => console.fault(&fault, ask.id()),
        Ok(Ok(begun)) => see_with(next, &begun),
        Ok(Err(Refused::Stale)) => see(&with_next("/console/sign-in", next)),
        Ok(Err(why)) => {
            let mut form = Form::new();
            let shown = refusal::say(&mut form, &why, "This is not your password.");
            let page = page(&console, &ask, &who, form, next);
            refusal::show(shown, &page.frame, &page)
        }
    }
}

fn page(console: &Console, ask: &Ask, who: &SignedIn, form: Form, next: &str) -> Page {
    let mut frame = outside(console, ask, "Show your password again");
    frame.lead = "What you are about to do is important, so we make sure that it is you.".to_owned();
    frame.csrf = session::csrf(&console.desk, who.session());
    Page {
        frame,
        form,
        email: who.user().email.clone(),
        next: next.to_owned(),
    }
}
