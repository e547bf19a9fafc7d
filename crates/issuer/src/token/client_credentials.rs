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
    // RFC 6749 §4.4: confidential clients alone.
    if !client.grant_types.contains(&GrantType::ClientCredentials) || caller.secret().is_none() {
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
        lifetime: lifetime(grant, api),
    })
}

/// How long a token lives: a grant may shorten what the API gives, and not prolong it. The API's may have been
/// lowered since the grant was made; keys are retired by what the APIs give.
pub(super) fn lifetime(grant: &KnownGrant, api: &Api) -> i64 {
    grant.lifetime.map_or(api.lifetime, |own| own.min(api.lifetime))
}

/// The scopes of a grant that the API still has: a grant keeps what it names, and what is gone is not issued.
fn in_force<'g>(grant: &'g KnownGrant, api: &Api) -> impl Iterator<Item = &'g str> {
    grant.scopes.iter().filter(|scope| api.knows(scope))
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
            Unasked::Granted => Ok(in_force(grant, api).collect()),
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
        .find(|scope| !held().any(|(api, grant)| in_force(grant, api).any(|held| held == *scope)))
    {
        return Err(Refusal::of(Code::ScopeNotGranted).with("scope", beyond));
    }
    let mut granted: Option<Granted<'a>> = None;
    let mut scopes = Vec::new();
    for (api, grant) in held() {
        let part: Vec<&str> = if asked.is_empty() {
            match api.unasked {
                Unasked::Granted => in_force(grant, api).collect(),
                Unasked::Nothing | Unasked::Refused => continue,
            }
        } else {
            let held: Vec<&str> = in_force(grant, api).collect();
            asked.iter().filter(|scope| held.contains(scope)).collect()
        };
        if part.is_empty() {
            continue;
        }
        scopes.extend(part);
        let lifetime = lifetime(grant, api);
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use tollgate_model::ApiId;
    use tollgate_model::api::ScopeWord;
    use tollgate_protocol::claims::Profile;
    use tollgate_protocol::jose::Algorithm;

    fn api() -> Api {
        let scope = |name: &str| ScopeWord {
            name: name.into(),
            description: String::new(),
        };
        Api {
            id: ApiId::new("docs"),
            audience: "urn:docs".into(),
            name: "Documents".into(),
            scopes: vec![scope("read"), scope("write")],
            unasked: Unasked::Granted,
            lifetime: 600,
            algorithm: Algorithm::ES256,
            profile: Profile::Rfc9068,
            declared: false,
            version: 1,
        }
    }

    fn grant(scopes: &[&str], lifetime: Option<i64>) -> KnownGrant {
        KnownGrant {
            api: api().id,
            scopes: Arc::new(scopes.iter().copied().collect()),
            lifetime,
        }
    }

    /// TE13: a scope that is gone from the API is not issued, though a grant still names it.
    #[test]
    fn a_scope_that_the_api_has_no_more_is_not_issued() {
        let held = grant(&["gone", "read"], None);
        let unasked = within(&held, &api(), Scopes::default()).unwrap();
        assert_eq!(unasked.to_string(), "read");
        let apis = [api()];
        let held = [held];
        let unasked = by_scope(&held, &Scopes::default(), &apis).unwrap();
        assert_eq!(unasked.scopes.to_string(), "read");
        let no = by_scope(&held, &["gone"].into_iter().collect(), &apis).unwrap_err();
        assert_eq!(no.code, Code::ScopeNotGranted);
    }

    /// JW7: a key is retired by the APIs' lifetimes, so no token outlives its API's, whatever an older grant says.
    #[test]
    fn a_grant_never_prolongs_what_the_api_gives() {
        for (own, lives) in [(None, 600), (Some(60), 60), (Some(86_400), 600)] {
            let held = [grant(&["read"], own)];
            assert_eq!(lifetime(&held[0], &api()), lives);
            let apis = [api()];
            assert_eq!(by_scope(&held, &Scopes::default(), &apis).unwrap().lifetime, lives);
        }
    }
}
