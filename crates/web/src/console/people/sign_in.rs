//! Signing in: address and password.

use super::{outside, refusal, with_next};
use crate::console::Console;
use crate::console::door::{Anyone, inward, see, see_with};
use crate::console::input::Ask;
use crate::console::page::{Form, Frame, respond};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::people::session::{self, Begun};
use tollgate_issuer::people::sign_in;
use tollgate_model::Session;

/// SE7: one sentence for the unknown address, the wrong password, and everybody who may not come in.
const WRONG: &str = "This e-mail address and password do not belong together.";

#[derive(Template)]
#[template(path = "people/sign_in.html")]
struct Page {
    frame: Frame,
    form: Form,
    next: String,
    sign_up: bool,
}

/// The form; who is signed in already goes on.
pub(super) async fn get(State(console): State<Arc<Console>>, Anyone { ask, who, half }: Anyone) -> Response {
    let next = inward(ask.asked("next"));
    if who.is_some() {
        return see(next);
    }
    if half.is_some() {
        return see(&with_next("/console/second-factor", next));
    }
    let page = page(&console, &ask, Form::new(), next);
    respond(StatusCode::OK, &page.frame, &page)
}

/// Signs in.
pub(super) async fn post(State(console): State<Arc<Console>>, came: Anyone) -> Response {
    let ask = &came.ask;
    let next = inward(ask.field("next"));
    let (email, password) = (ask.field("email"), ask.field("password"));
    let tried = sign_in::password_after(&console.desk, before(&came), email, password, &ask.origin).await;
    match tried {
        Err(fault) => console.fault(&fault, ask.id()),
        Ok(Ok(begun)) => entered(&console, &came, &begun, next).await,
        Ok(Err(why)) => {
            let mut form = Form::typed(&ask.form, &[]);
            let shown = refusal::say(&mut form, &why, WRONG);
            let page = page(&console, ask, form, next);
            refusal::show(shown, &page.frame, &page)
        }
    }
}

/// Goes on with the session that began. What this browser had before ends (SE2): nobody finds it in use later.
pub(super) async fn entered(console: &Console, came: &Anyone, begun: &Begun, next: &str) -> Response {
    if let Some(before) = before(came)
        && let Err(fault) = session::replaced(&console.desk, before, &begun.session, came.ask.id()).await
    {
        return console.fault(&fault, came.ask.id());
    }
    // A way asks for the second factor at a page of its own, and leads on from there.
    if begun.session.complete || next.starts_with("/flow/") {
        see_with(next, begun)
    } else {
        see_with(&with_next("/console/second-factor", next), begun)
    }
}

/// The session that this browser has.
fn before(came: &Anyone) -> Option<&Session> {
    match (&came.who, &came.half) {
        (Some(who), _) => Some(who.session()),
        (None, Some(half)) => Some(half.session()),
        (None, None) => None,
    }
}

fn page(console: &Console, ask: &Ask, form: Form, next: &str) -> Page {
    Page {
        frame: outside(console, ask, "Sign in"),
        form,
        next: next.to_owned(),
        sign_up: console.desk.terms.console.sign_up,
    }
}
