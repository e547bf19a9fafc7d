//! The client credentials grant (RFC 6749 §4.4): a token for the client's own sake.

use crate::caller::Caller;
use crate::known::KnownGrant;
use crate::terms::{Target, Terms};
use tollgate_model::Api;
use tollgate_model::api::Unasked;
use tollgate_model::client::GrantType;
use tollgate_protocol::parameters::Parameters;
use tollgate_protocol::refusal::{Code, Refusal};
use tollgate_protocol::scope::Scopes;

/// What a token will say: decided, not yet minted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Granted<'a> {
    /// The API that the token is for; it says how the token is written and signed.
    pub api: &'a Api,
    /// `aud`.
    pub audience: Vec<String>,
    /// `scope`.
    pub scopes: Scopes,
    /// Seconds until it expires.
    pub lifetime: i64,
}

/// What this caller gets for this request.
///
/// # Errors
/// A [`Refusal`] that says which part of the request cannot be had.
pub fn decide<'a>(caller: &Caller, ask: &Parameters, apis: &'a [Api], terms: &Terms) -> Result<Granted<'a>, Refusal> {
    let client = caller.client();
    if !client.grant_types.contains(&GrantType::ClientCredentials) {
        return Err(Refusal::of(Code::GrantTypeNotAllowed).with("grant_type", GrantType::ClientCredentials.as_str()));
    }
    let asked = match ask.get("scope").map(Scopes::parse) {
        Some(parsed) => parsed.map_err(|_| Refusal::of(Code::ScopeMalformed))?,
        None => Scopes::default(),
    };
    if terms.target == Target::ByScope {
        return by_scope(&client.grants, &asked, apis);
    }
    let (api, grant) = target(caller, ask, apis, terms)?;
    let scopes = within(grant, api, asked)?;
    Ok(Granted {
        api,
        audience: vec![api.audience.clone()],
        scopes,
        lifetime: grant.lifetime.unwrap_or(api.lifetime),
    })
}

/// The API that the request names, and the client's grant for it.
fn target<'a, 'g>(
    caller: &'g Caller,
    ask: &Parameters,
    apis: &'a [Api],
    terms: &Terms,
) -> Result<(&'a Api, &'g KnownGrant), Refusal> {
    let client = caller.client();
    // `audience` is what the vendors say, `resource` what RFC 8707 says; both is fine if they agree.
    let named = match (ask.get("audience"), ask.get("resource")) {
        (Some(audience), Some(resource)) if audience != resource => return Err(Refusal::of(Code::AudienceSeveral)),
        (audience, resource) => audience.or(resource),
    };
    let Some(audience) = named else {
        if let ([grant], Target::NamedOrSole) = (&*client.grants, terms.target)
            && let Some(api) = apis.iter().find(|api| api.id == grant.api)
        {
            return Ok((api, grant));
        }
        return Err(Refusal::of(Code::AudienceMissing));
    };
    let api = apis
        .iter()
        .find(|api| api.audience == audience)
        .ok_or_else(|| Refusal::of(Code::AudienceUnknown).with("audience", audience))?;
    let grant = client.grants.iter().find(|grant| grant.api == api.id).ok_or_else(|| {
        Refusal::of(Code::AudienceNotGranted)
            .with("audience", audience)
            .with("client_id", client.id.as_str())
    })?;
    Ok((api, grant))
}

/// The scopes of the request within one grant.
fn within(grant: &KnownGrant, api: &Api, asked: Scopes) -> Result<Scopes, Refusal> {
    if asked.is_empty() {
        return match api.unasked {
            Unasked::Granted => Ok(Scopes::clone(&grant.scopes)),
            Unasked::Nothing => Ok(asked),
            Unasked::Refused => Err(Refusal::of(Code::ScopeMissing)),
        };
    }
    if let Some(unknown) = asked.iter().find(|scope| !api.knows(scope)) {
        return Err(Refusal::of(Code::ScopeUnknown).with("scope", unknown));
    }
    if !grant.scopes.covers(&asked) {
        let beyond = asked.beyond(&grant.scopes).to_string();
        return Err(Refusal::of(Code::ScopeNotGranted).with("scope", beyond));
    }
    Ok(asked)
}

/// IdentityServer's way: the scopes name the APIs. Unknown and unassigned look the same.
fn by_scope<'a>(grants: &[KnownGrant], asked: &Scopes, apis: &'a [Api]) -> Result<Granted<'a>, Refusal> {
    let held = || {
        grants
            .iter()
            .filter_map(|grant| Some((apis.iter().find(|api| api.id == grant.api)?, grant)))
    };
    if let Some(beyond) = asked
        .iter()
        .find(|scope| !held().any(|(_, grant)| grant.scopes.contains(scope)))
    {
        return Err(Refusal::of(Code::ScopeNotGranted).with("scope", beyond));
    }
    let mut granted: Option<Granted<'a>> = None;
    let mut scopes = Vec::new();
    for (api, grant) in held() {
        let part: Vec<&str> = if asked.is_empty() {
            match api.unasked {
                Unasked::Granted => grant.scopes.iter().collect(),
                Unasked::Nothing | Unasked::Refused => continue,
            }
        } else {
            asked.iter().filter(|scope| grant.scopes.contains(scope)).collect()
        };
        if part.is_empty() {
            continue;
        }
        scopes.extend(part);
        let lifetime = grant.lifetime.unwrap_or(api.lifetime);
        match &mut granted {
            None => {
                granted = Some(Granted {
                    api,
                    audience: vec![api.audience.clone()],
                    scopes: Scopes::default(),
                    lifetime,
                });
            }
            Some(token) => {
                token.audience.push(api.audience.clone());
                // A token for several APIs lives as long as the strictest of them allows.
                token.lifetime = token.lifetime.min(lifetime);
            }
        }
    }
    let mut granted = granted.ok_or_else(|| Refusal::of(Code::ScopeMissing))?;
    granted.scopes = scopes.into_iter().collect();
    Ok(granted)
}
