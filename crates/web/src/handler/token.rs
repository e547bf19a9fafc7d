//! `POST` token endpoint (RFC 6749 §3.2).

use super::read::{self, About, Ended, Read, word};
use crate::{House, alias, answer};
use axum::extract::{Request, State};
use axum::response::Response;
use http::StatusCode;
use serde_json::json;
use std::sync::Arc;
use tollgate_issuer::Desk;
use tollgate_issuer::caller::{Caller, authenticate, present};
use tollgate_issuer::registry::{self, Asker};
use tollgate_issuer::token::answer::TokenAnswer;
use tollgate_issuer::token::limit::{self, Left};
use tollgate_issuer::token::{client_credentials, mint};
use tollgate_model::client::GrantType;
use tollgate_model::event::Actor;
use tollgate_model::{Fault, Kept, Moment};
use tollgate_protocol::parameters::Parameters;
use tollgate_protocol::refusal::{Code, Refusal};

/// Answers a request to the token endpoint or one of its aliases.
pub async fn handle(State(house): State<Arc<House>>, request: Request) -> Response {
    let desk = &house.desk;
    let read = Read::of(request, house.patience).await;
    // Now that the whole request is here: a body may take its time, and a secret may end meanwhile.
    let (now, id) = (desk.now(), house.ids.next());
    let mut about = About::default();
    let (response, code) = match issue(desk, &read, &id, now, &mut about).await {
        Ok(Ok(issued)) => (success(&house, &read, issued, now), None),
        Ok(Err(refusal)) => {
            let code = refusal.code.as_str();
            tracing::debug!(request = id, code, "token refused");
            let response = answer::refusal(&desk.terms, &refusal, read.basic_used(), now);
            (response, Some(code))
        }
        Err(fault) => (answer::fault(&fault, &id), Some(word(&fault))),
    };
    let response = answer::named(response, &id);
    let ended = Ended {
        endpoint: "token",
        forms: desk.terms.forms,
        id,
        now,
        status: response.status(),
        code,
    };
    read.tell(&house, about, ended);
    response
}

/// A token that was issued, and to whom.
struct Issued {
    caller: Caller,
    answer: TokenAnswer,
    left: Option<Left>,
}

async fn issue(
    desk: &Desk,
    read: &Read,
    id: &str,
    now: Moment,
    about: &mut About,
) -> Result<Result<Issued, Refusal>, Fault> {
    if let Some(query) = &read.query
        && let Some(refusal) = exposed(desk, query, id, now).await?
    {
        return Ok(Err(refusal));
    }
    let ask = match read.parameters(desk.terms.forms) {
        Ok(ask) => ask,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let Some(grant_type) = ask.get("grant_type") else {
        return Ok(Err(Refusal::of(Code::GrantTypeMissing)));
    };
    let caller = match read::caller(desk, read, &ask, now, about).await? {
        Ok(caller) => caller,
        Err(refusal) => return Ok(Err(refusal)),
    };
    match GrantType::of_str(grant_type) {
        Some(GrantType::ClientCredentials) => client_credentials(desk, caller, &ask, now, about).await,
        None => Ok(Err(
            Refusal::of(Code::GrantTypeUnsupported).with("grant_type", grant_type)
        )),
    }
}

async fn client_credentials(
    desk: &Desk,
    caller: Caller,
    ask: &Parameters,
    now: Moment,
    about: &mut About,
) -> Result<Result<Issued, Refusal>, Fault> {
    let catalogue = desk.memory.catalogue();
    let granted = match client_credentials::decide(&caller, ask, &catalogue.apis, &desk.terms) {
        Ok(granted) => granted,
        Err(refusal) => return Ok(Err(refusal)),
    };
    about.api = Some(granted.api.id.clone());
    let left = match take(desk, &caller, now).await? {
        Ok(left) => left,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let held = desk.memory.keyring().held();
    let minted = mint::mint(&caller, &granted, &desk.terms.issuer, &held.ring, &*desk.entropy, now)?;
    desk.tally.secret_used(caller.secret(), now);
    let answer = TokenAnswer::of(minted, &granted.scopes, &desk.terms);
    Ok(Ok(Issued { caller, answer, left }))
}

/// Counts the request against the client's limit, where there is one. Kept before the token is signed, so
/// that no restart and no second node gives more.
async fn take(desk: &Desk, caller: &Caller, now: Moment) -> Result<Result<Option<Left>, Refusal>, Fault> {
    let Some(limit) = desk.terms.token_limit else {
        return Ok(Ok(None));
    };
    let client = &caller.client().id;
    loop {
        let taken = desk.store.allowance(&limit::bucket(client)).await?;
        let decision = match limit::decide(client, taken, limit, now) {
            Ok(decision) => decision,
            Err(refusal) => return Ok(Err(refusal)),
        };
        // Stale: others took the last ones in between; the next look refuses.
        if desk.memory.keep(decision.changes).await? == Kept::Done {
            return Ok(Ok(Some(decision.answer)));
        }
    }
}

fn success(house: &House, read: &Read, issued: Issued, now: Moment) -> Response {
    let desk = &house.desk;
    if let Some(alias) = alias::of(house, &read.path, read.host.as_deref()) {
        let what = match &alias.host {
            Some(host) => format!("alias:{host}{}", alias.path),
            None => format!("alias:{}", alias.path),
        };
        desk.tally.count(&issued.caller.client().id, &what, now);
    }
    let mut response = answer::json(desk.terms.dialect, StatusCode::OK, &issued.answer);
    if let Some(left) = issued.left {
        let limit = (left.limit.count, left.limit.window);
        answer::limits(
            response.headers_mut(),
            desk.terms.dialect,
            limit,
            left.left,
            left.reset,
            now,
        );
    }
    response
}

/// Credentials in the query string end up in logs on the way. They are never honoured; where the terms
/// say so, a secret that is really the client's is revoked on the spot.
async fn exposed(desk: &Desk, query: &str, id: &str, now: Moment) -> Result<Option<Refusal>, Fault> {
    let parameters = match Parameters::of_form(query.as_bytes()) {
        Ok(parameters) => parameters,
        // What cannot be read may hold a secret as well, one said twice for instance.
        Err(refusal) => return Ok(Some(refusal)),
    };
    if !["client_secret", "client_assertion", "password"]
        .iter()
        .any(|name| parameters.get(name).is_some())
    {
        return Ok(None);
    }
    if desk.terms.revoke_secret_in_query
        && let Ok(presented) = present(None, &parameters, &desk.terms)
        && presented.is_plausible()
    {
        let record = desk.memory.client(&presented.client_id).await?;
        if let Ok(caller) = authenticate(&presented.by_any_method(), record, &desk.digests, now) {
            let asker = Asker {
                actor: Actor::Stranger,
                request: Some(id.to_owned()),
            };
            let client = caller.client();
            let note = asker.did(
                "secret.exposed",
                Some(&client.account),
                client.id.as_str(),
                now,
                json!({ "secret": caller.secret().id, "where": "query" }),
            );
            if let Err(no) = registry::secret::revoke(desk, &asker, &client.id, &caller.secret().id).await? {
                tracing::warn!(request = id, no = no.code(), "an exposed secret was not revoked");
            }
            let _always_done = desk.memory.keep(vec![note]).await?;
        }
    }
    Ok(Some(Refusal::of(Code::CredentialsInQuery)))
}
