//! Webhooks of the account in view.

use super::allowed;
use crate::desk::Desk;
use crate::registry::hook::{self, Add, Made, Revise};
use crate::registry::{Asker, Registered};
use crate::rights::{Role, Seat};
use tollgate_model::{Delivery, DeliveryId, Hook, HookId, Listed, Page, Version};

/// The account's webhooks, by id.
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store.
pub async fn hooks(desk: &Desk, seat: &Seat) -> Registered<Vec<Hook>> {
    match allowed(desk, seat, Role::Viewer) {
        Ok(()) => hook::list(desk, &seat.account().id).await,
        Err(no) => Ok(Err(no)),
    }
}

/// One of the account's webhooks.
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store.
pub async fn hook(desk: &Desk, seat: &Seat, id: &HookId) -> Registered<Hook> {
    match allowed(desk, seat, Role::Viewer) {
        Ok(()) => hook::show(desk, &seat.account().id, id).await,
        Err(no) => Ok(Err(no)),
    }
}

/// What was sent to one of them, newest first.
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store.
pub async fn deliveries(desk: &Desk, seat: &Seat, id: &HookId, page: &Page) -> Registered<Listed<Delivery>> {
    match allowed(desk, seat, Role::Viewer) {
        Ok(()) => hook::deliveries(desk, &seat.account().id, id, page).await,
        Err(no) => Ok(Err(no)),
    }
}

/// Adds a webhook, whose key is shown in this answer and never again.
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store, of the source of chance or of the cipher.
pub async fn add_hook(desk: &Desk, seat: &Seat, asker: &Asker, ask: &Add) -> Registered<Made> {
    match allowed(desk, seat, Role::Developer) {
        Ok(()) => hook::add(desk, asker, &seat.account().id, ask).await,
        Err(no) => Ok(Err(no)),
    }
}

/// Changes a webhook's address, topics or state.
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store.
pub async fn revise_hook(desk: &Desk, seat: &Seat, asker: &Asker, id: &HookId, ask: &Revise) -> Registered<Hook> {
    match allowed(desk, seat, Role::Developer) {
        Ok(()) => hook::revise(desk, asker, &seat.account().id, id, ask).await,
        Err(no) => Ok(Err(no)),
    }
}

/// Gives a webhook a new key, shown in this answer and never again.
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store, of the source of chance or of the cipher.
pub async fn rotate_hook_key(
    desk: &Desk,
    seat: &Seat,
    asker: &Asker,
    id: &HookId,
    seen: Option<Version>,
) -> Registered<Made> {
    match allowed(desk, seat, Role::Developer) {
        Ok(()) => hook::rotate_key(desk, asker, &seat.account().id, id, seen).await,
        Err(no) => Ok(Err(no)),
    }
}

/// Sends a message that only tries the way.
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store or of the source of chance.
pub async fn ping_hook(desk: &Desk, seat: &Seat, asker: &Asker, id: &HookId) -> Registered<Delivery> {
    match allowed(desk, seat, Role::Developer) {
        Ok(()) => hook::ping(desk, asker, &seat.account().id, id).await,
        Err(no) => Ok(Err(no)),
    }
}

/// Sends an earlier message of a webhook once more.
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store or of the source of chance.
pub async fn redeliver(
    desk: &Desk,
    seat: &Seat,
    asker: &Asker,
    id: &HookId,
    message: &DeliveryId,
) -> Registered<Delivery> {
    match allowed(desk, seat, Role::Developer) {
        Ok(()) => hook::redeliver(desk, asker, &seat.account().id, id, message).await,
        Err(no) => Ok(Err(no)),
    }
}

/// Removes a webhook.
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store.
pub async fn remove_hook(desk: &Desk, seat: &Seat, asker: &Asker, id: &HookId) -> Registered<()> {
    match allowed(desk, seat, Role::Developer) {
        Ok(()) => hook::remove(desk, asker, &seat.account().id, id).await,
        Err(no) => Ok(Err(no)),
    }
}
