//! A person who signs in.

use crate::{Moment, State, UserId, Version};
use std::fmt;

/// A person who signs in, found by e-mail address. What such a person may do in an account is said by that account's
/// [`crate::Member`] of the same address; what in the whole place, by `operator`.
#[derive(Clone, PartialEq, Eq)]
pub struct User {
    /// Its id; it never looks like a `client_id`.
    pub id: UserId,
    /// E-mail address in lower case; nobody else has it.
    pub email: String,
    /// The person's name.
    pub name: String,
    /// What clients may be told of the person besides address and name: claims of OpenID Connect Core §5.1 and the
    /// house's own, as a JSON object.
    pub claims: serde_json::Map<String, serde_json::Value>,
    /// Whether the person has shown to read what is sent to the address; one who was imported may not have.
    pub email_verified: bool,
    /// The password's hash: Argon2id (PHC string), or what another house made of it until it is shown the next time.
    /// None before the first is chosen.
    pub password: Option<String>,
    /// The second factor, when there is one.
    pub totp: Option<Totp>,
    /// Keyed digests of the recovery codes not yet used.
    pub recovery: Vec<String>,
    /// Whether this person works for those who run the place.
    pub operator: bool,
    /// Somebody disabled cannot sign in, and is signed out.
    pub state: State,
    /// When it was made.
    pub created: Moment,
    /// Its revision: every use of a factor is one, so that each works once.
    pub version: Version,
}

/// A time-based one-time password (RFC 6238).
#[derive(Clone, PartialEq, Eq)]
pub struct Totp {
    /// The shared secret, sealed to `user/<id>/totp`.
    pub sealed: Vec<u8>,
    /// Since when it is asked for.
    pub since: Moment,
    /// The time step that was used last: none at or before it works again (RFC 6238 §5.2).
    pub last_step: i64,
}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User").field("id", &self.id).finish_non_exhaustive()
    }
}
