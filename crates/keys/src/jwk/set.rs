//! A list of public keys (RFC 7517 §5), as it stands at `jwks_uri`.

use super::Jwk;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// The keys with which tokens are verified.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JwkSet {
    /// The keys, newest first in a set of our own.
    #[serde(deserialize_with = "those_we_know")]
    pub keys: Vec<Jwk>,
}

/// Bytes that are no key set, or too many of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a JSON Web Key Set of at most 256 KiB and 128 keys")]
pub struct NotASet;

impl JwkSet {
    /// The longest set that is read, in bytes.
    pub const MAX_BYTES: usize = 256 * 1024;
    /// The most keys that are read.
    pub const MAX_KEYS: usize = 128;

    /// Reads a set. Keys that are not ours to use (encryption keys, other curves, no `kid`) are
    /// passed over, as RFC 7517 §5 wants.
    ///
    /// # Errors
    /// [`NotASet`] when it is too long or not `{"keys": […]}`.
    pub fn parse(json: &[u8]) -> Result<Self, NotASet> {
        if json.len() > Self::MAX_BYTES {
            return Err(NotASet);
        }
        serde_json::from_slice(json).map_err(|_| NotASet)
    }
}

fn those_we_know<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Jwk>, D::Error> {
    let keys = Vec::<Value>::deserialize(deserializer)?;
    if keys.len() > JwkSet::MAX_KEYS {
        return Err(serde::de::Error::custom("too many keys"));
    }
    Ok(keys
        .into_iter()
        .filter_map(|key| serde_json::from_value(key).ok())
        .collect())
}
