//! `POST` revocation endpoint (RFC 7009).

use super::read::{self, Read};
use crate::{House, answer};
use axum::extract::{Request, State};
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::{Desk, revoke, verify};
use tollgate_model::{Fault, Moment};
use tollgate_protocol::parameters::Forms;
use tollgate_protocol::refusal::{Code, Refusal};

/// Answers a request to the revocation endpoint.
pub async fn handle(State(house): State<Arc<House>>, request: Request) -> Response {
    let desk = &house.desk;
    let (now, id) = (desk.now(), house.ids.next());
    let read = Read::of(request).await;
    let response = match take_back(desk, &read, &id, now).await {
        Ok(Ok(())) => answer::bare(StatusCode::OK),
        Ok(Err(refusal)) => answer::refusal(&desk.terms, &refusal, read.basic_used(), now),
        Err(fault) => answer::fault(&fault, &id),
    };
    answer::named(response, &id)
}

async fn take_back(desk: &Desk, read: &Read, id: &str, now: Moment) -> Result<Result<(), Refusal>, Fault> {
    let parameters = match read.parameters(Forms {
        form: true,
        ..desk.terms.forms
    }) {
        Ok(parameters) => parameters,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let caller = match read::caller(desk, read, &parameters, now).await? {
        Ok(caller) => caller,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let Some(token) = parameters.get("token") else {
        return Ok(Err(Refusal::of(Code::TokenMissing)));
    };
    let decision = revoke::decide(&caller, verify::living(desk, token, now), id, now);
    // Nothing in it can be stale: a revocation holds whatever else happened.
    let _done = desk.memory.keep(decision.changes).await?;
    Ok(Ok(()))
}
