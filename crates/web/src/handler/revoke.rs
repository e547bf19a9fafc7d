//! `POST` revocation endpoint (RFC 7009).

use super::read::{self, About, Ended, Read, word};
use crate::{House, answer};
use axum::extract::{Request, State};
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::{Desk, revoke};
use tollgate_model::{Fault, Moment};
use tollgate_protocol::refusal::Refusal;

/// Answers a request to the revocation endpoint.
pub async fn handle(State(house): State<Arc<House>>, request: Request) -> Response {
    let desk = &house.desk;
    let read = Read::of(request, house.patience).await;
    // Now that the whole request is here: a body may take its time, and a secret may end meanwhile.
    let (now, id) = (desk.now(), house.ids.next());
    let mut about = About::default();
    let (response, code) = match take_back(desk, &read, &id, now, &mut about).await {
        Ok(Ok(())) => (answer::kept_by_nobody(StatusCode::OK), None),
        Ok(Err(refusal)) => (
            answer::refusal(&desk.terms, &refusal, read.basic_used(), now),
            Some(refusal.code.as_str()),
        ),
        Err(fault) => (answer::fault(&fault, &id), Some(word(&fault))),
    };
    let response = answer::named(response, &id);
    let ended = Ended {
        endpoint: "revocation",
        forms: read::forms(desk),
        id,
        now,
        status: response.status(),
        code,
    };
    read.tell(&house, about, ended);
    response
}

async fn take_back(
    desk: &Desk,
    read: &Read,
    id: &str,
    now: Moment,
    about: &mut About,
) -> Result<Result<(), Refusal>, Fault> {
    match read::about_token(desk, read, now, about).await? {
        Ok((caller, token)) => revoke::take_back(desk, &caller, &token, id, now).await.map(Ok),
        Err(refusal) => Ok(Err(refusal)),
    }
}
