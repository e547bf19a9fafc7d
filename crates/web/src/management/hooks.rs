//! Webhooks of an account.

use super::answer::{Answer, PageView, created, json, listed, nothing, shown, tagged, time, whole};
use super::ask::{Asked, Body, Id, Ids, Nothing, Paging, Seen, Trio};
use super::by::By;
use super::problem::done;
use super::word;
use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tollgate_issuer::registry::hook;
use tollgate_issuer::{Desk, outbox};
use tollgate_model::{AccountId, Delivery, DeliveryId, Hook, HookId};
use utoipa::ToSchema;

/// An address that is told of an account's alerts. Its signing key is never shown again.
#[derive(Serialize, ToSchema)]
#[schema(as = Hook)]
pub(super) struct HookView {
    /// Its id.
    id: String,
    /// The account.
    account: String,
    /// Where to.
    url: String,
    /// The kinds of alerts wanted; empty: all.
    topics: Vec<String>,
    /// A disabled one is told nothing.
    state: word::State,
    /// When it was made.
    #[schema(format = DateTime)]
    created: String,
    /// Its revision, as in `ETag`.
    version: i64,
}

impl From<Hook> for HookView {
    fn from(hook: Hook) -> Self {
        Self {
            id: hook.id.to_string(),
            account: hook.account.to_string(),
            url: hook.url,
            topics: hook.topics,
            state: hook.state.into(),
            created: time(hook.created),
            version: hook.version,
        }
    }
}

/// A message to a webhook, and what became of it.
#[derive(Serialize, ToSchema)]
#[schema(as = Delivery)]
pub(super) struct DeliveryView {
    /// Its id: `webhook-id` on the wire.
    id: String,
    /// The webhook.
    hook: String,
    /// The kind of alert.
    topic: String,
    /// What is sent.
    body: String,
    /// When it was written.
    #[schema(format = DateTime)]
    created: String,
    /// When it is tried next; null when it arrived or was given up.
    #[schema(format = DateTime)]
    next: Option<String>,
    /// How often it was tried.
    tries: i64,
    /// When it arrived.
    #[schema(format = DateTime)]
    delivered: Option<String>,
    /// The status code of the last answer.
    status: Option<i64>,
    /// Why the last try failed.
    problem: Option<String>,
}

impl From<Delivery> for DeliveryView {
    fn from(delivery: Delivery) -> Self {
        Self {
            id: delivery.id.to_string(),
            hook: delivery.hook.to_string(),
            topic: delivery.topic,
            body: delivery.body,
            created: time(delivery.created),
            next: delivery.next.map(time),
            tries: outbox::attempts(delivery.tries),
            delivered: delivery.delivered.map(time),
            status: delivery.status,
            problem: delivery.problem,
        }
    }
}

/// A new webhook.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewHook {
    /// Where to: https, without user, password and fragment.
    url: String,
    /// The kinds of alerts wanted; by default all.
    #[serde(default)]
    topics: Vec<String>,
}

/// What is to become of a webhook; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct HookChange {
    /// Where to from now on.
    url: Option<String>,
    /// The kinds of alerts wanted from now on; empty: all.
    topics: Option<Vec<String>>,
    /// A disabled one is told nothing.
    state: Option<word::State>,
}

/// A webhook with a new key.
#[derive(Serialize, ToSchema)]
pub(super) struct ShownHook<'a> {
    /// The signing key itself (Standard Webhooks). It is shown in this answer and never again.
    key: &'a str,
    /// What is on record of the webhook.
    hook: HookView,
}

/// The webhooks of an account, by id.
#[utoipa::path(get, path = "/api/v1/accounts/{id}/hooks", operation_id = "listHooks", tag = "hooks",
    params(("id" = String, Path, description = "The account")),
    responses((status = 200, description = "All of them", body = PageView<HookView>)))]
pub(super) async fn list(State(desk): State<Arc<Desk>>, Id(id): Id, _: Asked<Nothing>) -> Answer {
    whole::<_, HookView>(done(hook::list(&desk, &AccountId::new(id)).await)?)
}

/// Adds a webhook.
#[utoipa::path(post, path = "/api/v1/accounts/{id}/hooks", operation_id = "addHook", tag = "hooks",
    params(("id" = String, Path, description = "The account")),
    request_body = NewHook, responses((status = 201, description = "The key, this once", body = ShownHook)))]
pub(super) async fn add(State(desk): State<Arc<Desk>>, by: By, Id(id): Id, Body(ask): Body<NewHook>) -> Answer {
    let ask = hook::Add {
        url: ask.url,
        topics: ask.topics,
    };
    let made = done(hook::add(&desk, by.asker(), &AccountId::new(id), &ask).await)?;
    let version = made.hook.version;
    let place = format!("/api/v1/accounts/{}/hooks/{}", made.hook.account, made.hook.id);
    let shown = ShownHook {
        key: &made.key,
        hook: made.hook.into(),
    };
    created(&shown, version, &place)
}

/// A webhook.
#[utoipa::path(get, path = "/api/v1/accounts/{id}/hooks/{hook}", operation_id = "showHook", tag = "hooks",
    params(("id" = String, Path, description = "The account"), ("hook" = String, Path, description = "The webhook")),
    responses((status = 200, description = "The webhook", body = HookView)))]
pub(super) async fn show(State(desk): State<Arc<Desk>>, Ids(account, id): Ids, _: Asked<Nothing>) -> Answer {
    let held = done(hook::show(&desk, &AccountId::new(account), &HookId::new(id)).await)?;
    let version = held.version;
    shown(&HookView::from(held), version)
}

/// Changes a webhook, disables or enables it.
#[utoipa::path(patch, path = "/api/v1/accounts/{id}/hooks/{hook}", operation_id = "reviseHook", tag = "hooks",
    params(("id" = String, Path, description = "The account"), ("hook" = String, Path, description = "The webhook"),
        ("If-Match" = Option<String>, Header, description = "Its ETag")),
    request_body = HookChange, responses((status = 200, description = "As it is now", body = HookView)))]
pub(super) async fn revise(
    State(desk): State<Arc<Desk>>,
    by: By,
    Ids(account, id): Ids,
    Seen(seen): Seen,
    Body(ask): Body<HookChange>,
) -> Answer {
    let ask = hook::Revise {
        url: ask.url,
        topics: ask.topics,
        state: ask.state.map(Into::into),
        seen,
    };
    let revised = done(hook::revise(&desk, by.asker(), &AccountId::new(account), &HookId::new(id), &ask).await)?;
    let version = revised.version;
    shown(&HookView::from(revised), version)
}

/// Removes a webhook, and the list of what was sent to it.
#[utoipa::path(delete, path = "/api/v1/accounts/{id}/hooks/{hook}", operation_id = "removeHook", tag = "hooks",
    params(("id" = String, Path, description = "The account"), ("hook" = String, Path, description = "The webhook")),
    responses((status = 204, description = "Removed")))]
pub(super) async fn remove(State(desk): State<Arc<Desk>>, by: By, Ids(account, id): Ids) -> Answer {
    done(hook::remove(&desk, by.asker(), &AccountId::new(account), &HookId::new(id)).await)?;
    Ok(nothing())
}

/// Gives a webhook a new key. For a day messages are signed with both.
#[utoipa::path(post, path = "/api/v1/accounts/{id}/hooks/{hook}/rotate-key", operation_id = "rotateHookKey", tag = "hooks",
    params(("id" = String, Path, description = "The account"), ("hook" = String, Path, description = "The webhook"),
        ("If-Match" = Option<String>, Header, description = "Its ETag")),
    responses((status = 200, description = "The key, this once", body = ShownHook)))]
pub(super) async fn rotate_key(
    State(desk): State<Arc<Desk>>,
    by: By,
    Ids(account, id): Ids,
    Seen(seen): Seen,
) -> Answer {
    let (account, id) = (AccountId::new(account), HookId::new(id));
    let made = done(hook::rotate_key(&desk, by.asker(), &account, &id, seen).await)?;
    let version = made.hook.version;
    let shown = ShownHook {
        key: &made.key,
        hook: made.hook.into(),
    };
    Ok(tagged(json(StatusCode::OK, &shown)?, version))
}

/// Sends a `ping`, to try address and signature.
#[utoipa::path(post, path = "/api/v1/accounts/{id}/hooks/{hook}/ping", operation_id = "pingHook", tag = "hooks",
    params(("id" = String, Path, description = "The account"), ("hook" = String, Path, description = "The webhook")),
    responses((status = 202, description = "It is on its way", body = DeliveryView)))]
pub(super) async fn ping(State(desk): State<Arc<Desk>>, by: By, Ids(account, id): Ids) -> Answer {
    let sent = done(hook::ping(&desk, by.asker(), &AccountId::new(account), &HookId::new(id)).await)?;
    json(StatusCode::ACCEPTED, &DeliveryView::from(sent))
}

/// What was sent to a webhook, newest first.
#[utoipa::path(get, path = "/api/v1/accounts/{id}/hooks/{hook}/deliveries", operation_id = "listDeliveries", tag = "hooks",
    params(("id" = String, Path, description = "The account"), ("hook" = String, Path, description = "The webhook"), Paging),
    responses((status = 200, description = "A page", body = PageView<DeliveryView>)))]
pub(super) async fn deliveries(
    State(desk): State<Arc<Desk>>,
    Ids(account, id): Ids,
    Asked(paging): Asked<Paging>,
) -> Answer {
    let (account, id, page) = (AccountId::new(account), HookId::new(id), paging.page()?);
    listed::<_, DeliveryView>(done(hook::deliveries(&desk, &account, &id, &page).await)?)
}

/// Sends the content of an earlier message once more, as a message of its own.
#[utoipa::path(post, path = "/api/v1/accounts/{id}/hooks/{hook}/deliveries/{delivery}/redeliver",
    operation_id = "redeliver", tag = "hooks",
    params(("id" = String, Path, description = "The account"), ("hook" = String, Path, description = "The webhook"),
        ("delivery" = String, Path, description = "The message")),
    responses((status = 202, description = "It is on its way", body = DeliveryView)))]
pub(super) async fn redeliver(State(desk): State<Arc<Desk>>, by: By, Trio(account, id, delivery): Trio) -> Answer {
    let (account, id, delivery) = (AccountId::new(account), HookId::new(id), DeliveryId::new(delivery));
    let sent = done(hook::redeliver(&desk, by.asker(), &account, &id, &delivery).await)?;
    json(StatusCode::ACCEPTED, &DeliveryView::from(sent))
}
