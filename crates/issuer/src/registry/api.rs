//! APIs: the resource servers that tokens are for.

use super::key::signed_with;
use super::{Asker, No, Registered, named, settle, unchanged, value};
use crate::desk::Desk;
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::Arc;
use tollgate_model::api::{ScopeWord, Unasked};
use tollgate_model::route::Access;
use tollgate_model::{Api, ApiId, Change, Decision, Kept, Moment, Route, Version};
use tollgate_protocol::claims::Profile;
use tollgate_protocol::jose::Algorithm;

/// The longest life of a token, in seconds: a year.
pub const LONGEST: i64 = 31_536_000;
/// The longest description of a scope, in characters.
const DESCRIPTION: usize = 1000;

/// A new API.
#[derive(Clone, Debug)]
pub struct Add {
    /// Its id, a short word.
    pub id: String,
    /// What `aud` says. It never changes: it is in every integrator's code.
    pub audience: String,
    /// Its name.
    pub name: String,
    /// Its scopes.
    pub scopes: Vec<ScopeWord>,
    /// What a request gets that names no scope.
    pub unasked: Unasked,
    /// How long its tokens live, in seconds.
    pub lifetime: i64,
    /// What signs its tokens.
    pub algorithm: Algorithm,
    /// How its tokens spell their claims.
    pub profile: Profile,
}

/// What is to become of an API; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct Revise {
    /// Its new name.
    pub name: Option<String>,
    /// All of its scopes from now on.
    pub scopes: Option<Vec<ScopeWord>>,
    /// What a request gets that names no scope.
    pub unasked: Option<Unasked>,
    /// How long its tokens live, in seconds.
    pub lifetime: Option<i64>,
    /// What signs its tokens.
    pub algorithm: Option<Algorithm>,
    /// How its tokens spell their claims.
    pub profile: Option<Profile>,
    /// The version that the asker saw.
    pub seen: Option<Version>,
}

/// Adds an API, and a signing key when there is none of its algorithm.
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store or of the source of chance.
pub async fn add(desk: &Arc<Desk>, asker: &Asker, ask: &Add) -> Registered<Api> {
    let settled = settle(desk, "api", async || {
        let held = desk.store.apis().await?;
        Ok(decide_add(&held, ask, asker, desk.now()))
    });
    let settled = settled.await?;
    if settled.is_ok() {
        signed_with(desk, asker, ask.algorithm).await?;
    }
    Ok(settled)
}

fn decide_add(held: &[Api], ask: &Add, asker: &Asker, now: Moment) -> Result<Decision<Api>, No> {
    let api = Api {
        id: ApiId::new(value::word("id", &ask.id)?),
        audience: audience(&ask.audience)?,
        name: named("name", &ask.name)?,
        scopes: words(&ask.scopes)?,
        unasked: ask.unasked,
        lifetime: value::seconds("lifetime", ask.lifetime, LONGEST)?,
        algorithm: ask.algorithm,
        profile: ask.profile,
        declared: false,
        version: 1,
    };
    if held.iter().any(|other| other.id == api.id) {
        return Err(No::Taken { field: "id" });
    }
    if held.iter().any(|other| other.audience == api.audience) {
        return Err(No::Taken { field: "audience" });
    }
    let add = Change::AddApi(api.clone());
    let event = told("api.added", &api, asker, now);
    Ok(Decision::with(api, vec![add, event]))
}

fn audience(text: &str) -> Result<String, No> {
    let visible = !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic());
    if visible && text.len() <= 512 {
        Ok(text.to_owned())
    } else {
        let problem = "must be 1 to 512 printable ASCII characters without spaces";
        Err(No::invalid("audience", problem))
    }
}

fn words(list: &[ScopeWord]) -> Result<Vec<ScopeWord>, No> {
    value::listed("scopes", list.len())?;
    let mut seen = BTreeSet::new();
    for word in list {
        value::scope_token("scopes", &word.name)?;
        if !seen.insert(word.name.as_str()) {
            return Err(No::invalid("scopes", format!("{:?} comes twice", word.name)));
        }
        if word.description.chars().count() > DESCRIPTION || word.description.chars().any(char::is_control) {
            let problem = format!("a description is at most {DESCRIPTION} characters, none of them control characters");
            return Err(No::invalid("scopes", problem));
        }
    }
    Ok(list.to_vec())
}

/// Changes an API. Grants keep what they name; a scope that is gone from the API is not issued.
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store or of the source of chance.
pub async fn revise(desk: &Arc<Desk>, asker: &Asker, id: &ApiId, ask: &Revise) -> Registered<Api> {
    if let Some(algorithm) = ask.algorithm {
        // The key comes first: from the revision on, tokens are signed with it.
        let held = desk.store.apis().await?;
        if let Some(no) = held.iter().find(|api| api.id == *id).map(|api| unlocked(api, ask.seen)) {
            match no {
                Ok(()) => signed_with(desk, asker, algorithm).await?,
                Err(no) => return Ok(Err(no)),
            }
        }
    }
    settle(desk, "api", async || {
        let (held, routes) = (desk.store.apis().await?, desk.store.routes().await?);
        let Some(api) = held.iter().find(|api| api.id == *id) else {
            return Ok(Err(No::NotFound("api")));
        };
        Ok(decide_revise(api, &routes, ask, asker, desk.now()))
    })
    .await
}

fn unlocked(held: &Api, seen: Option<Version>) -> Result<(), No> {
    if held.declared {
        return Err(No::Declared("api"));
    }
    unchanged("api", seen, held.version)
}

fn decide_revise(held: &Api, routes: &[Route], ask: &Revise, asker: &Asker, now: Moment) -> Result<Decision<Api>, No> {
    unlocked(held, ask.seen)?;
    let mut api = held.clone();
    if let Some(name) = &ask.name {
        api.name = named("name", name)?;
    }
    if let Some(list) = &ask.scopes {
        api.scopes = words(list)?;
        if let Some((route, scope)) = required(routes, held).find(|(_, scope)| !api.knows(scope)) {
            let problem = format!("route {} still requires scope {scope:?}", route.id);
            return Err(No::InUse(problem));
        }
    }
    if let Some(lifetime) = ask.lifetime {
        api.lifetime = value::seconds("lifetime", lifetime, LONGEST)?;
    }
    api.unasked = ask.unasked.unwrap_or(held.unasked);
    api.algorithm = ask.algorithm.unwrap_or(held.algorithm);
    api.profile = ask.profile.unwrap_or(held.profile);
    if api == *held {
        return Ok(Decision::just(api));
    }
    let changes = vec![
        Change::ReviseApi {
            api: api.clone(),
            was: held.version,
        },
        told("api.revised", &api, asker, now),
    ];
    api.version = held.version + 1;
    Ok(Decision::with(api, changes))
}

/// The scopes of `api` that routes require, with the routes.
fn required<'a>(routes: &'a [Route], api: &'a Api) -> impl Iterator<Item = (&'a Route, &'a str)> {
    routes.iter().flat_map(|route| {
        let scopes = match &route.access {
            Access::Token { api: named, scopes, .. } if *named == api.id => Some(scopes),
            _ => None,
        };
        scopes
            .into_iter()
            .flat_map(move |scopes| scopes.iter().map(move |scope| (route, scope)))
    })
}

/// Removes an API that no grant and no route names any more.
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store.
pub async fn remove(desk: &Desk, asker: &Asker, id: &ApiId, seen: Option<Version>) -> Registered<()> {
    // Whether some client among many holds a grant is known to the store alone, which refuses the change then.
    // It says only that a condition failed; when the API is still the same afterwards, it was the grant.
    let mut refused = None;
    loop {
        let (apis, routes) = (desk.store.apis().await?, desk.store.routes().await?);
        let Some(api) = apis.iter().find(|api| api.id == *id) else {
            return Ok(Err(No::NotFound("api")));
        };
        if refused == Some(api.version) {
            return Ok(Err(No::InUse("a client still has a grant for this API".into())));
        }
        let decision = match decide_remove(api, &routes, seen, asker, desk.now()) {
            Ok(decision) => decision,
            Err(no) => return Ok(Err(no)),
        };
        if desk.memory.keep(decision.changes).await? == Kept::Done {
            return Ok(Ok(()));
        }
        refused = Some(api.version);
    }
}

fn decide_remove(
    held: &Api,
    routes: &[Route],
    seen: Option<Version>,
    asker: &Asker,
    now: Moment,
) -> Result<Decision<()>, No> {
    unlocked(held, seen)?;
    let named = |route: &&Route| matches!(&route.access, Access::Token { api, .. } if *api == held.id);
    if let Some(route) = routes.iter().find(named) {
        return Err(No::InUse(format!(
            "route {} still asks for tokens of this API",
            route.id
        )));
    }
    let remove = Change::RemoveApi {
        id: held.id.clone(),
        was: held.version,
    };
    Ok(Decision::with((), vec![remove, told("api.removed", held, asker, now)]))
}

fn told(kind: &str, api: &Api, asker: &Asker, now: Moment) -> Change {
    let scopes: Vec<&str> = api.scopes.iter().map(|word| word.name.as_str()).collect();
    let detail = json!({
        "audience": api.audience, "scopes": scopes, "lifetime": api.lifetime, "algorithm": api.algorithm,
    });
    asker.did(kind, None, api.id.as_str(), now, detail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::facts::{self, NOW, api, asker};

    fn ask() -> Add {
        Add {
            id: "other".into(),
            audience: "urn:other".into(),
            name: "Other".into(),
            scopes: api().scopes,
            unasked: Unasked::Granted,
            lifetime: 60,
            algorithm: Algorithm::ES256,
            profile: Profile::Rfc9068,
        }
    }

    #[test]
    fn a_wrong_value_is_named_by_its_field() {
        let field = |ask: Add| match decide_add(&[], &ask, &asker(), NOW) {
            Err(No::Invalid { field, .. }) => field,
            other => panic!("{other:?}"),
        };
        let twice = [api().scopes, api().scopes].concat();
        let bad = vec![ScopeWord {
            name: "re ad".into(),
            description: String::new(),
        }];
        assert_eq!(
            field(Add {
                id: "A b".into(),
                ..ask()
            }),
            "id"
        );
        for text in ["", "urn: x", "urn:\u{fc}", &"x".repeat(513)] {
            assert_eq!(
                field(Add {
                    audience: text.into(),
                    ..ask()
                }),
                "audience"
            );
        }
        for scopes in [twice, bad] {
            assert_eq!(field(Add { scopes, ..ask() }), "scopes");
        }
        for lifetime in [0, -1, LONGEST + 1] {
            assert_eq!(field(Add { lifetime, ..ask() }), "lifetime");
        }
        for lifetime in [1, LONGEST] {
            assert!(decide_add(&[], &Add { lifetime, ..ask() }, &asker(), NOW).is_ok());
        }
    }

    #[test]
    fn id_and_audience_belong_to_one_api() {
        let no = |ask: Add| decide_add(&[api()], &ask, &asker(), NOW).unwrap_err();
        let same_id = Add {
            id: api().id.to_string(),
            ..ask()
        };
        let same_audience = Add {
            audience: api().audience,
            ..ask()
        };
        assert_eq!(no(same_id), No::Taken { field: "id" });
        assert_eq!(no(same_audience), No::Taken { field: "audience" });
    }

    #[test]
    fn what_is_declared_is_changed_in_the_configuration() {
        let held = Api {
            declared: true,
            ..api()
        };
        let no = decide_revise(&held, &[], &Revise::default(), &asker(), NOW).unwrap_err();
        assert_eq!(no, No::Declared("api"));
        assert_eq!(
            decide_remove(&held, &[], None, &asker(), NOW).unwrap_err(),
            No::Declared("api")
        );
    }

    #[test]
    fn an_api_that_a_route_needs_stays() {
        let route = crate::registry::route::tests::protected("docs-all", "/docs/{rest...}");
        let no = decide_remove(&api(), std::slice::from_ref(&route), None, &asker(), NOW).unwrap_err();
        assert_eq!(no.code(), "in_use");
        let ask = Revise {
            scopes: Some(Vec::new()),
            ..Revise::default()
        };
        let no = decide_revise(&api(), &[route], &ask, &asker(), NOW).unwrap_err();
        assert_eq!(no.code(), "in_use");
        let made = decide_remove(&api(), &[], Some(api().version), &asker(), NOW).unwrap();
        assert_eq!(facts::told(&made.changes), ["api.removed"]);
    }

    #[test]
    fn a_stale_view_of_an_api_changes_nothing() {
        let ask = Revise {
            lifetime: Some(60),
            seen: Some(1),
            ..Revise::default()
        };
        assert_eq!(
            decide_revise(&api(), &[], &ask, &asker(), NOW).unwrap_err(),
            No::Stale("api")
        );
        let ask = Revise { seen: None, ..ask };
        let made = decide_revise(&api(), &[], &ask, &asker(), NOW).unwrap();
        assert_eq!((made.answer.lifetime, made.answer.version), (60, 5));
    }
}
