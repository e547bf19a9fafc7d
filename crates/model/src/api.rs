//! A resource server.

use crate::{ApiId, Version};
use serde::{Deserialize, Serialize};
use tollgate_protocol::{claims::Profile, jose::Algorithm};

/// A resource server: the audience of tokens, and what they may open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Api {
    /// Its id.
    pub id: ApiId,
    /// What `audience`/`resource` must equal and `aud` says; at most one API has it.
    pub audience: String,
    /// Its name, as people read it.
    pub name: String,
    /// Every scope it knows.
    pub scopes: Vec<ScopeWord>,
    /// What a token request gets that names no scope.
    pub unasked: Unasked,
    /// How long its tokens live, in seconds, unless the grant says otherwise.
    pub lifetime: i64,
    /// What signs its tokens.
    pub algorithm: Algorithm,
    /// How its tokens spell their claims.
    pub profile: Profile,
    /// Declared in the configuration: changed there, not through the management API.
    pub declared: bool,
    /// Its revision.
    pub version: Version,
}

impl Api {
    /// Whether this API knows `scope`.
    #[must_use]
    pub fn knows(&self, scope: &str) -> bool {
        self.scopes.iter().any(|word| word.name == scope)
    }
}

/// A scope and what it means in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScopeWord {
    /// The scope-token (RFC 6749 §3.3).
    pub name: String,
    /// What it opens, for people.
    pub description: String,
}

/// What a token request gets that names no scope (RFC 6749 §3.3 leaves it to the server).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unasked {
    /// All that the client was granted for this API.
    #[default]
    Granted,
    /// A token without scope.
    Nothing,
    /// `invalid_scope`.
    Refused,
}
