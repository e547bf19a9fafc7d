//! Accounts.

use super::answer::{Answer, PageView, created, listed, shown, time};
use super::ask::{Asked, Body, Id, Nothing, Paging, Seen};
use super::by::By;
use super::problem::done;
use super::word;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tollgate_issuer::Desk;
use tollgate_issuer::registry::{No, account};
use tollgate_model::{Account, AccountId};
use utoipa::ToSchema;

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
}

/// What is to become of an account; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AccountChange {
    /// Its new name.
    name: Option<String>,
    /// Disabling ends every token of its clients.
    state: Option<word::State>,
}

/// Accounts, by id.
#[utoipa::path(get, path = "/api/v1/accounts", operation_id = "listAccounts", tag = "accounts", params(Paging),
    responses((status = 200, description = "A page", body = PageView<AccountView>)))]
pub(super) async fn list(State(desk): State<Arc<Desk>>, Asked(paging): Asked<Paging>) -> Answer {
    listed::<_, AccountView>(desk.store.accounts(&paging.page()?).await?)
}

/// Makes an account.
#[utoipa::path(post, path = "/api/v1/accounts", operation_id = "createAccount", tag = "accounts",
    request_body = NewAccount, responses((status = 201, description = "Made", body = AccountView)))]
pub(super) async fn create(State(desk): State<Arc<Desk>>, by: By, Body(ask): Body<NewAccount>) -> Answer {
    let made = done(account::create(&desk, by.asker(), &ask.name).await)?;
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

/// Renames, disables or enables an account.
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
        seen,
    };
    let revised = done(account::revise(&desk, by.asker(), &AccountId::new(id), &ask).await)?;
    let version = revised.version;
    shown(&AccountView::from(revised), version)
}
