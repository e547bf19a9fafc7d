//! The second factor: the app's code, or a recovery code.

use super::fault;
use super::here::Here;
use super::policy::show;
use super::sign_in::leads;
use crate::again::say;
use crate::console::Console;
use crate::console::page::{Form, Frame};
use crate::words::{Shown, Words};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::people;
use tollgate_issuer::people::session::Half;
use tollgate_issuer::people::sign_in;

#[derive(Template)]
#[template(path = "authorize/second_factor.html")]
pub(super) struct Page {
    pub frame: Frame,
    pub texts: Words,
    pub form: Form,
    pub lead: Shown,
    /// Whether a recovery code is asked for.
    pub recovery: bool,
}

/// The form.
pub(super) async fn get(State(console): State<Arc<Console>>, here: Here) -> Response {
    let Some(half) = here.half() else {
        return here.go_on();
    };
    let recovery = here.ask.asked("with") == "recovery";
    let page = page(&console, &here, half, Form::new(), recovery);
    show(StatusCode::OK, &page.frame, &page, &leads(&console, &here))
}

/// Shows the code, or goes on as somebody else.
pub(super) async fn post(State(console): State<Arc<Console>>, here: Here) -> Response {
    let ask = &here.ask;
    if ask.field("choice") == "other" {
        return here.leave(&console).await;
    }
    let Some(half) = here.half() else {
        return here.go_on();
    };
    let recovery = ask.field("with") == "recovery";
    let code = ask.field(if recovery { "recovery_code" } else { "otp" });
    match sign_in::second(&console.desk, half, code, &ask.origin).await {
        Err(why) => fault::page(&console, ask, here.words, &why),
        // The rule ended the half session in the same keep that began this one.
        Ok(Ok(begun)) => crate::console::door::see_with(&here.on(), &begun),
        // The half session is over: from the start.
        Ok(Err(people::Refused::Stale)) => here.go_on(),
        Ok(Err(why)) => {
            let mut form = Form::new();
            let shown = say(&mut form, &why, here.words, "otp-wrong");
            let page = page(&console, &here, half, form, recovery);
            shown.answer(show(shown.status, &page.frame, &page, &leads(&console, &here)))
        }
    }
}

fn page(console: &Console, here: &Here, half: &Half, form: Form, recovery: bool) -> Page {
    Page {
        frame: here.frame(console, "second-title"),
        texts: here.words,
        form,
        lead: here.words.named("second-lead", "person", &half.user().email),
        recovery,
    }
}
