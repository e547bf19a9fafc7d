//! What was agreed to, against what is asked.

use crate::authorize::claims;
use crate::rights::SignedIn;
use crate::terms::people::PeopleTerms;
use serde_json::json;
use tollgate_model::authorization::Asked;
use tollgate_model::consent::Given;
use tollgate_model::{Change, Client, Consent, ConsentId, Moment};
use tollgate_protocol::scope::Scopes;

/// What a claim is remembered under that was asked for by name rather than with its scope.
pub(in crate::authorize) const CLAIM: &str = "claim:";

/// What must be agreed to for this request: what the person tells about themselves, and what is done at the API. An API
/// that is named without any scope is agreed to as well, for its tokens open it.
pub(in crate::authorize) fn wanted(asked: &Asked, terms: &PeopleTerms) -> Vec<Given> {
    let claims: Vec<String> = claims::beyond(&asked.claims, &asked.scopes, terms)
        .into_iter()
        .map(|claim| format!("{CLAIM}{claim}"))
        .collect();
    let scopes = || asked.scopes.iter();
    let about: Scopes = scopes()
        .filter(|scope| asked.api.is_none() || terms.is_openid(scope))
        .chain(claims.iter().map(String::as_str))
        .collect();
    let mut list = Vec::new();
    if !about.is_empty() {
        list.push(Given {
            api: None,
            scopes: about,
        });
    }
    list.extend(asked.api.clone().map(|api| Given {
        api: Some(api),
        scopes: scopes().filter(|scope| !terms.is_openid(scope)).collect(),
    }));
    list
}

/// Whether all of it was agreed to before.
pub(in crate::authorize) fn covers(consent: &Consent, wanted: &[Given], terms: &PeopleTerms) -> bool {
    let before = |given: &Given| consent.at(given.api.as_ref());
    wanted.iter().all(|given| {
        let mut scopes = given.scopes.iter();
        before(given).is_some_and(|held| scopes.all(|scope| includes(held, scope, terms)))
    })
}

/// Whether what was agreed to includes this. A claim by its own name goes with every scope that opens it.
pub(in crate::authorize) fn includes(held: &Scopes, scope: &str, terms: &PeopleTerms) -> bool {
    let opened = |claim: &str| {
        held.iter()
            .filter_map(|scope| terms.claim_scope(scope))
            .any(|scope| scope.claims.iter().any(|one| one == claim))
    };
    held.contains(scope) || scope.strip_prefix(CLAIM).is_some_and(opened)
}

/// The person's consent with what is new added to it; what was given before stays (3E-21). `fresh` names it, should it
/// be the first.
pub(in crate::authorize) fn given(
    held: Option<&Consent>,
    client: &Client,
    who: &SignedIn,
    wanted: &[Given],
    fresh: &ConsentId,
    (request, now): (&str, Moment),
) -> (ConsentId, Vec<Change>) {
    let (id, change) = match held {
        Some(held) => {
            let consent = Consent {
                given: together(&held.given, wanted),
                revised: now,
                ..held.clone()
            };
            let was = held.version;
            (held.id.clone(), Change::ReviseConsent { consent, was })
        }
        None => {
            let consent = Consent {
                id: fresh.clone(),
                user: who.user.id.clone(),
                client: client.id.clone(),
                account: client.account.clone(),
                given: wanted.to_vec(),
                created: now,
                revised: now,
                version: 1,
            };
            (fresh.clone(), Change::AddConsent(consent))
        }
    };
    let detail = json!({
        "client": client.id, "user": who.user.id, "given": wanted, "trusted": client.sign_in.trusted,
    });
    let told = who
        .asker(request)
        .did("consent.given", Some(&client.account), id.as_str(), now, detail);
    (id, vec![change, told])
}

fn together(held: &[Given], wanted: &[Given]) -> Vec<Given> {
    let mut list = held.to_vec();
    for given in wanted {
        match list.iter_mut().find(|held| held.api == given.api) {
            Some(held) => held.scopes = held.scopes.iter().chain(given.scopes.iter()).collect(),
            None => list.push(given.clone()),
        }
    }
    list
}
