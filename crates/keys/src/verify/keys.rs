//! The public keys of an issuer, parsed once.

use crate::jwk::{Jwk, JwkSet, Material};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256,
    RsaPublicKeyComponents,
};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use tollgate_protocol::jose::Algorithm;

/// Public keys by `kid`, ready to verify.
#[derive(Clone, Default)]
pub struct VerifyingKeys {
    by_kid: HashMap<String, VerifyingKey>,
}

/// Why a set of keys cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejected {
    /// Two keys of one name: which one a token means could not be told.
    #[error("two keys are called {0}")]
    SameKid(String),
    /// The numbers are no public key, such as a point that is not on the curve.
    #[error("key {0} is not a valid public key")]
    Invalid(String),
}

impl VerifyingKeys {
    /// Parses the keys of a set.
    ///
    /// # Errors
    /// [`Rejected`] when one of them cannot be used; none is then.
    pub fn of(set: &JwkSet) -> Result<Self, Rejected> {
        let mut by_kid = HashMap::with_capacity(set.keys.len());
        for jwk in &set.keys {
            match by_kid.entry(jwk.kid().to_owned()) {
                Entry::Occupied(_) => return Err(Rejected::SameKid(jwk.kid().to_owned())),
                Entry::Vacant(place) => place.insert(VerifyingKey::of(jwk)?),
            };
        }
        Ok(Self { by_kid })
    }

    /// How many keys there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_kid.len()
    }

    /// Whether there is none: every token is then signed with an unknown key.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_kid.is_empty()
    }

    /// Whether a key has that name.
    #[must_use]
    pub fn contains(&self, kid: &str) -> bool {
        self.by_kid.contains_key(kid)
    }

    pub(super) fn get(&self, kid: &str) -> Option<&VerifyingKey> {
        self.by_kid.get(kid)
    }
}

impl fmt::Debug for VerifyingKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.by_kid.keys()).finish()
    }
}

/// One parsed public key and the one algorithm it is for.
#[derive(Clone)]
pub(super) struct VerifyingKey {
    algorithm: Algorithm,
    parsed: ParsedPublicKey,
}

impl VerifyingKey {
    pub(super) fn of(jwk: &Jwk) -> Result<Self, Rejected> {
        let algorithm = jwk.algorithm();
        let parsed = match jwk.material() {
            Material::Rsa { n, e } => {
                let parameters = if algorithm == Algorithm::PS256 {
                    &RSA_PSS_2048_8192_SHA256
                } else {
                    &RSA_PKCS1_2048_8192_SHA256
                };
                RsaPublicKeyComponents { n, e }.to_parsed_public_key(parameters)
            }
            Material::P256 { x, y } => {
                // SEC 1 §2.3.3: an uncompressed point.
                let point = [&[4][..], x, y].concat();
                ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point)
            }
            Material::Ed25519 { x } => ParsedPublicKey::new(&ED25519, x),
        };
        let parsed = parsed.map_err(|_| Rejected::Invalid(jwk.kid().to_owned()))?;
        Ok(Self { algorithm, parsed })
    }

    pub(super) const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    pub(super) fn signed(&self, message: &[u8], signature: &[u8]) -> bool {
        self.parsed.verify_sig(message, signature).is_ok()
    }
}
