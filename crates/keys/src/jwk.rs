//! Public keys as JSON (RFC 7517), RSA and P-256 (RFC 7518 §6) and Ed25519 (RFC 8037 §2).
//!
//! There is no private JWK here: a [`Jwk`] has no place for a private member, and one that carries
//! one is not read (JW7).

mod set;

pub use set::{JwkSet, NotASet};

use crate::base64url;
use crate::digest::sha256;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use tollgate_protocol::jose::Algorithm;

/// A public key for verifying signatures of one algorithm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Wire", into = "Wire")]
pub struct Jwk {
    kid: String,
    algorithm: Algorithm,
    material: Material,
}

/// The numbers of a public key, big-endian bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Material {
    /// RFC 7518 §6.3.1.
    Rsa {
        /// Modulus, 2048 to 8192 bits, without leading zeros.
        n: Vec<u8>,
        /// Exponent, without leading zeros.
        e: Vec<u8>,
    },
    /// RFC 7518 §6.2.1, curve P-256.
    P256 {
        /// First coordinate.
        x: [u8; 32],
        /// Second coordinate.
        y: [u8; 32],
    },
    /// RFC 8037 §2, curve Ed25519.
    Ed25519 {
        /// The public key.
        x: [u8; 32],
    },
}

/// Why JSON is no public signature key that we use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejected {
    /// `kty` or `crv` of a kind that has no algorithm here.
    #[error("unknown key type or curve")]
    Kind,
    /// `use` is not `sig`.
    #[error("the key is not for signatures")]
    Use,
    /// `alg` is absent, unknown, or of another kind of key.
    #[error("`alg` is missing or does not go with the key")]
    Algorithm,
    /// `kid` is absent, empty or beyond 256 bytes.
    #[error("`kid` is missing or too long")]
    KeyId,
    /// A number is absent, not base64url, or of a size that is not safe.
    #[error("a member of the key is missing or malformed")]
    Member,
    /// A private or symmetric member is there.
    #[error("the key carries a private member")]
    Private,
}

impl Jwk {
    /// The public key of `material`, for `algorithm`, named by its thumbprint.
    ///
    /// # Errors
    /// [`Rejected`] when the two do not go together or a number is of an unsafe size.
    pub fn new(algorithm: Algorithm, material: Material) -> Result<Self, Rejected> {
        material.check(algorithm)?;
        Ok(Self {
            kid: material.thumbprint(),
            algorithm,
            material,
        })
    }

    /// `kid` (RFC 7517 §4.5): of our own keys the thumbprint, of others what they say.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// `alg` (RFC 7517 §4.4): the one algorithm this key may be used with.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The numbers.
    #[must_use]
    pub const fn material(&self) -> &Material {
        &self.material
    }

    /// The SHA-256 thumbprint (RFC 7638 §3), base64url.
    #[must_use]
    pub fn thumbprint(&self) -> String {
        self.material.thumbprint()
    }
}

impl Material {
    fn check(&self, algorithm: Algorithm) -> Result<(), Rejected> {
        match (self, algorithm) {
            (Self::Rsa { n, e }, Algorithm::RS256 | Algorithm::PS256) => {
                // RFC 7518 §3.3: 2048 bits or larger. An even exponent, or 1, is no RSA at all.
                let bits_fit = (256..=1024).contains(&n.len()) && n.first().is_some_and(|byte| *byte != 0);
                let least_fits = n.len() > 256 || n.first().is_some_and(|byte| *byte >= 0x80);
                let e_fits = matches!(e.as_slice(), [first, ..] if *first != 0 && e.len() <= 4 && **e != [1])
                    && e.last().is_some_and(|byte| byte % 2 == 1);
                if bits_fit && least_fits && e_fits {
                    Ok(())
                } else {
                    Err(Rejected::Member)
                }
            }
            (Self::P256 { .. }, Algorithm::ES256) | (Self::Ed25519 { .. }, Algorithm::EdDSA) => Ok(()),
            _ => Err(Rejected::Algorithm),
        }
    }

    // RFC 7638 §3.2: the required members only, in lexicographic order, no white space. base64url
    // needs no escaping, so the text can be written out.
    fn thumbprint(&self) -> String {
        let text = |bytes: &[u8]| base64url::encode(bytes);
        let canonical = match self {
            Self::Rsa { n, e } => format!(r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#, text(e), text(n)),
            Self::P256 { x, y } => {
                format!(r#"{{"crv":"P-256","kty":"EC","x":"{}","y":"{}"}}"#, text(x), text(y))
            }
            Self::Ed25519 { x } => format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, text(x)),
        };
        base64url::encode(&sha256(canonical.as_bytes()))
    }
}

/// The members as they stand in JSON.
#[derive(Default, Serialize, Deserialize)]
struct Wire {
    kty: String,
    #[serde(rename = "use", skip_serializing_if = "Option::is_none")]
    usage: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alg: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    crv: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    n: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    e: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    x: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    y: Option<String>,
    // Private exponent (RSA), private key (EC, OKP), and the key itself (`oct`).
    #[serde(default, skip_serializing)]
    d: Option<IgnoredAny>,
    #[serde(default, skip_serializing)]
    k: Option<IgnoredAny>,
}

impl TryFrom<Wire> for Jwk {
    type Error = Rejected;

    fn try_from(wire: Wire) -> Result<Self, Rejected> {
        if wire.d.is_some() || wire.k.is_some() {
            return Err(Rejected::Private);
        }
        if wire.usage.as_deref().is_some_and(|usage| usage != "sig") {
            return Err(Rejected::Use);
        }
        let material = match (wire.kty.as_str(), wire.crv.as_deref()) {
            ("RSA", _) => Material::Rsa {
                n: bytes(wire.n)?,
                e: bytes(wire.e)?,
            },
            ("EC", Some("P-256")) => Material::P256 {
                x: array(wire.x)?,
                y: array(wire.y)?,
            },
            ("OKP", Some("Ed25519")) => Material::Ed25519 { x: array(wire.x)? },
            _ => return Err(Rejected::Kind),
        };
        // RFC 8725 §3.1: one key, one algorithm. A key that does not say which is not used.
        let algorithm = wire
            .alg
            .as_deref()
            .and_then(Algorithm::of_name)
            .ok_or(Rejected::Algorithm)?;
        material.check(algorithm)?;
        let kid = wire
            .kid
            .filter(|kid| (1..=256).contains(&kid.len()))
            .ok_or(Rejected::KeyId)?;
        Ok(Self {
            kid,
            algorithm,
            material,
        })
    }
}

impl From<Jwk> for Wire {
    fn from(key: Jwk) -> Self {
        let text = |bytes: &[u8]| Some(base64url::encode(bytes));
        let common = Self {
            usage: Some("sig".to_owned()),
            alg: Some(key.algorithm.name().to_owned()),
            kid: Some(key.kid),
            ..Self::default()
        };
        match key.material {
            Material::Rsa { n, e } => Self {
                kty: "RSA".to_owned(),
                n: text(&n),
                e: text(&e),
                ..common
            },
            Material::P256 { x, y } => Self {
                kty: "EC".to_owned(),
                crv: Some("P-256".to_owned()),
                x: text(&x),
                y: text(&y),
                ..common
            },
            Material::Ed25519 { x } => Self {
                kty: "OKP".to_owned(),
                crv: Some("Ed25519".to_owned()),
                x: text(&x),
                ..common
            },
        }
    }
}

fn bytes(member: Option<String>) -> Result<Vec<u8>, Rejected> {
    member.as_deref().and_then(base64url::decode).ok_or(Rejected::Member)
}

fn array(member: Option<String>) -> Result<[u8; 32], Rejected> {
    bytes(member)?.try_into().map_err(|_| Rejected::Member)
}

#[cfg(test)]
mod tests;
