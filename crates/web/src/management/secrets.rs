//! Secrets of a client.

use super::answer::{Answer, PageView, json, nothing, time, whole};
use super::ask::{Asked, Body, Id, Ids, Nothing, Seen};
use super::by::By;
use super::problem::done;
use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tollgate_issuer::Desk;
use tollgate_issuer::registry::secret;
use tollgate_model::{ClientId, Moment, Secret, SecretId};
use utoipa::ToSchema;

/// What is on record of a secret. Neither it nor its digest is ever shown.
#[derive(Serialize, ToSchema)]
#[schema(as = Secret)]
pub(super) struct SecretView {
    /// Names it; does not authenticate.
    id: String,
    /// The client it authenticates.
    client: String,
    /// What its owner calls it.
    label: String,
    /// When it was made.
    #[schema(format = DateTime)]
    created: String,
    /// Who made it.
    created_by: String,
    /// From when on it authenticates nobody.
    #[schema(format = DateTime)]
    expires: Option<String>,
    /// When it was revoked.
    #[schema(format = DateTime)]
    revoked: Option<String>,
    /// When it last bought a token, a few seconds late at most.
    #[schema(format = DateTime)]
    last_used: Option<String>,
    /// Whether it authenticates now.
    alive: bool,
}

struct At(Secret, Moment);

impl From<At> for SecretView {
    fn from(At(secret, now): At) -> Self {
        Self {
            alive: secret.alive(now),
            id: secret.id.to_string(),
            client: secret.client.to_string(),
            label: secret.label,
            created: time(secret.created),
            created_by: secret.created_by,
            expires: secret.expires.map(time),
            revoked: secret.revoked.map(time),
            last_used: secret.last_used.map(time),
        }
    }
}

/// What a new secret is asked for with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewSecret {
    /// What its owner calls it; by default the day.
    label: Option<String>,
    /// How many seconds the secrets alive now live on; 0: not at all. By default as the server's settings say.
    overlap: Option<i64>,
}

/// A new secret.
#[derive(Serialize, ToSchema)]
pub(super) struct ShownSecret<'a> {
    /// The secret itself. It is shown in this answer and never again.
    client_secret: &'a str,
    /// What is on record of it.
    secret: SecretView,
}

/// Every secret of a client, the ended ones too, oldest first.
#[utoipa::path(get, path = "/api/v1/clients/{id}/secrets", operation_id = "listSecrets", tag = "secrets",
    params(("id" = String, Path, description = "The client_id")),
    responses((status = 200, description = "All of them", body = PageView<SecretView>)))]
pub(super) async fn list(State(desk): State<Arc<Desk>>, Id(id): Id, _: Asked<Nothing>) -> Answer {
    let now = desk.now();
    let secrets = done(secret::list(&desk, &ClientId::new(id)).await)?;
    whole::<_, SecretView>(secrets.into_iter().map(|secret| At(secret, now)).collect())
}

/// Regenerates: makes a new secret and ends those alive now, at once or after an overlap.
#[utoipa::path(post, path = "/api/v1/clients/{id}/secrets", operation_id = "regenerateSecret", tag = "secrets",
    params(("id" = String, Path, description = "The client_id"), ("If-Match" = Option<String>, Header, description = "The client's ETag")),
    request_body = NewSecret, responses((status = 201, description = "The secret, this once", body = ShownSecret)))]
pub(super) async fn regenerate(
    State(desk): State<Arc<Desk>>,
    by: By,
    Id(id): Id,
    Seen(seen): Seen,
    Body(ask): Body<NewSecret>,
) -> Answer {
    let ask = secret::Regenerate {
        label: ask.label,
        overlap: ask.overlap,
        seen,
    };
    let now = desk.now();
    let made = done(secret::regenerate(&desk, by.asker(), &ClientId::new(id), &ask).await)?;
    let shown = ShownSecret {
        client_secret: made.plain.expose(),
        secret: At(made.secret, now).into(),
    };
    json(StatusCode::CREATED, &shown)
}

/// Ends a secret now, and every token it bought.
#[utoipa::path(delete, path = "/api/v1/clients/{id}/secrets/{secret}", operation_id = "revokeSecret", tag = "secrets",
    params(("id" = String, Path, description = "The client_id"), ("secret" = String, Path, description = "The secret's id")),
    responses((status = 204, description = "Every gateway refuses its tokens within a second")))]
pub(super) async fn revoke(State(desk): State<Arc<Desk>>, by: By, Ids(client, id): Ids) -> Answer {
    done(secret::revoke(&desk, by.asker(), &ClientId::new(client), &SecretId::new(id)).await)?;
    Ok(nothing())
}
