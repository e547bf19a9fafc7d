//! People who sign in, as operators look after them.

pub mod claims;
mod import;
mod revise;

pub use import::{Import, Imports, MOST as MOST_IMPORTED, import};
pub use revise::{Revise, revise};

use super::{Asker, No, Registered, consent, settle, value};
use crate::desk::Desk;
use crate::people::{letters, link, session};
use serde_json::json;
use tollgate_model::{Account, Change, Decision, Fault, Listed, Member, Moment, Page, Session, State, User, UserId};

/// A person with what hangs on them.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Who.
    pub user: User,
    /// Where they are members.
    pub places: Vec<(Member, Account)>,
    /// Where they are signed in, the last first; those that ended of themselves too, until they are forgotten.
    pub sessions: Vec<Session>,
}

/// People by id; with `operators`, only those who run the place.
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn list(desk: &Desk, operators: bool, page: &Page) -> Result<Listed<User>, Fault> {
    desk.store.users(operators, page).await
}

/// One person.
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn show(desk: &Desk, id: &UserId) -> Registered<Shown> {
    let Some(user) = desk.store.user(id).await? else {
        return Ok(Err(No::NotFound("user")));
    };
    let places = desk.store.memberships(&user.email).await?;
    let sessions = desk.store.sessions(id).await?;
    Ok(Ok(Shown { user, places, sessions }))
}

/// Somebody by address, however it is spelled.
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn find(desk: &Desk, email: &str) -> Registered<User> {
    let email = match value::email("email", email) {
        Ok(email) => email,
        Err(no) => return Ok(Err(no)),
    };
    Ok(desk.store.user_by_email(&email).await?.ok_or(No::NotFound("user")))
}

/// Disables or enables a person. Whoever is disabled is signed out everywhere at once, and no application acts for them
/// any more: what they agreed to is taken back, and they are asked anew should they come back (RT6, AT13). The last
/// operator who can sign in stays.
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn set_state(desk: &Desk, asker: &Asker, id: &UserId, state: State) -> Registered<User> {
    settle(desk, "user", async || {
        let Some(user) = desk.store.user(id).await? else {
            return Ok(Err(No::NotFound("user")));
        };
        let other = match user.operator && state == State::Disabled {
            true => other(desk, &user).await?,
            false => None,
        };
        let now = desk.now();
        let mut decided = decide_state(&user, state, other.as_ref(), asker, now);
        if let Ok(decision) = &mut decided
            && state == State::Disabled
            && !decision.changes.is_empty()
        {
            let consents = consent::revoke_all(desk, id, asker, now).await?;
            decision.changes.extend(consents);
            decision.changes.extend(session::farewells(desk, id, None).await?);
        }
        Ok(decided)
    })
    .await
}

/// Another operator who can sign in.
async fn other(desk: &Desk, user: &User) -> Result<Option<User>, Fault> {
    let mut page = Page::first();
    loop {
        let listed = desk.store.users(true, &page).await?;
        let able = |other: &User| other.id != user.id && other.state == State::Active && other.password.is_some();
        if let Some(other) = listed.items.into_iter().find(able) {
            return Ok(Some(other));
        }
        match listed.next {
            Some(next) => page.after = Some(next),
            None => return Ok(None),
        }
    }
}

fn decide_state(
    user: &User,
    state: State,
    other: Option<&User>,
    asker: &Asker,
    now: Moment,
) -> Result<Decision<User>, No> {
    if user.state == state {
        return Ok(Decision::just(user.clone()));
    }
    if state == State::Disabled && user.operator && other.is_none() {
        return Err(No::InUse("this is the last operator; invite another first".into()));
    }
    let kind = match state {
        State::Active => "user.enabled",
        State::Disabled => "user.disabled",
    };
    let (mut changes, revised) = revised(user, |user| user.state = state);
    if let Some(other) = other {
        // Two operators who disable each other in the same moment: one of them stays.
        changes.push(Change::ReviseUser {
            user: other.clone(),
            was: other.version,
        });
    }
    if state == State::Disabled {
        changes.push(everywhere(&user.id));
    }
    changes.push(asker.did(kind, None, user.id.as_str(), now, json!({ "email": user.email })));
    Ok(Decision::with(revised, changes))
}

/// Signs a person out everywhere (SE3).
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn end_sessions(desk: &Desk, asker: &Asker, id: &UserId) -> Registered<()> {
    settle(desk, "user", async || {
        let Some(user) = desk.store.user(id).await? else {
            return Ok(Err(No::NotFound("user")));
        };
        let told = asker.did("session.ended", None, id.as_str(), desk.now(), json!({ "all": true }));
        let mut changes = vec![everywhere(&user.id), told];
        changes.extend(session::farewells(desk, id, None).await?);
        Ok(Ok(Decision::with((), changes)))
    })
    .await
}

/// Takes a person's second factor away, for somebody who lost both the app and the codes. The operator has made sure
/// who asks. The person is signed out everywhere and told by mail.
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn reset_second_factor(desk: &Desk, asker: &Asker, id: &UserId) -> Registered<User> {
    settle(desk, "user", async || {
        let Some(user) = desk.store.user(id).await? else {
            return Ok(Err(No::NotFound("user")));
        };
        let mut decision = decide_reset(&user, asker, desk.now());
        if !decision.changes.is_empty() {
            let letter = letters::second_factor(&desk.terms.console, &user.name, letters::SecondFactor::Removed);
            decision.changes.push(letters::mail(desk, &user.email, &letter)?);
            decision.changes.extend(session::farewells(desk, id, None).await?);
        }
        Ok(Ok(decision))
    })
    .await
}

fn decide_reset(user: &User, asker: &Asker, now: Moment) -> Decision<User> {
    if user.totp.is_none() {
        return Decision::just(user.clone());
    }
    let (mut changes, revised) = revised(user, |user| {
        user.totp = None;
        user.recovery.clear();
    });
    changes.push(everywhere(&user.id));
    changes.push(asker.did("second_factor.reset", None, user.id.as_str(), now, json!({})));
    Decision::with(revised, changes)
}

/// Sends the invitation again to somebody who has no password yet. The link of the first works no more.
///
/// # Errors
/// A [`Fault`] of the store or of the source of chance.
pub async fn resend_invitation(desk: &Desk, asker: &Asker, id: &UserId) -> Registered<()> {
    let Some(user) = desk.store.user(id).await? else {
        return Ok(Err(No::NotFound("user")));
    };
    if user.password.is_some() {
        return Ok(Err(No::InUse("this person has a password already".into())));
    }
    link::invite(desk, asker, &user.email, None).await
}

fn revised(user: &User, change: impl FnOnce(&mut User)) -> (Vec<Change>, User) {
    let mut revised = user.clone();
    change(&mut revised);
    let revise = Change::ReviseUser {
        user: revised.clone(),
        was: user.version,
    };
    revised.version = user.version + 1;
    (vec![revise], revised)
}

fn everywhere(user: &UserId) -> Change {
    Change::EndSessions {
        user: user.clone(),
        but: None,
    }
}

#[cfg(test)]
mod tests;
