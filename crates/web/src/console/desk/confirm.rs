//! A question before something that cannot be taken back, or that many would feel.

use super::answer;
use crate::console::Console;
use crate::console::door::AtDesk;
use crate::console::page::{Form, Frame, respond};
use askama::Template;
use axum::response::Response;
use http::StatusCode;
use tollgate_issuer::registry::No;

/// The question, what it would do, and the button that does it. The form goes to where the question stands.
#[derive(Template)]
#[template(path = "desk/confirm.html")]
pub(super) struct Question {
    pub(super) frame: Frame,
    pub(super) form: Form,
    /// What happens, one sentence a line.
    pub(super) happens: Vec<String>,
    /// What the button says.
    pub(super) button: &'static str,
    /// Whether it harms when it was not meant.
    pub(super) danger: bool,
    /// Where "Cancel" leads.
    pub(super) back: String,
    /// What is sent along, as the version that is looked at.
    pub(super) along: Vec<(&'static str, String)>,
}

impl Question {
    /// Asks.
    pub(super) fn ask(self) -> Response {
        respond(StatusCode::OK, &self.frame, &self)
    }

    /// Asks again after a refusal, and says why.
    pub(super) fn again(mut self, console: &Console, at: &AtDesk, no: &No) -> Response {
        match answer::say(&mut self.form, no) {
            Some(status) => respond(status, &self.frame, &self),
            None => answer::no_page(console, at, no),
        }
    }
}
