//! The signing ring: which key signs now, and which keys verifiers are shown.
//!
//! A key is *published* before it signs, so that whoever remembers our key set knows it in time; it
//! signs from `active_from` until a newer one does; it is shown until its last token has expired, at
//! `retires` (JW7).

mod turn;

pub use turn::{Calendar, Turn, turn};

use crate::jwk::{Jwk, JwkSet};
use crate::signing::SigningKey;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::HashSet;
use std::sync::Arc;
use tollgate_protocol::jose::Algorithm;

/// The stages of a key. Times are unix seconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyRecord {
    /// `kid` of the key.
    pub kid: String,
    /// What it signs with.
    pub algorithm: Algorithm,
    /// Since when it is shown.
    pub published: i64,
    /// From when on it signs, unless a newer one does.
    pub active_from: i64,
    /// When it is shown no more; `None` while no successor is known.
    pub retires: Option<i64>,
}

impl KeyRecord {
    /// Whether it is shown no more, and neither signs nor verifies.
    #[must_use]
    pub fn is_retired(&self, now: i64) -> bool {
        self.retires.is_some_and(|end| end <= now)
    }

    /// Whether it may sign: begun, and not retired. The newest of those that may does.
    #[must_use]
    pub fn may_sign(&self, now: i64) -> bool {
        self.active_from <= now && !self.is_retired(now)
    }

    /// Newest last. Equal times are told apart by name, so that every node picks the same key.
    fn age(&self) -> (i64, i64, &str) {
        (self.active_from, self.published, &self.kid)
    }
}

/// What we hold of a key.
#[derive(Clone, Debug)]
pub enum Key {
    /// The private key: it can sign.
    Own(Arc<SigningKey>),
    /// The public key alone: it is shown, and never signs here.
    Foreign(Jwk),
}

impl Key {
    /// The public half.
    #[must_use]
    pub fn public(&self) -> &Jwk {
        match self {
            Self::Own(key) => key.public(),
            Self::Foreign(key) => key,
        }
    }
}

/// Every key of an issuer with its stages.
#[derive(Clone, Debug, Default)]
pub struct Ring {
    held: Vec<(KeyRecord, Key)>,
}

/// Why keys and records are no ring.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejected {
    /// Two keys of one name (JW7).
    #[error("two keys are called {0}")]
    SameKid(String),
    /// A record that belongs to another key.
    #[error("the record of key {0} does not go with its key")]
    OtherKey(String),
}

impl Ring {
    /// The ring of these keys, in whatever order.
    ///
    /// # Errors
    /// [`Rejected`] when a name comes twice or a record and its key do not go together.
    pub fn new(mut held: Vec<(KeyRecord, Key)>) -> Result<Self, Rejected> {
        let mut names = HashSet::new();
        for (record, key) in &held {
            let public = key.public();
            if public.kid() != record.kid || public.algorithm() != record.algorithm {
                return Err(Rejected::OtherKey(record.kid.clone()));
            }
            if !names.insert(record.kid.as_str()) {
                return Err(Rejected::SameKid(record.kid.clone()));
            }
        }
        drop(names);
        held.sort_by(|(one, _), (other, _)| Reverse(one.age()).cmp(&Reverse(other.age())));
        Ok(Self { held })
    }

    /// The key that signs with `algorithm` at `now`: the newest that may.
    #[must_use]
    pub fn signer(&self, algorithm: Algorithm, now: i64) -> Option<&Arc<SigningKey>> {
        self.held.iter().find_map(|(record, key)| match key {
            Key::Own(key) if record.algorithm == algorithm && record.may_sign(now) => Some(key),
            _ => None,
        })
    }

    /// What verifiers are shown at `now`: all that are not retired, those that do not sign yet
    /// included, newest first.
    #[must_use]
    pub fn published(&self, now: i64) -> JwkSet {
        let shown = self.held.iter().filter(|(record, _)| !record.is_retired(now));
        JwkSet {
            keys: shown.map(|(_, key)| key.public().clone()).collect(),
        }
    }

    /// The records, newest first.
    pub fn records(&self) -> impl Iterator<Item = &KeyRecord> {
        self.held.iter().map(|(record, _)| record)
    }
}

#[cfg(test)]
mod tests;
