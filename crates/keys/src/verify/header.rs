//! The header of a token (RFC 7515 §4), as far as we listen to it.

use super::Flaw;
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};
use tollgate_protocol::jose::Algorithm;

/// What we take from a header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// `alg`: one that we know.
    pub algorithm: Algorithm,
    /// `kid`: the key's name.
    pub kid: String,
    /// `typ`, as it was written.
    pub typ: Option<String>,
}

impl Header {
    /// Reads a header. Members that are not named here are passed over, unread.
    pub(super) fn read(json: &[u8]) -> Result<Self, Flaw> {
        if !is_object(json) {
            return Err(Flaw::HeaderUnreadable);
        }
        let wire: Wire = serde_json::from_slice(json).map_err(|_| Flaw::HeaderUnreadable)?;
        let algorithm = Algorithm::of_name(&wire.alg).ok_or(Flaw::Algorithm)?;
        if wire.crit {
            return Err(Flaw::Critical);
        }
        Ok(Self {
            algorithm,
            kid: wire.kid.ok_or(Flaw::UnknownKey)?,
            typ: wire.typ,
        })
    }

    /// Whether `typ` is `expected`. It is a media type: letters of either case are the same, and
    /// `application/` may be left out (RFC 7515 §4.1.9).
    #[must_use]
    pub fn is_of_type(&self, expected: &str) -> bool {
        self.typ
            .as_deref()
            .is_some_and(|typ| subtype(typ).eq_ignore_ascii_case(subtype(expected)))
    }
}

/// Whether JSON text is an object. A derived reader would also take an array of the members' values.
pub(super) fn is_object(json: &[u8]) -> bool {
    json.trim_ascii_start().first() == Some(&b'{')
}

fn subtype(typ: &str) -> &str {
    const PREFIX: &str = "application/";
    match typ.split_at_checked(PREFIX.len()) {
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case(PREFIX) => rest,
        _ => typ,
    }
}

// A member that is there twice is an error here (RFC 7515 §4), which the derived reader sees to.
#[derive(Deserialize)]
struct Wire {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    #[serde(default, deserialize_with = "is_there")]
    crit: bool,
}

/// `true` for whatever value, `null` included: being there is what counts.
fn is_there<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    IgnoredAny::deserialize(deserializer).map(|_| true)
}
