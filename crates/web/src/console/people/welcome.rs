//! Links from mails (and the first one, from the terminal).
//!
//! A link is `/console/welcome#TOKEN`. Browsers keep what follows the `#` to themselves, so the token is in no log of ours
//! and of no proxy, and in no `Referer`. Script hands it on in the body of a POST; without script a person types it into
//! the same form. From there it is carried in a cookie for as long as it takes to fill in the next form. Nothing but
//! that form's POST spends a link: a mail program that follows it, or a HEAD, takes nothing away (SE5, AT26).

use super::guest::Guest;
use super::sign_in;
use crate::again::{self, NEW_PASSWORD};
use crate::answer::set;
use crate::console::Console;
use crate::console::door::{Anyone, see};
use crate::console::input::{Ask, LINK_COOKIE};
use crate::console::page::{Form, Frame, respond};
use crate::words::{Shown, Words};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use http::header::{HeaderValue, SET_COOKIE};
use std::sync::Arc;
use tollgate_issuer::authorize::{self, Flow};
use tollgate_issuer::people::link::{self, First, Opened};
use tollgate_issuer::people::session::Begun;
use tollgate_issuer::people::{Answered, Refused, profile};
use tollgate_model::Fault;
use tollgate_model::link::LinkKind;

/// How long the cookie with a link's token lasts, in seconds.
const CARRIED: u32 = 15 * 60;
/// Where somebody signs in who comes back here then.
const DOOR: &str = "/console/sign-in?next=%2Fconsole%2Fwelcome";
/// The longest token that is carried.
const LONGEST: usize = 100;

#[derive(Template)]
#[template(path = "people/welcome.html")]
struct Page {
    frame: Frame,
    texts: Words,
    form: Form,
    lang: &'static str,
    lead: Shown,
    kind: LinkKind,
    email: String,
    /// Whether a name is asked for.
    named: bool,
    /// Whether a password is chosen.
    password: bool,
    /// Where to sign in first, for who has to.
    door: Option<&'static str>,
    button: &'static str,
}

impl Page {
    /// Whether an address is asked for, since the link was sent to none.
    fn addressed(&self) -> bool {
        self.kind == LinkKind::FirstOperator
    }
}

#[derive(Template)]
#[template(path = "people/dead.html")]
struct Dead {
    frame: Frame,
    texts: Words,
    lang: &'static str,
    forgot: String,
    /// Where an account is opened, where anybody may.
    sign_up: Option<String>,
}

/// Asks for the token where none is carried yet.
#[derive(Template)]
#[template(path = "people/welcome_code.html")]
struct Code {
    frame: Frame,
    texts: Words,
    form: Form,
    lang: &'static str,
}

/// Carries the token on.
pub(super) async fn carry(guest: Guest) -> Response {
    let mut response = see(&guest.to("/console/welcome"));
    set(
        response.headers_mut(),
        SET_COOKIE,
        &link_cookie(guest.ask().field("code").trim()),
    );
    response
}

/// What the link is for, and the form.
pub(super) async fn get(State(console): State<Arc<Console>>, mut guest: Guest) -> Response {
    match found(&console, guest.ask()).await {
        Err(why) => guest.fault(&console, &why),
        _ if !guest.ask().asked("code").is_empty() => code(&console, &guest),
        Ok(None) if guest.ask().link.is_none() => code(&console, &guest),
        // It is not carried any further, so that the next link is asked for.
        Ok(None) => without_link(dead(&console, &guest)),
        Ok(Some(Found { opened, way, .. })) => {
            guest.on(way.as_ref());
            let form = Form::new().with("name", opened.name.clone().unwrap_or_default());
            let mut page = page(&console, &guest, &opened, form);
            // Shown here and not at the door: what stands after the `#` of another link is taken up on this page only.
            page.door = (opened.kind == LinkKind::Email && guest.came.who.is_none()).then_some(DOOR);
            respond(StatusCode::OK, &page.frame, &page)
        }
    }
}

/// The form that carries a token on.
fn code(console: &Console, guest: &Guest) -> Response {
    let page = Code {
        frame: guest.frame(console, "welcome-title"),
        texts: guest.words,
        form: Form::new(),
        lang: guest.lang(),
    };
    respond(StatusCode::OK, &page.frame, &page)
}

/// Uses the link.
pub(super) async fn post(State(console): State<Arc<Console>>, mut guest: Guest) -> Response {
    let Found { token, opened, way } = match found(&console, guest.ask()).await {
        Err(why) => return guest.fault(&console, &why),
        Ok(None) => return dead(&console, &guest),
        Ok(Some(found)) => found,
    };
    guest.on(way.as_ref());
    if opened.kind == LinkKind::Email && guest.came.who.is_none() {
        return see(DOOR);
    }
    match used(&console, &guest.came, &token, &opened).await {
        Err(why) => guest.fault(&console, &why),
        // A link that was used in the meantime.
        Ok(Err(Refused::Spent)) => dead(&console, &guest),
        Ok(Err(why)) => {
            let mut form = Form::typed(&guest.ask().form, &[]);
            let again = again::say(&mut form, &why, guest.words, "not-done");
            let page = page(&console, &guest, &opened, form);
            again.answer(respond(again.status, &page.frame, &page))
        }
        Ok(Ok(Some(begun))) => {
            // Back to the application that asked.
            let next = way.map_or_else(
                || "/console".to_owned(),
                |way| format!("/flow/{}", way.authorization.id),
            );
            without_link(sign_in::entered(&console, &guest.came, &begun, &next).await)
        }
        Ok(Ok(None)) => without_link(see("/console/profile?done=email-changed")),
    }
}

/// Whatever the link is for; a new address begins no session.
async fn used(console: &Console, came: &Anyone, token: &str, opened: &Opened) -> Answered<Option<Begun>> {
    let (desk, ask, origin) = (&console.desk, &came.ask, &came.ask.origin);
    let (name, password) = (ask.field("name"), ask.field(NEW_PASSWORD));
    let begun = match opened.kind {
        LinkKind::Email => {
            let Some(who) = &came.who else {
                return Ok(Err(Refused::Stale));
            };
            return Ok(profile::confirm_email(desk, who, token, origin).await?.map(|()| None));
        }
        LinkKind::FirstOperator => {
            let first = First {
                email: ask.field("email"),
                name,
                password,
            };
            link::become_first(desk, token, &first, origin).await?
        }
        LinkKind::Invitation | LinkKind::SignUp | LinkKind::Join | LinkKind::Reset => {
            link::accept(desk, token, name, password, origin).await?
        }
    };
    Ok(begun.map(Some))
}

/// A link that opens something.
struct Found {
    token: String,
    opened: Opened,
    /// The way that it leads back to, if this is the browser that the application asked in (CO2).
    way: Option<Flow>,
}

async fn found(console: &Console, ask: &Ask) -> Result<Option<Found>, Fault> {
    let Some(token) = ask.link.clone() else {
        return Ok(None);
    };
    let Some(opened) = link::open(&console.desk, &token).await? else {
        return Ok(None);
    };
    let way = way(console, ask, &opened).await?;
    Ok(Some(Found { token, opened, way }))
}

async fn way(console: &Console, ask: &Ask, opened: &Opened) -> Result<Option<Flow>, Fault> {
    let (Some(flow), Some(cookie)) = (&opened.flow, ask.browser.as_deref()) else {
        return Ok(None);
    };
    let (browser, fresh) = authorize::browser(&console.desk, Some(cookie))?;
    // A cookie that was never ours began nothing.
    if fresh.is_some() {
        return Ok(None);
    }
    authorize::flow(&console.desk, flow, &browser).await
}

fn page(console: &Console, guest: &Guest, opened: &Opened, form: Form) -> Page {
    let (words, vendor) = (guest.words, &console.desk.terms.console.vendor);
    let (title, lead, button) = match opened.kind {
        LinkKind::Invitation => (
            "welcome-title",
            invited_to(words, vendor, &opened.accounts),
            "invited-button",
        ),
        LinkKind::SignUp => ("opening-title", words.plain("opening-lead"), "opening-button"),
        LinkKind::Join => ("joining-title", words.named("joining-lead", "vendor", vendor), "go-on"),
        LinkKind::Reset => ("reset-title", words.plain("reset-lead"), "reset-button"),
        LinkKind::FirstOperator => (
            "first-title",
            words.named("first-lead", "vendor", vendor),
            "first-button",
        ),
        LinkKind::Email => (
            "address-title",
            words.named("address-lead", "email", &opened.email),
            "address-button",
        ),
    };
    Page {
        frame: guest.frame(console, title),
        texts: words,
        form,
        lang: guest.lang(),
        lead,
        kind: opened.kind,
        email: opened.email.clone(),
        named: opened.new_user,
        password: opened.kind != LinkKind::Email,
        door: None,
        button,
    }
}

fn invited_to(words: Words, vendor: &str, accounts: &[String]) -> Shown {
    match accounts {
        [] => words.named("invited-lead", "place", vendor),
        [one] => words.named("invited-lead", "place", one),
        more => words.named("invited-many", "count", more.len().to_string()),
    }
}

fn dead(console: &Console, guest: &Guest) -> Response {
    let sign_up = console.desk.terms.console.sign_up;
    let page = Dead {
        frame: guest.frame(console, "dead-title"),
        texts: guest.words,
        lang: guest.lang(),
        forgot: guest.to("/console/forgot"),
        sign_up: sign_up.then(|| guest.to("/console/sign-up")),
    };
    respond(StatusCode::GONE, &page.frame, &page)
}

/// The cookie with a link's token, as closely held as a session's. What cannot be a token empties it.
fn link_cookie(token: &str) -> String {
    let plain = token.len() <= LONGEST && token.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let (token, age) = if plain && !token.is_empty() {
        (token, CARRIED)
    } else {
        ("", 0)
    };
    format!("{LINK_COOKIE}={token}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={age}")
}

/// The link did its work: the browser forgets it.
fn without_link(mut response: Response) -> Response {
    if let Ok(cookie) = HeaderValue::from_str(&link_cookie("")) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SE1, SE5: a link's token is carried in a cookie that only we read, for a quarter of an hour.
    #[test]
    fn a_token_is_carried_closely() {
        assert_eq!(
            link_cookie("tgl_0aZ"),
            "__Host-tollgate-link=tgl_0aZ; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=900"
        );
    }

    /// What is no token brings nothing of its own into the header.
    #[test]
    fn what_cannot_be_a_token_is_not_carried() {
        for token in ["", "a;b", "a%20b", "a/b", "../x", "a\r\nb", "é", &"x".repeat(101)] {
            assert_eq!(
                link_cookie(token),
                "__Host-tollgate-link=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0",
                "{token:?}"
            );
        }
    }
}
