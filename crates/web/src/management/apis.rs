//! APIs: the resource servers.

use super::answer::{Answer, PageView, created, nothing, shown, whole};
use super::ask::{Asked, Body, Id, Nothing, Seen};
use super::by::By;
use super::problem::done;
use super::word::{self, each};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tollgate_issuer::Desk;
use tollgate_issuer::registry::{No, api};
use tollgate_model::api::ScopeWord;
use tollgate_model::{Api, ApiId};
use utoipa::ToSchema;

/// A resource server.
#[derive(Serialize, ToSchema)]
#[schema(as = Api)]
pub(super) struct ApiView {
    /// Its id.
    id: String,
    /// What `aud` says. It never changes.
    audience: String,
    /// Its name.
    name: String,
    /// Its scopes.
    scopes: Vec<Scope>,
    /// What a request gets that names no scope.
    unasked: word::Unasked,
    /// How long its tokens live, in seconds.
    lifetime: i64,
    /// What signs its tokens.
    algorithm: word::Algorithm,
    /// How its tokens spell their claims.
    profile: word::Profile,
    /// Declared in the configuration, and changed only there.
    declared: bool,
    /// Its revision, as in `ETag`.
    version: i64,
}

/// A scope and what it means.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Scope {
    /// The scope-token (RFC 6749 §3.3).
    name: String,
    /// What it opens, for people.
    #[serde(default)]
    description: String,
}

impl From<ScopeWord> for Scope {
    fn from(word: ScopeWord) -> Self {
        Self {
            name: word.name,
            description: word.description,
        }
    }
}

impl From<Scope> for ScopeWord {
    fn from(scope: Scope) -> Self {
        Self {
            name: scope.name,
            description: scope.description,
        }
    }
}

impl From<Api> for ApiView {
    fn from(api: Api) -> Self {
        Self {
            id: api.id.to_string(),
            audience: api.audience,
            name: api.name,
            scopes: each(api.scopes),
            unasked: api.unasked.into(),
            lifetime: api.lifetime,
            algorithm: api.algorithm.into(),
            profile: api.profile.into(),
            declared: api.declared,
            version: api.version,
        }
    }
}

/// A new API.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewApi {
    /// A short word: a-z, 0-9, '.', '_', '-'.
    id: String,
    /// Up to 512 printable ASCII characters without spaces.
    audience: String,
    /// 1 to 200 characters.
    name: String,
    /// Its scopes.
    #[serde(default)]
    scopes: Vec<Scope>,
    /// What a request gets that names no scope; by default all that is granted.
    unasked: Option<word::Unasked>,
    /// How long its tokens live, in seconds: up to a year, by default an hour.
    lifetime: Option<i64>,
    /// What signs its tokens; by default ES256.
    algorithm: Option<word::Algorithm>,
    /// How its tokens spell their claims; by default rfc9068.
    profile: Option<word::Profile>,
}

/// What is to become of an API; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ApiChange {
    /// Its new name.
    name: Option<String>,
    /// All of its scopes from now on.
    scopes: Option<Vec<Scope>>,
    /// What a request gets that names no scope.
    unasked: Option<word::Unasked>,
    /// How long its tokens live, in seconds.
    lifetime: Option<i64>,
    /// What signs its tokens.
    algorithm: Option<word::Algorithm>,
    /// How its tokens spell their claims.
    profile: Option<word::Profile>,
}

/// Every API.
#[utoipa::path(get, path = "/api/v1/apis", operation_id = "listApis", tag = "apis",
    responses((status = 200, description = "All of them", body = PageView<ApiView>)))]
pub(super) async fn list(State(desk): State<Arc<Desk>>, _: Asked<Nothing>) -> Answer {
    whole::<_, ApiView>(desk.store.apis().await?)
}

/// Adds an API, and a signing key for it when there is none of its algorithm.
#[utoipa::path(post, path = "/api/v1/apis", operation_id = "addApi", tag = "apis",
    request_body = NewApi, responses((status = 201, description = "Added", body = ApiView)))]
pub(super) async fn add(State(desk): State<Arc<Desk>>, by: By, Body(ask): Body<NewApi>) -> Answer {
    let ask = api::Add {
        id: ask.id,
        audience: ask.audience,
        name: ask.name,
        scopes: each(ask.scopes),
        unasked: ask.unasked.unwrap_or(word::Unasked::Granted).into(),
        lifetime: ask.lifetime.unwrap_or(3600),
        algorithm: ask.algorithm.unwrap_or(word::Algorithm::ES256).into(),
        profile: ask.profile.unwrap_or(word::Profile::Rfc9068).into(),
    };
    let made = done(api::add(&desk, by.asker(), &ask).await)?;
    let (version, place) = (made.version, format!("/api/v1/apis/{}", made.id));
    created(&ApiView::from(made), version, &place)
}

/// An API.
#[utoipa::path(get, path = "/api/v1/apis/{id}", operation_id = "showApi", tag = "apis",
    params(("id" = String, Path, description = "The API")),
    responses((status = 200, description = "The API", body = ApiView)))]
pub(super) async fn show(State(desk): State<Arc<Desk>>, Id(id): Id, _: Asked<Nothing>) -> Answer {
    let held = desk.store.apis().await?.into_iter().find(|api| api.id.as_str() == id);
    let held = held.ok_or(No::NotFound("api"))?;
    let version = held.version;
    shown(&ApiView::from(held), version)
}

/// Changes an API that is not declared in the configuration.
#[utoipa::path(patch, path = "/api/v1/apis/{id}", operation_id = "reviseApi", tag = "apis",
    params(("id" = String, Path, description = "The API"), ("If-Match" = Option<String>, Header, description = "Its ETag")),
    request_body = ApiChange, responses((status = 200, description = "As it is now", body = ApiView)))]
pub(super) async fn revise(
    State(desk): State<Arc<Desk>>,
    by: By,
    Id(id): Id,
    Seen(seen): Seen,
    Body(ask): Body<ApiChange>,
) -> Answer {
    let ask = api::Revise {
        name: ask.name,
        scopes: ask.scopes.map(each),
        unasked: ask.unasked.map(Into::into),
        lifetime: ask.lifetime,
        algorithm: ask.algorithm.map(Into::into),
        profile: ask.profile.map(Into::into),
        seen,
    };
    let revised = done(api::revise(&desk, by.asker(), &ApiId::new(id), &ask).await)?;
    let version = revised.version;
    shown(&ApiView::from(revised), version)
}

/// Removes an API that no grant, no route and no configuration names.
#[utoipa::path(delete, path = "/api/v1/apis/{id}", operation_id = "removeApi", tag = "apis",
    params(("id" = String, Path, description = "The API"), ("If-Match" = Option<String>, Header, description = "Its ETag")),
    responses((status = 204, description = "Removed")))]
pub(super) async fn remove(State(desk): State<Arc<Desk>>, by: By, Id(id): Id, Seen(seen): Seen) -> Answer {
    done(api::remove(&desk, by.asker(), &ApiId::new(id), seen).await)?;
    Ok(nothing())
}
