//! Operators' and gateways' credentials.

use super::answer::{Answer, PageView, json, time, whole};
use super::ask::{Asked, Body, Id, Nothing};
use super::by::By;
use super::problem::done;
use super::word;
use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tollgate_issuer::Desk;
use tollgate_issuer::registry::operator;
use tollgate_model::{Operator, OperatorId};
use utoipa::ToSchema;

/// What is on record of a credential. Neither it nor its digest is ever shown.
#[derive(Serialize, ToSchema)]
#[schema(as = Operator)]
pub(super) struct OperatorView {
    /// Its id.
    id: String,
    /// Whose it is.
    name: String,
    /// What it opens.
    kind: word::OperatorKind,
    /// Whether it opens anything.
    state: word::State,
    /// When it was made.
    #[schema(format = DateTime)]
    created: String,
}

impl From<Operator> for OperatorView {
    fn from(operator: Operator) -> Self {
        Self {
            id: operator.id.to_string(),
            name: operator.name,
            kind: operator.kind.into(),
            state: operator.state.into(),
            created: time(operator.created),
        }
    }
}

/// A new credential.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewOperator {
    /// Whose it is: 1 to 200 characters.
    name: String,
    /// What it opens.
    kind: word::OperatorKind,
}

/// A new credential.
#[derive(Serialize, ToSchema)]
pub(super) struct ShownOperator<'a> {
    /// The token itself. It is shown in this answer and never again.
    token: &'a str,
    /// What is on record of it.
    operator: OperatorView,
}

/// Every credential, by id.
#[utoipa::path(get, path = "/api/v1/operators", operation_id = "listOperators", tag = "operators",
    responses((status = 200, description = "All of them", body = PageView<OperatorView>)))]
pub(super) async fn list(State(desk): State<Arc<Desk>>, _: Asked<Nothing>) -> Answer {
    whole::<_, OperatorView>(operator::list(&desk).await?)
}

/// Makes a credential.
#[utoipa::path(post, path = "/api/v1/operators", operation_id = "createOperator", tag = "operators",
    request_body = NewOperator, responses((status = 201, description = "The token, this once", body = ShownOperator)))]
pub(super) async fn create(State(desk): State<Arc<Desk>>, by: By, Body(ask): Body<NewOperator>) -> Answer {
    let made = done(operator::create(&desk, by.asker(), &ask.name, ask.kind.into()).await)?;
    let shown = ShownOperator {
        token: made.plain.expose(),
        operator: made.operator.into(),
    };
    json(StatusCode::CREATED, &shown)
}

/// Switches a credential off. The last operator cannot be.
#[utoipa::path(post, path = "/api/v1/operators/{id}/disable", operation_id = "disableOperator", tag = "operators",
    params(("id" = String, Path, description = "The credential's id")),
    responses((status = 200, description = "As it is now", body = OperatorView)))]
pub(super) async fn disable(State(desk): State<Arc<Desk>>, by: By, Id(id): Id) -> Answer {
    let disabled = done(operator::disable(&desk, by.asker(), &OperatorId::new(id)).await)?;
    json(StatusCode::OK, &OperatorView::from(disabled))
}
