//! Accounts.

use super::answer::{Answer, PageView, created, listed, shown, time};
use super::ask::{self, Asked, Body, Id, Nothing, Seen};
use super::by::By;
use super::problem::done;
use super::word;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tollgate_issuer::Desk;
use tollgate_issuer::registry::{No, account};
use tollgate_model::{Account, AccountId, ApiId, PlanId};
use utoipa::{IntoParams, ToSchema};

/// A customer firm.
#[derive(Serialize, ToSchema)]
#[schema(as = Account)]
pub(super) struct AccountView {
    /// Its id.
    id: String,
    /// Its name.
    name: String,
    /// Whether its clients get tokens.
    state: word::State,
    /// The APIs it has; null: all.
    apis: Option<Vec<String>>,
    /// Whether its clients may be live.
    live: bool,
    /// What it may ask for; null: what the default plan gives.
    plan: Option<String>,
    /// When it was made.
    #[schema(format = DateTime)]
    created: String,
    /// Its revision, as in `ETag`.
    version: i64,
}

impl From<Account> for AccountView {
    fn from(account: Account) -> Self {
        Self {
            id: account.id.to_string(),
            name: account.name,
            state: account.state.into(),
            apis: account.apis.map(|apis| apis.iter().map(ToString::to_string).collect()),
            live: account.live,
            plan: account.plan.map(|plan| plan.to_string()),
            created: time(account.created),
            version: account.version,
        }
    }
}

/// A new account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewAccount {
    /// 1 to 200 characters.
    name: String,
    /// The APIs it has; by default all.
    apis: Option<Vec<String>>,
    /// Whether its clients may be live; by default they may.
    live: Option<bool>,
}

/// What is to become of an account; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AccountChange {
    /// Its new name.
    name: Option<String>,
    /// Disabling ends every token of its clients.
    state: Option<word::State>,
    /// The APIs it has from now on; null: all.
    #[serde(default, deserialize_with = "ask::nullable")]
    #[schema(value_type = Option<Vec<String>>)]
    apis: Option<Option<Vec<String>>>,
    /// Whether its clients may be live.
    live: Option<bool>,
    /// What it may ask for: a plan of the configuration; null: what the default plan gives.
    #[serde(default, deserialize_with = "ask::nullable")]
    #[schema(value_type = Option<String>)]
    plan: Option<Option<String>>,
}

/// Which accounts.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    /// Whose name contains this, or whose id begins with it; then the list is by name.
    text: Option<String>,
    /// How many at most.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<String>,
    /// `next` of the page before.
    after: Option<String>,
}

/// Accounts, by id; those that a text finds, by name.
#[utoipa::path(get, path = "/api/v1/accounts", operation_id = "listAccounts", tag = "accounts", params(Which),
    responses((status = 200, description = "A page", body = PageView<AccountView>)))]
pub(super) async fn list(State(desk): State<Arc<Desk>>, Asked(which): Asked<Which>) -> Answer {
    let page = ask::page(which.limit.as_deref(), which.after)?;
    let found = match which.text.map(|text| ask::sought("text", text)).transpose()? {
        Some(text) => desk.store.accounts_like(&text, &page).await?,
        None => desk.store.accounts(&page).await?,
    };
    listed::<_, AccountView>(found)
}

/// Makes an account, with the client that the server's settings give a new one, if they do.
#[utoipa::path(post, path = "/api/v1/accounts", operation_id = "createAccount", tag = "accounts",
    request_body = NewAccount, responses((status = 201, description = "Made", body = AccountView)))]
pub(super) async fn create(State(desk): State<Arc<Desk>>, by: By, Body(ask): Body<NewAccount>) -> Answer {
    let ask = account::Open {
        name: ask.name,
        live: ask.live.unwrap_or(true),
        apis: ask.apis.map(ids),
    };
    let made = done(account::open(&desk, by.asker(), &ask).await)?.account;
    let (version, place) = (made.version, format!("/api/v1/accounts/{}", made.id));
    created(&AccountView::from(made), version, &place)
}

/// An account.
#[utoipa::path(get, path = "/api/v1/accounts/{id}", operation_id = "showAccount", tag = "accounts",
    params(("id" = String, Path, description = "The account")),
    responses((status = 200, description = "The account", body = AccountView)))]
pub(super) async fn show(State(desk): State<Arc<Desk>>, Id(id): Id, _: Asked<Nothing>) -> Answer {
    let held = desk.store.account(&AccountId::new(id)).await?;
    let held = held.ok_or(No::NotFound("account"))?;
    let version = held.version;
    shown(&AccountView::from(held), version)
}

/// Renames, disables or enables an account, or says what it has.
#[utoipa::path(patch, path = "/api/v1/accounts/{id}", operation_id = "reviseAccount", tag = "accounts",
    params(("id" = String, Path, description = "The account"), ("If-Match" = Option<String>, Header, description = "Its ETag")),
    request_body = AccountChange, responses((status = 200, description = "As it is now", body = AccountView)))]
pub(super) async fn revise(
    State(desk): State<Arc<Desk>>,
    by: By,
    Id(id): Id,
    Seen(seen): Seen,
    Body(ask): Body<AccountChange>,
) -> Answer {
    let ask = account::Revise {
        name: ask.name,
        state: ask.state.map(Into::into),
        apis: ask.apis.map(|apis| apis.map(ids)),
        live: ask.live,
        plan: ask.plan.map(|plan| plan.map(PlanId::new)),
        seen,
    };
    let revised = done(account::revise(&desk, by.asker(), &AccountId::new(id), &ask).await)?;
    let version = revised.version;
    shown(&AccountView::from(revised), version)
}

fn ids(apis: Vec<String>) -> Vec<ApiId> {
    apis.into_iter().map(ApiId::new).collect()
}
