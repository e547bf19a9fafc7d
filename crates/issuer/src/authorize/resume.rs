//! Going on with what was begun.

use super::flow::Flow;
use super::know::{Case, Who, know};
use super::next::{Next, Step, next};
use super::{Outcome, code, redirect, settle, way_of};
use crate::desk::Desk;
use crate::people::Origin;
use crate::people::session::Resumed;
use crate::rights::SignedIn;
use serde_json::json;
use tollgate_model::authorization::Stage;
use tollgate_model::event::{Actor, Outcome as Came};
use tollgate_model::{Authorization, AuthorizationId, Change, ClientRecord, Decision, Event, Fault, Moment};
use tollgate_protocol::refusal::{Code, Refusal};

/// The longest id that is looked for.
const LONGEST_ID: usize = 64;

/// The flow with this id, while it is under way, in the browser that opened it. In any other there is none (CO2, AT17).
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn flow(desk: &Desk, id: &AuthorizationId, browser: &str) -> Result<Option<Flow>, Fault> {
    let Standing::UnderWay(authorization, record) = standing(desk, id, browser, desk.now()).await? else {
        return Ok(None);
    };
    let catalogue = desk.memory.catalogue();
    let api = authorization.asked.api.as_ref();
    Ok(Some(Flow {
        api: api
            .and_then(|id| catalogue.apis.iter().find(|api| api.id == *id))
            .cloned(),
        language: authorization.asked.language.clone(),
        client: record.client,
        account: record.account,
        authorization: *authorization,
    }))
}

/// What comes next for this flow: a page, or the client's answer. None: there is no such flow in this browser, or it is
/// over.
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn resume(
    desk: &Desk,
    id: &AuthorizationId,
    browser: &str,
    who: Option<&Resumed>,
    origin: &Origin,
) -> Result<Option<Outcome>, Fault> {
    settle(desk, async || {
        let now = desk.now();
        let (held, record) = match standing(desk, id, browser, now).await? {
            Standing::UnderWay(held, record) => (held, record),
            Standing::Untrusted => {
                let refusal = Refusal::of(Code::RedirectUnknown);
                return Ok(Decision::just(Some(Outcome::Refused(refusal))));
            }
            Standing::Ended(_) | Standing::Over => return Ok(Decision::just(None)),
        };
        let case = know(desk, &held, &record, who.into(), false).await?;
        let decision = step(desk, &case, origin, now)?;
        Ok(Decision::with(Some(decision.answer), decision.changes))
    })
    .await
}

fn step(desk: &Desk, case: &Case<'_>, origin: &Origin, now: Moment) -> Result<Decision<Outcome>, Fault> {
    let (held, terms) = (case.authorization, &desk.terms);
    let page = |step| Outcome::Page(held.id.clone(), step);
    Ok(match (next(&case.facts(&terms.people, now)), case.who) {
        (Next::Step(Step::Consent), Who::SignedIn(who)) => {
            let identified = identified(held, who);
            Decision::with(
                page(Step::Consent),
                identified.map(|now| revising(held, now)).into_iter().collect(),
            )
        }
        (Next::Step(step), _) => Decision::just(page(step)),
        (Next::Code { acr }, Who::SignedIn(who)) => {
            let (plain, fresh) = code::mint(desk)?;
            let (coded, mut changes) = code::decide(case, who, acr, &fresh, &terms.people, (&origin.request, now));
            changes.push(revising(held, coded));
            Decision::with(Outcome::Back(way_of(&held.asked).code(&plain, terms)), changes)
        }
        (Next::Code { .. }, _) => return Err(Fault::defect("sending a code", "nobody signed in")),
        (Next::Fail(refusal), who) => {
            let back = way_of(&held.asked).refused(&refusal, terms);
            let came = Came::Refused(refusal.code.as_str().to_owned());
            let told = told(held, who.signed_in(), "authorization.refused", came, origin, now);
            Decision::with(Outcome::Back(back), vec![ending(held), told])
        }
    })
}

/// The record with who is about to be asked; none, when it says so already. Only this session can agree (CO2).
pub(super) fn identified(held: &Authorization, who: &SignedIn) -> Option<Authorization> {
    let by = code::identified(who, None);
    let known = held.stage == Stage::Identified && held.by.as_ref() == Some(&by);
    (!known).then(|| Authorization {
        stage: Stage::Identified,
        by: Some(by),
        ..held.clone()
    })
}

fn revising(held: &Authorization, authorization: Authorization) -> Change {
    Change::ReviseAuthorization {
        authorization,
        was: held.version,
    }
}

/// It comes to nothing.
pub(super) fn ending(held: &Authorization) -> Change {
    let ended = Authorization {
        stage: Stage::Ended,
        errand: None,
        ..held.clone()
    };
    revising(held, ended)
}

/// A line of the audit log about a flow.
pub(super) fn told(
    held: &Authorization,
    who: Option<&SignedIn>,
    kind: &str,
    outcome: Came,
    origin: &Origin,
    at: Moment,
) -> Change {
    Change::Record(Event {
        seq: 0,
        at,
        actor: who.map_or(Actor::Stranger, |who| Actor::User(who.user.id.to_string())),
        kind: kind.to_owned(),
        account: Some(held.account.clone()),
        subject: held.id.to_string(),
        outcome,
        request: Some(origin.request.clone()),
        detail: json!({ "client": held.client }),
        hash: String::new(),
    })
}

/// How a flow stands in this browser.
pub(super) enum Standing {
    /// It can go on.
    UnderWay(Box<Authorization>, Box<ClientRecord>),
    /// It came to nothing before there was a code.
    Ended(Box<Authorization>),
    /// The client gave up the address that the answer would go to: nobody is sent there any more (AT4).
    Untrusted,
    /// There is none, it is another browser's, too old, or the code was sent.
    Over,
}

pub(super) async fn standing_of(desk: &Desk, flow: &Flow, now: Moment) -> Result<Standing, Fault> {
    standing(desk, &flow.authorization.id, &flow.authorization.browser, now).await
}

pub(super) async fn standing(desk: &Desk, id: &AuthorizationId, browser: &str, now: Moment) -> Result<Standing, Fault> {
    // What cannot be an id never reaches the store (OP6).
    if id.as_str().len() > LONGEST_ID || !id.as_str().starts_with("aut_") {
        return Ok(Standing::Over);
    }
    let Some(held) = desk.store.authorization(id).await? else {
        return Ok(Standing::Over);
    };
    let Some(record) = desk.store.client(&held.client).await? else {
        return Ok(Standing::Over);
    };
    Ok(stands(held, record, browser, now))
}

fn stands(held: Authorization, record: ClientRecord, browser: &str, now: Moment) -> Standing {
    if !super::bind::opened_by(&held, browser) || now >= held.expires {
        return Standing::Over;
    }
    let asked = &held.asked.redirect_uri;
    if redirect::find(&record.client.redirect_uris, Some(asked), record.client.is_public()).is_err() {
        return Standing::Untrusted;
    }
    match held.stage {
        Stage::Opened | Stage::Identified | Stage::Consented => Standing::UnderWay(Box::new(held), Box::new(record)),
        Stage::Ended if held.code.is_none() => Standing::Ended(Box::new(held)),
        Stage::Coded | Stage::Spent | Stage::Ended => Standing::Over,
    }
}

#[cfg(test)]
mod tests;
