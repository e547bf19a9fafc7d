//! A question before something that cannot be taken back.

use super::answer;
use crate::console::Console;
use crate::console::door::AtAccount;
use crate::console::page::{Form, Frame, respond};
use askama::Template;
use axum::response::Response;
use http::StatusCode;
use tollgate_issuer::registry::No;
use tollgate_model::Version;

/// The question, what it would do, and the button that does it.
#[derive(Template)]
#[template(path = "developer/confirm.html")]
pub(super) struct Question {
    pub(super) frame: Frame,
    pub(super) form: Form,
    /// What it is about, where the heading does not say it: a name that somebody chose.
    pub(super) about: String,
    /// What happens, one sentence a line.
    pub(super) happens: Vec<String>,
    /// What the button says.
    pub(super) button: &'static str,
    /// Whether it harms when it was not meant.
    pub(super) danger: bool,
    /// Where "Cancel" leads.
    pub(super) back: String,
    /// The version that is looked at.
    pub(super) seen: Version,
}

impl Question {
    /// Asks.
    pub(super) fn ask(self) -> Response {
        respond(StatusCode::OK, &self.frame, &self)
    }

    /// Asks again after a refusal, and says why.
    pub(super) fn again(mut self, console: &Console, at: &AtAccount, no: &No) -> Response {
        match answer::say(&mut self.form, no) {
            Some(status) => respond(status, &self.frame, &self),
            None => console.no(at.seat.who(), &at.ask, no),
        }
    }
}
