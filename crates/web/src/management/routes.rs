//! Routes of the gateway.

mod limits;
mod parts;
pub(super) mod test;

use super::answer::{Answer, PageView, created, nothing, shown, whole};
use super::ask::{self, Asked, Body, Id, Nothing, Seen};
use super::by::By;
use super::problem::done;
use axum::extract::State;
use limits::LimitView;
use parts::{Access, Assertion, IdToken, Upstream};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tollgate_issuer::Desk;
use tollgate_issuer::registry::{No, route};
use tollgate_model::{LegacyMethodId, Route, RouteId};
use utoipa::ToSchema;

/// Where the gateway lets a call through.
#[derive(Serialize, ToSchema)]
#[schema(as = Route)]
pub(super) struct RouteView {
    /// Its id.
    id: String,
    /// Host names; empty: any.
    hosts: Vec<String>,
    /// Methods; empty: any.
    methods: Vec<String>,
    /// Path pattern: literal segments, `{name}` for one segment, `{name...}` at the end for the rest.
    path: String,
    /// What a request must carry.
    access: Access,
    /// Where it goes.
    upstream: Upstream,
    /// Whether an ID token that shows the person is looked at.
    id_token: Option<IdToken>,
    /// Whether an opaque token is taken as well, by introspection.
    opaque: bool,
    /// Old ways of authenticating that are taken in place of an access token.
    legacy: Vec<String>,
    /// How much may be asked here, beside what the account's plan allows.
    limits: Vec<LimitView>,
    /// How the server behind is told who asks, beside headers.
    assertion: Option<Assertion>,
    /// Declared in the configuration, and changed only there.
    declared: bool,
    /// Its revision, as in `ETag`.
    version: i64,
}

impl From<Route> for RouteView {
    fn from(route: Route) -> Self {
        Self {
            id: route.id.to_string(),
            hosts: route.hosts,
            methods: route.methods,
            path: route.path,
            access: route.access.into(),
            upstream: route.upstream.into(),
            id_token: route.id_token.map(Into::into),
            opaque: route.opaque,
            legacy: route.legacy.iter().map(ToString::to_string).collect(),
            limits: route.limits.into_iter().map(Into::into).collect(),
            assertion: route.assertion.map(Into::into),
            declared: route.declared,
            version: route.version,
        }
    }
}

/// A new route.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewRoute {
    /// A short word; by default a new id.
    id: Option<String>,
    /// Host names without port; by default any.
    #[serde(default)]
    hosts: Vec<String>,
    /// Methods; by default any.
    #[serde(default)]
    methods: Vec<String>,
    /// Path pattern.
    path: String,
    /// What a request must carry.
    access: Access,
    /// Where it goes.
    upstream: Upstream,
    /// Whether an ID token that shows the person is looked at; by default none is.
    id_token: Option<IdToken>,
    /// Whether an opaque token is taken as well, by introspection.
    #[serde(default)]
    opaque: bool,
    /// Old ways of authenticating that are taken in place of an access token.
    #[serde(default)]
    legacy: Vec<String>,
    /// How much may be asked here, beside what the account's plan allows.
    #[serde(default)]
    limits: Vec<LimitView>,
    /// How the server behind is told who asks, beside headers.
    assertion: Option<Assertion>,
}

/// What is to become of a route; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RouteChange {
    /// Host names without port; empty: any.
    hosts: Option<Vec<String>>,
    /// Methods; empty: any.
    methods: Option<Vec<String>>,
    /// Path pattern.
    path: Option<String>,
    /// What a request must carry, whole.
    access: Option<Access>,
    /// Where it goes, whole.
    upstream: Option<Upstream>,
    /// Whether an ID token that shows the person is looked at, whole; `null`: none is.
    #[serde(default, deserialize_with = "ask::nullable")]
    #[schema(value_type = Option<IdToken>)]
    id_token: Option<Option<IdToken>>,
    /// Whether an opaque token is taken as well, by introspection.
    opaque: Option<bool>,
    /// Old ways of authenticating that are taken in place of an access token, all of them.
    legacy: Option<Vec<String>>,
    /// How much may be asked here, all limits.
    limits: Option<Vec<LimitView>>,
    /// How the server behind is told who asks, whole; `null`: by headers alone.
    #[serde(default, deserialize_with = "ask::nullable")]
    #[schema(value_type = Option<Assertion>)]
    assertion: Option<Option<Assertion>>,
}

fn methods(ids: Vec<String>) -> Vec<LegacyMethodId> {
    ids.into_iter().map(LegacyMethodId::new).collect()
}

/// Every route.
#[utoipa::path(get, path = "/api/v1/routes", operation_id = "listRoutes", tag = "routes",
    responses((status = 200, description = "All of them", body = PageView<RouteView>)))]
pub(super) async fn list(State(desk): State<Arc<Desk>>, _: Asked<Nothing>) -> Answer {
    whole::<_, RouteView>(desk.store.routes().await?)
}

/// Adds a route. A public one inside a protected one's space must name it in `opens`.
#[utoipa::path(post, path = "/api/v1/routes", operation_id = "addRoute", tag = "routes",
    request_body = NewRoute, responses((status = 201, description = "Added", body = RouteView)))]
pub(super) async fn add(State(desk): State<Arc<Desk>>, by: By, Body(ask): Body<NewRoute>) -> Answer {
    let ask = route::Add {
        id: ask.id,
        hosts: ask.hosts,
        methods: ask.methods,
        path: ask.path,
        access: ask.access.into(),
        upstream: ask.upstream.into(),
        id_token: ask.id_token.map(Into::into),
        opaque: ask.opaque,
        legacy: methods(ask.legacy),
        limits: ask.limits.into_iter().map(Into::into).collect(),
        assertion: ask.assertion.map(Into::into),
    };
    let made = done(route::add(&desk, by.asker(), &ask).await)?;
    let (version, place) = (made.version, format!("/api/v1/routes/{}", made.id));
    created(&RouteView::from(made), version, &place)
}

/// A route.
#[utoipa::path(get, path = "/api/v1/routes/{id}", operation_id = "showRoute", tag = "routes",
    params(("id" = String, Path, description = "The route")),
    responses((status = 200, description = "The route", body = RouteView)))]
pub(super) async fn show(State(desk): State<Arc<Desk>>, Id(id): Id, _: Asked<Nothing>) -> Answer {
    let routes = desk.store.routes().await?;
    let held = routes.into_iter().find(|route| route.id.as_str() == id);
    let held = held.ok_or(No::NotFound("route"))?;
    let version = held.version;
    shown(&RouteView::from(held), version)
}

/// Changes a route that is not declared in the configuration.
#[utoipa::path(patch, path = "/api/v1/routes/{id}", operation_id = "reviseRoute", tag = "routes",
    params(("id" = String, Path, description = "The route"), ("If-Match" = Option<String>, Header, description = "Its ETag")),
    request_body = RouteChange, responses((status = 200, description = "As it is now", body = RouteView)))]
pub(super) async fn revise(
    State(desk): State<Arc<Desk>>,
    by: By,
    Id(id): Id,
    Seen(seen): Seen,
    Body(ask): Body<RouteChange>,
) -> Answer {
    let ask = route::Revise {
        hosts: ask.hosts,
        methods: ask.methods,
        path: ask.path,
        access: ask.access.map(Into::into),
        upstream: ask.upstream.map(Into::into),
        id_token: ask.id_token.map(|rule| rule.map(Into::into)),
        opaque: ask.opaque,
        legacy: ask.legacy.map(methods),
        limits: ask.limits.map(|limits| limits.into_iter().map(Into::into).collect()),
        assertion: ask.assertion.map(|rule| rule.map(Into::into)),
        seen,
    };
    let revised = done(route::revise(&desk, by.asker(), &RouteId::new(id), &ask).await)?;
    let version = revised.version;
    shown(&RouteView::from(revised), version)
}

/// Removes a route that is not declared in the configuration.
#[utoipa::path(delete, path = "/api/v1/routes/{id}", operation_id = "removeRoute", tag = "routes",
    params(("id" = String, Path, description = "The route"), ("If-Match" = Option<String>, Header, description = "Its ETag")),
    responses((status = 204, description = "Removed")))]
pub(super) async fn remove(State(desk): State<Arc<Desk>>, by: By, Id(id): Id, Seen(seen): Seen) -> Answer {
    done(route::remove(&desk, by.asker(), &RouteId::new(id), seen).await)?;
    Ok(nothing())
}
