//! Who the person is: one account among several, or one more factor.

use super::flow::Flow;
use super::know::{Who, know};
use super::next::{Next, Step, next};
use super::resume::{self, Standing};
use super::settle;
use crate::desk::Desk;
use crate::people::session::{self, Begun, Elsewhere};
use crate::people::{Answered, Origin, Refused};
use crate::rights::SignedIn;
use crate::terms::people::ConnectionKind;
use tollgate_model::{Change, Decision, Fault};

/// The person goes on as who they are (`prompt=select_account`). To go on as somebody else, they sign out and in again.
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn keep_account(desk: &Desk, flow: &Flow, who: &SignedIn, _origin: &Origin) -> Answered<()> {
    settle(desk, async || {
        let now = desk.now();
        let Standing::UnderWay(held, record) = resume::standing_of(desk, flow, now).await? else {
            return Ok(Decision::just(Err(Refused::Stale)));
        };
        let case = know(desk, &held, &record, Who::SignedIn(who), false).await?;
        let asked = next(&case.facts(&desk.terms.people, now)) == Next::Step(Step::SelectAccount);
        // Asked for something else by now: the flow leads there.
        let chosen = if asked { resume::identified(&held, who) } else { None };
        let was = held.version;
        let changes = chosen.map(|authorization| Change::ReviseAuthorization { authorization, was });
        Ok(Decision::with(Ok(()), changes.into_iter().collect()))
    })
    .await
}

/// The person pressed the button of a test connection, and its factor is theirs: a new session takes the place of the
/// old one (SE2). Only where this flow asks for it.
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn pressed(desk: &Desk, flow: &Flow, who: &SignedIn, connection: &str, origin: &Origin) -> Answered<Begun> {
    let Some(factor) = due(desk, flow, who, connection).await? else {
        return Ok(Err(Refused::Stale));
    };
    let elsewhere = Elsewhere {
        factor: &factor,
        shown: None,
    };
    session::step_up(desk, who, elsewhere, origin).await
}

/// The factor of this test connection, if it is what comes next.
async fn due(desk: &Desk, flow: &Flow, who: &SignedIn, connection: &str) -> Result<Option<String>, Fault> {
    let now = desk.now();
    let test = desk.terms.people.connection(connection);
    let Some(test) = test.filter(|one| one.kind == ConnectionKind::Test) else {
        return Ok(None);
    };
    let Standing::UnderWay(held, record) = resume::standing_of(desk, flow, now).await? else {
        return Ok(None);
    };
    let case = know(desk, &held, &record, Who::SignedIn(who), false).await?;
    let due = next(&case.facts(&desk.terms.people, now)) == Next::Step(Step::Test(test.name.clone()));
    Ok(due.then(|| test.factor.clone()))
}
