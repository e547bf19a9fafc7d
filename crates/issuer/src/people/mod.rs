//! People who sign in: passwords, second factors, sessions, and links that work once.
//!
//! Four promises run through this room. Nobody learns from an answer or from its time whether an address is known
//! (SE7): the unknown, the disabled and those without a password are compared with a hash that no password fits, and
//! take part in the same counting. What works once is spent in the transaction that uses it (SE9). What is dangerous
//! asks for the password again (SE10). And a link is built from the terms, never from a request (AT12).

pub mod bench;
pub mod letters;
pub mod link;
pub mod profile;
pub mod session;
pub mod sign_in;

pub(crate) mod arrival;
mod factor;
mod opening;
pub mod provided;
mod tries;

#[cfg(test)]
pub(crate) mod facts;

use crate::desk::Desk;
use crate::registry::{Asker, No};
use std::net::IpAddr;
use tollgate_keys::password;
use tollgate_model::event::{Actor, Outcome};
use tollgate_model::{Change, Decision, Event, Fault, Kept, Moment, UserId};

/// Where a request of a person comes from.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The network address, as far as it is known.
    pub address: Option<IpAddr>,
    /// The browser, as it names itself. It is shortened and cleaned before it is kept.
    pub device: String,
    /// The request's id.
    pub request: String,
}

impl Origin {
    /// As the registry wants to know it, for somebody who is known.
    fn asker(&self, user: &UserId) -> Asker {
        Asker {
            actor: Actor::User(user.to_string()),
            request: Some(self.request.clone()),
        }
    }

    /// A line of the audit log about something that was refused.
    fn refused(&self, kind: &str, subject: &str, why: &Refused, at: Moment) -> Change {
        Change::Record(Event {
            seq: 0,
            at,
            actor: Actor::Stranger,
            kind: kind.to_owned(),
            account: None,
            subject: subject.to_owned(),
            outcome: Outcome::Refused(why.code().to_owned()),
            request: Some(self.request.clone()),
            detail: serde_json::json!({ "address": self.place() }),
            hash: String::new(),
        })
    }

    fn place(&self) -> String {
        self.address.map(|address| address.to_string()).unwrap_or_default()
    }
}

/// Why a person is not let in, or does not get what was asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The address and the password, or the code, do not belong together.
    #[error("that is not right")]
    Wrong,
    /// Too many wrong tries of late for this person, whichever factor and whoever tried.
    #[error("too many wrong tries; wait a while")]
    TooMany {
        /// In so many seconds the next try counts.
        seconds: i64,
    },
    /// The person is disabled. It stands in the audit log only: whoever asks gets [`Refused::Wrong`].
    #[error("that is not right")]
    Disabled,
    /// The link was used, is too old, or was never one.
    #[error("this link does not work any more")]
    Spent,
    /// The password may not be chosen.
    #[error("{0}")]
    Weak(password::Weak),
    /// What the asker saw has changed meanwhile, or the session is over.
    #[error("this was changed meanwhile; look at it again")]
    Stale,
    /// The password was not shown of late: [`sign_in::again`] comes first (SE10).
    #[error("show your password again first")]
    Unproved,
    /// A value is not acceptable.
    #[error("{field}: {problem}")]
    Invalid {
        /// The field, by its own name.
        field: &'static str,
        /// What is wrong with it.
        problem: String,
    },
}

impl Refused {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Wrong => "wrong",
            Self::TooMany { .. } => "too_many",
            Self::Disabled => "disabled",
            Self::Spent => "spent",
            Self::Weak(_) => "weak",
            Self::Stale => "stale",
            Self::Unproved => "unproved",
            Self::Invalid { .. } => "invalid",
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

    /// What the asker is told of it (SE7).
    fn told(self) -> Self {
        match self {
            Self::Disabled => Self::Wrong,
            other => other,
        }
    }
}

impl From<No> for Refused {
    fn from(no: No) -> Self {
        match no {
            No::Invalid { field, problem } => Self::Invalid { field, problem },
            No::Taken { field } => Self::invalid(field, "is taken already"),
            No::Forbidden(_) => Self::Unproved,
            No::NotFound(_) | No::Declared(_) | No::InUse(_) | No::Stale(_) => Self::Stale,
        }
    }
}

/// What people are answered: done, or a reason why not. A [`Fault`] is neither.
pub type Answered<T> = Result<Result<T, Refused>, Fault>;

/// How often a decision is made anew when its facts changed under it.
const ATTEMPTS: usize = 8;

/// Knows, decides and keeps, until nothing changed in between.
async fn settle<T, F, D>(desk: &Desk, know_and_decide: F) -> Answered<T>
where
    F: Fn() -> D,
    D: Future<Output = Answered<Decision<T>>> + Send,
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
    Ok(Err(Refused::Stale))
}

/// The hash of a password that may be chosen (SE6). `also` is what everybody knows of the person; the vendor's name
/// goes without saying.
async fn chosen(desk: &Desk, text: &str, also: &[&str]) -> Answered<String> {
    let mut known = also.to_vec();
    known.push(&desk.terms.console.vendor);
    if let Err(weak) = password::acceptable(text, &known) {
        return Ok(Err(Refused::Weak(weak)));
    }
    let hash = desk.bench.hash(text, &desk.entropy).await?;
    Ok(Ok(hash.as_str().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SE7: a disabled person's answer is that of a wrong password.
    #[test]
    fn disabled_is_said_to_the_log_only() {
        assert_eq!(Refused::Disabled.code(), "disabled");
        assert_eq!(Refused::Disabled.told(), Refused::Wrong);
        assert_eq!(Refused::Disabled.to_string(), Refused::Wrong.to_string());
        assert_eq!(Refused::Spent.told(), Refused::Spent);
    }

    #[test]
    fn a_refused_try_is_told_with_its_code_and_without_what_was_typed() {
        let origin = Origin {
            address: "192.0.2.7".parse().ok(),
            device: "Browser".into(),
            request: "r9".into(),
        };
        let Change::Record(event) = origin.refused("sign_in.refused", "usr_1", &Refused::Disabled, Moment(5)) else {
            panic!("an event")
        };
        assert_eq!(event.outcome, Outcome::Refused("disabled".into()));
        assert_eq!(event.actor, Actor::Stranger);
        assert_eq!(event.detail, serde_json::json!({ "address": "192.0.2.7" }));
    }
}
