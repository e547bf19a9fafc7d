//! Who may come in, and with what.
//!
//! Each of these is a proof that a handler takes as its argument: [`Anyone`] read the request, [`Person`] signed in,
//! [`AtAccount`] has a place in the account in view, [`AtDesk`] works for those who run the place. A form that reaches a
//! handler was sent by a page of ours, and from [`Person`] on carries the session's own token (SE5).

use super::Console;
use super::input::{Ask, COOKIE_NAME};
use super::page::{Frame, Refused, refused};
use crate::answer::set;
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::Method;
use http::header::{CACHE_CONTROL, HeaderValue, REFERRER_POLICY, SET_COOKIE};
use std::sync::Arc;
use tollgate_issuer::people::session::{self, Begun, Half, Resumed};
use tollgate_issuer::registry::{Asker, No};
use tollgate_issuer::rights::{self, NoSeat, Officer, Role, Seat, SignedIn};
use tollgate_model::Fault;
use tollgate_model::fault::FaultKind;

/// Anybody at all. A form was sent by a page of ours.
pub struct Anyone {
    /// What was sent.
    pub ask: Ask,
    /// Who it is, if somebody signed in.
    pub who: Option<SignedIn>,
    /// Who is half signed in: the second factor is missing.
    pub half: Option<Half>,
}

/// Somebody who signed in with every factor.
pub struct Person {
    /// What was sent.
    pub ask: Ask,
    /// Who.
    pub who: SignedIn,
}

/// Somebody with a place in the account in view.
pub struct AtAccount {
    /// What was sent.
    pub ask: Ask,
    /// The place.
    pub seat: Seat,
}

/// Somebody who works for those who run the place, at a listener where the desk is open.
pub struct AtDesk {
    /// What was sent.
    pub ask: Ask,
    /// Who.
    pub officer: Officer,
}

impl FromRequest<Arc<Console>> for Anyone {
    type Rejection = Response;

    async fn from_request(request: Request, console: &Arc<Console>) -> Result<Self, Response> {
        let ask = Ask::read(console, request).await?;
        let resumed = match &ask.token {
            Some(token) => session::resume(&console.desk, token)
                .await
                .map_err(|fault| console.fault(&fault, ask.id()))?,
            None => None,
        };
        let anyone = Self::of(ask, resumed);
        if anyone.ask.method == Method::POST && !anyone.ask.ours {
            return Err(console.refused(anyone.who.as_ref(), &anyone.ask, Refused::Stale));
        }
        Ok(anyone)
    }
}

impl Anyone {
    /// Who sent this, with the session that its cookie named, if any.
    pub(super) fn of(ask: Ask, resumed: Option<Resumed>) -> Self {
        let (who, half) = match resumed {
            Some(Resumed::SignedIn(who)) => (Some(who), None),
            Some(Resumed::Half(half)) => (None, Some(half)),
            None => (None, None),
        };
        Self { ask, who, half }
    }
}

impl FromRequest<Arc<Console>> for Person {
    type Rejection = Response;

    async fn from_request(request: Request, console: &Arc<Console>) -> Result<Self, Response> {
        let Anyone { ask, who, half } = Anyone::from_request(request, console).await?;
        let Some(who) = who else {
            let to = if half.is_some() {
                "/console/second-factor"
            } else {
                "/console/sign-in"
            };
            return Err(see(&onward(to, &ask)));
        };
        if ask.method == Method::POST && !session::csrf_matches(&console.desk, who.session(), ask.field("csrf")) {
            return Err(console.refused(Some(&who), &ask, Refused::Stale));
        }
        Ok(Self { ask, who })
    }
}

impl FromRequest<Arc<Console>> for AtAccount {
    type Rejection = Response;

    async fn from_request(request: Request, console: &Arc<Console>) -> Result<Self, Response> {
        let Person { ask, who } = Person::from_request(request, console).await?;
        let found = match (who.session().account.clone(), rights::desk_officer(who.clone())) {
            (Some(account), Some(officer)) if console.operators => rights::visit(&console.desk, &officer, &account)
                .await
                .map(|seat| seat.map_err(|_| NoSeat::Choose)),
            _ => rights::seat(&console.desk, who.clone()).await,
        };
        match found.map_err(|fault| console.fault(&fault, ask.id()))? {
            // A form of another account's page: that one was in view when it was opened.
            Ok(seat) if !about(&seat, &ask) => Err(console.refused(Some(&who), &ask, Refused::Stale)),
            Ok(seat) => match console.not_yet(&seat, &ask) {
                Some(closed) => Err(closed),
                None => Ok(Self { ask, seat }),
            },
            Err(NoSeat::Choose) => Err(see(&onward("/console/accounts", &ask))),
            Err(NoSeat::Nowhere) if who.user().operator && console.operators => Err(see("/console/desk")),
            Err(NoSeat::Nowhere) => Err(see("/console/accounts")),
            Err(NoSeat::Closed) => Err(console.refused(Some(&who), &ask, Refused::Forbidden)),
        }
    }
}

/// Whether what was sent is about the account in view. A form says in `in_view` which one it was made for, so that none
/// does in one account what was typed for another, after a switch in another tab.
fn about(seat: &Seat, ask: &Ask) -> bool {
    let made_for = ask.field("in_view");
    made_for.is_empty() || made_for == seat.account().id.as_str()
}

impl FromRequest<Arc<Console>> for AtDesk {
    type Rejection = Response;

    async fn from_request(request: Request, console: &Arc<Console>) -> Result<Self, Response> {
        let Person { ask, who } = Person::from_request(request, console).await?;
        let officer = console.operators.then(|| rights::desk_officer(who.clone())).flatten();
        match officer {
            Some(officer) => Ok(Self { ask, officer }),
            // CO4: who does not belong here is not told that it is here.
            None => Err(console.refused(Some(&who), &ask, Refused::NotFound)),
        }
    }
}

impl AtAccount {
    /// As the registry wants to know it.
    #[must_use]
    pub fn asker(&self) -> Asker {
        self.seat.who().asker(self.ask.id())
    }

    /// Refuses who is less than `role` in this account.
    ///
    /// # Errors
    /// The page that says so.
    #[expect(clippy::result_large_err, reason = "it is answered at once, not handed up")]
    pub fn at_least(&self, console: &Console, role: Role) -> Result<(), Response> {
        match self.seat.may(role) {
            true => Ok(()),
            false => Err(console.refused(Some(self.seat.who()), &self.ask, Refused::Forbidden)),
        }
    }
}

impl AtDesk {
    /// As the registry wants to know it.
    #[must_use]
    pub fn asker(&self) -> Asker {
        self.officer.signed_in().asker(self.ask.id())
    }
}

impl Console {
    /// A frame with nobody in it.
    #[must_use]
    pub fn frame(&self, title: &str, now: tollgate_model::Moment) -> Frame {
        let mut frame = Frame::new(&self.desk.terms.console.vendor, title, now);
        frame.https = self.paths.origin.starts_with("https://");
        frame.assets = self.look.assets().version().to_owned();
        frame.logo = self.look.logo();
        let mut nonce = [0_u8; 16];
        // Without chance there is no nonce, and without a nonce no script runs.
        if self.desk.entropy.fill(&mut nonce).is_ok() {
            frame.nonce = nonce.iter().map(|byte| format!("{byte:02x}")).collect();
        }
        frame
    }

    /// The page that says why there is none.
    #[must_use]
    pub fn refused(&self, who: Option<&SignedIn>, ask: &Ask, why: Refused) -> Response {
        let frame = match who {
            Some(who) => self.frame_of(who, ask, ""),
            None => self.frame("", ask.now),
        };
        refused(frame, why, ask.id(), "/console")
    }

    /// A failure of ours: logged once, told as an id and nothing else.
    #[must_use]
    pub fn fault(&self, fault: &Fault, request: &str) -> Response {
        tracing::error!(request, doing = fault.doing, source = %fault.source, "a page failed");
        let why = match fault.kind {
            FaultKind::Unavailable => Refused::Unavailable,
            FaultKind::Defect => Refused::Fault,
        };
        refused(self.frame("", self.desk.now()), why, request, "/console")
    }

    /// The page for a refusal of the registry that is about no field: not found, forbidden, or stale.
    #[must_use]
    pub fn no(&self, who: &SignedIn, ask: &Ask, no: &No) -> Response {
        let why = match no {
            No::NotFound(_) => Refused::NotFound,
            No::Forbidden(_) => Refused::Forbidden,
            No::Stale(_) => Refused::Stale,
            No::Invalid { .. } | No::Taken { .. } | No::Declared(_) | No::InUse(_) => Refused::Malformed,
        };
        self.refused(Some(who), ask, why)
    }
}

/// To another page of ours (RU9: 303, so that no form travels on).
#[must_use]
pub fn see(path: &str) -> Response {
    let mut response = Redirect::to(path).into_response();
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

/// To another page of ours, with the session's token as a cookie.
#[must_use]
pub fn see_with(path: &str, begun: &Begun) -> Response {
    let mut response = see(path);
    let cookie = format!(
        "{COOKIE_NAME}={}; Path=/; Secure; HttpOnly; SameSite=Lax",
        begun.token.expose()
    );
    set(response.headers_mut(), SET_COOKIE, &cookie);
    response
}

/// To another page of ours, without a session any more.
#[must_use]
pub fn see_without(path: &str) -> Response {
    let mut response = see(path);
    let cookie = format!("{COOKIE_NAME}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0");
    set(response.headers_mut(), SET_COOKIE, &cookie);
    response
}

/// `to`, and from there on to the page that was asked for.
fn onward(to: &str, ask: &Ask) -> String {
    if ask.method != Method::GET || ask.path == "/console" {
        return to.to_owned();
    }
    let next: String = url::form_urlencoded::byte_serialize(ask.path.as_bytes()).collect();
    format!("{to}?next={next}")
}

/// Where a page may send people on to: a path of the console, and nothing that a browser could read as another host
/// (AT20).
#[must_use]
pub fn inward(next: &str) -> &str {
    let plain = next
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'-' | b'_' | b'.' | b'~'));
    let inside = next == "/console" || next.starts_with("/console/");
    if inside && plain && next.len() <= 300 && !next.contains("//") && !next.contains("..") {
        next
    } else {
        "/console"
    }
}

#[cfg(test)]
mod tests {
    use super::inward;

    /// AT20, RU1: a return address leads into the console and nowhere else.
    #[test]
    fn a_return_address_leads_inward() {
        for next in ["/console", "/console/clients", "/console/clients/abc-1.2_~"] {
            assert_eq!(inward(next), next);
        }
        for next in [
            "",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/console//evil.example",
            "/console/../x",
            "/consoles",
            "/console/\t/x",
            "/console/%2f",
            "/console?x=1",
            "console",
            "/console/@evil",
        ] {
            let to = inward(next);
            assert!(to == "/console" || next == "/console/@evil", "{next:?} leads to {to:?}");
        }
        assert_eq!(inward("/console/@evil"), "/console");
    }
}
