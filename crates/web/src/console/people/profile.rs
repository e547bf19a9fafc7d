//! The person's own page: who they are, how they sign in, where they are signed in.

use super::{below_profile, device, own, prove, refusal};
use crate::console::Console;
use crate::console::door::{Person, see};
use crate::console::input::Ask;
use crate::console::page::{Form, Frame, respond};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::people::{Refused, profile, session};
use tollgate_issuer::rights::SignedIn;
use tollgate_model::{Moment, Session};

#[derive(Template)]
#[template(path = "people/profile.html")]
struct Page {
    frame: Frame,
    name: String,
    email: String,
    operator: bool,
    /// Since when a second factor is asked for.
    factor: Option<Moment>,
    /// Recovery codes not yet used.
    codes: usize,
    sessions: Vec<Line>,
    others: bool,
}

struct Line {
    id: String,
    device: String,
    agent: String,
    address: String,
    created: Moment,
    seen: Moment,
    here: bool,
}

#[derive(Template)]
#[template(path = "people/name.html")]
struct Name {
    frame: Frame,
    form: Form,
}

/// Everything about the person.
pub(super) async fn get(State(console): State<Arc<Console>>, Person { ask, who }: Person) -> Response {
    let sessions = match session::list(&console.desk, &who).await {
        Ok(sessions) => lines(sessions, who.session()),
        Err(fault) => return console.fault(&fault, ask.id()),
    };
    let user = who.user();
    let page = Page {
        frame: own(&console, &who, &ask, "Your profile"),
        name: user.name.clone(),
        email: user.email.clone(),
        operator: user.operator,
        factor: user.totp.as_ref().map(|totp| totp.since),
        codes: user.recovery.len(),
        others: sessions.iter().any(|line| !line.here),
        sessions,
    };
    respond(StatusCode::OK, &page.frame, &page)
}

/// This one first, then the last begun.
fn lines(sessions: Vec<Session>, here: &Session) -> Vec<Line> {
    let mut lines: Vec<_> = sessions
        .into_iter()
        .map(|session| Line {
            id: session.id.to_string(),
            device: device::words(&session.device),
            agent: session.device,
            address: session.address,
            created: session.created,
            seen: session.seen,
            here: session.id == here.id,
        })
        .collect();
    lines.sort_by_key(|line| !line.here);
    lines
}

const NAME: &str = "/console/profile/name";

/// The form for another name.
pub(super) async fn name(State(console): State<Arc<Console>>, Person { ask, who }: Person) -> Response {
    if let Some(first) = prove::first(&console, &who, NAME) {
        return first;
    }
    let form = Form::new().with("name", &who.user().name);
    let page = name_page(&console, &ask, &who, form);
    respond(StatusCode::OK, &page.frame, &page)
}

/// Changes the name.
pub(super) async fn rename(State(console): State<Arc<Console>>, Person { ask, who }: Person) -> Response {
    match profile::rename(&console.desk, &who, ask.field("name"), &ask.origin).await {
        Err(fault) => console.fault(&fault, ask.id()),
        Ok(Ok(())) => see("/console/profile?done=profile-saved"),
        Ok(Err(why)) => {
            if why == Refused::Unproved
                && let Some(first) = prove::first(&console, &who, NAME)
            {
                return first;
            }
            let mut form = Form::typed(&ask.form, &[]);
            let shown = refusal::say(&mut form, &why, "This cannot be done.");
            let page = name_page(&console, &ask, &who, form);
            refusal::show(shown, &page.frame, &page)
        }
    }
}

fn name_page(console: &Console, ask: &Ask, who: &SignedIn, form: Form) -> Name {
    let mut frame = below_profile(console, who, ask, "Change your name");
    frame.lead = "It is what members of your accounts see beside what you did.".to_owned();
    Name { frame, form }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tollgate_model::{SessionId, UserId};

    fn session(id: &str, device: &str) -> Session {
        Session {
            id: SessionId::new(id),
            line: SessionId::new(id),
            digest: "d".to_owned(),
            user: UserId::new("usr_1"),
            complete: true,
            account: None,
            factors: Vec::new(),
            created: Moment(100),
            seen: Moment(200),
            proved: Moment(100),
            ends: Moment(9_000),
            device: device.to_owned(),
            address: "192.0.2.7".to_owned(),
        }
    }

    fn page(name: &str, sessions: Vec<Line>) -> String {
        let page = Page {
            frame: Frame::new("Vendor", "Your profile", Moment(300)),
            name: name.to_owned(),
            email: "ann@firm.example".to_owned(),
            operator: false,
            factor: None,
            codes: 0,
            others: sessions.iter().any(|line| !line.here),
            sessions,
        };
        page.render().unwrap()
    }

    /// SE3: every session can be ended, the one at hand by signing out; it stands first.
    #[test]
    fn this_session_stands_first_and_every_one_can_be_ended() {
        let here = session("ses_2", "curl/8");
        let lines = lines(vec![session("ses_1", "curl/8"), here.clone()], &here);
        assert_eq!(lines.iter().map(|line| line.here).collect::<Vec<_>>(), [true, false]);
        let text = page("Ann", lines);
        assert!(text.contains("value=\"ses_1\"") && !text.contains("ses_2"));
        assert!(text.contains("/console/profile/sessions/end-others"));
    }

    /// CO8: what a browser calls itself, and what people call themselves, stays text.
    #[test]
    fn odd_names_stay_inert() {
        let here = session("ses_1", "\"><img src=x onerror=alert(1)>");
        let text = page("<script>alert(1)</script>", lines(vec![here.clone()], &here));
        assert!(!text.contains("<img") && !text.contains("<script>alert"), "{text}");
    }
}
