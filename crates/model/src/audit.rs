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

#[cfg(test)]
mod tests {
    use super::text;
    use crate::event::{Actor, Outcome};
    use crate::{Event, Moment};
    use serde_json::json;

    /// OP3: an event has one text, whatever order its members were made in. A build in which JSON keeps another order
    /// would find every log broken.
    #[test]
    fn an_event_has_one_text() {
        let event = Event {
            seq: 7,
            at: Moment(1_800_000_000),
            actor: Actor::System,
            kind: "secret.revoked".into(),
            account: None,
            subject: "client-one".into(),
            outcome: Outcome::Refused("stale".into()),
            request: Some("r1".into()),
            detail: json!({ "b": [1, { "z": null, "a": "ü" }], "a": true }),
            hash: "00".into(),
        };
        let expected = r#"{"account":null,"actor":"system","at":1800000000,"detail":{"a":true,"b":[1,{"a":"ü","z":null}]},"kind":"secret.revoked","outcome":{"refused":"stale"},"request":"r1","subject":"client-one"}"#;
        assert_eq!(text(&event).unwrap(), expected);
    }
}
