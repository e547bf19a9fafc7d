//! ID tokens (OpenID Connect Core §2): what a client learns of a sign-in, and what it shows again as a hint.

use super::mint::signer;
use super::person;
use crate::desk::Desk;
use crate::known::KnownSignIn;
use crate::terms::people::PeopleTerms;
use serde_json::{Map, Value};
use tollgate_keys::digest::{DigestKey, half_hash};
use tollgate_keys::ring::Ring;
use tollgate_keys::verify;
use tollgate_model::authorization::{ClaimsAsked, Identified};
use tollgate_model::{ClientId, Fault, Moment, SessionId, User, UserId};
use tollgate_protocol::id_token::{self, IdToken, TYP};
use tollgate_protocol::jose::Algorithm;
use tollgate_protocol::scope::Scopes;

/// What an ID token is about.
pub(super) struct About<'a> {
    pub(super) issuer: &'a str,
    pub(super) subject: &'a str,
    pub(super) client: &'a ClientId,
    pub(super) by: &'a Identified,
    pub(super) nonce: Option<&'a str>,
    pub(super) access_token: &'a str,
    /// Claims about the person.
    pub(super) claims: Map<String, Value>,
    /// In seconds.
    pub(super) lifetime: i64,
}

/// The claims about the person that go into the ID token: those asked for there by name (OpenID Connect Core §5.5). What
/// scopes open is told by the UserInfo endpoint, as §5.4 has it where there is an access token.
pub(super) fn told(terms: &PeopleTerms, user: &User, asked: &ClaimsAsked) -> Map<String, Value> {
    let none = Scopes::default();
    person::claims(user, person::opened(terms, &none, &asked.id_token))
}

/// Signs one.
///
/// # Errors
/// A [`Fault`] when there is no key for the algorithm, or signing fails.
pub(super) fn sign(about: About<'_>, algorithm: Algorithm, ring: &Ring, now: Moment) -> Result<String, Fault> {
    let claims = write(about, algorithm, now);
    signer(ring, algorithm, now)?
        .sign(TYP, &claims)
        .map_err(|e| Fault::defect("signing an ID token", e))
}

fn write(about: About<'_>, algorithm: Algorithm, now: Moment) -> Vec<u8> {
    let by = about.by;
    let token = IdToken {
        issuer: about.issuer.to_owned(),
        subject: about.subject.to_owned(),
        audience: about.client.to_string(),
        expires: now.plus(about.lifetime).0,
        issued: now.0,
        // Whether it was asked for (`max_age`) or not.
        auth_time: Some(by.at.0),
        nonce: about.nonce.map(str::to_owned),
        acr: by.acr.clone(),
        amr: by.factors.clone(),
        azp: None,
        at_hash: Some(half_hash(about.access_token, algorithm)),
        sid: Some(by.line.to_string()),
        claims: about.claims,
    };
    token.write()
}

/// Whom an `id_token_hint` names (OpenID Connect Core §3.1.2.1, RP-Initiated Logout §2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The client that the ID token was issued to.
    pub client: ClientId,
    /// `sub`, as that client knows the person.
    pub subject: String,
    /// `sid`: the session in which it was issued.
    pub session: SessionId,
}

impl Hint {
    /// Whether that is this person, at a client with this record.
    #[must_use]
    pub fn names(&self, digests: &DigestKey, sign_in: &KnownSignIn, user: &UserId) -> bool {
        self.subject == person::subject(digests, sign_in, user)
    }
}

/// Reads an ID token of ours that comes back as a hint. It may have expired: it proves nothing about who asks, it only
/// says whom they mean. None, when it is not one of ours.
#[must_use]
pub fn hint(desk: &Desk, text: &str) -> Option<Hint> {
    let held = desk.memory.keyring().held();
    let (header, payload) = verify::signature(text, &held.verifying).ok()?;
    if !header.is_of_type(TYP) {
        return None;
    }
    read(&payload, &desk.terms.issuer)
}

/// JW3: neither an access token, nor a logout token, nor a signed UserInfo answer is read as one.
fn read(payload: &[u8], issuer: &str) -> Option<Hint> {
    let token = id_token::read(payload).ok()?;
    (token.issuer == issuer).then_some(Hint {
        client: ClientId::new(token.audience),
        subject: token.subject,
        session: SessionId::new(token.sid?),
    })
}

#[cfg(test)]
mod tests;
