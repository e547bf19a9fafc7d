//! What an account should know in time.

use crate::{AccountId, AlertId, ClientId, Moment};
use serde::{Deserialize, Serialize};

/// Something an account should know in time: told on its pages, by mail and to its hooks, once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// Its id.
    pub id: AlertId,
    /// Whose.
    pub account: AccountId,
    /// The client it is about.
    pub client: Option<ClientId>,
    /// What it is.
    pub kind: AlertKind,
    /// What makes it one of its kind (`secret_expiring:sec_1:7`): there is never a second with the same.
    pub key: String,
    /// When.
    pub at: Moment,
    /// More about it, never a secret.
    pub detail: serde_json::Value,
}

/// What there is to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertKind {
    /// A secret ends in 30, 7 or 1 days.
    SecretExpiring,
    /// A secret was used although it has a successor.
    OldSecretUsed,
    /// A client has had a living secret for long and not used it.
    Unused,
    /// Many requests of a client were refused in a short time.
    RefusedBurst,
    /// A secret was reported as leaked.
    SecretLeaked,
    /// A request for a client was decided.
    RequestDecided,
    /// An old way that the account still uses comes to its end.
    OldWayEnds,
}

impl AlertKind {
    /// Every kind.
    pub const ALL: [Self; 7] = [
        Self::SecretExpiring,
        Self::OldSecretUsed,
        Self::Unused,
        Self::RefusedBurst,
        Self::SecretLeaked,
        Self::RequestDecided,
        Self::OldWayEnds,
    ];

    /// The word it is kept and sent as.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SecretExpiring => "secret_expiring",
            Self::OldSecretUsed => "old_secret_used",
            Self::Unused => "unused",
            Self::RefusedBurst => "refused_burst",
            Self::SecretLeaked => "secret_leaked",
            Self::RequestDecided => "request_decided",
            Self::OldWayEnds => "old_way_ends",
        }
    }

    /// The kind of that word.
    #[must_use]
    pub fn of_str(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}
