//! Whether this node can answer.

use super::answer::{Answer, json};
use super::ask::{Asked, Nothing};
use axum::extract::State;
use http::StatusCode;
use serde::Serialize;
use std::sync::Arc;
use tollgate_issuer::Desk;
use utoipa::ToSchema;

/// That it can.
#[derive(Serialize, ToSchema)]
struct Health {
    /// `ok`.
    status: &'static str,
}

/// Whether the store answers: 200, or 503 when it cannot be reached. Needs no credential and says nothing else.
#[utoipa::path(get, path = "/api/v1/health", operation_id = "health", tag = "health", security(()),
    responses((status = 200, description = "The store answers", body = Health)))]
pub(super) async fn get(State(desk): State<Arc<Desk>>, _: Asked<Nothing>) -> Answer {
    desk.store.head().await?;
    json(StatusCode::OK, &Health { status: "ok" })
}
