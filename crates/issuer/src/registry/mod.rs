//! The registry: accounts, members, APIs, clients, secrets, grants, routes, keys, operators.
//!
//! Page, management API and command line call the same functions. Each knows, decides and keeps; the
//! deciding is a plain function beside it. A record that changed meanwhile is known and decided anew.

pub mod account;
pub mod api;
pub mod application;
pub mod client;
pub mod consent;
pub mod grant;
pub mod hook;
pub mod key;
pub mod legacy;
pub mod member;
pub mod operator;
pub mod redirect;
pub mod route;
pub mod secret;
pub mod transition;
pub mod user;
pub(crate) mod value;

#[cfg(test)]
pub(crate) mod facts;

use crate::desk::Desk;
use tollgate_model::event::{Actor, Outcome};
use tollgate_model::{AccountId, Change, Decision, Event, Fault, Kept, Moment, Version};

/// Why the registry does not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum No {
    /// There is no such thing, or it is not the asker's to see.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// A value is not acceptable.
    #[error("{field}: {problem}")]
    Invalid {
        /// The field, by its own name.
        field: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// Something else has this value already.
    #[error("{field}: already taken")]
    Taken {
        /// The field, by its own name.
        field: &'static str,
    },
    /// It is declared in the configuration and changed there.
    #[error("this {0} is declared in the configuration and can be changed only there")]
    Declared(&'static str),
    /// The asker may see it, and not do this.
    #[error("{0}")]
    Forbidden(String),
    /// Something else still needs it.
    #[error("{0}")]
    InUse(String),
    /// It was changed by somebody else since the asker saw it.
    #[error("this {0} was changed meanwhile; look at it again")]
    Stale(&'static str),
}

impl No {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "not_found",
            Self::Invalid { .. } => "invalid",
            Self::Taken { .. } => "taken",
            Self::Declared(_) => "declared",
            Self::Forbidden(_) => "forbidden",
            Self::InUse(_) => "in_use",
            Self::Stale(_) => "stale",
        }
    }

    /// A value that is not acceptable.
    #[must_use]
    pub fn invalid(field: &'static str, problem: impl Into<String>) -> Self {
        Self::Invalid {
            field,
            problem: problem.into(),
        }
    }
}

/// What the registry answers: done, or a reason why not. A [`Fault`] is neither.
pub type Registered<T> = Result<Result<T, No>, Fault>;

/// Who asks the registry, and with which request.
#[derive(Clone, Debug)]
pub struct Asker {
    /// Who.
    pub actor: Actor,
    /// The request, for the audit log.
    pub request: Option<String>,
}

impl Asker {
    /// Tollgate itself.
    #[must_use]
    pub const fn system() -> Self {
        Self {
            actor: Actor::System,
            request: None,
        }
    }

    /// A line of the audit log about something this asker did.
    #[must_use]
    pub fn did(
        &self,
        kind: &str,
        account: Option<&AccountId>,
        subject: &str,
        at: Moment,
        detail: serde_json::Value,
    ) -> Change {
        Change::Record(Event {
            seq: 0,
            at,
            actor: self.actor.clone(),
            kind: kind.to_owned(),
            account: account.cloned(),
            subject: subject.to_owned(),
            outcome: Outcome::Done,
            request: self.request.clone(),
            detail,
            hash: String::new(),
        })
    }
}

/// How often a decision is made anew when its facts changed under it.
const ATTEMPTS: usize = 8;

/// Knows, decides and keeps, until nothing changed in between. `what` names the noun for [`No::Stale`].
pub(crate) async fn settle<T, F, D>(desk: &Desk, what: &'static str, know_and_decide: F) -> Registered<T>
where
    F: Fn() -> D,
    D: Future<Output = Registered<Decision<T>>> + Send,
{
    for _ in 0..ATTEMPTS {
        let decision = match know_and_decide().await? {
            Ok(decision) => decision,
            Err(no) => return Ok(Err(no)),
        };
        if desk.memory.keep(decision.changes).await? == Kept::Done {
            return Ok(Ok(decision.answer));
        }
    }
    Ok(Err(No::Stale(what)))
}

/// Refuses when the asker saw another version than the one on record.
pub(crate) fn unchanged(what: &'static str, seen: Option<Version>, held: Version) -> Result<(), No> {
    match seen {
        Some(seen) if seen != held => Err(No::Stale(what)),
        _ => Ok(()),
    }
}

/// A new id that begins with `prefix`.
pub(crate) fn new_id(desk: &Desk, prefix: &str) -> Result<String, Fault> {
    tollgate_keys::ids::id(prefix, &*desk.entropy).map_err(|e| Fault::unavailable("naming a record", e))
}

/// A name for people: 1 to 200 characters, no control characters, no spaces around it.
pub(crate) fn named(field: &'static str, text: &str) -> Result<String, No> {
    let text = text.trim();
    match text.chars().count() {
        0 => Err(No::invalid(field, "must not be empty")),
        1..=200 if !text.chars().any(char::is_control) => Ok(text.to_owned()),
        1..=200 => Err(No::invalid(field, "must not contain control characters")),
        _ => Err(No::invalid(field, "must be at most 200 characters long")),
    }
}

/// The day of a moment as `2026-11-21` (UTC).
pub(crate) fn date(moment: Moment) -> String {
    match jiff::Timestamp::from_second(moment.0) {
        Ok(time) => time.strftime("%Y-%m-%d").to_string(),
        // Outside the years that a calendar has.
        Err(_) => moment.0.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_written_as_people_read_them() {
        for (seconds, text) in [
            (0, "1970-01-01"),
            (951_782_400, "2000-02-29"),
            (1_795_219_200, "2026-11-21"),
        ] {
            assert_eq!(date(Moment(seconds)), text);
        }
    }
}
