//! For which API a code shall buy a token, and with which scopes.

use crate::terms::{Target, Terms};
use tollgate_model::api::Unasked;
use tollgate_model::client::{Grant, GrantType};
use tollgate_model::{Api, ApiId, ClientRecord};
use tollgate_protocol::parameters::Parameters;
use tollgate_protocol::refusal::{Code, Refusal};
use tollgate_protocol::scope::Scopes;

/// What the token shall be for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Aim {
    /// The API; none: the UserInfo endpoint alone.
    pub(super) api: Option<ApiId>,
    /// The scopes in the order asked; those that the API gives unasked come last.
    pub(super) scopes: Scopes,
}

/// Reads `scope`, `audience` and `resource`. Scopes of OpenID Connect may be asked by every client, an API's within the
/// client's grant for it.
///
/// # Errors
/// A [`Refusal`] that says which part cannot be had.
pub(super) fn read(ask: &Parameters, record: &ClientRecord, apis: &[Api], terms: &Terms) -> Result<Aim, Refusal> {
    let asked = match ask.get("scope").map(Scopes::parse) {
        Some(parsed) => parsed.map_err(|_| Refusal::of(Code::ScopeMalformed))?,
        None => Scopes::default(),
    };
    let people = &terms.people;
    let of_api: Scopes = asked.iter().filter(|scope| !people.is_openid(scope)).collect();
    let refreshes = record.client.grant_types.contains(&GrantType::RefreshToken);
    // OpenID Connect Core §11: who gets no refresh tokens anyway is not refused for asking.
    let kept = |scope: &&str| refreshes || !people.is_offline(scope);

    let house = House { record, apis, terms };
    let Some((api, grant)) = house.api(ask, &asked, &of_api)? else {
        let scopes = asked.iter().filter(kept).collect();
        return Ok(Aim { api: None, scopes });
    };
    let unasked = within(grant, api, &of_api)?;
    Ok(Aim {
        api: Some(api.id.clone()),
        scopes: asked.iter().filter(kept).chain(unasked).collect(),
    })
}

struct House<'a> {
    record: &'a ClientRecord,
    apis: &'a [Api],
    terms: &'a Terms,
}

impl<'a> House<'a> {
    /// The API that the request names, or the one that goes without saying; none, when it is about the person alone.
    fn api(&self, ask: &Parameters, asked: &Scopes, of_api: &Scopes) -> Result<Option<(&'a Api, &'a Grant)>, Refusal> {
        if self.terms.target == Target::ByScope {
            return if of_api.is_empty() {
                Ok(None)
            } else {
                self.by_scope(of_api).map(Some)
            };
        }
        // `audience` is what the vendors say, `resource` what RFC 8707 says; both is fine if they agree.
        let named = match (ask.get("audience"), ask.get("resource")) {
            (Some(audience), Some(resource)) if audience != resource => {
                return Err(Refusal::of(Code::AudienceSeveral));
            }
            (audience, resource) => audience.or(resource),
        };
        if let Some(audience) = named {
            // The UserInfo endpoint is no API of the catalogue.
            if audience == self.terms.people.openid.audience && of_api.is_empty() {
                return Ok(None);
            }
            return self.named(audience).map(Some);
        }
        if of_api.is_empty() && !asked.is_empty() {
            return Ok(None);
        }
        match (&*self.record.grants, self.terms.target) {
            ([sole], Target::NamedOrSole) => match self.apis.iter().find(|api| api.id == sole.api) {
                Some(api) => Ok(Some((api, sole))),
                None => Err(Refusal::of(Code::AudienceMissing)),
            },
            (_, Target::Required) => Err(Refusal::of(Code::AudienceMissing)),
            _ if of_api.is_empty() => Ok(None),
            _ => self.by_scope(of_api).map(Some),
        }
    }

    fn named(&self, audience: &str) -> Result<(&'a Api, &'a Grant), Refusal> {
        let api = self.apis.iter().find(|api| api.audience == audience);
        let api = api.ok_or_else(|| Refusal::of(Code::AudienceUnknown).with("audience", audience))?;
        let grant = self.record.grants.iter().find(|grant| grant.api == api.id);
        let grant = grant.ok_or_else(|| {
            Refusal::of(Code::AudienceNotGranted)
                .with("audience", audience)
                .with("client_id", self.record.client.id.as_str())
        })?;
        Ok((api, grant))
    }

    /// The one API whose grant has all of these scopes.
    fn by_scope(&self, of_api: &Scopes) -> Result<(&'a Api, &'a Grant), Refusal> {
        let unknown = of_api
            .iter()
            .find(|scope| !self.apis.iter().any(|api| api.knows(scope)));
        if let Some(unknown) = unknown {
            return Err(Refusal::of(Code::ScopeUnknown).with("scope", unknown));
        }
        let held = |grant: &'a Grant| Some((self.apis.iter().find(|api| api.id == grant.api)?, grant));
        let has = |(api, grant): &(&Api, &Grant), scope: &str| api.knows(scope) && grant.scopes.contains(scope);
        let all = || self.record.grants.iter().filter_map(held);
        let mut whole = all().filter(|one| of_api.iter().all(|scope| has(one, scope)));
        match (whole.next(), whole.next()) {
            (Some(one), None) => Ok(one),
            (Some(_), Some(_)) => Err(Refusal::of(Code::AudienceMissing)),
            (None, _) => {
                let beyond: Scopes = of_api
                    .iter()
                    .filter(|scope| !all().any(|one| has(&one, scope)))
                    .collect();
                // Each is granted somewhere, and no one API has them all: a code is for one.
                if beyond.is_empty() {
                    return Err(Refusal::of(Code::AudienceSeveral));
                }
                Err(Refusal::of(Code::ScopeNotGranted).with("scope", beyond.to_string()))
            }
        }
    }
}

/// Whether the client may ask for these scopes at this API; what it gets unasked.
fn within<'a>(grant: &'a Grant, api: &'a Api, of_api: &Scopes) -> Result<Vec<&'a str>, Refusal> {
    if of_api.is_empty() {
        return match api.unasked {
            Unasked::Granted => Ok(grant.scopes.iter().filter(|scope| api.knows(scope)).collect()),
            Unasked::Nothing => Ok(Vec::new()),
            Unasked::Refused => Err(Refusal::of(Code::ScopeMissing)),
        };
    }
    if let Some(unknown) = of_api.iter().find(|scope| !api.knows(scope)) {
        return Err(Refusal::of(Code::ScopeUnknown).with("scope", unknown));
    }
    if !grant.scopes.covers(of_api) {
        let beyond = of_api.beyond(&grant.scopes).to_string();
        return Err(Refusal::of(Code::ScopeNotGranted).with("scope", beyond));
    }
    Ok(Vec::new())
}

#[cfg(test)]
mod tests;
