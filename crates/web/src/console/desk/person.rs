//! One person: where they belong, where they are signed in, and what can be done for or against them.

use super::confirm::Question;
use super::{answer, asked, frame};
use crate::console::Console;
use crate::console::door::{AtDesk, see};
use crate::console::page::{Form, Frame, respond};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::registry::user::{self, Shown};
use tollgate_issuer::registry::{No, Registered};
use tollgate_model::{Moment, Session, State as Standing, User, UserId};

/// Where the list is.
const LIST: &str = "/console/desk/people";

#[derive(Template)]
#[template(path = "desk/person.html")]
struct Page {
    frame: Frame,
    form: Form,
    user: User,
    here: String,
    active: bool,
    invited: bool,
    own: bool,
    second_factor: Option<Moment>,
    codes: usize,
    places: Vec<Place>,
    sessions: Vec<Session>,
    /// Whether applications act for people here.
    people: bool,
    /// As actor in the audit log.
    actor: String,
}

struct Place {
    account: String,
    name: String,
    member: String,
    roles: String,
}

/// What an operator does with a person. Each asks first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Disable,
    Enable,
    EndSessions,
    ResetSecondFactor,
}

impl Act {
    /// Every act, by the word of its page.
    const ALL: [(&'static str, Self); 4] = [
        ("disable", Self::Disable),
        ("enable", Self::Enable),
        ("end-sessions", Self::EndSessions),
        ("reset-second-factor", Self::ResetSecondFactor),
    ];

    fn of_str(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == word).map(|(_, act)| *act)
    }

    /// The question, its button, and the notice when it is done.
    const fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Disable => ("Disable this person?", "Disable", "person-disabled"),
            Self::Enable => ("Enable this person?", "Enable", "person-enabled"),
            Self::EndSessions => (
                "Sign this person out everywhere?",
                "Sign out everywhere",
                "person-signed-out",
            ),
            Self::ResetSecondFactor => ("Reset the second factor?", "Reset second factor", "person-factor-reset"),
        }
    }

    fn happens(self, user: &User) -> Vec<String> {
        let name = &user.name;
        let told: &[&str] = match self {
            Self::Disable => &[
                "They are signed out everywhere at once, and cannot sign in again.",
                "No application acts for them any more, and what they agreed to is taken back.",
                "What they made stays, and they can be enabled again.",
            ],
            Self::Enable => &["They sign in with the password and the second factor they had."],
            Self::EndSessions => &["They have to sign in again, in every browser."],
            Self::ResetSecondFactor => &[
                "The next sign-in asks for the password alone, until they set up a second factor again.",
                "They are signed out everywhere, and told by mail.",
                "Make sure that it is really them who asks: call back on a number that you know.",
            ],
        };
        std::iter::once(format!("This is about {name} ({}).", user.email))
            .chain(told.iter().map(|line| (*line).to_owned()))
            .collect()
    }

    async fn perform(self, console: &Console, at: &AtDesk, id: &UserId) -> Registered<()> {
        let (desk, asker) = (&console.desk, at.asker());
        Ok(match self {
            Self::Disable => user::set_state(desk, &asker, id, Standing::Disabled).await?.map(drop),
            Self::Enable => user::set_state(desk, &asker, id, Standing::Active).await?.map(drop),
            Self::EndSessions => user::end_sessions(desk, &asker, id).await?,
            Self::ResetSecondFactor => user::reset_second_factor(desk, &asker, id).await?.map(drop),
        })
    }
}

/// The person.
pub(super) async fn get(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let shown = shown(&console, &at).await?;
    Ok(page(&console, &at, StatusCode::OK, shown, Form::new()))
}

async fn shown(console: &Console, at: &AtDesk) -> Result<Shown, Response> {
    answer::done(console, at, user::show(&console.desk, &id(at)).await)
}

fn id(at: &AtDesk) -> UserId {
    UserId::new(asked::part(&at.ask, 1))
}

fn page(console: &Console, at: &AtDesk, status: StatusCode, shown: Shown, form: Form) -> Response {
    let user = shown.user;
    let mut frame = frame(console, at, &user.name, &[(LIST, "People")]);
    frame.lead.clone_from(&user.email);
    let places = shown.places.into_iter().map(|(member, account)| Place {
        account: account.id.to_string(),
        name: account.name,
        member: member.id.to_string(),
        roles: member.roles.join(", "),
    });
    let page = Page {
        frame,
        form,
        here: format!("{LIST}/{}", user.id),
        active: user.state == Standing::Active,
        invited: user.password.is_none(),
        own: at.officer.signed_in().user().id == user.id,
        second_factor: user.totp.as_ref().map(|totp| totp.since),
        codes: user.recovery.len(),
        places: places.collect(),
        sessions: shown
            .sessions
            .into_iter()
            .filter(|session| session.ends > at.ask.now)
            .collect(),
        people: console.desk.terms.people.enabled,
        actor: format!("user:{}", user.id),
        user,
    };
    respond(status, &page.frame, &page)
}

/// Sends the invitation again to somebody who has no password yet.
pub(super) async fn invite(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let sent = user::resend_invitation(&console.desk, &at.asker(), &id(&at)).await;
    match answer::known(&console, &at, sent)? {
        Ok(()) => Ok(see(&format!("{LIST}/{}?done=invited", id(&at)))),
        Err(no) => {
            let (status, form) = answer::again(&console, &at, &no)?;
            Ok(page(&console, &at, status, shown(&console, &at).await?, form))
        }
    }
}

/// Asks whether it is to be done.
pub(super) async fn ask(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let act = named(&console, &at)?;
    if act == Act::ResetSecondFactor {
        answer::proved(&console, &at)?;
    }
    Ok(question(&console, &at, act).await?.ask())
}

#[expect(
    clippy::result_large_err,
    reason = "the error is the answer itself, made once for a request"
)]
fn named(console: &Console, at: &AtDesk) -> Result<Act, Response> {
    Act::of_str(asked::part(&at.ask, 2)).ok_or_else(|| answer::no_page(console, at, &No::NotFound("page")))
}

async fn question(console: &Console, at: &AtDesk, act: Act) -> Result<Question, Response> {
    let user = shown(console, at).await?.user;
    let (title, button, _) = act.words();
    let back = format!("{LIST}/{}", user.id);
    let crumbs = [(LIST, "People"), (back.as_str(), user.name.as_str())];
    Ok(Question {
        frame: frame(console, at, title, &crumbs),
        form: Form::new(),
        happens: act.happens(&user),
        button,
        danger: act != Act::Enable,
        back,
        along: Vec::new(),
    })
}

/// Does it. Each of these does nothing a second time.
pub(super) async fn act(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let act = named(&console, &at)?;
    if act == Act::ResetSecondFactor {
        answer::proved(&console, &at)?;
    }
    let id = id(&at);
    let done = act.perform(&console, &at, &id).await;
    match answer::known(&console, &at, done)? {
        // Whoever signs themselves out lands at the sign-in page.
        Ok(()) => Ok(see(&format!("{LIST}/{id}?done={}", act.words().2))),
        Err(no) => Ok(question(&console, &at, act).await?.again(&console, &at, &no)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::page::Notice;

    #[test]
    fn every_act_asks_in_words_and_says_when_it_is_done() {
        for (word, act) in Act::ALL {
            assert_eq!(Act::of_str(word), Some(act));
            let (title, button, done) = act.words();
            assert!(title.ends_with('?') && !button.is_empty());
            assert!(Notice::of(done).is_some(), "{done} is no notice");
        }
        assert_eq!(Act::of_str("delete"), None);
    }
}
