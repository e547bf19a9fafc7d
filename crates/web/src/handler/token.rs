//! `POST` token endpoint (RFC 6749 §3.2).

use super::exposed::exposed;
use super::read::{self, About, Ended, Read, word};
use crate::{House, alias, answer};
use axum::extract::{Request, State};
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::caller::Caller;
use tollgate_issuer::token::answer::TokenAnswer;
use tollgate_issuer::token::limit::{self, Left};
use tollgate_issuer::token::{authorization_code, client_credentials, mint, refresh_token};
use tollgate_issuer::{Desk, Terms};
use tollgate_model::client::GrantType;
use tollgate_model::{Fault, Moment};
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
    let offered = GrantType::of_str(grant_type).filter(|grant| offered(&desk.terms).any(|one| one == *grant));
    match offered {
        Some(GrantType::ClientCredentials) => client_credentials(desk, caller, &ask, now, about).await,
        Some(grant) => for_a_person(desk, caller, grant, (&ask, id), now, about).await,
        None => Ok(Err(
            Refusal::of(Code::GrantTypeUnsupported).with("grant_type", grant_type)
        )),
    }
}

/// The grant types that are served here, in the order of the RFC.
pub(crate) fn offered(terms: &Terms) -> impl Iterator<Item = GrantType> {
    let listed = GrantType::ALL.into_iter();
    listed.filter(|grant| {
        let for_people = *grant != GrantType::ClientCredentials;
        terms.clients.grant_types.contains(grant) && (terms.people.enabled || !for_people)
    })
}

/// The grants that speak for a person. They are counted against the limit where they are decided.
async fn for_a_person(
    desk: &Desk,
    caller: Caller,
    grant: GrantType,
    (ask, id): (&Parameters, &str),
    now: Moment,
    about: &mut About,
) -> Result<Result<Issued, Refusal>, Fault> {
    let redeemed = match grant {
        GrantType::RefreshToken => refresh_token::redeem(desk, &caller, ask, id, now).await?,
        _ => authorization_code::redeem(desk, &caller, ask, id, now).await?,
    };
    let answer = match redeemed {
        Ok(answer) => answer,
        Err(refusal) => return Ok(Err(refusal)),
    };
    about.api = answer.api().cloned();
    if let Some(secret) = caller.secret() {
        desk.tally.secret_used(secret, now);
    }
    let left = answer.left();
    Ok(Ok(Issued { caller, answer, left }))
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
    let left = match limit::take(desk, &caller.client().id, now).await? {
        Ok(left) => left,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let held = desk.memory.keyring().held();
    let minted = mint::mint(
        (&caller).into(),
        &granted,
        &desk.terms.issuer,
        &held.ring,
        &*desk.entropy,
        now,
    )?;
    if let Some(secret) = caller.secret() {
        desk.tally.secret_used(secret, now);
    }
    let answer = TokenAnswer::of(minted, &granted.scopes, &desk.terms);
    Ok(Ok(Issued { caller, answer, left }))
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
