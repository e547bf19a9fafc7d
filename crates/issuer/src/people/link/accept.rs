//! What following a link does.

use super::{detail, holder, invited, living, resettable, spend};
use crate::desk::Desk;
use crate::people::session::{self, Begun};
use crate::people::{Answered, Origin, Refused, chosen, letters, opening, settle};
use crate::registry::{named, new_id};
use crate::terms::Terms;
use serde_json::json;
use tollgate_model::link::LinkKind;
use tollgate_model::{Api, Change, Decision, Fault, Link, Moment, Session, State, User, UserId};

/// Follows a link and chooses a password: for an invitation, a reset, an account or a record of one's own. `name` counts where
/// the person is new; elsewhere it may be empty. The first operator's is followed by [`super::become_first`], a new
/// address's by [`crate::people::profile::confirm_email`].
///
/// A reset ends every session of the person, and leaves the second factor where it is: then the session that begins is
/// half (SE9). It asks the counter of wrong tries nothing, and does not clear it.
///
/// # Errors
/// A [`Fault`] of the store, or when too many passwords are hashed at once.
pub async fn accept(desk: &Desk, token: &str, name: &str, password: &str, origin: &Origin) -> Answered<Begun> {
    let Some(link) = living(desk, token).await? else {
        return Ok(Err(Refused::Spent));
    };
    // Of many who follow it at once all but the first find it spent before anything is hashed.
    let _turn = desk.bench.turn(&link.email).await?;
    let user = holder(desk, &link).await?;
    let name = match chosen_name(name, &link, user.as_ref()) {
        Ok(name) => name,
        Err(no) => return Ok(Err(no)),
    };
    if living(desk, token).await?.is_none() || !usable(&link, user.as_ref(), &desk.terms) {
        return Ok(Err(Refused::Spent));
    }
    let password = match chosen(desk, password, &[&link.email, &name]).await? {
        Ok(password) => password,
        Err(no) => return Ok(Err(no)),
    };
    let fresh = Fresh {
        user: UserId::new(new_id(desk, "usr")?),
        opening: opening::fresh(desk)?,
    };
    let (plain, begins) = session::mint(desk)?;
    let settled = settle(desk, async || {
        let Some(link) = living(desk, token).await? else {
            return Ok(Err(Refused::Spent));
        };
        let facts = Facts {
            user: holder(desk, &link).await?,
            apis: apis(desk, &link).await?,
            link,
        };
        let chosen = Chosen {
            name: &name,
            password: &password,
        };
        let decided = decide(&facts, &chosen, &fresh, &begins, origin, &desk.terms, desk.now());
        let mut decision = match decided {
            Ok(decision) => decision,
            Err(no) => return Ok(Err(no)),
        };
        if let Some(user) = &facts.user {
            decision.changes.extend(session::farewells(desk, &user.id, None).await?);
        }
        if facts.link.kind == LinkKind::Reset {
            let letter = letters::password_changed(&desk.terms.console, &name);
            decision.changes.push(letters::mail(desk, &facts.link.email, &letter)?);
        }
        Ok(Ok(decision))
    });
    Ok(settled.await?.map(|session| Begun { token: plain, session }))
}

async fn apis(desk: &Desk, link: &Link) -> Result<Vec<Api>, Fault> {
    match link.kind {
        LinkKind::SignUp => desk.store.apis().await,
        _ => Ok(Vec::new()),
    }
}

/// The person's name: as typed, or as it was known.
fn chosen_name(typed: &str, link: &Link, user: Option<&User>) -> Result<String, Refused> {
    let known = user
        .map(|user| user.name.clone())
        .filter(|name| !name.is_empty())
        .or_else(|| detail(link, "name"));
    match known {
        Some(known) if typed.trim().is_empty() || link.kind == LinkKind::Reset => Ok(known),
        _ => Ok(named("name", typed)?),
    }
}

pub(super) struct Facts {
    pub(super) link: Link,
    pub(super) user: Option<User>,
    pub(super) apis: Vec<Api>,
}

pub(super) struct Chosen<'a> {
    pub(super) name: &'a str,
    /// A PHC string.
    pub(super) password: &'a str,
}

pub(super) struct Fresh {
    pub(super) user: UserId,
    pub(super) opening: opening::Fresh,
}

fn usable(link: &Link, user: Option<&User>, terms: &Terms) -> bool {
    match link.kind {
        LinkKind::Invitation => user.is_none_or(invited),
        LinkKind::Reset => user.is_some_and(|user| resettable(user, link)),
        LinkKind::SignUp => user.is_none() && terms.console.sign_up,
        LinkKind::Join => user.is_none() && terms.people.sign_up,
        LinkKind::FirstOperator | LinkKind::Email => false,
    }
}

pub(super) fn decide(
    facts: &Facts,
    chosen: &Chosen<'_>,
    fresh: &Fresh,
    begins: &session::Fresh,
    origin: &Origin,
    terms: &Terms,
    now: Moment,
) -> Result<Decision<Session>, Refused> {
    let link = &facts.link;
    if !usable(link, facts.user.as_ref(), terms) || now >= link.expires {
        return Err(Refused::Spent);
    }
    let mut changes = spend(link).to_vec();
    let user = match &facts.user {
        Some(held) => {
            let user = User {
                name: chosen.name.to_owned(),
                password: Some(chosen.password.to_owned()),
                // Whoever follows the link has read what was sent to the address.
                email_verified: held.email_verified || held.email == link.email,
                ..held.clone()
            };
            changes.push(Change::ReviseUser {
                user: user.clone(),
                was: held.version,
            });
            changes.push(Change::EndSessions {
                user: held.id.clone(),
                but: None,
            });
            user
        }
        None => {
            let user = User {
                claims: serde_json::Map::new(),
                email_verified: true,
                id: fresh.user.clone(),
                email: link.email.clone(),
                name: chosen.name.to_owned(),
                password: Some(chosen.password.to_owned()),
                totp: None,
                recovery: Vec::new(),
                operator: false,
                state: State::Active,
                created: now,
                version: 1,
            };
            changes.push(Change::AddUser {
                user: user.clone(),
                first: false,
            });
            user
        }
    };
    let asker = origin.asker(&user.id);
    let kind = match (link.kind, &facts.user) {
        (LinkKind::Reset, _) => "password.reset",
        (_, Some(_)) => "password.chosen",
        (_, None) => "user.created",
    };
    changes.push(asker.did(
        kind,
        None,
        user.id.as_str(),
        now,
        json!({ "email": user.email, "link": link.id }),
    ));
    if link.kind == LinkKind::SignUp {
        let name = detail(link, "account").ok_or(Refused::Spent)?;
        let by = (&asker, now);
        changes.extend(opening::changes(&fresh.opening, &name, &user, &facts.apis, terms, by)?);
    }
    let session = session::begin(begins, &user, origin, terms.console.sessions, now);
    changes.push(Change::AddSession(session.clone()));
    changes.push(session::told("session.begun", &session, origin, now));
    Ok(Decision::with(session, changes))
}
