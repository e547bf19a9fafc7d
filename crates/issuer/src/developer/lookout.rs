//! What happened to the account in view: notices, single requests, use over time.

use super::allowed;
use super::client::own;
use crate::calls::{self, Series};
use crate::desk::Desk;
use crate::registry::Registered;
use crate::rights::{Role, Seat};
use tollgate_model::call::CallFilter;
use tollgate_model::{Alert, Call, ClientId, Listed, Page};

/// The account's notices, newest first.
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store.
pub async fn alerts(desk: &Desk, seat: &Seat, page: &Page) -> Registered<Listed<Alert>> {
    match allowed(desk, seat, Role::Viewer) {
        Ok(()) => Ok(Ok(desk.store.alerts(&seat.account().id, page).await?)),
        Err(no) => Ok(Err(no)),
    }
}

/// The account's requests, newest first.
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store.
pub async fn calls(desk: &Desk, seat: &Seat, filter: &CallFilter, page: &Page) -> Registered<Listed<Call>> {
    match allowed(desk, seat, Role::Viewer) {
        Ok(()) => Ok(Ok(calls::own(desk, seat, filter, page).await?)),
        Err(no) => Ok(Err(no)),
    }
}

/// The requests with this id, as far as they are the account's business.
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store.
pub async fn call(desk: &Desk, seat: &Seat, request: &str) -> Registered<Vec<Call>> {
    match allowed(desk, seat, Role::Viewer) {
        Ok(()) => calls::find(desk, seat, request).await,
        Err(no) => Ok(Err(no)),
    }
}

/// Use over time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Used {
    /// What each client did.
    pub series: Vec<Series>,
    /// Whether the account has more clients than these.
    pub more: bool,
}

/// What a client did in the last `days` days, or without one the account's first [`Page::MOST`] by name.
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store.
pub async fn usage(desk: &Desk, seat: &Seat, client: Option<&ClientId>, days: i64) -> Registered<Used> {
    let (clients, more) = match client {
        // CO4: another account's client is not found.
        Some(id) => match own(desk, seat, Role::Viewer, id).await? {
            Ok(_) => (vec![id.clone()], false),
            Err(no) => return Ok(Err(no)),
        },
        None => match super::clients(desk, seat, &super::Narrow::default(), &Page::first()).await? {
            Ok(listed) => {
                let ids = listed.items.into_iter().map(|line| line.client.id).collect();
                (ids, listed.next.is_some())
            }
            Err(no) => return Ok(Err(no)),
        },
    };
    let mut series = Vec::with_capacity(clients.len());
    for id in &clients {
        series.push(calls::usage(desk, id, days).await?);
    }
    Ok(Ok(Used { series, more }))
}
