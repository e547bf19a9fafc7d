//! What people change about themselves. All of it needs a password that was shown of late (SE10).

mod email;
mod second_factor;

pub use email::{change_email, confirm_email};
pub use second_factor::{Setup, begin_totp, confirm_totp, new_recovery, remove_totp, resume_totp};

use super::session::{self, Begun};
use super::sign_in::proved;
use super::{Answered, Origin, Refused, chosen, letters, settle};
use crate::desk::Desk;
use crate::registry::named;
use crate::rights::SignedIn;
use serde_json::json;
use tollgate_model::link::LinkKind;
use tollgate_model::{Change, Decision, Fault, Session, State, User};

/// Changes the person's name.
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn rename(desk: &Desk, who: &SignedIn, name: &str, origin: &Origin) -> Answered<()> {
    let name = match named("name", name) {
        Ok(name) => name,
        Err(no) => return Ok(Err(no.into())),
    };
    settle(desk, async || {
        let user = match allowed(desk, who).await? {
            Ok(user) => user,
            Err(no) => return Ok(Err(no)),
        };
        let told = origin.asker(&user.id).did(
            "user.renamed",
            None,
            user.id.as_str(),
            desk.now(),
            json!({ "name": name, "was": user.name }),
        );
        let changes = vec![revising(&user, |user| user.name.clone_from(&name)), told];
        Ok(Ok(Decision::with((), changes)))
    })
    .await
}

/// Chooses another password. Every session of the person ends, and a new one takes the place of this one.
///
/// # Errors
/// A [`Fault`] of the store, or when too many passwords are hashed at once.
pub async fn change_password(desk: &Desk, who: &SignedIn, new: &str, origin: &Origin) -> Answered<Begun> {
    if !proved(desk, who) {
        return Ok(Err(Refused::Unproved));
    }
    let password = match chosen(desk, new, &[&who.user.email, &who.user.name]).await? {
        Ok(password) => password,
        Err(no) => return Ok(Err(no)),
    };
    let (token, fresh) = session::mint(desk)?;
    let settled = settle(desk, async || {
        let user = match allowed(desk, who).await? {
            Ok(user) => user,
            Err(no) => return Ok(Err(no)),
        };
        let letter = letters::password_changed(&desk.terms.console, &user.name);
        let mail = letters::mail(desk, &user.email, &letter)?;
        let mut decision = decide_password(&user, &who.session, &password, &fresh, origin, desk.now());
        decision.changes.push(mail);
        // The new session takes this one's place, and clients go on knowing it.
        let others = session::farewells(desk, &user.id, Some(&who.session.line)).await?;
        decision.changes.extend(others);
        Ok(Ok(decision))
    });
    Ok(settled.await?.map(|session| Begun { token, session }))
}

fn decide_password(
    user: &User,
    held: &Session,
    password: &str,
    fresh: &session::Fresh,
    origin: &Origin,
    now: tollgate_model::Moment,
) -> Decision<Session> {
    let session = Session {
        id: fresh.id.clone(),
        digest: fresh.digest.clone(),
        seen: now,
        proved: now,
        ..held.clone()
    };
    let asker = origin.asker(&user.id);
    let detail = json!({ "session": session.id });
    let changes = vec![
        revising(user, |user| user.password = Some(password.to_owned())),
        // Two who come with the same session: it ends once.
        session::closing(&user.id, &held.id),
        Change::EndSessions {
            user: user.id.clone(),
            but: None,
        },
        Change::DropLinks {
            kind: LinkKind::Reset,
            email: user.email.clone(),
        },
        Change::AddSession(session.clone()),
        asker.did("password.changed", None, user.id.as_str(), now, detail),
    ];
    Decision::with(session, changes)
}

/// The person as on record now, if this session still stands and the password was shown of late.
async fn allowed(desk: &Desk, who: &SignedIn) -> Result<Result<User, Refused>, Fault> {
    if !proved(desk, who) {
        return Ok(Err(Refused::Unproved));
    }
    Ok(match desk.store.session(&who.session.digest).await? {
        Some((_, user)) if user.state == State::Active => Ok(user),
        _ => Err(Refused::Stale),
    })
}

fn revising(user: &User, change: impl FnOnce(&mut User)) -> Change {
    let mut revised = user.clone();
    change(&mut revised);
    Change::ReviseUser {
        user: revised,
        was: user.version,
    }
}

#[cfg(test)]
mod tests;
