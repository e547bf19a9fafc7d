//! Somebody comes from another provider: who that is here, and the session that begins.
//!
//! What the provider says of an address is believed no further than its connection's settings go, since whoever gets a
//! record with an address gets what that address may do here (members of an account are found by theirs):
//!
//! - An identity that is on record is its person, whatever its address has become.
//! - An address that the provider did not verify makes nobody and finds nobody: anybody can write one down there.
//! - A new identity becomes somebody's who is here only if that person has shown to read the same address; else whoever
//!   registered it first would wait for its owner. And only if the person is signed in at this browser just now, or the
//!   connection takes in new people (`sign_up`), which is to say that operators trust its word about addresses. That is
//!   never enough for those who run the place.
//! - Nobody becomes somebody else: who is signed in with another address is not asked whether they are the same.
//!
//! A second factor of this house is still due: the provider takes the place of the password, not of the app.
//!
//! When they showed a factor is the provider's word, where it says it (`auth_time`): its session may be of this morning.
//! Where it does not, they did as they came. The session here begins now, and ends as every other, either way.

use super::session::{self, Begun, Elsewhere, Fresh};
use super::{Answered, Origin, Refused, settle};
use crate::authorize::errand::Told;
use crate::desk::Desk;
use crate::registry::{named, new_id, value};
use crate::rights::SignedIn;
use crate::terms::console::SessionTerms;
use crate::terms::people::Connection;
use serde_json::{Map, Value, json};
use tollgate_model::{Change, Decision, Identity, Moment, Session, State, User, UserId};

/// What a new record takes over of what the provider tells, besides name and address: words about a person that neither
/// open a door nor lead anywhere.
const TAKEN: [&str; 7] = [
    "given_name",
    "family_name",
    "middle_name",
    "nickname",
    "birthdate",
    "zoneinfo",
    "locale",
];
/// The longest of them, in characters.
const LONGEST: usize = 200;

/// Lets in who comes from a connection. Whoever is signed in at this browser as the same person keeps the session's other
/// factors.
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store or of the source of chance.
pub(crate) async fn arrive(
    desk: &Desk,
    connection: &Connection,
    told: &Told,
    who: Option<&SignedIn>,
    origin: &Origin,
) -> Answered<Begun> {
    let (token, fresh) = session::mint(desk)?;
    let id = UserId::new(new_id(desk, "usr")?);
    let email = verified(told);
    let came = settle(desk, async || {
        let known = match desk.store.identity(&connection.name, &told.subject).await? {
            Some(identity) => desk.store.user(&identity.user).await?,
            None => None,
        };
        let addressed = match (&known, &email) {
            (None, Some(email)) => desk.store.user_by_email(email).await?,
            _ => None,
        };
        let facts = Facts {
            known: known.as_ref(),
            email: email.as_deref(),
            addressed: addressed.as_ref(),
            here: who.map(|who| &who.user.id),
            sign_up: connection.sign_up,
        };
        Ok(meet(&facts).map(|meeting| {
            let coming = Coming {
                connection,
                told,
                id: &id,
                fresh: &fresh,
                origin,
            };
            coming.decide(meeting, facts.here, desk.terms.console.sessions, desk.now())
        }))
    })
    .await?;
    match (came, who) {
        (Err(why), _) => Ok(Err(why)),
        (Ok(Came::Begun(session)), _) => Ok(Ok(Begun {
            token,
            session: *session,
        })),
        (Ok(Came::Present), Some(who)) => {
            let elsewhere = Elsewhere {
                factor: &connection.factor,
                shown: told.auth_time,
            };
            session::step_up(desk, who, elsewhere, origin).await
        }
        (Ok(Came::Present), None) => Ok(Err(Refused::Stale)),
    }
}

/// The address, if the provider verified it and it is one.
fn verified(told: &Told) -> Option<String> {
    let email = told.email.as_deref().filter(|_| told.email_verified)?;
    value::email("email", email).ok()
}

/// What is decided upon.
#[derive(Clone, Copy)]
struct Facts<'a> {
    /// Whom the identity is on record as.
    known: Option<&'a User>,
    /// The address that the provider verified.
    email: Option<&'a str>,
    /// Who has that address here.
    addressed: Option<&'a User>,
    /// Who is signed in at this browser.
    here: Option<&'a UserId>,
    /// Whether the connection takes in new people.
    sign_up: bool,
}

/// Who that is here.
#[derive(Clone, Copy)]
enum Meeting<'a> {
    /// The identity is on record.
    Known(&'a User),
    /// The identity becomes this person's.
    Linked(&'a User),
    /// Nobody yet.
    New(&'a str),
}

fn meet<'a>(facts: &Facts<'a>) -> Result<Meeting<'a>, Refused> {
    let active = |user: &'a User| match user.state {
        State::Active => Ok(user),
        State::Disabled => Err(Refused::Disabled),
    };
    if let Some(user) = facts.known {
        return active(user).map(Meeting::Known);
    }
    match (facts.addressed, facts.email) {
        (Some(user), _) => {
            let present = facts.here == Some(&user.id);
            let trusted = facts.sign_up && !user.operator;
            if user.email_verified && (present || trusted) {
                active(user).map(Meeting::Linked)
            } else {
                Err(Refused::Wrong)
            }
        }
        (None, Some(email)) if facts.sign_up => Ok(Meeting::New(email)),
        (None, _) => Err(Refused::Wrong),
    }
}

/// What it comes to.
enum Came {
    /// A session that begins.
    Begun(Box<Session>),
    /// The person is signed in here already: the factor is added to that session.
    Present,
}

/// Somebody who comes, and what a record and a session of theirs would be called.
struct Coming<'a> {
    connection: &'a Connection,
    told: &'a Told,
    id: &'a UserId,
    fresh: &'a Fresh,
    origin: &'a Origin,
}

impl Coming<'_> {
    fn decide(&self, meeting: Meeting<'_>, here: Option<&UserId>, terms: SessionTerms, now: Moment) -> Decision<Came> {
        let (user, mut changes) = match meeting {
            Meeting::Known(user) => (user.clone(), vec![untouched(user)]),
            Meeting::Linked(user) => {
                let mut changes = vec![untouched(user)];
                changes.extend(self.link(user, now));
                (user.clone(), changes)
            }
            Meeting::New(email) => {
                let user = self.newcomer(email, now);
                let detail = json!({ "email": user.email, "connection": self.connection.name });
                let asker = self.origin.asker(&user.id);
                let mut changes = vec![
                    Change::AddUser {
                        user: user.clone(),
                        first: false,
                    },
                    asker.did("user.created", None, user.id.as_str(), now, detail),
                ];
                changes.extend(self.link(&user, now));
                (user, changes)
            }
        };
        if here == Some(&user.id) {
            return Decision::with(Came::Present, changes);
        }
        let session = Session {
            factors: vec![self.connection.factor.clone()],
            proved: self.told.auth_time.map_or(now, |shown| shown.min(now)),
            ..session::begin(self.fresh, &user, self.origin, terms, now)
        };
        changes.push(Change::AddSession(session.clone()));
        changes.push(session::told("session.begun", &session, self.origin, now));
        Decision::with(Came::Begun(Box::new(session)), changes)
    }

    fn link(&self, user: &User, now: Moment) -> [Change; 2] {
        let identity = Identity {
            connection: self.connection.name.clone(),
            subject: self.told.subject.clone(),
            user: user.id.clone(),
            created: now,
        };
        let detail = json!({ "connection": identity.connection, "subject": identity.subject });
        let asker = self.origin.asker(&user.id);
        [
            Change::AddIdentity(identity),
            asker.did("identity.linked", None, user.id.as_str(), now, detail),
        ]
    }

    fn newcomer(&self, email: &str, now: Moment) -> User {
        let name = self.told.name.as_deref().and_then(|name| named("name", name).ok());
        User {
            id: self.id.clone(),
            email: email.to_owned(),
            name: name.unwrap_or_else(|| email.to_owned()),
            claims: taken(&self.told.claims),
            email_verified: true,
            password: None,
            totp: None,
            recovery: Vec::new(),
            operator: false,
            state: State::Active,
            created: now,
            version: 1,
        }
    }
}

/// The condition that the person is still as they were: one disabled in the same moment gets no session.
fn untouched(user: &User) -> Change {
    Change::ReviseUser {
        user: user.clone(),
        was: user.version,
    }
}

fn taken(told: &Map<String, Value>) -> Map<String, Value> {
    let fits = |text: &str| {
        let length = text.chars().count();
        (1..=LONGEST).contains(&length) && !text.chars().any(char::is_control)
    };
    told.iter()
        .filter(|(name, value)| TAKEN.contains(&name.as_str()) && value.as_str().is_some_and(fits))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

#[cfg(test)]
mod tests;
