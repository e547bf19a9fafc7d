//! Signing out at a client's wish (OpenID Connect RP-Initiated Logout, Front-Channel Logout): the question, and what
//! follows. What is decided, `issuer::logout` decides.

use super::here::frame;
use super::policy::{Leads, show};
use crate::answer::set;
use crate::console::Console;
use crate::console::door::see_without;
use crate::console::input::Ask;
use crate::console::page::Frame;
use crate::console::page::frame::led;
use crate::words::{Shown, Words};
use askama::Template;
use axum::response::Response;
use http::StatusCode;
use http::header::SET_COOKIE;
use tollgate_issuer::people::session;
use tollgate_issuer::rights::SignedIn;

/// The question. It is asked where nobody can be sure that the person wants it (OC4).
#[derive(Template)]
#[template(path = "authorize/logout.html")]
pub(super) struct Question<'a> {
    pub frame: Frame,
    pub texts: Words,
    pub lead: Shown,
    /// The request, carried along to be decided anew.
    pub carried: &'a [(String, String)],
}

/// What follows: the person is signed out, other clients are told in frames, and somebody may lead on.
#[derive(Template)]
#[template(path = "authorize/gone.html")]
pub(super) struct Gone<'a> {
    pub frame: Frame,
    pub texts: Words,
    pub lead: Shown,
    pub back: Option<&'a str>,
    pub frames: Vec<&'a str>,
}

/// The field of the question's form that says yes.
pub(crate) const CONFIRMED: &str = "confirmed";

/// Asks whether to sign out. The form posts to the address it is shown at, with `csrf` of the session, what was asked
/// for (`carried`), and [`CONFIRMED`]`=yes`. `back` is where the client wants the person to go afterwards, if it may.
pub(crate) fn asked(
    console: &Console,
    ask: &Ask,
    who: &SignedIn,
    client: Option<&str>,
    carried: &[(String, String)],
    back: Option<&str>,
) -> Response {
    let words = words(ask, carried);
    let mut frame = frame(console, ask, words, "logout-title");
    frame.csrf = session::csrf(&console.desk, who.session());
    let page = question(frame, words, client, carried);
    show(StatusCode::OK, &page.frame, &page, &Leads::by_way_of_us(back))
}

/// Says that the person is signed out, and takes the session's cookie away. `back` is an address that the client
/// registered; `frontchannel` are those of clients that are told in frames, each whole. Without frames it leads `back`
/// at once.
pub(crate) fn gone(console: &Console, ask: &Ask, back: Option<&str>, frontchannel: &[String]) -> Response {
    match (back, frontchannel) {
        (Some(back), []) => see_without(back),
        _ => {
            let words = words(ask, if ask.form.is_empty() { &ask.query } else { &ask.form });
            let page = farewell(frame(console, ask, words, "gone-title"), words, back, frontchannel);
            let leads = Leads::framing(page.frames.iter().copied());
            let mut response = show(StatusCode::OK, &page.frame, &page, &leads);
            if let Some(cookie) = see_without("/").headers_mut().remove(SET_COOKIE)
                && let Ok(cookie) = cookie.to_str()
            {
                set(response.headers_mut(), SET_COOKIE, cookie);
            }
            response
        }
    }
}

pub(super) fn question<'a>(
    frame: Frame,
    words: Words,
    client: Option<&str>,
    carried: &'a [(String, String)],
) -> Question<'a> {
    let lead = match client {
        Some(client) => words.show("logout-client", &[("application", client), ("vendor", &frame.vendor)]),
        None => words.named("logout-words", "vendor", &frame.vendor),
    };
    Question {
        frame,
        texts: words,
        lead,
        carried,
    }
}

pub(super) fn farewell<'a>(frame: Frame, words: Words, back: Option<&'a str>, frontchannel: &'a [String]) -> Gone<'a> {
    let web = |uri: &&str| uri.starts_with("https://") || uri.starts_with("http://");
    Gone {
        lead: words.named("gone-words", "vendor", &frame.vendor),
        back: back.map(led),
        frames: frontchannel.iter().map(String::as_str).filter(web).collect(),
        frame,
        texts: words,
    }
}

fn words(ask: &Ask, said: &[(String, String)]) -> Words {
    let wanted = said.iter().find(|(name, _)| name == "ui_locales");
    Words::wanted(wanted.map(|(_, value)| value.as_str()), &ask.languages)
}
