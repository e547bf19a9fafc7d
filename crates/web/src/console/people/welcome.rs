//! Links from mails (and the first one, from the terminal).
//!
//! A link is `/console/welcome#TOKEN`. Browsers keep what follows the `#` to themselves, so the token is in no log of ours
//! and of no proxy, and in no `Referer`. Script hands it on in the body of a POST; without script a person types it into
//! the same form. From there it is carried in a cookie for as long as it takes to fill in the next form. Nothing but
//! that form's POST spends a link: a mail program that follows it, or a HEAD, takes nothing away (SE5, AT26).

use super::{outside, refusal, sign_in};
use crate::answer::set;
use crate::console::Console;
use crate::console::door::{Anyone, see};
use crate::console::input::{Ask, LINK_COOKIE};
use crate::console::page::{Form, Frame, respond};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use http::header::{HeaderValue, SET_COOKIE};
use std::sync::Arc;
use tollgate_issuer::authorize;
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
    form: Form,
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

    fn rules(&self) -> &'static str {
        refusal::RULES
    }
}

#[derive(Template)]
#[template(path = "people/dead.html")]
struct Dead {
    frame: Frame,
    sign_up: bool,
}

/// Asks for the token where none is carried yet.
#[derive(Template)]
#[template(path = "people/welcome_code.html")]
struct Code {
    frame: Frame,
    form: Form,
}

/// Carries the token on.
pub(super) async fn carry(Anyone { ask, .. }: Anyone) -> Response {
    let mut response = see("/console/welcome");
    set(
        response.headers_mut(),
        SET_COOKIE,
        &link_cookie(ask.field("code").trim()),
    );
    response
}

/// What the link is for, and the form.
pub(super) async fn get(State(console): State<Arc<Console>>, Anyone { ask, who, .. }: Anyone) -> Response {
    match opened(&console, &ask).await {
        Err(fault) => console.fault(&fault, ask.id()),
        _ if !ask.asked("code").is_empty() => code(&console, &ask),
        Ok(None) if ask.link.is_none() => code(&console, &ask),
        // It is not carried any further, so that the next link is asked for.
        Ok(None) => without_link(dead(&console, &ask)),
        Ok(Some((_, opened))) => {
            let form = Form::new().with("name", opened.name.clone().unwrap_or_default());
            let mut page = page(&console, &ask, &opened, form);
            // Shown here and not at the door: what stands after the `#` of another link is taken up on this page only.
            page.door = (opened.kind == LinkKind::Email && who.is_none()).then_some(DOOR);
            respond(StatusCode::OK, &page.frame, &page)
        }
    }
}

/// The form that carries a token on.
fn code(console: &Console, ask: &Ask) -> Response {
    let page = Code {
        frame: outside(console, ask, "Welcome"),
        form: Form::new(),
    };
    respond(StatusCode::OK, &page.frame, &page)
}

/// Uses the link.
pub(super) async fn post(State(console): State<Arc<Console>>, came: Anyone) -> Response {
    let (token, opened) = match opened(&console, &came.ask).await {
        Err(fault) => return console.fault(&fault, came.ask.id()),
        Ok(None) => return dead(&console, &came.ask),
        Ok(Some(found)) => found,
    };
    if opened.kind == LinkKind::Email && came.who.is_none() {
        return see(DOOR);
    }
    match used(&console, &came, token, &opened).await {
        Err(fault) => console.fault(&fault, came.ask.id()),
        // A link that was used in the meantime.
        Ok(Err(Refused::Spent)) => dead(&console, &came.ask),
        Ok(Err(why)) => {
            let mut form = Form::typed(&came.ask.form, &[]);
            let shown = refusal::say(&mut form, &why, "This cannot be done.");
            let page = page(&console, &came.ask, &opened, form);
            refusal::show(shown, &page.frame, &page)
        }
        Ok(Ok(Some(begun))) => match onward(&console, &came.ask, &opened).await {
            Ok(next) => without_link(sign_in::entered(&console, &came, &begun, &next).await),
            Err(fault) => console.fault(&fault, came.ask.id()),
        },
        Ok(Ok(None)) => without_link(see("/console/profile?done=email-changed")),
    }
}

/// Where it goes on: back to the application that asked, if this is the browser that it asked in (CO2).
async fn onward(console: &Console, ask: &Ask, opened: &Opened) -> Result<String, Fault> {
    let inside = "/console".to_owned();
    let (Some(flow), Some(cookie)) = (&opened.flow, ask.browser.as_deref()) else {
        return Ok(inside);
    };
    let (browser, fresh) = authorize::browser(&console.desk, Some(cookie))?;
    if fresh.is_some() {
        return Ok(inside);
    }
    Ok(match authorize::flow(&console.desk, flow, &browser).await? {
        Some(_) => format!("/flow/{flow}"),
        None => inside,
    })
}

/// Whatever the link is for; a new address begins no session.
async fn used(console: &Console, came: &Anyone, token: &str, opened: &Opened) -> Answered<Option<Begun>> {
    let (desk, ask, origin) = (&console.desk, &came.ask, &came.ask.origin);
    let (name, password) = (ask.field("name"), ask.field(refusal::NEW_PASSWORD));
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

async fn opened<'a>(console: &Console, ask: &'a Ask) -> Result<Option<(&'a str, Opened)>, Fault> {
    let Some(token) = ask.link.as_deref() else {
        return Ok(None);
    };
    Ok(link::open(&console.desk, token).await?.map(|opened| (token, opened)))
}

fn page(console: &Console, ask: &Ask, opened: &Opened, form: Form) -> Page {
    let vendor = &console.desk.terms.console.vendor;
    let (title, lead, button) = match opened.kind {
        LinkKind::Invitation => (
            format!("Welcome to {vendor}"),
            invited_to(vendor, &opened.accounts),
            "Sign in for the first time",
        ),
        LinkKind::SignUp => (
            "Open your account".to_owned(),
            "Choose a password, and the account is yours.".to_owned(),
            "Open the account",
        ),
        LinkKind::Join => (
            "Choose a password".to_owned(),
            format!("From then on you sign in to {vendor} with your address and this password."),
            "Go on",
        ),
        LinkKind::Reset => (
            "Choose a new password".to_owned(),
            "Everybody who is signed in as you is signed out by it.".to_owned(),
            "Set the new password",
        ),
        LinkKind::FirstOperator => (
            "Become the first operator".to_owned(),
            format!("Nobody runs {vendor} yet. You invite the others from the operators' desk."),
            "Begin",
        ),
        LinkKind::Email => (
            "Confirm your new address".to_owned(),
            format!("From now on you sign in with {}, and mails go there.", opened.email),
            "Confirm the address",
        ),
    };
    let mut frame = outside(console, ask, &title);
    frame.lead = lead;
    Page {
        frame,
        form,
        kind: opened.kind,
        email: opened.email.clone(),
        named: opened.new_user,
        password: opened.kind != LinkKind::Email,
        door: None,
        button,
    }
}

fn invited_to(vendor: &str, accounts: &[String]) -> String {
    match accounts {
        [] => format!("You are invited to {vendor}. Choose a password to come in."),
        [one] => format!("You are invited to the account {one}. Choose a password to come in."),
        more => format!(
            "You are invited to {} accounts. Choose a password to come in.",
            more.len()
        ),
    }
}

fn dead(console: &Console, ask: &Ask) -> Response {
    let page = Dead {
        frame: outside(console, ask, "This link does not work"),
        sign_up: console.desk.terms.console.sign_up,
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
