//! A short-lived signed statement of who asks, for the server behind: a JWT of the gateway's own key, in place of the
//! caller's credentials.
//!
//! The server behind finds the key by `kid` in [`JWKS_PATH`], checks `typ`, `iss`, `aud` and `exp`, and believes the rest.
//! A gateway that was not given a key makes one when it starts, so a server that meets an unknown `kid` reads the keys
//! again; statements of the key before are over a minute later.

use crate::Refusal;
use crate::phase::Stop;
use crate::phase::admit::Permit;
use crate::settings::Settings;
use bytes::Bytes;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use quick_cache::sync::Cache;
use serde::Serialize;
use std::sync::Arc;
use tollgate_keys::chance::System;
use tollgate_keys::digest::token_hash;
use tollgate_keys::jwk::JwkSet;
use tollgate_keys::secret::ids;
use tollgate_keys::signing::{SigningFault, SigningKey};
use tollgate_model::{MemberId, Moment};
use tollgate_protocol::jose::Algorithm;

/// Where the keys are published, on the gateway's own address.
pub(crate) const JWKS_PATH: &str = "/.well-known/tollgate-gateway-jwks.json";

/// `typ`: nobody takes it for an access token (RFC 8725 §3.11).
const TYP: &str = "tg-assertion+jwt";

/// For how many seconds a statement is good,
const LIFETIME: i64 = 60;
/// and for how many the same one is sent again: signing costs more than all other checks of a request together.
const REUSED: i64 = 20;
/// So many are remembered.
const MOST: usize = 20_000;

/// Makes statements, and remembers them for a few seconds.
pub(crate) struct Assertions {
    made: Option<Maker>,
    cache: Cache<[u8; 32], Made>,
}

struct Maker {
    issuer: String,
    key: Arc<SigningKey>,
    /// The key set, as it is published.
    keys: Bytes,
}

#[derive(Clone)]
struct Made {
    at: i64,
    statement: HeaderValue,
}

/// What is said of the caller. Whoever is the same in all of it gets the same statement.
#[derive(Serialize)]
struct Caller<'a> {
    iss: &'a str,
    aud: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    environment: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    /// `sub` of the person for whom the request is.
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    acting_user: Option<ActingUser<'a>>,
}

#[derive(Serialize)]
struct ActingUser<'a> {
    id: &'a MemberId,
    email: &'a str,
    roles: &'a [String],
}

#[derive(Serialize)]
struct Statement<'a> {
    #[serde(flatten)]
    caller: &'a Caller<'a>,
    iat: i64,
    exp: i64,
    jti: String,
}

impl Assertions {
    /// Signs with the key of `settings`, or a new one. Without a public address there is no name to sign under, and
    /// nothing is.
    pub(crate) fn new(settings: &Settings) -> Self {
        let issuer = settings.public_url.as_deref().map(|url| url.trim_end_matches('/'));
        Self {
            made: issuer.and_then(|issuer| Maker::new(issuer, settings.assertion_key.clone())),
            cache: Cache::new(MOST),
        }
    }

    /// The published keys (RFC 7517 §5).
    pub(crate) fn keys(&self) -> Option<Bytes> {
        self.made.as_ref().map(|made| made.keys.clone())
    }

    /// Where the route wants a statement: takes every credential of the caller away, and makes the statement. A public
    /// route has nobody to speak of.
    pub(crate) fn write(
        &self,
        headers: &mut HeaderMap,
        permit: &Permit<'_>,
        now: Moment,
        name: &HeaderName,
    ) -> Result<(), Stop> {
        let Some(rule) = &permit.routed().route.assertion else {
            return Ok(());
        };
        headers.remove(header::AUTHORIZATION);
        if let Some(rule) = permit.carried().and_then(|carried| carried.gate.id_token.as_ref()) {
            headers.remove(&rule.header);
        }
        for key in permit.legacy().into_iter().flat_map(|old| &old.way.key_headers) {
            headers.remove(key);
        }
        let Some(made) = &self.made else {
            tracing::error!("a route wants statements, but gateway.public_url is not set; it is closed");
            return Err(Refusal::RouteClosed.into());
        };
        if let Some((caller, until)) = caller(permit, &made.issuer, &rule.audience) {
            headers.insert(name, self.statement(made, &caller, until, now)?);
        }
        Ok(())
    }

    fn statement(&self, made: &Maker, caller: &Caller<'_>, until: i64, now: Moment) -> Result<HeaderValue, Stop> {
        // What is said, and how long it may be: nobody else has a statement under this name.
        let said = serde_json::to_string(&(caller, until)).map_err(|_| Refusal::RouteClosed)?;
        let name = token_hash(&said);
        let fresh = |held: &Made| held.at <= now.0 && now.0 < held.at.saturating_add(REUSED);
        if let Some(held) = self.cache.get(&name).filter(fresh) {
            return Ok(held.statement);
        }
        // A statement does not outlive the token that it stands for.
        let exp = now.0.saturating_add(LIFETIME).min(until);
        let statement = made.sign(caller, now.0, exp).map_err(|fault| match fault {
            // There is more to say of the caller than fits into a header.
            SigningFault::TooLong => Refusal::HeadersTooLarge,
            fault => {
                tracing::error!(error = %fault, "signing a statement of who asks");
                Refusal::Overloaded
            }
        })?;
        let held = Made {
            at: now.0,
            statement: statement.clone(),
        };
        self.cache.insert(name, held);
        Ok(statement)
    }
}

impl Maker {
    fn new(issuer: &str, key: Option<Arc<SigningKey>>) -> Option<Self> {
        let new = || SigningKey::generate(Algorithm::ES256, &System).map(Arc::new);
        let key = match key.map_or_else(new, Ok) {
            Ok(key) => key,
            Err(error) => {
                tracing::error!(%error, "making the key for statements of who asks; routes that want them are closed");
                return None;
            }
        };
        let set = JwkSet {
            keys: vec![key.public().clone()],
        };
        Some(Self {
            issuer: issuer.to_owned(),
            keys: serde_json::to_vec(&set).ok()?.into(),
            key,
        })
    }

    fn sign(&self, caller: &Caller<'_>, iat: i64, exp: i64) -> Result<HeaderValue, SigningFault> {
        let jti = ids::id("tgs", &System)?;
        let statement = Statement { caller, iat, exp, jti };
        let payload = serde_json::to_vec(&statement).map_err(|_| SigningFault::Operation)?;
        let text = self.key.sign(TYP, &payload)?;
        let mut value = HeaderValue::from_str(&text).map_err(|_| SigningFault::Operation)?;
        value.set_sensitive(true);
        Ok(value)
    }
}

/// What is to be said of the caller, and until when that may be believed; none when there is no caller.
fn caller<'a>(permit: &'a Permit<'_>, issuer: &'a str, audience: &'a str) -> Option<(Caller<'a>, i64)> {
    let acting_user = permit.acting().map(|member| ActingUser {
        id: &member.user.id,
        email: &member.user.email,
        roles: &member.user.roles,
    });
    let nobody = Caller {
        iss: issuer,
        aud: audience,
        sub: None,
        client_id: None,
        account: None,
        environment: None,
        scope: None,
        person: None,
        acting_user,
    };
    if let Some(old) = permit.legacy() {
        let caller = Caller {
            account: Some(old.who.account.as_str()),
            ..nobody
        };
        return Some((caller, i64::MAX));
    }
    let carried = permit.carried()?;
    let claims = &carried.token.claims;
    let mark = claims.mark.as_ref();
    let caller = Caller {
        sub: claims.subject.as_deref(),
        client_id: Some(&claims.client_id),
        account: mark.map(|mark| mark.account.as_str()),
        environment: mark
            .map(|mark| mark.environment.as_str())
            .filter(|word| !word.is_empty()),
        scope: Some(claims.scopes.to_string()),
        person: carried.person().and_then(|person| person.to_str().ok()),
        ..nobody
    };
    Some((caller, claims.expires))
}
