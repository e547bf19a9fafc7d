//! Signing keys.

use super::answer::{Answer, PageView, time, whole};
use super::ask::{Asked, Body, Nothing};
use super::by::By;
use super::problem::done;
use super::word;
use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tollgate_issuer::Desk;
use tollgate_issuer::registry::key::{self, Stage};
use tollgate_model::SigningKeyRow;
use utoipa::ToSchema;

/// A signing key, without the key.
#[derive(Serialize, ToSchema)]
#[schema(as = Key)]
pub(super) struct KeyView {
    /// Its name in headers and JWKS.
    kid: String,
    /// What it signs with.
    algorithm: word::Algorithm,
    /// Where it stands.
    stage: word::Stage,
    /// From when on it stands in the JWKS.
    #[schema(format = DateTime)]
    published: String,
    /// From when on it signs.
    #[schema(format = DateTime)]
    active_from: String,
    /// From when on it is gone from the JWKS.
    #[schema(format = DateTime)]
    retires: Option<String>,
}

impl From<(SigningKeyRow, Stage)> for KeyView {
    fn from((key, stage): (SigningKeyRow, Stage)) -> Self {
        Self {
            kid: key.kid.to_string(),
            algorithm: key.algorithm.into(),
            stage: stage.into(),
            published: time(key.published),
            active_from: time(key.active_from),
            retires: key.retires.map(time),
        }
    }
}

/// Which keys are to be turned.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Rotation {
    /// Those of this algorithm.
    algorithm: word::Algorithm,
}

/// Every signing key, newest first.
#[utoipa::path(get, path = "/api/v1/keys", operation_id = "listKeys", tag = "keys",
    responses((status = 200, description = "All of them", body = PageView<KeyView>)))]
pub(super) async fn list(State(desk): State<Arc<Desk>>, _: Asked<Nothing>) -> Answer {
    whole::<_, KeyView>(key::list(&desk, desk.now()))
}

/// Brings in a new key. It is published at once, and signs when every cached key set has it.
#[utoipa::path(post, path = "/api/v1/keys/rotate", operation_id = "rotateKeys", tag = "keys",
    request_body = Rotation, responses((status = 201, description = "Every key of that algorithm", body = PageView<KeyView>)))]
pub(super) async fn rotate(State(desk): State<Arc<Desk>>, by: By, Body(ask): Body<Rotation>) -> Answer {
    let algorithm = ask.algorithm.into();
    done(key::rotate(&desk, by.asker(), algorithm).await)?;
    let mut keys = key::list(&desk, desk.now());
    keys.retain(|(key, _)| key.algorithm == algorithm);
    let mut response = whole::<_, KeyView>(keys)?;
    *response.status_mut() = StatusCode::CREATED;
    Ok(response)
}
