//! Whether a token is ours, whole, of the right sort, for this reader, and alive.
//!
//! The steps are in the order of RFC 7519 §7.2. A key is found by `kid` alone: whatever key or address a
//! token brings along (`jwk`, `jku`, `x5u`, `x5c`) is not even read (JW4).

mod expect;
mod header;
mod keys;

pub use expect::{Expect, MAX_LEEWAY, check, claims, read};
pub use header::Header;
pub use keys::{Rejected, VerifyingKeys};

pub use crate::signing::MAX_TOKEN;

use crate::base64url;
use tollgate_protocol::claims::AccessToken;

/// Why a token is refused. Each is the bearer's doing; all of them end in 401 (RFC 6750 §3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Flaw {
    /// Not three segments of base64url between two dots.
    #[error("not a signed token")]
    NotAToken,
    /// Longer than [`MAX_TOKEN`]. Looked at before anything else.
    #[error("the token is too long")]
    TooLong,
    /// The header is no JSON object, or a member of it is not of its type, or there twice.
    #[error("the token's header cannot be read")]
    HeaderUnreadable,
    /// `alg` is none that we verify, or not the one of the key.
    #[error("the token's algorithm is not accepted")]
    Algorithm,
    /// `crit` is there (RFC 7515 §4.1.11): we understand no extension.
    #[error("the token demands an extension that is not understood")]
    Critical,
    /// `kid` is absent or names no key of the issuer.
    #[error("the token was signed with an unknown key")]
    UnknownKey,
    /// The signature is not the key's.
    #[error("the token's signature is wrong")]
    Signature,
    /// `typ` is absent or another.
    #[error("the token is of another type")]
    Type,
    /// The payload is no JSON object of claims.
    #[error("the token's claims cannot be read")]
    NotClaims,
    /// A claim that every access token has is absent.
    #[error("the token lacks the claim `{0}`")]
    MissingClaim(&'static str),
    /// `iss` is another.
    #[error("the token is from another issuer")]
    Issuer,
    /// `aud` names none that was expected.
    #[error("the token is for another audience")]
    Audience,
    /// `exp` has passed.
    #[error("the token has expired")]
    Expired,
    /// `nbf` is still to come.
    #[error("the token is not valid yet")]
    NotYet,
    /// `iat` is still to come.
    #[error("the token was issued in the future")]
    IssuedInFuture,
}

/// Verifies `token` whole: its signature, then what it says.
///
/// # Errors
/// The first [`Flaw`] found.
pub fn verify(token: &str, keys: &VerifyingKeys, expect: &Expect<'_>) -> Result<AccessToken, Flaw> {
    let (header, payload) = signature(token, keys)?;
    claims(&header, &payload, expect)
}

/// Verifies the signature of `token` (RFC 7515 §5.2) and returns its header and payload. What the
/// payload says is not looked at: go on with [`claims`], or with [`read`] and [`check`] where the audience to
/// expect is known only after reading.
///
/// # Errors
/// The first [`Flaw`] found.
pub fn signature(token: &str, keys: &VerifyingKeys) -> Result<(Header, Vec<u8>), Flaw> {
    if token.len() > MAX_TOKEN {
        return Err(Flaw::TooLong);
    }
    let (message, tail) = token.rsplit_once('.').ok_or(Flaw::NotAToken)?;
    let (head, body) = message.split_once('.').ok_or(Flaw::NotAToken)?;
    if body.contains('.') {
        return Err(Flaw::NotAToken);
    }
    let decode = |segment| base64url::decode(segment).ok_or(Flaw::NotAToken);
    let header = Header::read(&decode(head)?)?;
    let payload = decode(body)?;
    let signature = decode(tail)?;

    let key = keys.get(&header.kid).ok_or(Flaw::UnknownKey)?;
    // The key says which algorithm it is for; the token may only agree (RFC 8725 §3.1).
    if key.algorithm() != header.algorithm {
        return Err(Flaw::Algorithm);
    }
    if !key.signed(message.as_bytes(), &signature) {
        return Err(Flaw::Signature);
    }
    Ok((header, payload))
}

#[cfg(test)]
mod tests;
