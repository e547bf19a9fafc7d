//! What a reader expects of a token whose signature is right (RFC 9068 §4).

use super::header::is_object;
use super::{Flaw, Header};
use tollgate_protocol::claims::{self, AccessToken};

/// The most that clocks may differ, in seconds (JW5).
pub const MAX_LEEWAY: i64 = 60;

/// What a reader expects.
#[derive(Clone, Copy, Debug)]
pub struct Expect<'a> {
    /// `iss`, octet for octet.
    pub issuer: &'a str,
    /// The names under which the reader is meant: one of them must be in `aud`.
    pub audience: &'a [&'a str],
    /// `typ`, such as `at+jwt`.
    pub typ: &'a str,
    /// The moment, in unix seconds.
    pub now: i64,
    /// By how many seconds the issuer's clock may differ from ours. Beyond [`MAX_LEEWAY`] it is
    /// [`MAX_LEEWAY`], below zero it is zero.
    pub leeway: i64,
}

/// Reads the claims of a verified payload and checks them: [`read`], then [`check`].
///
/// # Errors
/// The first [`Flaw`] found.
pub fn claims(header: &Header, payload: &[u8], expect: &Expect<'_>) -> Result<AccessToken, Flaw> {
    // Before the claims are read: a token of another type has other claims (RFC 8725 §3.11).
    of_type(header, expect)?;
    let token = read(payload)?;
    check(header, &token, expect)?;
    Ok(token)
}

/// Reads the claims of a verified payload. They are believed only after [`check`].
///
/// # Errors
/// [`Flaw::NotClaims`] or [`Flaw::MissingClaim`].
pub fn read(payload: &[u8]) -> Result<AccessToken, Flaw> {
    if !is_object(payload) {
        return Err(Flaw::NotClaims);
    }
    claims::read(payload).map_err(|rejected| match rejected {
        claims::Rejected::NotClaims => Flaw::NotClaims,
        claims::Rejected::Missing(claim) => Flaw::MissingClaim(claim),
    })
}

/// Checks type, issuer, audience and times.
///
/// # Errors
/// The first [`Flaw`] found.
pub fn check(header: &Header, token: &AccessToken, expect: &Expect<'_>) -> Result<(), Flaw> {
    of_type(header, expect)?;
    if token.issuer != expect.issuer {
        return Err(Flaw::Issuer);
    }
    if !token
        .audience
        .iter()
        .any(|name| expect.audience.contains(&name.as_str()))
    {
        return Err(Flaw::Audience);
    }
    let leeway = expect.leeway.clamp(0, MAX_LEEWAY);
    let latest = expect.now.saturating_add(leeway);
    // RFC 7519 §4.1.4: on or after `exp` it is over.
    if token.expires.saturating_add(leeway) <= expect.now {
        return Err(Flaw::Expired);
    }
    if token.not_before.is_some_and(|start| start > latest) {
        return Err(Flaw::NotYet);
    }
    if token.issued > latest {
        return Err(Flaw::IssuedInFuture);
    }
    Ok(())
}

fn of_type(header: &Header, expect: &Expect<'_>) -> Result<(), Flaw> {
    if header.is_of_type(expect.typ) {
        Ok(())
    } else {
        Err(Flaw::Type)
    }
}
