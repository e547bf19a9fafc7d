//! A signing key at rest.

use crate::{Kid, Moment, Version};
use std::fmt;
use tollgate_protocol::jose::Algorithm;

/// A signing key at rest: the private part sealed, the public part as JSON.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningKeyRow {
    /// Its name in headers and JWKS.
    pub kid: Kid,
    /// What it signs with.
    pub algorithm: Algorithm,
    /// The private key, encrypted; opened by `keys` alone.
    pub sealed: Vec<u8>,
    /// The public key as a JWK (RFC 7517), JSON text.
    pub public: String,
    /// From here on it stands in the JWKS.
    pub published: Moment,
    /// From here on it signs.
    pub active_from: Moment,
    /// From here on it is gone from the JWKS; absent while it signs.
    pub retires: Option<Moment>,
    /// Its revision.
    pub version: Version,
}

impl fmt::Debug for SigningKeyRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKeyRow")
            .field("kid", &self.kid)
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}
