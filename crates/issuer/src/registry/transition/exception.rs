//! Another end for one account.

use crate::desk::Desk;
use crate::registry::{Asker, No, Registered, settle, value};
use serde_json::json;
use tollgate_model::{AccountId, Change, Dated, Decision, Exception, Moment, TransitionId};

/// Another end that an account is to have.
#[derive(Clone, Debug)]
pub struct PutException {
    /// For whom.
    pub account: AccountId,
    /// When the old way ends for this account.
    pub ends: Moment,
    /// Why, for people; 2000 characters at most.
    pub note: String,
}

/// The most exceptions of one transition: gateways hold them in memory.
const MOST: usize = 10_000;

/// Gives an account another end: later where it asked for time, earlier where it is done. It takes the place of what the
/// account had.
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store.
pub async fn put_exception(desk: &Desk, asker: &Asker, id: &TransitionId, ask: &PutException) -> Registered<Exception> {
    settle(desk, "exception", async || {
        let listed = desk.store.transitions().await?;
        let Some(dated) = listed.iter().find(|dated| dated.transition.id == *id) else {
            return Ok(Err(No::NotFound("transition")));
        };
        if desk.store.account(&ask.account).await?.is_none() {
            return Ok(Err(No::NotFound("account")));
        }
        Ok(decide(dated, ask, asker, desk.now()))
    })
    .await
}

fn decide(dated: &Dated, ask: &PutException, asker: &Asker, now: Moment) -> Result<Decision<Exception>, No> {
    let transition = &dated.transition;
    if !transition.accounts.is_empty() && !transition.accounts.contains(&ask.account) {
        return Err(No::invalid("account", "the transition does not hold for this account"));
    }
    if transition.opens.is_some_and(|opens| ask.ends < opens) {
        return Err(No::invalid("ends", "must not be before opens"));
    }
    let held = dated.exception(&ask.account);
    if held.is_none() && dated.exceptions.len() >= MOST {
        return Err(No::InUse(format!(
            "there are {MOST} exceptions already; move the end instead"
        )));
    }
    let exception = Exception {
        transition: transition.id.clone(),
        account: ask.account.clone(),
        ends: ask.ends,
        note: value::note("note", &ask.note)?,
        created: now,
    };
    if let Some(held) = held
        && (held.ends, &held.note) == (exception.ends, &exception.note)
    {
        return Ok(Decision::just(held.clone()));
    }
    let detail = json!({
        "account": exception.account,
        "ends": exception.ends,
        "was": held.map(|held| held.ends),
        "note": exception.note,
    });
    let id = transition.id.as_str();
    let event = asker.did("transition.exception_put", Some(&exception.account), id, now, detail);
    Ok(Decision::with(
        exception.clone(),
        vec![Change::PutException(exception), event],
    ))
}

/// Takes an exception back: the account's end is everybody's again.
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store.
pub async fn remove_exception(desk: &Desk, asker: &Asker, id: &TransitionId, account: &AccountId) -> Registered<()> {
    settle(desk, "exception", async || {
        let listed = desk.store.transitions().await?;
        let dated = listed.iter().find(|dated| dated.transition.id == *id);
        let held = match dated.map(|dated| dated.exception(account)) {
            None => return Ok(Err(No::NotFound("transition"))),
            Some(None) => return Ok(Err(No::NotFound("exception"))),
            Some(Some(held)) => held,
        };
        let remove = Change::RemoveException {
            transition: id.clone(),
            account: account.clone(),
        };
        let detail = json!({ "account": account, "was": held.ends });
        let event = asker.did(
            "transition.exception_removed",
            Some(account),
            id.as_str(),
            desk.now(),
            detail,
        );
        Ok(Ok(Decision::with((), vec![remove, event])))
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::super::tests::transition;
    use super::*;
    use crate::registry::facts::{NOW, asker, told};

    fn ask(ends: Moment) -> PutException {
        PutException {
            account: AccountId::new("acc_1"),
            ends,
            note: "asked for time".into(),
        }
    }

    fn dated() -> Dated {
        Dated {
            transition: transition(),
            exceptions: Vec::new(),
        }
    }

    /// SS-1: one account's end is moved, with a reason and a line of the audit log; also of a declared transition.
    #[test]
    fn an_account_gets_another_end() {
        let mut dated = dated();
        dated.transition.declared = true;
        let end = NOW.plus(90 * 86_400);
        let made = decide(&dated, &ask(end), &asker(), NOW).unwrap();
        assert_eq!((made.answer.ends, made.answer.created), (end, NOW));
        assert_eq!(told(&made.changes), ["transition.exception_put"]);
        dated.exceptions.push(made.answer);
        let again = decide(&dated, &ask(end), &asker(), NOW.plus(5)).unwrap();
        assert!(again.changes.is_empty(), "asking twice changes nothing");
        let other = decide(&dated, &ask(end.plus(1)), &asker(), NOW.plus(5)).unwrap();
        assert_eq!(told(&other.changes), ["transition.exception_put"]);
    }

    #[test]
    fn an_exception_that_makes_no_sense_is_refused_by_name() {
        let early = decide(&dated(), &ask(Moment(1)), &asker(), NOW).unwrap_err();
        assert!(matches!(early, No::Invalid { field: "ends", .. }));
        let mut others = dated();
        others.transition.accounts = vec![AccountId::new("acc_2")];
        let foreign = decide(&others, &ask(NOW), &asker(), NOW).unwrap_err();
        assert!(matches!(foreign, No::Invalid { field: "account", .. }));
        let long = PutException {
            note: "x".repeat(2001),
            ..ask(NOW)
        };
        let long = decide(&dated(), &long, &asker(), NOW).unwrap_err();
        assert!(matches!(long, No::Invalid { field: "note", .. }));
    }
}
