//! What the audit log can be checked by: its end, its checkpoints, and the key that signs them.

use super::answer::{Answer, PageView, json, listed};
use super::ask::{self, Asked, Nothing};
use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tollgate_issuer::Desk;
use tollgate_model::{Checkpoint, Listed};
use utoipa::{IntoParams, ToSchema};

/// The end of the audit log.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditHead)]
pub(super) struct HeadView {
    /// The place of the last event; 0 when there is none.
    seq: i64,
    /// Its hash.
    hash: String,
}

/// The key that signs checkpoints.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditKey)]
pub(super) struct KeyView {
    /// `Ed25519` (RFC 8032).
    algorithm: &'static str,
    /// Its public half, base64url. Keep it where the server's operators have no hand in.
    public_key: String,
}

/// A signature over the audit log up to one event.
#[derive(Serialize, ToSchema)]
#[schema(as = Checkpoint)]
pub(super) struct CheckpointView {
    /// Up to this event.
    seq: i64,
    /// That event's hash.
    hash: String,
    /// When it was signed, in unix seconds, as it was signed.
    at: i64,
    /// What is signed: `tollgate-audit-checkpoint`, `seq`, `hash` and `at`, each on a line of its own.
    text: String,
    /// The signature, base64url.
    signature: String,
}

impl From<Checkpoint> for CheckpointView {
    fn from(checkpoint: Checkpoint) -> Self {
        Self {
            text: Checkpoint::text(checkpoint.seq, &checkpoint.hash, checkpoint.at),
            seq: checkpoint.seq,
            hash: checkpoint.hash,
            at: checkpoint.at.0,
            signature: checkpoint.signature,
        }
    }
}

/// Which part of the list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct After {
    /// Behind this place in the log: `next` of the page before.
    #[param(value_type = Option<i64>, minimum = 0)]
    after: Option<String>,
}

/// Where the audit log ends.
#[utoipa::path(get, path = "/api/v1/audit/head", operation_id = "showAuditHead", tag = "audit",
    responses((status = 200, description = "Its end", body = HeadView)))]
pub(super) async fn head(State(desk): State<Arc<Desk>>, _: Asked<Nothing>) -> Answer {
    let head = desk.store.audit_head().await?;
    let view = HeadView {
        seq: head.seq,
        hash: head.hash,
    };
    json(StatusCode::OK, &view)
}

/// The key that signs checkpoints. It is derived from the master key, and never lies in the database.
#[utoipa::path(get, path = "/api/v1/audit/key", operation_id = "showAuditKey", tag = "audit",
    responses((status = 200, description = "Its public half", body = KeyView)))]
pub(super) async fn key(State(desk): State<Arc<Desk>>, _: Asked<Nothing>) -> Answer {
    let view = KeyView {
        algorithm: "Ed25519",
        public_key: desk.audit.public(),
    };
    json(StatusCode::OK, &view)
}

/// Checkpoints in order of their place, a thousand at most. One is made every minute in which the log grew.
#[utoipa::path(get, path = "/api/v1/audit/checkpoints", operation_id = "listCheckpoints", tag = "audit", params(After),
    responses((status = 200, description = "A page", body = PageView<CheckpointView>)))]
pub(super) async fn checkpoints(State(desk): State<Arc<Desk>>, Asked(which): Asked<After>) -> Answer {
    let items = desk
        .store
        .checkpoints(ask::place("after", which.after.as_deref())?)
        .await?;
    // A full page may be the last: then the next one is empty.
    let next = items
        .last()
        .filter(|_| items.len() >= 1000)
        .map(|last| last.seq.to_string());
    listed::<_, CheckpointView>(Listed { items, next })
}
