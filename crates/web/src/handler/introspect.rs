//! `POST` introspection endpoint (RFC 7662).

use super::read::{self, Read};
use crate::{House, answer};
use axum::extract::{Request, State};
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::introspect::{self, Introspection};
use tollgate_issuer::{Desk, verify};
use tollgate_model::{Fault, Moment};
use tollgate_protocol::parameters::Forms;
use tollgate_protocol::refusal::{Code, Refusal};

/// Answers a request to the introspection endpoint.
pub async fn handle(State(house): State<Arc<House>>, request: Request) -> Response {
    let desk = &house.desk;
    let (now, id) = (desk.now(), house.ids.next());
    let read = Read::of(request).await;
    let response = match ask(desk, &read, now).await {
        Ok(Ok(told)) => answer::json(desk.terms.dialect, StatusCode::OK, &told),
        Ok(Err(refusal)) => answer::refusal(&desk.terms, &refusal, read.basic_used(), now),
        Err(fault) => answer::fault(&fault, &id),
    };
    answer::named(response, &id)
}

async fn ask(desk: &Desk, read: &Read, now: Moment) -> Result<Result<Introspection, Refusal>, Fault> {
    // RFC 7662 §2.1 has form bodies; what else the token endpoint reads is read here too.
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
    let living = verify::living(desk, token, now);
    Ok(Ok(introspect::decide(&caller, living, &desk.memory.catalogue())))
}
