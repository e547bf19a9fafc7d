//! A person in tokens: what a client calls them, what it learns of them, and what it may do for them.

use super::client_credentials::{Granted, lifetime};
use crate::known::{Known, KnownSignIn};
use crate::terms::people::PeopleTerms;
use serde_json::{Map, Value};
use tollgate_keys::digest::DigestKey;
use tollgate_model::{Api, ApiId, User, UserId};
use tollgate_protocol::id_token::may_be_said;
use tollgate_protocol::refusal::{Code, Refusal};
use tollgate_protocol::scope::Scopes;

/// `sub`: what this client calls this person (OpenID Connect Core §8). The person's id, or, where the client's record
/// says so, a name that differs from sector to sector and from which nobody without our key comes to the id.
///
/// It begins with `usr_`, and no `client_id` does (TE15). Ids of people are random and never given again, so neither is
/// a `sub` (OC6).
#[must_use]
pub fn subject(digests: &DigestKey, sign_in: &KnownSignIn, user: &UserId) -> String {
    if sign_in.terms.pairwise {
        format!("usr_{}", digests.digest(&format!("sub:{}:{user}", sign_in.sector)))
    } else {
        user.to_string()
    }
}

/// The claims that scopes open (OpenID Connect Core §5.4), and those of `asked` (§5.5) that any scope of this house
/// would: there is no other way to a person's record.
pub fn opened<'a>(terms: &'a PeopleTerms, scopes: &'a Scopes, asked: &'a [String]) -> impl Iterator<Item = &'a str> {
    let by_scope = scopes.iter().filter_map(|scope| terms.claim_scope(scope));
    let by_scope = by_scope.flat_map(|scope| scope.claims.iter().map(String::as_str));
    let known = |claim: &&String| terms.scopes.iter().any(|scope| scope.claims.contains(claim));
    by_scope.chain(asked.iter().filter(known).map(String::as_str))
}

/// What is on record of the person under these names. What is not there is left out, as OpenID Connect Core §5.3.2 has
/// it.
pub fn claims<'a>(user: &User, names: impl Iterator<Item = &'a str>) -> Map<String, Value> {
    let mut told = Map::new();
    for name in names {
        let value = match name {
            "name" if user.name.is_empty() => None,
            "name" => Some(Value::from(user.name.as_str())),
            "email" => Some(Value::from(user.email.as_str())),
            "email_verified" => Some(Value::from(user.email_verified)),
            // What a token says in its own name is not taken from a person's record.
            name if !may_be_said(name) => None,
            name => user.claims.get(name).filter(|value| !value.is_null()).cloned(),
        };
        if let Some(value) = value {
            told.insert(name.to_owned(), value);
        }
    }
    told
}

/// What a token for this person says, within what was agreed to: an API's scopes only as far as the API still knows
/// them and the client is still granted them (TE13).
///
/// # Errors
/// A [`Refusal`] when there is no such API any more, or the client has no grant for it.
pub fn granted<'a>(
    client: &Known,
    api: Option<&ApiId>,
    agreed: &Scopes,
    apis: &'a [Api],
    terms: &'a PeopleTerms,
) -> Result<Granted<'a>, Refusal> {
    let Some(id) = api else {
        return Ok(Granted {
            api: &terms.openid,
            audience: vec![terms.openid.audience.clone()],
            scopes: agreed.iter().filter(|scope| terms.is_openid(scope)).collect(),
            lifetime: terms.openid.lifetime,
        });
    };
    let api = apis
        .iter()
        .find(|api| api.id == *id)
        .ok_or_else(|| Refusal::of(Code::AudienceUnknown).with("audience", id.as_str()))?;
    let grant = client.grants.iter().find(|grant| grant.api == *id).ok_or_else(|| {
        Refusal::of(Code::AudienceNotGranted)
            .with("audience", api.audience.as_str())
            .with("client_id", client.id.as_str())
    })?;
    let in_force = |scope: &&str| terms.is_openid(scope) || api.knows(scope) && grant.scopes.contains(scope);
    let mut audience = vec![api.audience.clone()];
    if terms.userinfo_in_audience && agreed.contains("openid") {
        audience.push(terms.openid.audience.clone());
    }
    Ok(Granted {
        api,
        audience,
        scopes: agreed.iter().filter(in_force).collect(),
        lifetime: lifetime(grant, api),
    })
}

#[cfg(test)]
mod tests;
