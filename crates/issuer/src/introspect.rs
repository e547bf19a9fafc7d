//! Token introspection (RFC 7662).

use crate::caller::Caller;
use crate::catalogue::Catalogue;
use crate::desk::Desk;
use crate::known::Known;
use crate::token::{person, refresh_token};
use crate::verify::{self, Living};
use serde::Serialize;
use tollgate_keys::secret::{Kind, Plain};
use tollgate_model::{Fault, Moment, RefreshFamily, State, User};

/// The answer about an access token or a refresh token, whatever `token_type_hint` said (RFC 7662 §2.1).
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn answer(desk: &Desk, caller: &Caller, token: &str, now: Moment) -> Result<Introspection, Fault> {
    let Some(plain) = Plain::read(Kind::Refresh, token) else {
        let living = verify::living(desk, token, now);
        return Ok(decide(caller, living, &desk.memory.catalogue()));
    };
    let client = caller.client();
    let Some((family, user, lives)) = refresh_token::find(desk, &plain).await? else {
        return Ok(Introspection::default());
    };
    let subject = client
        .sign_in
        .as_deref()
        .map(|sign_in| person::subject(&desk.digests, sign_in, &user.id));
    let told = Refresh {
        family: &family,
        user: &user,
        lives,
        subject,
        issuer: &desk.terms.issuer,
    };
    Ok(decide_refresh(client, told, now))
}

struct Refresh<'a> {
    family: &'a RefreshFamily,
    user: &'a User,
    /// Whether it is the one of its family that lives.
    lives: bool,
    subject: Option<String>,
    issuer: &'a str,
}

/// A refresh token is its client's business alone: no resource server ever sees one.
fn decide_refresh(client: &Known, told: Refresh<'_>, now: Moment) -> Introspection {
    let Refresh { family, user, .. } = told;
    let active = told.lives && now < family.expires && user.state == State::Active;
    if !active || family.client != client.id {
        return Introspection::default();
    }
    Introspection {
        active: true,
        scope: (!family.scopes.is_empty()).then(|| family.scopes.to_string()),
        client_id: Some(client.id.to_string()),
        exp: Some(family.expires.0),
        iat: Some(family.rotated.0),
        sub: told.subject,
        iss: Some(told.issuer.to_owned()),
        ..Introspection::default()
    }
}

/// The answer about a token. Of a dead one it says that it is not active, and nothing else (RFC 7662 §2.2).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(default)]
pub struct Introspection {
    active: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exp: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    iat: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nbf: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aud: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    iss: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    jti: Option<String>,
}

/// What this caller learns of this token. A client is told of its own tokens; the client of a resource
/// server of those for its APIs. For anybody else a living token looks like a dead one.
#[must_use]
pub fn decide(caller: &Caller, living: Option<Living>, catalogue: &Catalogue) -> Introspection {
    let client = caller.client();
    let told = |living: &Living| {
        let serves = |audience: &String| {
            catalogue
                .apis
                .iter()
                .any(|api| api.audience == *audience && client.introspects.contains(&api.id))
        };
        living.token.client_id == client.id.as_str() || living.token.audience.iter().any(serves)
    };
    let Some(living) = living.filter(told) else {
        return Introspection::default();
    };
    let token = living.token;
    Introspection {
        active: true,
        scope: (!token.scopes.is_empty()).then(|| token.scopes.to_string()),
        client_id: Some(token.client_id),
        token_type: Some("Bearer"),
        exp: Some(token.expires),
        iat: Some(token.issued),
        nbf: token.not_before,
        sub: token.subject,
        aud: Some(token.audience),
        iss: Some(token.issuer),
        jti: token.id,
    }
}

#[cfg(test)]
mod tests;
