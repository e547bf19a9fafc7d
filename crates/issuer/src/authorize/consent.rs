//! What a person agrees to: each scope at each API once, and then again only what is new (3E-21).

pub mod answer;

pub(super) mod given;

use super::claims;
use super::flow::Flow;
use crate::desk::Desk;
use crate::rights::SignedIn;
use crate::terms::people::PeopleTerms;
use given::{CLAIM, includes, wanted};
use tollgate_model::client::Environment;
use tollgate_model::{Api, Consent, Fault};
use url::Url;

/// What the consent page says (CO1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asking {
    /// The application, by the name its owner gave it.
    pub application: String,
    /// The firm it belongs to.
    pub owner: String,
    /// The host that the person is sent back to, with its port where it names one.
    pub host: String,
    /// Test or live.
    pub environment: Environment,
    /// All that it asks for, also what the person agreed to before.
    pub permissions: Vec<Permission>,
    /// For how long, in seconds; none: until it is taken back.
    pub lasts: Option<i64>,
    /// Whether also while the person is away.
    pub offline: bool,
    /// Who is asked: the e-mail address.
    pub person: String,
}

/// One thing that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permission {
    /// The scope. Where several names of staying signed in are asked for, it is the first.
    pub scope: String,
    /// What it means; empty for those whose words the pages have in every language.
    pub words: String,
    /// Whether the person did not agree to it before.
    pub new: bool,
    /// The claims about the person that are told.
    pub claims: Vec<String>,
}

/// What the consent page says to this person.
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn asking(desk: &Desk, flow: &Flow, who: &SignedIn) -> Result<Asking, Fault> {
    let held = desk.store.consent(&who.user.id, &flow.client.id).await?;
    let grant = match (&flow.api, desk.memory.client(&flow.client.id).await?) {
        (Some(api), Some(known)) => known
            .grants
            .iter()
            .find(|grant| grant.api == api.id)
            .and_then(|g| g.lifetime),
        _ => None,
    };
    Ok(said(flow, held.as_ref(), grant, who, &desk.terms.people))
}

fn said(flow: &Flow, held: Option<&Consent>, grant: Option<i64>, who: &SignedIn, terms: &PeopleTerms) -> Asking {
    let asked = &flow.authorization.asked;
    let offline = asked.scopes.iter().any(|scope| terms.is_offline(scope));
    let api = flow.api.as_ref().unwrap_or(&terms.openid);
    Asking {
        application: flow.client.name.clone(),
        owner: flow.account.name.clone(),
        host: host(&asked.redirect_uri),
        environment: flow.client.environment,
        permissions: permissions(flow, held, terms),
        lasts: match offline {
            true => terms.refresh.absolute,
            // A grant may shorten what the API gives, and not prolong it.
            false => Some(grant.map_or(api.lifetime, |own| own.min(api.lifetime))),
        },
        offline,
        person: who.user.email.clone(),
    }
}

/// As the person knows it from the browser's address line.
fn host(uri: &str) -> String {
    let Ok(url) = Url::parse(uri) else {
        return uri.to_owned();
    };
    match (url.host_str(), url.port()) {
        (Some(host), Some(port)) => format!("{host}:{port}"),
        (Some(host), None) => host.to_owned(),
        (None, _) => uri.to_owned(),
    }
}

fn permissions(flow: &Flow, held: Option<&Consent>, terms: &PeopleTerms) -> Vec<Permission> {
    let asked = &flow.authorization.asked;
    let wanted = wanted(asked, terms);
    let new = |scope: &str| {
        wanted.iter().any(|given| {
            let before = held.and_then(|consent| consent.at(given.api.as_ref()));
            given.scopes.contains(scope) && !before.is_some_and(|before| includes(before, scope, terms))
        })
    };
    let mut list: Vec<Permission> = Vec::new();
    for scope in asked.scopes.iter() {
        let (words, claims) = match terms.claim_scope(scope) {
            Some(about) => (about.description.clone(), about.claims.clone()),
            None if terms.is_openid(scope) => (String::new(), Vec::new()),
            None => (in_words(flow.api.as_ref(), scope), Vec::new()),
        };
        // Under two names staying signed in is one thing (SO-9).
        let twin = |held: &&mut Permission| terms.is_offline(scope) && terms.is_offline(&held.scope);
        match list.iter_mut().find(twin) {
            Some(held) => held.new |= new(scope),
            None => list.push(Permission {
                scope: scope.to_owned(),
                words,
                new: new(scope),
                claims,
            }),
        }
    }
    for claim in claims::beyond(&asked.claims, &asked.scopes, terms) {
        let Some(about) = terms
            .scopes
            .iter()
            .find(|scope| scope.claims.iter().any(|one| one == claim))
        else {
            continue;
        };
        let new = new(&format!("{CLAIM}{claim}"));
        match list.iter_mut().find(|held| held.scope == about.name) {
            Some(held) => {
                held.new |= new;
                held.claims.push(claim.to_owned());
            }
            None => list.push(Permission {
                scope: about.name.clone(),
                words: about.description.clone(),
                new,
                claims: vec![claim.to_owned()],
            }),
        }
    }
    list
}

/// What the API says of its scope; its name, where it says nothing.
fn in_words(api: Option<&Api>, scope: &str) -> String {
    let words = api.and_then(|api| api.scopes.iter().find(|word| word.name == scope));
    match words {
        Some(word) if !word.description.is_empty() => word.description.clone(),
        _ => scope.to_owned(),
    }
}

#[cfg(test)]
mod tests;
