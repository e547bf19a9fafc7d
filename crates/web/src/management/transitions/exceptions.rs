//! Accounts that have another end.

use crate::management::answer::{Answer, json, nothing, time};
use crate::management::ask::{self, Body, Ids};
use crate::management::by::By;
use crate::management::problem::done;
use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tollgate_issuer::Desk;
use tollgate_issuer::registry::transition::{self as registry, PutException};
use tollgate_model::{AccountId, Exception, TransitionId};
use utoipa::ToSchema;

/// Another end for one account.
#[derive(Serialize, ToSchema)]
#[schema(as = TransitionException)]
pub(super) struct ExceptionView {
    /// For whom.
    account: String,
    /// When the old way ends for this account.
    #[schema(format = DateTime)]
    ends: String,
    /// Why.
    note: String,
    /// When it was made.
    #[schema(format = DateTime)]
    created: String,
}

impl From<Exception> for ExceptionView {
    fn from(exception: Exception) -> Self {
        Self {
            account: exception.account.to_string(),
            ends: time(exception.ends),
            note: exception.note,
            created: time(exception.created),
        }
    }
}

/// Another end that an account is to have.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::management) struct NewException {
    /// A day, or a date and time.
    ends: String,
    /// Why; 2000 characters at most.
    #[serde(default)]
    note: String,
}

/// Gives an account another end, also where the transition is declared. It takes the place of what the account had.
#[utoipa::path(put, path = "/api/v1/transitions/{id}/exceptions/{account}", operation_id = "putTransitionException",
    tag = "transitions",
    params(("id" = String, Path, description = "The transition"), ("account" = String, Path, description = "The account")),
    request_body = NewException, responses((status = 200, description = "As it is now", body = ExceptionView)))]
pub(in crate::management) async fn put(
    State(desk): State<Arc<Desk>>,
    by: By,
    Ids(id, account): Ids,
    Body(ask): Body<NewException>,
) -> Answer {
    let ask = PutException {
        account: AccountId::new(account),
        ends: ask::moment("ends", &ask.ends)?,
        note: ask.note,
    };
    let made = done(registry::put_exception(&desk, by.asker(), &TransitionId::new(id), &ask).await)?;
    json(StatusCode::OK, &ExceptionView::from(made))
}

/// Takes an exception back.
#[utoipa::path(delete, path = "/api/v1/transitions/{id}/exceptions/{account}",
    operation_id = "removeTransitionException", tag = "transitions",
    params(("id" = String, Path, description = "The transition"), ("account" = String, Path, description = "The account")),
    responses((status = 204, description = "Taken back")))]
pub(in crate::management) async fn remove(State(desk): State<Arc<Desk>>, by: By, Ids(id, account): Ids) -> Answer {
    let (id, account) = (TransitionId::new(id), AccountId::new(account));
    done(registry::remove_exception(&desk, by.asker(), &id, &account).await)?;
    Ok(nothing())
}
