//! `POST` introspection endpoint (RFC 7662).

use super::read::{self, Read};
use crate::{House, answer};
use axum::extract::{Request, State};
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::Desk;
use tollgate_issuer::introspect::{self, Introspection};
use tollgate_model::{Fault, Moment};
use tollgate_protocol::refusal::Refusal;

/// Answers a request to the introspection endpoint.
pub async fn handle(State(house): State<Arc<House>>, request: Request) -> Response {
    let desk = &house.desk;
    let read = Read::of(request, house.patience).await;
    // Now that the whole request is here: a body may take its time, and a secret may end meanwhile.
    let (now, id) = (desk.now(), house.ids.next());
    let response = match ask(desk, &read, now).await {
        Ok(Ok(told)) => answer::json(desk.terms.dialect, StatusCode::OK, &told),
        Ok(Err(refusal)) => answer::refusal(&desk.terms, &refusal, read.basic_used(), now),
        Err(fault) => answer::fault(&fault, &id),
    };
    answer::named(response, &id)
}

async fn ask(desk: &Desk, read: &Read, now: Moment) -> Result<Result<Introspection, Refusal>, Fault> {
    let about = read::about_token(desk, read, now).await?;
    Ok(about.map(|(caller, living)| introspect::decide(&caller, living, &desk.memory.catalogue())))
}
