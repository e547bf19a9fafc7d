//! What a client learns of a person (OpenID Connect Core §5.3).

use crate::desk::Desk;
use crate::known::Known;
use crate::token::mint::signer;
use crate::token::person;
use crate::verify;
use serde_json::{Map, Value};
use std::sync::Arc;
use tollgate_model::authorization::ClaimsAsked;
use tollgate_model::{AuthorizationId, ClientId, ConsentId, Fault, Moment, State, User};
use tollgate_protocol::claims::AccessToken;
use tollgate_protocol::id_token::TYP;
use tollgate_protocol::jose::Algorithm;

/// The answer, in the way that the client's record names.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// A JSON object.
    Plain(Value),
    /// A JWT, for `application/jwt` (§5.3.2).
    Signed(String),
}

/// Why there is no answer (RFC 6750 §3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoInfo {
    /// No token: 401, and the challenge names no error.
    Missing,
    /// Not a living token for this endpoint: 401 `invalid_token`.
    Invalid,
    /// It lacks the scope `openid`: 403 `insufficient_scope`.
    NoScope,
}

/// What the bearer of this access token learns of its person: the same `sub` as in the ID token, and the claims that the
/// token's scopes open (OC3, SO-5, SO-6). `token` comes from the `Authorization` header or the body, never from a query.
///
/// A token of somebody disabled, or under a consent that was taken back, is dead here as everywhere.
///
/// # Errors
/// A [`Fault`] of the store, or when there is no key for the algorithm that the client wants.
pub async fn answer(desk: &Desk, token: &str, now: Moment) -> Result<Result<Answer, NoInfo>, Fault> {
    if token.is_empty() {
        return Ok(Err(NoInfo::Missing));
    }
    let Some(living) = verify::living(desk, token, now) else {
        return Ok(Err(NoInfo::Invalid));
    };
    let entitled = match entitled(&living.token, &desk.terms.people.openid.audience) {
        Ok(entitled) => entitled,
        Err(no) => return Ok(Err(no)),
    };
    let Some(told) = know(desk, &entitled).await? else {
        return Ok(Err(NoInfo::Invalid));
    };
    let people = &desk.terms.people;
    let names = person::opened(people, &living.token.scopes, &told.asked.userinfo);
    let mut claims = person::claims(&told.user, names);
    claims.insert("sub".to_owned(), Value::from(entitled.subject));
    match told
        .client
        .sign_in
        .as_ref()
        .and_then(|sign_in| sign_in.terms.userinfo_alg)
    {
        None => Ok(Ok(Answer::Plain(Value::Object(claims)))),
        Some(algorithm) => sign(desk, claims, &told.client.id, algorithm, now).map(|text| Ok(Answer::Signed(text))),
    }
}

/// What a token says that may be shown here.
#[derive(Debug, PartialEq, Eq)]
struct Entitled {
    subject: String,
    client: ClientId,
    authorization: AuthorizationId,
    consent: ConsentId,
}

/// Whether a living token is for this endpoint (RFC 9068 §4), speaks for a person, and has the scope.
fn entitled(token: &AccessToken, audience: &str) -> Result<Entitled, NoInfo> {
    if !token.audience.iter().any(|name| name == audience) {
        return Err(NoInfo::Invalid);
    }
    if !token.scopes.contains("openid") {
        return Err(NoInfo::NoScope);
    }
    let mark = token.mark.as_ref().ok_or(NoInfo::Invalid)?;
    match (&token.subject, &mark.authorization, &mark.consent) {
        (Some(subject), Some(authorization), Some(consent)) => Ok(Entitled {
            subject: subject.clone(),
            client: ClientId::new(&token.client_id),
            authorization: AuthorizationId::new(authorization),
            consent: ConsentId::new(consent),
        }),
        _ => Err(NoInfo::Invalid),
    }
}

/// What is on record of a token's person and client.
struct Told {
    user: User,
    client: Arc<Known>,
    asked: ClaimsAsked,
}

/// The person stands in the consent: a pairwise `sub` leads nobody there, us included. None, when anybody is gone.
async fn know(desk: &Desk, entitled: &Entitled) -> Result<Option<Told>, Fault> {
    let (consent, client, authorization) = tokio::try_join!(
        desk.store.consent_by_id(&entitled.consent),
        desk.memory.client(&entitled.client),
        desk.store.authorization(&entitled.authorization),
    )?;
    let active = |client: &Arc<Known>| client.state == State::Active && client.account_state == State::Active;
    let (Some(consent), Some(client)) = (consent, client.filter(active)) else {
        return Ok(None);
    };
    let asked = match authorization {
        Some(authorization) => authorization.asked.claims,
        // Forgotten, while its refresh tokens go on.
        None => {
            let families = desk.store.families(&entitled.consent).await?;
            let own = families.into_iter().find(|family| family.id == entitled.authorization);
            own.map(|family| family.claims).unwrap_or_default()
        }
    };
    let user = desk.store.user(&consent.user).await?;
    let user = user.filter(|user| user.state == State::Active);
    Ok(user.map(|user| Told { user, client, asked }))
}

/// §5.3.2: with `iss` and `aud`. It has neither `exp` nor `iat`, so that nobody takes it for an ID token (JW3).
fn sign(
    desk: &Desk,
    mut claims: Map<String, Value>,
    client: &ClientId,
    algorithm: Algorithm,
    now: Moment,
) -> Result<String, Fault> {
    claims.insert("iss".to_owned(), Value::from(desk.terms.issuer.as_str()));
    claims.insert("aud".to_owned(), Value::from(client.as_str()));
    let text = serde_json::to_vec(&claims).map_err(|e| Fault::defect("writing what is told of a person", e))?;
    let held = desk.memory.keyring().held();
    signer(&held.ring, algorithm, now)?
        .sign(TYP, &text)
        .map_err(|e| Fault::defect("signing what is told of a person", e))
}

#[cfg(test)]
mod tests;
