//! Old ways of authenticating: an opaque bearer of the vendor's old login, a subscription key, or the two together. What
//! they are is configuration; which keys and bearers there are is on record, by name and never by text.

use crate::{AccountId, LegacyCredentialId, LegacyMethodId, MemberId, Moment};
use serde::{Deserialize, Serialize};
use std::fmt;

/// An old way of authenticating, as the configuration declares it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegacyMethod {
    /// Its id.
    pub id: LegacyMethodId,
    /// What people call it.
    pub name: String,
    /// Whether a request carries an opaque token in `Authorization: Bearer`.
    #[serde(default)]
    pub bearer: bool,
    /// Headers of which one, in lower case, carries a subscription key; empty: there is none. With
    /// [`bearer`](Self::bearer) both are required, and both must be of one account (SS-53).
    #[serde(default)]
    pub key_headers: Vec<String>,
    /// Where the vendor's old system says what a credential is worth; none: it is on record here.
    #[serde(default)]
    pub verify: Option<VerifyElsewhere>,
}

/// How the vendor's old system is asked about a request's credentials: with a `GET` that carries them as they came. A
/// status of 200 means that they are good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerifyElsewhere {
    /// The address that is asked.
    pub url: String,
    /// Where the JSON answer names the account, a pointer (RFC 6901) such as `/firm/id`.
    pub account: String,
    /// Where it names the member, by e-mail address; none: nobody is named.
    #[serde(default)]
    pub member: Option<String>,
    /// For how many seconds an answer is believed, 300 at most.
    pub remembered: u32,
}

/// What a legacy credential is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LegacyKind {
    /// A subscription key.
    Key,
    /// A token of the old login.
    Bearer,
}

impl LegacyKind {
    /// The word it is kept and shown as.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Bearer => "bearer",
        }
    }

    /// The kind of that word.
    #[must_use]
    pub fn of_str(word: &str) -> Option<Self> {
        [Self::Key, Self::Bearer].into_iter().find(|kind| kind.as_str() == word)
    }
}

/// A subscription key or an old token that is good here.
#[derive(Clone, PartialEq, Eq)]
pub struct LegacyCredential {
    /// Its id.
    pub id: LegacyCredentialId,
    /// For which method.
    pub method: LegacyMethodId,
    /// What it is.
    pub kind: LegacyKind,
    /// Whose.
    pub account: AccountId,
    /// Whose within the account; none: the account's own.
    pub member: Option<MemberId>,
    /// Keyed digest of its [name](LegacyName), in hexadecimal.
    pub digest: String,
    /// What its owners call it.
    pub label: String,
    /// When it came here.
    pub created: Moment,
    /// From when on it opens nothing, if ever.
    pub expires: Option<Moment>,
    /// When somebody ended it.
    pub ended: Option<Moment>,
}

impl LegacyCredential {
    /// Whether it opens anything.
    #[must_use]
    pub fn lives(&self, now: Moment) -> bool {
        self.ended.is_none() && self.expires.is_none_or(|end| now < end)
    }
}

impl fmt::Debug for LegacyCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LegacyCredential")
            .field("id", &self.id)
            .field("method", &self.method)
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}

/// By what a gateway names a credential that it was shown: SHA-256 of its text, in hexadecimal. That is also what an
/// import brings where the old system had only hashes. What is kept is a keyed digest of it.
pub type LegacyName = String;

/// What a gateway needs to know of a legacy credential.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegacyKnown {
    /// Which.
    pub id: LegacyCredentialId,
    /// For which method.
    pub method: LegacyMethodId,
    /// What it is.
    pub kind: LegacyKind,
    /// Whose.
    pub account: AccountId,
    /// Whose within the account: an active member.
    pub member: Option<crate::ActingUser>,
    /// From when on it opens nothing, if ever.
    pub expires: Option<Moment>,
}

/// How often somebody still came by an old way, on one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegacyUse {
    /// Which way.
    pub method: LegacyMethodId,
    /// Who.
    pub account: AccountId,
    /// Who within the account, where the credential says it.
    pub member: Option<MemberId>,
    /// With which credential, where it is on record here.
    pub credential: Option<LegacyCredentialId>,
    /// Day since 1970-01-01 (UTC).
    pub day: i64,
    /// How often.
    pub count: i64,
    /// How often of these it was refused: in a brown-out, or after the end.
    pub refused: i64,
    /// When last.
    pub last: Moment,
}
