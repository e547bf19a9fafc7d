//! What becomes of a request: a page, the way back to the client, or a page that says why not.

use super::here::{frame, path};
use super::policy::{Leads, show};
use super::refused;
use crate::answer::because;
use crate::console::Console;
use crate::console::door::see;
use crate::console::input::Ask;
use crate::console::page::Frame;
use crate::console::page::frame::led;
use crate::words::{Shown, Words};
use askama::Template;
use axum::response::Response;
use http::StatusCode;
use tollgate_issuer::authorize::{Back, Outcome};
use tollgate_model::authorization::ResponseMode;
use url::Url;

/// The form that takes an answer to the client (OAuth 2.0 Form Post Response Mode). It sends itself; where no script
/// runs it has a button.
#[derive(Template)]
#[template(path = "authorize/form_post.html")]
pub(super) struct FormPost<'a> {
    pub frame: Frame,
    pub texts: Words,
    pub lead: Shown,
    pub action: &'a str,
    pub parameters: &'a [(&'static str, String)],
}

/// Answers with what was decided.
pub(super) fn outcome(console: &Console, ask: &Ask, words: Words, outcome: &Outcome) -> Response {
    match outcome {
        Outcome::Page(id, step) => see(&path(id, Some(step))),
        Outcome::Back(back) => self::back(console, ask, words, back),
        Outcome::Refused(refusal) => refused::told(console, ask, words, refusal),
    }
}

/// Takes an answer to the client. Always by GET or by a form of its own (RU9): nothing that was typed here travels on.
pub(super) fn back(console: &Console, ask: &Ask, words: Words, back: &Back) -> Response {
    let response = match back.mode {
        ResponseMode::Query => see(&back.location()),
        ResponseMode::FormPost => {
            let page = FormPost {
                frame: frame(console, ask, words, "leave-title"),
                texts: words,
                lead: words.named("leave-words", "host", host(&back.redirect_uri)),
                action: led(&back.redirect_uri),
                parameters: &back.parameters,
            };
            let leads = Leads::straight_to(&back.redirect_uri);
            show(StatusCode::OK, &page.frame, &page, &leads)
        }
    };
    match back.refused {
        Some(code) => because(response, code, ask.id()),
        None => response,
    }
}

/// The host of an address, as people know it.
fn host(uri: &str) -> String {
    Url::parse(uri)
        .ok()
        .and_then(|url| url.host_str().map(str::to_owned))
        .unwrap_or_default()
}
