//! Yes and no.

use super::given::{given, wanted};
use crate::authorize::back::Back;
use crate::authorize::code::identified;
use crate::authorize::flow::Flow;
use crate::authorize::know::{Case, Who, know};
use crate::authorize::next::{Next, Step, next};
use crate::authorize::resume::{self, Standing};
use crate::authorize::{settle, way_of};
use crate::desk::Desk;
use crate::people::{Answered, Origin, Refused};
use crate::registry::new_id;
use crate::rights::SignedIn;
use crate::terms::people::PeopleTerms;
use tollgate_model::authorization::Stage;
use tollgate_model::event::Outcome;
use tollgate_model::{Authorization, Change, ConsentId, Decision, Fault, Moment};
use tollgate_protocol::refusal::{Code, Refusal};

/// The person agrees to all that the page showed. The flow leads on to the code.
///
/// It counts for the session that the page was shown to, and for the request as it was read: nothing of it comes from
/// the form (CO2). Pressed twice, it is given once.
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn approve(desk: &Desk, flow: &Flow, who: &SignedIn, origin: &Origin) -> Answered<()> {
    let fresh = ConsentId::new(new_id(desk, "con")?);
    settle(desk, async || {
        let now = desk.now();
        let Standing::UnderWay(held, record) = resume::standing_of(desk, flow, now).await? else {
            return Ok(Decision::just(Err(Refused::Stale)));
        };
        let case = know(desk, &held, &record, Who::SignedIn(who), false).await?;
        Ok(decide(&case, who, &fresh, &desk.terms.people, (&origin.request, now)))
    })
    .await
}

fn decide(
    case: &Case<'_>,
    who: &SignedIn,
    fresh: &ConsentId,
    terms: &PeopleTerms,
    (request, now): (&str, Moment),
) -> Decision<Result<(), Refused>> {
    let held = case.authorization;
    let acr = match next(&case.facts(terms, now)) {
        Next::Step(Step::Consent) => held.by.as_ref().and_then(|by| by.acr.clone()),
        // It was pressed twice.
        Next::Code { .. } => return Decision::just(Ok(())),
        Next::Step(_) | Next::Fail(_) => return Decision::just(Err(Refused::Stale)),
    };
    // The page was shown to this session and no other.
    let shown = held.stage == Stage::Identified && held.by.as_ref().is_some_and(|by| by.session == who.session.id);
    if !shown {
        return Decision::just(Err(Refused::Stale));
    }
    let wanted = wanted(&held.asked, terms);
    let (consent, mut changes) = given(
        case.consent.as_ref(),
        &case.record.client,
        who,
        &wanted,
        fresh,
        (request, now),
    );
    changes.push(Change::ReviseAuthorization {
        authorization: Authorization {
            stage: Stage::Consented,
            by: Some(identified(who, acr)),
            scopes: held.asked.scopes.clone(),
            consent: Some(consent),
            ..held.clone()
        },
        was: held.version,
    });
    Decision::with(Ok(()), changes)
}

/// The person says no: the client is told `access_denied`, and no code ever comes of this flow (3E-27). Somebody who has
/// not signed in may say so too. None when it is too late for that. Pressed twice, it is said twice.
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn deny(desk: &Desk, flow: &Flow, who: Option<&SignedIn>, origin: &Origin) -> Result<Option<Back>, Fault> {
    settle(desk, async || {
        let now = desk.now();
        let refusal = Refusal::of(Code::ConsentDenied);
        let back = |held: &Authorization| Some(way_of(&held.asked).refused(&refusal, &desk.terms));
        Ok(match resume::standing_of(desk, flow, now).await? {
            Standing::UnderWay(held, _) => {
                let told = resume::told(&held, who, "authorization.denied", Outcome::Done, origin, now);
                Decision::with(back(&held), vec![resume::ending(&held), told])
            }
            Standing::Ended(held) => Decision::just(back(&held)),
            Standing::Untrusted | Standing::Over => Decision::just(None),
        })
    })
    .await
}

#[cfg(test)]
mod tests;
