//! How the audit log proves that it is whole.
//!
//! Each event carries a hash over the one before and its own text, made by the store in the transaction that keeps it.
//! Now and then the last hash is signed with a key that does not lie in the database.

use crate::{Event, Moment};

/// The end of the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditHead {
    /// The place of the last event.
    pub seq: i64,
    /// Its hash; empty before the first.
    pub hash: String,
}

/// A signature over the chain up to one event.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Checkpoint {
    /// Up to this event.
    pub seq: i64,
    /// The hash of that event.
    pub hash: String,
    /// When it was signed.
    pub at: Moment,
    /// Ed25519 (RFC 8032) over [`Checkpoint::text`], base64url.
    pub signature: String,
}

impl Checkpoint {
    /// What is signed.
    #[must_use]
    pub fn text(seq: i64, hash: &str, at: Moment) -> String {
        format!("tollgate-audit-checkpoint\n{seq}\n{hash}\n{}", at.0)
    }
}

/// The text of an event without its place and hash, the same wherever it is made: JSON with its members in order of
/// name. The chain runs over `<seq> <text>`.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn text(event: &Event) -> Result<String, serde_json::Error> {
    // A map of serde_json keeps its members in order of name.
    let mut value = serde_json::to_value(event)?;
    if let Some(members) = value.as_object_mut() {
        members.remove("seq");
        members.remove("hash");
    }
    serde_json::to_string(&value)
}
