//! Routes: where the gateway lets a call through. What is written here must be safe to follow: a public
//! route never opens a protected one's space without saying so (RS12).

mod check;
mod extra;

use super::{Asker, No, Registered, new_id, settle, unchanged};
use crate::desk::Desk;
use crate::terms::transition::TransitionTerms;
use check::checked;
use serde_json::json;
use tollgate_model::route::{Access, AssertionRule, IdTokenRule, Upstream, same, unnamed};
use tollgate_model::{Api, Change, Decision, LegacyMethodId, Limit, Moment, Route, RouteId, Version};

/// A new route.
#[derive(Clone, Debug)]
pub struct Add {
    /// Its id, a short word; absent: a new one.
    pub id: Option<String>,
    /// Host names without port; empty: any.
    pub hosts: Vec<String>,
    /// Methods; empty: any.
    pub methods: Vec<String>,
    /// Path pattern.
    pub path: String,
    /// What a request must carry.
    pub access: Access,
    /// Where it goes.
    pub upstream: Upstream,
    /// Whether an ID token that shows the person is looked at.
    pub id_token: Option<IdTokenRule>,
    /// Whether an opaque token is taken as well, by introspection.
    pub opaque: bool,
    /// Old ways of authenticating that are taken in place of an access token.
    pub legacy: Vec<LegacyMethodId>,
    /// How much may be asked here, beside what the account's plan allows.
    pub limits: Vec<Limit>,
    /// How the server behind is told who asks, beside headers.
    pub assertion: Option<AssertionRule>,
}

/// What is to become of a route; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct Revise {
    /// Host names without port; empty: any.
    pub hosts: Option<Vec<String>>,
    /// Methods; empty: any.
    pub methods: Option<Vec<String>>,
    /// Path pattern.
    pub path: Option<String>,
    /// What a request must carry.
    pub access: Option<Access>,
    /// Where it goes.
    pub upstream: Option<Upstream>,
    /// Whether an ID token that shows the person is looked at; `Some(None)`: none is.
    pub id_token: Option<Option<IdTokenRule>>,
    /// Whether an opaque token is taken as well, by introspection.
    pub opaque: Option<bool>,
    /// Old ways of authenticating that are taken in place of an access token.
    pub legacy: Option<Vec<LegacyMethodId>>,
    /// How much may be asked here.
    pub limits: Option<Vec<Limit>>,
    /// How the server behind is told who asks; `Some(None)`: by headers alone.
    pub assertion: Option<Option<AssertionRule>>,
    /// The version that the asker saw.
    pub seen: Option<Version>,
}

/// Adds a route.
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store or of the source of chance.
pub async fn add(desk: &Desk, asker: &Asker, ask: &Add) -> Registered<Route> {
    let id = match &ask.id {
        Some(id) => match super::value::word("id", id) {
            Ok(id) => RouteId::new(id),
            Err(no) => return Ok(Err(no)),
        },
        None => RouteId::new(new_id(desk, "rte")?),
    };
    settle(desk, "route", async || {
        let facts = facts(desk).await?;
        Ok(decide_add(&id, ask, &facts, asker, desk.now()))
    })
    .await
}

struct Facts<'a> {
    routes: Vec<Route>,
    apis: Vec<Api>,
    roles: &'a [String],
    /// Whether targets may be link-local.
    link_local: bool,
    transition: &'a TransitionTerms,
}

async fn facts(desk: &Desk) -> Result<Facts<'_>, tollgate_model::Fault> {
    Ok(Facts {
        routes: desk.store.routes().await?,
        apis: desk.store.apis().await?,
        roles: &desk.terms.roles,
        link_local: desk.terms.link_local_upstreams,
        transition: &desk.terms.transition,
    })
}

fn decide_add(id: &RouteId, ask: &Add, facts: &Facts<'_>, asker: &Asker, now: Moment) -> Result<Decision<Route>, No> {
    if facts.routes.iter().any(|route| route.id == *id) {
        return Err(No::Taken { field: "id" });
    }
    let route = Route {
        id: id.clone(),
        hosts: ask.hosts.clone(),
        methods: ask.methods.clone(),
        path: ask.path.clone(),
        access: ask.access.clone(),
        upstream: ask.upstream.clone(),
        id_token: ask.id_token.clone(),
        opaque: ask.opaque,
        legacy: ask.legacy.clone(),
        limits: ask.limits.clone(),
        assertion: ask.assertion.clone(),
        declared: false,
        version: 1,
    };
    let route = checked(route, &facts.apis, facts.roles, facts.link_local)?;
    extra::checked(&route, facts.transition)?;
    placed(&route, &facts.routes)?;
    let add = Change::AddRoute(route.clone());
    let event = told("route.added", &route, asker, now);
    Ok(Decision::with(route, vec![add, event]))
}

/// Changes a route.
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store.
pub async fn revise(desk: &Desk, asker: &Asker, id: &RouteId, ask: &Revise) -> Registered<Route> {
    settle(desk, "route", async || {
        let facts = facts(desk).await?;
        Ok(decide_revise(id, ask, &facts, asker, desk.now()))
    })
    .await
}

fn decide_revise(
    id: &RouteId,
    ask: &Revise,
    facts: &Facts<'_>,
    asker: &Asker,
    now: Moment,
) -> Result<Decision<Route>, No> {
    let held = unlocked(&facts.routes, id, ask.seen)?;
    let asked = Route {
        hosts: ask.hosts.as_ref().unwrap_or(&held.hosts).clone(),
        methods: ask.methods.as_ref().unwrap_or(&held.methods).clone(),
        path: ask.path.as_ref().unwrap_or(&held.path).clone(),
        access: ask.access.as_ref().unwrap_or(&held.access).clone(),
        upstream: ask.upstream.as_ref().unwrap_or(&held.upstream).clone(),
        id_token: ask.id_token.as_ref().unwrap_or(&held.id_token).clone(),
        opaque: ask.opaque.unwrap_or(held.opaque),
        legacy: ask.legacy.as_ref().unwrap_or(&held.legacy).clone(),
        limits: ask.limits.as_ref().unwrap_or(&held.limits).clone(),
        assertion: ask.assertion.as_ref().unwrap_or(&held.assertion).clone(),
        ..held.clone()
    };
    let mut route = checked(asked, &facts.apis, facts.roles, facts.link_local)?;
    extra::checked(&route, facts.transition)?;
    if route == *held {
        return Ok(Decision::just(route));
    }
    placed(&route, &facts.routes)?;
    let changes = vec![
        Change::ReviseRoute {
            route: route.clone(),
            was: held.version,
        },
        told("route.revised", &route, asker, now),
    ];
    route.version = held.version + 1;
    Ok(Decision::with(route, changes))
}

/// Removes a route. Requests that it answered fall to the next that matches them; a public one that named it
/// goes on being public.
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store.
pub async fn remove(desk: &Desk, asker: &Asker, id: &RouteId, seen: Option<Version>) -> Registered<()> {
    settle(desk, "route", async || {
        let routes = desk.store.routes().await?;
        Ok(decide_remove(&routes, id, seen, asker, desk.now()))
    })
    .await
}

fn decide_remove(
    routes: &[Route],
    id: &RouteId,
    seen: Option<Version>,
    asker: &Asker,
    now: Moment,
) -> Result<Decision<()>, No> {
    let held = unlocked(routes, id, seen)?;
    let remove = Change::RemoveRoute {
        id: id.clone(),
        was: held.version,
    };
    Ok(Decision::with(
        (),
        vec![remove, told("route.removed", held, asker, now)],
    ))
}

fn unlocked<'a>(routes: &'a [Route], id: &RouteId, seen: Option<Version>) -> Result<&'a Route, No> {
    let Some(held) = routes.iter().find(|route| route.id == *id) else {
        return Err(No::NotFound("route"));
    };
    if held.declared {
        return Err(No::Declared("route"));
    }
    unchanged("route", seen, held.version)?;
    Ok(held)
}

/// What the gateway would find wrong with `route` among the others, and close. RS12: no public route takes a
/// protected one's requests without naming it.
fn placed(route: &Route, routes: &[Route]) -> Result<(), No> {
    let others = routes.iter().filter(|other| other.id != route.id);
    let table: Vec<Route> = others.chain([route]).cloned().collect();
    let concerns = |one: &Route, other: &Route| one.id == route.id || other.id == route.id;
    if same(&table).iter().any(|found| concerns(found.route, found.earlier)) {
        return Err(No::Taken { field: "path" });
    }
    match unnamed(&table)
        .iter()
        .find(|found| concerns(found.public, found.protected))
    {
        None => Ok(()),
        Some(found) => Err(No::invalid(
            "access",
            format!(
                "public route {} takes requests of protected route {}; it must name it in 'opens'",
                found.public.id, found.protected.id
            ),
        )),
    }
}

fn told(kind: &str, route: &Route, asker: &Asker, now: Moment) -> Change {
    let access = match &route.access {
        Access::Public { .. } => "public",
        Access::Token { .. } => "token",
    };
    let detail = json!({ "path": route.path, "hosts": route.hosts, "methods": route.methods, "access": access,
        "legacy": route.legacy });
    asker.did(kind, None, route.id.as_str(), now, detail)
}

#[cfg(test)]
pub(crate) mod tests;
