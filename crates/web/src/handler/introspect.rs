//! `POST` introspection endpoint (RFC 7662).

use super::read::{self, About, Ended, Read, word};
use crate::{House, answer};
use axum::extract::{Request, State};
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::Desk;
use tollgate_issuer::introspect::{self, Introspection};
use tollgate_model::{Fault, Moment};
use tollgate_protocol::refusal::{Code, Refusal};

/// Answers a request to the introspection endpoint.
pub async fn handle(State(house): State<Arc<House>>, request: Request) -> Response {
    let desk = &house.desk;
    let read = Read::of(request, house.patience).await;
    // Now that the whole request is here: a body may take its time, and a secret may end meanwhile.
    let (now, id) = (desk.now(), house.ids.next());
    let mut about = About::default();
    let (response, code) = match ask(desk, &read, now, &mut about).await {
        Ok(Ok(told)) => (answer::json(desk.terms.dialect, StatusCode::OK, &told), None),
        Ok(Err(refusal)) => (
            answer::refusal(&desk.terms, &refusal, read.basic_used(), now),
            Some(refusal.code.as_str()),
        ),
        Err(fault) => (answer::fault(&fault, &id), Some(word(&fault))),
    };
    let response = answer::named(response, &id);
    let ended = Ended {
        endpoint: "introspection",
        forms: read::forms(desk),
        id,
        now,
        status: response.status(),
        code,
    };
    read.tell(&house, about, ended);
    response
}

async fn ask(
    desk: &Desk,
    read: &Read,
    now: Moment,
    about: &mut About,
) -> Result<Result<Introspection, Refusal>, Fault> {
    let (caller, token) = match read::about_token(desk, read, now, about).await? {
        Ok(asked) => asked,
        Err(refusal) => return Ok(Err(refusal)),
    };
    // RFC 7662 §2.1: whoever asks proves who they are. A public client is anybody who knows its name (RI3).
    if caller.secret().is_none() {
        return Ok(Err(Refusal::of(Code::SecretMissing)));
    }
    introspect::answer(desk, &caller, &token, now).await.map(Ok)
}
