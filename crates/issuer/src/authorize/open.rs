//! A request comes.

use super::know::{Case, know};
use super::next::{Next, Step, next};
use super::{Outcome, Request, ask, code, resume, settle, way_of};
use crate::desk::Desk;
use crate::registry::new_id;
use crate::rights::SignedIn;
use crate::token::id_token;
use std::sync::Arc;
use tollgate_model::authorization::{Asked, Stage};
use tollgate_model::{Authorization, AuthorizationId, Change, ClientId, ClientRecord, Decision, Fault, Moment};
use tollgate_protocol::refusal::{Code, Refusal};
use tollgate_protocol::scope::Scopes;

/// The longest `client_id` that is looked for.
const LONGEST_ID: usize = 200;

/// Reads a request and says what becomes of it.
///
/// Where the person is signed in and agreed before, the code is sent at once, and one transaction keeps it all. What is
/// refused, with `prompt=none` also for want of a person, leaves no trace.
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn open(desk: &Desk, request: &Request<'_>) -> Result<Outcome, Fault> {
    let (record, asked) = match understood(desk, request).await? {
        Ok(understood) => understood,
        Err(outcome) => return Ok(outcome),
    };
    let id = AuthorizationId::new(new_id(desk, "aut")?);
    settle(desk, async || {
        let now = desk.now();
        let draft = draft(&id, request, &record, &asked, (desk.terms.people.flow_lifetime, now));
        let case = know(desk, &draft, &record, request.who.into(), true).await?;
        begin(desk, &case, request, now)
    })
    .await
}

/// The client, and what it asks for; or what becomes of a request that is not in order.
async fn understood(desk: &Desk, request: &Request<'_>) -> Result<Result<(Arc<ClientRecord>, Asked), Outcome>, Fault> {
    let ask = request.parameters;
    let refused = |code| Ok(Err(Outcome::Refused(Refusal::of(code))));
    let Some(id) = ask.get("client_id") else {
        return refused(Code::ClientMissing);
    };
    if id.len() > LONGEST_ID {
        return refused(Code::ClientUnknown);
    }
    let Some(record) = record(desk, &ClientId::new(id)).await? else {
        return refused(Code::ClientUnknown);
    };
    let redirect = match ask::redirect(ask, &record) {
        Ok(redirect) => redirect,
        Err(refusal) => return Ok(Err(Outcome::Refused(refusal))),
    };
    let catalogue = desk.memory.catalogue();
    let hint = ask.get("id_token_hint").and_then(|text| id_token::hint(desk, text));
    let house = ask::House {
        terms: &desk.terms,
        apis: &catalogue.apis,
        hint: hint.as_ref(),
    };
    let read = ask::read(ask, request.languages, &record, redirect.clone(), house);
    Ok(match read {
        Ok(asked) => Ok((record, asked)),
        Err(refusal) => Err(Outcome::Back(ask::way(ask, &redirect).refused(&refusal, &desk.terms))),
    })
}

/// The client, from memory where it is one that people use.
async fn record(desk: &Desk, id: &ClientId) -> Result<Option<Arc<ClientRecord>>, Fault> {
    let known = desk.memory.client(id).await?;
    if let Some(sign_in) = known.as_deref().and_then(|known| known.sign_in.as_deref()) {
        return Ok(Some(Arc::clone(&sign_in.record)));
    }
    // Whoever may not send people here is told so, and need not be remembered for that.
    Ok(desk.store.client(id).await?.map(Arc::new))
}

/// The record of a request that was understood.
fn draft(
    id: &AuthorizationId,
    request: &Request<'_>,
    record: &ClientRecord,
    asked: &Asked,
    (lifetime, now): (i64, Moment),
) -> Authorization {
    Authorization {
        id: id.clone(),
        browser: request.browser.to_owned(),
        client: record.client.id.clone(),
        account: record.client.account.clone(),
        asked: asked.clone(),
        stage: Stage::Opened,
        // Who is here already: what they showed, they showed before this request.
        by: request.who.map(|who| code::identified(who, None)),
        scopes: Scopes::default(),
        consent: None,
        code: None,
        errand: None,
        created: now,
        expires: now.plus(lifetime),
        // There is nothing to remember before there is a code.
        forget_after: now.plus(lifetime),
        version: 1,
    }
}

fn begin(desk: &Desk, case: &Case<'_>, request: &Request<'_>, now: Moment) -> Result<Decision<Outcome>, Fault> {
    let (draft, terms) = (case.authorization, &desk.terms);
    let page = |step, kept: Authorization| {
        let answer = Outcome::Page(kept.id.clone(), step);
        Decision::with(answer, vec![Change::AddAuthorization(kept)])
    };
    Ok(match (next(&case.facts(&terms.people, now)), request.who) {
        (Next::Step(step), who) => {
            let kept = who
                .filter(|_| step == Step::Consent)
                .and_then(|who| resume::identified(draft, who));
            page(step, kept.unwrap_or_else(|| draft.clone()))
        }
        (Next::Code { acr }, Some(who)) => coded(desk, case, who, acr, (&request.origin.request, now))?,
        (Next::Code { .. }, None) => return Err(Fault::defect("sending a code", "nobody signed in")),
        (Next::Fail(refusal), _) => Decision::just(Outcome::Back(way_of(&draft.asked).refused(&refusal, terms))),
    })
}

fn coded(
    desk: &Desk,
    case: &Case<'_>,
    who: &SignedIn,
    acr: Option<String>,
    told: (&str, Moment),
) -> Result<Decision<Outcome>, Fault> {
    let (plain, fresh) = code::mint(desk)?;
    let (coded, mut changes) = code::decide(case, who, acr, &fresh, &desk.terms.people, told);
    let back = way_of(&coded.asked).code(&plain, &desk.terms);
    changes.push(Change::AddAuthorization(coded));
    Ok(Decision::with(Outcome::Back(back), changes))
}

#[cfg(test)]
mod tests;
