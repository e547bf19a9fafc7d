//! Requests for clients, where an operator makes them.

use super::answer::{Answer, PageView, json, listed, shown, tagged, time};
use super::ask::{self, Asked, Body, Id, Nothing, Seen};
use super::by::By;
use super::clients::ClientView;
use super::problem::done;
use super::word;
use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tollgate_issuer::Desk;
use tollgate_issuer::registry::application;
use tollgate_model::application::ApplicationState;
use tollgate_model::{AccountId, Application, ApplicationId};
use utoipa::{IntoParams, ToSchema};

/// An account's request for a client.
#[derive(Serialize, ToSchema)]
#[schema(as = Application)]
pub(super) struct ApplicationView {
    /// Its id.
    id: String,
    /// The account.
    account: String,
    /// Who asked, such as `user:usr_…`.
    asked_by: String,
    /// The address to answer to.
    email: String,
    /// The name the client is to have.
    name: String,
    /// Test or live.
    environment: word::Environment,
    /// What it is to call.
    api: String,
    /// The scopes wanted.
    scopes: Vec<String>,
    /// Its redirect addresses.
    redirect_uris: Vec<String>,
    /// Its logout addresses.
    logout_uris: Vec<String>,
    /// What the account says about it.
    note: String,
    /// What became of it: `pending`, `approved` or `declined`.
    state: &'static str,
    /// The client it became.
    client: Option<String>,
    /// What the operator said.
    answer: Option<String>,
    /// When it was made.
    #[schema(format = DateTime)]
    created: String,
    /// When it was decided.
    #[schema(format = DateTime)]
    decided: Option<String>,
    /// Its revision, as in `ETag`.
    version: i64,
}

impl From<Application> for ApplicationView {
    fn from(held: Application) -> Self {
        Self {
            id: held.id.to_string(),
            account: held.account.to_string(),
            asked_by: held.asked_by,
            email: held.email,
            name: held.name,
            environment: held.environment.into(),
            api: held.api.to_string(),
            scopes: held.scopes.as_slice().to_vec(),
            redirect_uris: held.redirect_uris,
            logout_uris: held.logout_uris,
            note: held.note,
            state: held.state.as_str(),
            client: held.client.map(|client| client.to_string()),
            answer: held.answer,
            created: time(held.created),
            decided: held.decided.map(time),
            version: held.version,
        }
    }
}

/// Which requests; every parameter narrows.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    /// Of this account.
    account: Option<String>,
    /// `pending`, `approved` or `declined`.
    state: Option<String>,
    /// How many at most.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<String>,
    /// `next` of the page before.
    after: Option<String>,
}

/// A yes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewApproval {
    /// The scopes given, where they are others than those wanted.
    scopes: Option<Vec<String>>,
    /// What is said to the account; it may be empty.
    #[serde(default)]
    answer: String,
}

/// A no.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewDecline {
    /// What is said to the account.
    answer: String,
}

/// A request that became a client.
#[derive(Serialize, ToSchema)]
#[schema(as = Approved)]
pub(super) struct ApprovedView {
    /// The request.
    application: ApplicationView,
    /// The client. It has no secret yet.
    client: ClientView,
}

/// Requests for clients, newest first.
#[utoipa::path(get, path = "/api/v1/applications", operation_id = "listApplications", tag = "applications", params(Which),
    responses((status = 200, description = "A page", body = PageView<ApplicationView>)))]
pub(super) async fn list(State(desk): State<Arc<Desk>>, Asked(which): Asked<Which>) -> Answer {
    let page = ask::page(which.limit.as_deref(), which.after)?;
    let account = which.account.map(|account| ask::id("account", account)).transpose()?;
    let account = account.map(AccountId::new);
    let words = "pending, approved or declined";
    let state = ask::one_of("state", which.state.as_deref(), ApplicationState::of_str, words)?;
    listed::<_, ApplicationView>(application::list(&desk, account.as_ref(), state, &page).await?)
}

/// A request for a client.
#[utoipa::path(get, path = "/api/v1/applications/{id}", operation_id = "showApplication", tag = "applications",
    params(("id" = String, Path, description = "The request")),
    responses((status = 200, description = "The request", body = ApplicationView)))]
pub(super) async fn show(State(desk): State<Arc<Desk>>, Id(id): Id, _: Asked<Nothing>) -> Answer {
    let held = done(application::show(&desk, &ApplicationId::new(id)).await)?;
    let version = held.version;
    shown(&ApplicationView::from(held), version)
}

/// Approves a request: makes the client and its grant, and tells the account. The client has no secret yet.
#[utoipa::path(post, path = "/api/v1/applications/{id}/approve", operation_id = "approveApplication", tag = "applications",
    params(("id" = String, Path, description = "The request"), ("If-Match" = Option<String>, Header, description = "Its ETag")),
    request_body = NewApproval, responses((status = 200, description = "Approved", body = ApprovedView)))]
pub(super) async fn approve(
    State(desk): State<Arc<Desk>>,
    by: By,
    Id(id): Id,
    Seen(seen): Seen,
    Body(ask): Body<NewApproval>,
) -> Answer {
    let ask = application::Approve {
        scopes: ask.scopes,
        answer: ask.answer,
        seen,
    };
    let approved = done(application::approve(&desk, by.asker(), &ApplicationId::new(id), &ask).await)?;
    let version = approved.application.version;
    let view = ApprovedView {
        application: approved.application.into(),
        client: approved.client.into(),
    };
    Ok(tagged(json(StatusCode::OK, &view)?, version))
}

/// Declines a request, and tells the account why.
#[utoipa::path(post, path = "/api/v1/applications/{id}/decline", operation_id = "declineApplication", tag = "applications",
    params(("id" = String, Path, description = "The request"), ("If-Match" = Option<String>, Header, description = "Its ETag")),
    request_body = NewDecline, responses((status = 200, description = "As it is now", body = ApplicationView)))]
pub(super) async fn decline(
    State(desk): State<Arc<Desk>>,
    by: By,
    Id(id): Id,
    Seen(seen): Seen,
    Body(ask): Body<NewDecline>,
) -> Answer {
    let id = ApplicationId::new(id);
    let declined = done(application::decline(&desk, by.asker(), &id, &ask.answer, seen).await)?;
    let version = declined.version;
    shown(&ApplicationView::from(declined), version)
}
