//! From what was granted to a signed token (RFC 9068 and the profiles of `protocol::claims`).

use crate::caller::Caller;
use crate::known::Known;
use crate::token::client_credentials::Granted;
use std::sync::Arc;
use tollgate_keys::chance::Entropy;
use tollgate_keys::ring::Ring;
use tollgate_keys::signing::SigningKey;
use tollgate_model::{AuthorizationId, ConsentId, Fault, Moment, SecretId};
use tollgate_protocol::claims::{AccessToken, Mark};
use tollgate_protocol::jose::Algorithm;

/// A token that was signed.
pub struct Minted {
    /// The compact form.
    pub token: String,
    /// Seconds from `iat` to `exp`.
    pub lifetime: i64,
}

/// For whom a token speaks.
#[derive(Clone, Copy)]
pub struct Bearer<'a> {
    /// The client that gets it.
    pub client: &'a Known,
    /// The secret that the client showed, if any.
    pub secret: Option<&'a SecretId>,
    /// The person, if it is one.
    pub person: Option<Person<'a>>,
}

/// The person for whom a token speaks.
#[derive(Clone, Copy)]
pub struct Person<'a> {
    /// `sub`, as this client knows the person.
    pub subject: &'a str,
    /// The authorization that it goes back to.
    pub authorization: &'a AuthorizationId,
    /// The consent that it goes back to.
    pub consent: &'a ConsentId,
    /// Whether a refresh token bought it.
    pub refreshed: bool,
}

impl<'a> From<&'a Caller> for Bearer<'a> {
    /// A token for the client's own sake.
    fn from(caller: &'a Caller) -> Self {
        Self {
            client: caller.client(),
            secret: caller.secret().map(|secret| &secret.id),
            person: None,
        }
    }
}

/// Signs what was granted.
///
/// # Errors
/// A [`Fault`] when there is no key for the API's algorithm, or entropy or signing fails.
pub fn mint(
    bearer: Bearer<'_>,
    granted: &Granted<'_>,
    issuer: &str,
    ring: &Ring,
    entropy: &dyn Entropy,
    now: Moment,
) -> Result<Minted, Fault> {
    let profile = granted.api.profile;
    let client = bearer.client;
    let client_id = client.id.as_str();
    let id = if profile.names_tokens() {
        Some(tollgate_keys::ids::id("jwt", entropy).map_err(|e| Fault::unavailable("naming a token", e))?)
    } else {
        None
    };
    let claims = profile.write(&AccessToken {
        issuer: issuer.to_owned(),
        subject: match &bearer.person {
            Some(person) => Some(person.subject.to_owned()),
            None => profile.client_subject(client_id),
        },
        client_id: client_id.to_owned(),
        audience: granted.audience.clone(),
        scopes: granted.scopes.clone(),
        issued: now.0,
        not_before: profile.says_not_before().then_some(now.0),
        expires: now.plus(granted.lifetime).0,
        id,
        bought: match &bearer.person {
            None => Some("client-credentials".to_owned()),
            Some(person) => person.refreshed.then(|| "refresh_token".to_owned()),
        },
        mark: Some(Mark {
            account: client.account.to_string(),
            secret: bearer.secret.map(SecretId::to_string),
            environment: client.environment.as_str().to_owned(),
            authorization: bearer.person.map(|person| person.authorization.to_string()),
            consent: bearer.person.map(|person| person.consent.to_string()),
        }),
    });
    let signer = signer(ring, granted.api.algorithm, now)?;
    let token = signer
        .sign(profile.typ(), &claims)
        .map_err(|e| Fault::defect("signing a token", e))?;
    Ok(Minted {
        token,
        lifetime: granted.lifetime,
    })
}

/// The key that signs with this algorithm now.
///
/// # Errors
/// A [`Fault`] when there is none.
pub fn signer(ring: &Ring, algorithm: Algorithm, now: Moment) -> Result<&Arc<SigningKey>, Fault> {
    ring.signer(algorithm, now.0)
        .ok_or_else(|| Fault::unavailable("finding a signing key", format!("no active {algorithm} key")))
}
