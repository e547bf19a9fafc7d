//! A private key, and the tokens it signs: JWS compact serialization (RFC 7515 §7.1).

mod pair;

use crate::base64url;
use crate::chance::{Entropy, NoEntropy};
use crate::jwk::Jwk;
use pair::Pair;
use serde::Serialize;
use std::fmt;
use tollgate_protocol::jose::Algorithm;
use zeroize::Zeroizing;

/// The longest token that is signed or verified, in bytes. A header line that proxies still carry
/// is shorter.
pub const MAX_TOKEN: usize = 16 * 1024;

/// The `typ` values whose headers are written once, when the key is made: every access token has
/// one of them.
const USUAL_TYPES: [&str; 2] = ["at+jwt", "JWT"];

/// A private signing key. It is parsed once; signing does no more than base64 and the signature.
pub struct SigningKey {
    pair: Pair,
    public: Jwk,
    headers: Vec<(&'static str, String)>,
}

/// Why there is no key or no signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SigningFault {
    /// The source of chance failed.
    #[error(transparent)]
    NoEntropy(#[from] NoEntropy),
    /// The key could not be made.
    #[error("a new signing key could not be made")]
    Generation,
    /// The bytes are no private key of that algorithm, or not a safe one.
    #[error("the bytes are not a usable private key of this algorithm")]
    Unreadable,
    /// The library refused to sign or to write the key.
    #[error("the signing operation failed")]
    Operation,
    /// The token would be longer than [`MAX_TOKEN`], which no verifier of ours reads.
    #[error("the token would be too long")]
    TooLong,
}

impl SigningKey {
    /// A new key: RSA of 2048 bits, P-256, or Ed25519. RSA takes a tenth of a second and more, so
    /// not on a thread that serves requests.
    ///
    /// `entropy` is the source for P-256 and Ed25519. The primes of an RSA key come from the library's
    /// own generator, which cannot be handed one.
    ///
    /// # Errors
    /// [`SigningFault`] when chance or the library failed.
    pub fn generate(algorithm: Algorithm, entropy: &dyn Entropy) -> Result<Self, SigningFault> {
        Self::of(algorithm, Pair::generate(algorithm, entropy)?)
    }

    /// Reads a private key in PKCS#8 (RFC 5958), such as [`SigningKey::to_pkcs8`] wrote.
    ///
    /// # Errors
    /// [`SigningFault::Unreadable`] when it is no safe key of `algorithm`.
    pub fn from_pkcs8(algorithm: Algorithm, pkcs8: &[u8]) -> Result<Self, SigningFault> {
        Self::of(algorithm, Pair::from_pkcs8(algorithm, pkcs8)?)
    }

    /// The private key in PKCS#8 (RFC 5958): to be sealed, and nothing else.
    ///
    /// # Errors
    /// [`SigningFault::Operation`] when the library cannot write it.
    pub fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, SigningFault> {
        self.pair.to_pkcs8()
    }

    /// `kid`: the thumbprint of the public key (RFC 7638).
    #[must_use]
    pub fn kid(&self) -> &str {
        self.public.kid()
    }

    /// `alg`: the one algorithm this key signs with.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.public.algorithm()
    }

    /// The public half, as it is published.
    #[must_use]
    pub const fn public(&self) -> &Jwk {
        &self.public
    }

    /// Signs `payload` and returns the compact token, header `{"alg":…,"typ":…,"kid":…}`.
    ///
    /// # Errors
    /// [`SigningFault::TooLong`], or [`SigningFault::Operation`] when the library refuses.
    pub fn sign(&self, typ: &str, payload: &[u8]) -> Result<String, SigningFault> {
        let unusual;
        let header = match self.headers.iter().find(|(usual, _)| *usual == typ) {
            Some((_, header)) => header.as_str(),
            None => {
                unusual = header(&self.public, typ)?;
                unusual.as_str()
            }
        };
        let signature_length = self.pair.signature_length();
        let length = header.len() + base64url::length(payload.len()) + 1 + base64url::length(signature_length);
        if length > MAX_TOKEN {
            return Err(SigningFault::TooLong);
        }
        let mut token = String::with_capacity(length);
        token.push_str(header);
        base64url::append(payload, &mut token);
        let signature = self.pair.sign(token.as_bytes())?;
        token.push('.');
        base64url::append(&signature, &mut token);
        Ok(token)
    }

    fn of(algorithm: Algorithm, pair: Pair) -> Result<Self, SigningFault> {
        let public = pair.public(algorithm).ok_or(SigningFault::Unreadable)?;
        let headers = USUAL_TYPES
            .into_iter()
            .map(|typ| Ok((typ, header(&public, typ)?)))
            .collect::<Result<_, SigningFault>>()?;
        Ok(Self { pair, public, headers })
    }
}

/// The first segment of a token with its dot. `alg` stands first: some readers peek.
fn header(key: &Jwk, typ: &str) -> Result<String, SigningFault> {
    #[derive(Serialize)]
    struct Header<'a> {
        alg: &'static str,
        typ: &'a str,
        kid: &'a str,
    }
    let header = Header {
        alg: key.algorithm().name(),
        typ,
        kid: key.kid(),
    };
    let json = serde_json::to_vec(&header).map_err(|_| SigningFault::Operation)?;
    let mut segment = String::with_capacity(base64url::length(json.len()) + 1);
    base64url::append(&json, &mut segment);
    segment.push('.');
    Ok(segment)
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("algorithm", &self.algorithm())
            .field("kid", &self.kid())
            .field("private", &"***")
            .finish()
    }
}

#[cfg(test)]
mod tests;
