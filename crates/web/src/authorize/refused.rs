//! Pages that say why it cannot go on. Nobody is sent anywhere from here (RU5).

use super::here::frame;
use super::policy::{Leads, show};
use crate::answer;
use crate::console::Console;
use crate::console::input::Ask;
use crate::console::page::Frame;
use crate::words::{Shown, Words};
use askama::Template;
use axum::response::Response;
use http::header::{ALLOW, HeaderName, HeaderValue};
use http::{Method, StatusCode};
use tollgate_issuer::authorize::errand::Unwelcome;
use tollgate_protocol::refusal::{Code, Refusal};

/// Why it cannot go on, in the person's words; below, for whoever builds the application, in the dialect's.
#[derive(Template)]
#[template(path = "authorize/refused.html")]
pub(super) struct Page<'a> {
    pub frame: Frame,
    pub texts: Words,
    pub why: Shown,
    /// What to do about it; empty for nothing more.
    pub then: String,
    /// What developers are told, by name; empty for a page that is none of their business.
    pub told: Vec<(&'static str, String)>,
    pub request: &'a str,
    /// Back to the sign-in; empty where there is no way any more.
    pub anew: String,
}

/// The request cannot be answered to the client: it, or its address, is not to be trusted.
pub(super) fn told(console: &Console, ask: &Ask, words: Words, refusal: &Refusal) -> Response {
    tracing::debug!(
        request = ask.id(),
        code = refusal.code.as_str(),
        "authorization refused"
    );
    let why = match refusal.code {
        Code::ClientUnknown | Code::ClientMissing | Code::ClientDisabled => "refused-client",
        Code::RedirectMissing | Code::RedirectUnknown => "refused-redirect",
        _ => "refused-other",
    };
    let spoken = console.desk.terms.dialect.speak(refusal);
    let mut told = vec![("code", refusal.code.as_str().to_owned())];
    for name in ["error", "error_description", "error_hint"] {
        if let Some(text) = spoken.body.get(name).and_then(|value| value.as_str()) {
            told.push((name, text.to_owned()));
        }
    }
    let page = Page {
        frame: frame(console, ask, words, "refused-title"),
        texts: words,
        why: words.plain(why),
        then: words.say("refused-back"),
        told,
        request: ask.id(),
        anew: String::new(),
    };
    answer::because(answered(StatusCode::BAD_REQUEST, &page), refusal.code, ask.id())
}

/// There is no such way, not in this browser, or not any more: nobody learns which (CO2, AT17).
pub(super) fn over(console: &Console, ask: &Ask, words: Words) -> Response {
    simple(console, ask, words, StatusCode::NOT_FOUND, ["over-title", "over-words"])
}

/// A form that no page of ours sent, or that an older one did (SE5).
pub(crate) fn stale(console: &Console, ask: &Ask, words: Words) -> Response {
    simple(
        console,
        ask,
        words,
        StatusCode::BAD_REQUEST,
        ["stale-title", "stale-words"],
    )
}

/// Another provider cannot be reached, or not be believed; or it knows somebody who is nobody here.
pub(super) fn provider(
    console: &Console,
    ask: &Ask,
    words: Words,
    (why, connection): (Unwelcome, &str),
    anew: String,
) -> Response {
    let (status, sentence) = match why {
        Unwelcome::Failed => (StatusCode::BAD_GATEWAY, "provider-words"),
        Unwelcome::Unknown => (StatusCode::FORBIDDEN, "provider-unknown"),
    };
    let page = Page {
        frame: frame(console, ask, words, "provider-title"),
        texts: words,
        why: words.named(sentence, "connection", connection),
        then: String::new(),
        told: Vec::new(),
        request: ask.id(),
        anew,
    };
    answered(status, &page)
}

/// A method that no page has. `HEAD` is one of them: it must change nothing (AT26), and going on does.
pub(super) fn method(ask: &Ask) -> Option<Response> {
    if matches!(ask.method, Method::GET | Method::POST) {
        return None;
    }
    let mut response = answer::bare(StatusCode::METHOD_NOT_ALLOWED);
    response
        .headers_mut()
        .insert(ALLOW, HeaderValue::from_static("GET, POST"));
    Some(response)
}

fn simple(console: &Console, ask: &Ask, words: Words, status: StatusCode, [title, why]: [&str; 2]) -> Response {
    let page = Page {
        frame: frame(console, ask, words, title),
        texts: words,
        why: words.plain(why),
        then: String::new(),
        told: Vec::new(),
        request: ask.id(),
        anew: String::new(),
    };
    answered(status, &page)
}

fn answered(status: StatusCode, page: &Page<'_>) -> Response {
    let mut response = show(status, &page.frame, page, &Leads::by_way_of_us(None));
    answer::set(
        response.headers_mut(),
        HeaderName::from_static(crate::request_id::HEADER),
        page.request,
    );
    response
}
