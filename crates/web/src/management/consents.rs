//! What people let clients do.

use super::answer::{Answer, PageView, listed, nothing, time};
use super::ask::{Asked, Id, Paging};
use super::by::By;
use super::problem::done;
use axum::extract::State;
use serde::Serialize;
use std::sync::Arc;
use tollgate_issuer::Desk;
use tollgate_issuer::registry::{No, consent};
use tollgate_model::consent::Given;
use tollgate_model::{Client, ClientId, Consent, ConsentId, UserId};
use utoipa::ToSchema;

/// What a person lets a client do. Every token that speaks for the person hangs on it.
#[derive(Serialize, ToSchema)]
#[schema(as = Consent)]
pub(super) struct ConsentView {
    /// Its id.
    id: String,
    /// The person.
    user: String,
    /// The client.
    client: String,
    /// The client's account.
    account: String,
    /// What was agreed to, API by API.
    given: Vec<GivenView>,
    /// When it was given first.
    #[schema(format = DateTime)]
    created: String,
    /// When it was given last.
    #[schema(format = DateTime)]
    revised: String,
}

/// The scopes agreed to at one API.
#[derive(Serialize, ToSchema)]
#[schema(as = Given)]
pub(super) struct GivenView {
    /// The API; null: what the person tells about themselves, and staying signed in.
    api: Option<String>,
    /// The scopes.
    scopes: Vec<String>,
}

/// What a person lets a client do, with the client's name.
#[derive(Serialize, ToSchema)]
#[schema(as = ConsentLine)]
pub(super) struct ConsentLineView {
    /// The consent.
    #[serde(flatten)]
    consent: ConsentView,
    /// The client's name.
    client_name: String,
}

impl From<Given> for GivenView {
    fn from(given: Given) -> Self {
        Self {
            api: given.api.map(|api| api.to_string()),
            scopes: given.scopes.iter().map(str::to_owned).collect(),
        }
    }
}

impl From<Consent> for ConsentView {
    fn from(consent: Consent) -> Self {
        Self {
            id: consent.id.to_string(),
            user: consent.user.to_string(),
            client: consent.client.to_string(),
            account: consent.account.to_string(),
            given: consent.given.into_iter().map(Into::into).collect(),
            created: time(consent.created),
            revised: time(consent.revised),
        }
    }
}

impl From<(Consent, Client)> for ConsentLineView {
    fn from((consent, client): (Consent, Client)) -> Self {
        Self {
            consent: consent.into(),
            client_name: client.name,
        }
    }
}

/// What a person lets clients do, by id.
#[utoipa::path(get, path = "/api/v1/users/{id}/consents", operation_id = "listUserConsents", tag = "consents",
    params(("id" = String, Path, description = "The person"), Paging),
    responses((status = 200, description = "A page", body = PageView<ConsentLineView>)))]
pub(super) async fn of_user(State(desk): State<Arc<Desk>>, Id(id): Id, Asked(paging): Asked<Paging>) -> Answer {
    let (id, page) = (UserId::new(id), paging.page()?);
    desk.store.user(&id).await?.ok_or(No::NotFound("user"))?;
    listed::<_, ConsentLineView>(consent::list(&desk, &id, &page).await?)
}

/// What people let a client do, by id.
#[utoipa::path(get, path = "/api/v1/clients/{id}/consents", operation_id = "listClientConsents", tag = "consents",
    params(("id" = String, Path, description = "The client_id"), Paging),
    responses((status = 200, description = "A page", body = PageView<ConsentView>)))]
pub(super) async fn at_client(State(desk): State<Arc<Desk>>, Id(id): Id, Asked(paging): Asked<Paging>) -> Answer {
    let (id, page) = (ClientId::new(id), paging.page()?);
    desk.store.client(&id).await?.ok_or(No::NotFound("client"))?;
    listed::<_, ConsentView>(consent::at_client(&desk, &id, &page).await?)
}

/// Takes a consent back for its person, who is asked anew at the next sign-in.
#[utoipa::path(delete, path = "/api/v1/consents/{id}", operation_id = "revokeConsent", tag = "consents",
    params(("id" = String, Path, description = "The consent")),
    responses((status = 204, description = "Its refresh tokens are gone, and every gateway refuses its tokens within a second")))]
pub(super) async fn revoke(State(desk): State<Arc<Desk>>, by: By, Id(id): Id) -> Answer {
    done(consent::revoke(&desk, by.asker(), &ConsentId::new(id)).await)?;
    Ok(nothing())
}
