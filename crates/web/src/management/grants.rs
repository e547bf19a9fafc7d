//! Grants of a client.

use super::answer::{Answer, PageView, json, nothing, whole};
use super::ask::{Asked, Body, Id, Ids, Nothing, Seen};
use super::by::By;
use super::problem::done;
use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tollgate_issuer::Desk;
use tollgate_issuer::registry::{No, grant};
use tollgate_model::{ApiId, ClientId, Grant};
use utoipa::ToSchema;

/// What a client may ask for at an API.
#[derive(Serialize, ToSchema)]
#[schema(as = Grant)]
pub(super) struct GrantView {
    /// The client.
    client: String,
    /// The API.
    api: String,
    /// The scopes it may have.
    scopes: Vec<String>,
    /// Token lifetime in seconds, where it is shorter than the API's.
    lifetime: Option<i64>,
}

impl From<Grant> for GrantView {
    fn from(grant: Grant) -> Self {
        Self {
            client: grant.client.to_string(),
            api: grant.api.to_string(),
            scopes: grant.scopes.as_slice().to_vec(),
            lifetime: grant.lifetime,
        }
    }
}

/// What a client is to be granted.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewGrant {
    /// Scopes of the API.
    scopes: Vec<String>,
    /// Token lifetime in seconds, at most the API's.
    lifetime: Option<i64>,
}

/// The grants of a client, by API.
#[utoipa::path(get, path = "/api/v1/clients/{id}/grants", operation_id = "listGrants", tag = "grants",
    params(("id" = String, Path, description = "The client_id")),
    responses((status = 200, description = "All of them", body = PageView<GrantView>)))]
pub(super) async fn list(State(desk): State<Arc<Desk>>, Id(id): Id, _: Asked<Nothing>) -> Answer {
    let held = desk.store.client(&ClientId::new(id)).await?;
    whole::<_, GrantView>(held.ok_or(No::NotFound("client"))?.grants)
}

/// Grants a client scopes of an API, in place of what it was granted there.
#[utoipa::path(put, path = "/api/v1/clients/{id}/grants/{api}", operation_id = "putGrant", tag = "grants",
    params(("id" = String, Path, description = "The client_id"), ("api" = String, Path, description = "The API"),
        ("If-Match" = Option<String>, Header, description = "The client's ETag")),
    request_body = NewGrant, responses((status = 200, description = "As it is now", body = GrantView)))]
pub(super) async fn put(
    State(desk): State<Arc<Desk>>,
    by: By,
    Ids(client, api): Ids,
    Seen(seen): Seen,
    Body(ask): Body<NewGrant>,
) -> Answer {
    let ask = grant::Put {
        api: ApiId::new(api),
        scopes: ask.scopes,
        lifetime: ask.lifetime,
        seen,
    };
    let made = done(grant::put(&desk, by.asker(), &ClientId::new(client), &ask).await)?;
    json(StatusCode::OK, &GrantView::from(made))
}

/// Takes a grant back. Tokens that were issued live to their expiry.
#[utoipa::path(delete, path = "/api/v1/clients/{id}/grants/{api}", operation_id = "removeGrant", tag = "grants",
    params(("id" = String, Path, description = "The client_id"), ("api" = String, Path, description = "The API"),
        ("If-Match" = Option<String>, Header, description = "The client's ETag")),
    responses((status = 204, description = "Removed")))]
pub(super) async fn remove(State(desk): State<Arc<Desk>>, by: By, Ids(client, api): Ids, Seen(seen): Seen) -> Answer {
    let (client, api) = (ClientId::new(client), ApiId::new(api));
    done(grant::remove(&desk, by.asker(), &client, &api, seen).await)?;
    Ok(nothing())
}
