//! The audit log.

use crate::{AccountId, Moment};
use serde::{Deserialize, Serialize};
use std::fmt;

/// One line of the audit log, kept in the same transaction as what it tells of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Its place in the log, given by the store; 0 before it is kept.
    pub seq: i64,
    /// When it happened.
    pub at: Moment,
    /// Who did it.
    pub actor: Actor,
    /// What happened, as `secret.regenerated`: noun, dot, past participle.
    pub kind: String,
    /// The account it concerns.
    pub account: Option<AccountId>,
    /// The id of what it happened to.
    pub subject: String,
    /// Whether it was done or refused; a refusal names its code.
    pub outcome: Outcome,
    /// The request it came with.
    pub request: Option<String>,
    /// More about it, never a secret.
    pub detail: serde_json::Value,
    /// SHA-256 over the hash before it and its own text ([`crate::audit::text`]), in hexadecimal, made by the store;
    /// empty before it is kept.
    #[serde(default)]
    pub hash: String,
}

/// Who did something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Actor {
    /// An operator, by id.
    Operator(String),
    /// A client, by `client_id`.
    Client(String),
    /// A person who signed in, by id.
    User(String),
    /// Somebody who proved nothing about themselves.
    Stranger,
    /// Tollgate itself.
    System,
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operator(id) => write!(f, "operator:{id}"),
            Self::Client(id) => write!(f, "client:{id}"),
            Self::User(id) => write!(f, "user:{id}"),
            Self::Stranger => f.write_str("stranger"),
            Self::System => f.write_str("system"),
        }
    }
}

impl From<Actor> for String {
    fn from(actor: Actor) -> Self {
        actor.to_string()
    }
}

/// A text that names no actor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an actor")]
pub struct NoActor;

impl TryFrom<String> for Actor {
    type Error = NoActor;

    fn try_from(text: String) -> Result<Self, NoActor> {
        match text.split_once(':') {
            Some(("operator", id)) => Ok(Self::Operator(id.to_owned())),
            Some(("client", id)) => Ok(Self::Client(id.to_owned())),
            Some(("user", id)) => Ok(Self::User(id.to_owned())),
            None if text == "stranger" => Ok(Self::Stranger),
            None if text == "system" => Ok(Self::System),
            _ => Err(NoActor),
        }
    }
}

/// How it ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was refused, with the refusal's stable code.
    Refused(String),
}

/// Which events are asked for; every field narrows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventFilter {
    /// Of this account.
    pub account: Option<AccountId>,
    /// Of this kind.
    pub kind: Option<String>,
    /// About this subject.
    pub subject: Option<String>,
    /// By this actor, in its text form.
    pub actor: Option<String>,
    /// Not before this moment.
    pub since: Option<Moment>,
    /// Before this moment.
    pub until: Option<Moment>,
}
