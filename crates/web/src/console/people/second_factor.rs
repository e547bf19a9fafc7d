//! The second factor: the app's code, or a recovery code.

use super::{outside, refusal, with_next};
use crate::console::Console;
use crate::console::door::{Anyone, inward, see, see_with};
use crate::console::input::Ask;
use crate::console::page::{Form, Frame, Refused, respond};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::people;
use tollgate_issuer::people::session::{self, Half};
use tollgate_issuer::people::sign_in;

#[derive(Template)]
#[template(path = "people/second_factor.html")]
struct Page {
    frame: Frame,
    form: Form,
    email: String,
    next: String,
    /// Whether a recovery code is asked for.
    recovery: bool,
    /// The same page for the other kind of code.
    other: String,
}

/// The form.
pub(super) async fn get(State(console): State<Arc<Console>>, Anyone { ask, who, half }: Anyone) -> Response {
    let next = inward(ask.asked("next"));
    let Some(half) = half else {
        return see(&elsewhere(who.is_some(), next));
    };
    let recovery = ask.asked("with") == "recovery";
    let page = page(&console, &ask, &half, Form::new(), next, recovery);
    respond(StatusCode::OK, &page.frame, &page)
}

/// Shows the code.
pub(super) async fn post(State(console): State<Arc<Console>>, Anyone { ask, who, half }: Anyone) -> Response {
    let next = inward(ask.field("next"));
    let Some(half) = half else {
        return see(&elsewhere(who.is_some(), next));
    };
    if !session::csrf_matches(&console.desk, half.session(), ask.field("csrf")) {
        return console.refused(None, &ask, Refused::Stale);
    }
    let recovery = ask.field("with") == "recovery";
    let code = ask.field(if recovery { "recovery_code" } else { "otp" });
    match sign_in::second(&console.desk, &half, code, &ask.origin).await {
        Err(fault) => console.fault(&fault, ask.id()),
        Ok(Ok(begun)) => see_with(next, &begun),
        // The half session is over: from the start.
        Ok(Err(people::Refused::Stale)) => see(&with_next("/console/sign-in", next)),
        Ok(Err(why)) => {
            let mut form = Form::new();
            let shown = refusal::say(&mut form, &why, "This code is not right, or it was used already.");
            let page = page(&console, &ask, &half, form, next, recovery);
            refusal::show(shown, &page.frame, &page)
        }
    }
}

fn elsewhere(signed_in: bool, next: &str) -> String {
    if signed_in {
        next.to_owned()
    } else {
        with_next("/console/sign-in", next)
    }
}

fn page(console: &Console, ask: &Ask, half: &Half, form: Form, next: &str, recovery: bool) -> Page {
    let mut frame = outside(console, ask, "One more step");
    frame.csrf = session::csrf(&console.desk, half.session());
    let mut other = with_next("/console/second-factor", next);
    if !recovery {
        other.push(if other.contains('?') { '&' } else { '?' });
        other.push_str("with=recovery");
    }
    Page {
        frame,
        form,
        email: half.user().email.clone(),
        next: next.to_owned(),
        recovery,
        other,
    }
}
