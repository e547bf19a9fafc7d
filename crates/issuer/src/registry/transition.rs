//! Transitions: the dated ends of what is old, and accounts that have another end.
//!
//! The dates of a declared one stand in the configuration and are changed there; exceptions are granted here in any case.

mod check;
mod exception;

pub use exception::{PutException, put_exception, remove_exception};

use super::{Asker, No, Registered, new_id, settle, unchanged, value};
use crate::desk::Desk;
use check::{Facts, checked};
use serde_json::json;
use tollgate_model::transition::{Brownout, Subject};
use tollgate_model::{
    AccountId, ApiId, Change, Dated, Decision, Fault, Moment, RouteId, Transition, TransitionId, Version,
};

/// A new transition.
#[derive(Clone, Debug)]
pub struct Create {
    /// Its id, a short word; absent: a new one.
    pub id: Option<String>,
    /// What people call it.
    pub name: String,
    /// What comes to its end.
    pub of: Subject,
    /// Routes where it holds; empty: wherever its subject is met.
    pub routes: Vec<RouteId>,
    /// APIs on whose routes it holds; empty: of all.
    pub apis: Vec<ApiId>,
    /// Accounts for which it holds; empty: for all.
    pub accounts: Vec<AccountId>,
    /// From when on answers say that the old way is deprecated.
    pub opens: Option<Moment>,
    /// From when on people are told.
    pub warns: Option<Moment>,
    /// Windows in which the old way is refused.
    pub brownouts: Vec<Brownout>,
    /// From when on it is refused.
    pub ends: Option<Moment>,
    /// Where people read what to do.
    pub documentation: Option<String>,
}

/// What is to become of a transition; what is absent stays. What comes to its end cannot be changed: that is another
/// transition.
#[derive(Clone, Debug, Default)]
pub struct Revise {
    /// What people call it.
    pub name: Option<String>,
    /// Routes where it holds.
    pub routes: Option<Vec<RouteId>>,
    /// APIs on whose routes it holds.
    pub apis: Option<Vec<ApiId>>,
    /// Accounts for which it holds.
    pub accounts: Option<Vec<AccountId>>,
    /// From when on answers say that the old way is deprecated; `Some(None)`: nobody knows yet.
    pub opens: Option<Option<Moment>>,
    /// From when on people are told.
    pub warns: Option<Option<Moment>>,
    /// Windows in which the old way is refused.
    pub brownouts: Option<Vec<Brownout>>,
    /// From when on it is refused.
    pub ends: Option<Option<Moment>>,
    /// Where people read what to do.
    pub documentation: Option<Option<String>>,
    /// The version that the asker saw.
    pub seen: Option<Version>,
}

/// Every transition, by id, with those who have another end.
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn list(desk: &Desk) -> Result<Vec<Dated>, Fault> {
    desk.store.transitions().await
}

/// One transition.
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn show(desk: &Desk, id: &TransitionId) -> Registered<Dated> {
    let listed = desk.store.transitions().await?;
    let found = listed.into_iter().find(|dated| dated.transition.id == *id);
    Ok(found.ok_or(No::NotFound("transition")))
}

/// Makes a transition.
///
/// # Errors
/// A [`Fault`] of the store or of the source of chance.
pub async fn create(desk: &Desk, asker: &Asker, ask: &Create) -> Registered<Transition> {
    let id = match &ask.id {
        Some(id) => match value::word("id", id) {
            Ok(id) => TransitionId::new(id),
            Err(no) => return Ok(Err(no)),
        },
        None => TransitionId::new(new_id(desk, "trn")?),
    };
    settle(desk, "transition", async || {
        let listed = desk.store.transitions().await?;
        let facts = Facts::know(desk, &ask.accounts).await?;
        Ok(decide_create(&id, ask, &listed, &facts, asker, desk.now()))
    })
    .await
}

/// The most transitions: a gateway asks all of them on every request.
const MOST: usize = 200;

fn decide_create(
    id: &TransitionId,
    ask: &Create,
    listed: &[Dated],
    facts: &Facts,
    asker: &Asker,
    now: Moment,
) -> Result<Decision<Transition>, No> {
    if listed.iter().any(|dated| dated.transition.id == *id) {
        return Err(No::Taken { field: "id" });
    }
    if listed.len() >= MOST {
        return Err(No::InUse(format!(
            "there are {MOST} transitions already; remove one that is over"
        )));
    }
    let transition = Transition {
        id: id.clone(),
        name: ask.name.clone(),
        of: ask.of.clone(),
        routes: ask.routes.clone(),
        apis: ask.apis.clone(),
        accounts: ask.accounts.clone(),
        opens: ask.opens,
        warns: ask.warns,
        brownouts: ask.brownouts.clone(),
        ends: ask.ends,
        documentation: ask.documentation.clone(),
        declared: false,
        version: 1,
    };
    let transition = checked(transition, facts)?;
    let changes = vec![
        Change::AddTransition(transition.clone()),
        told("transition.created", &transition, asker, now),
    ];
    Ok(Decision::with(transition, changes))
}

/// Changes a transition that is not declared.
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn revise(desk: &Desk, asker: &Asker, id: &TransitionId, ask: &Revise) -> Registered<Transition> {
    settle(desk, "transition", async || {
        let listed = desk.store.transitions().await?;
        let held = match unlocked(&listed, id, ask.seen) {
            Ok(held) => held,
            Err(no) => return Ok(Err(no)),
        };
        let accounts = ask.accounts.as_ref().unwrap_or(&held.accounts);
        let facts = Facts::know(desk, accounts).await?;
        Ok(decide_revise(held, ask, &facts, asker, desk.now()))
    })
    .await
}

fn decide_revise(
    held: &Transition,
    ask: &Revise,
    facts: &Facts,
    asker: &Asker,
    now: Moment,
) -> Result<Decision<Transition>, No> {
    let asked = Transition {
        name: ask.name.as_ref().unwrap_or(&held.name).clone(),
        routes: ask.routes.as_ref().unwrap_or(&held.routes).clone(),
        apis: ask.apis.as_ref().unwrap_or(&held.apis).clone(),
        accounts: ask.accounts.as_ref().unwrap_or(&held.accounts).clone(),
        opens: ask.opens.unwrap_or(held.opens),
        warns: ask.warns.unwrap_or(held.warns),
        brownouts: ask.brownouts.as_ref().unwrap_or(&held.brownouts).clone(),
        ends: ask.ends.unwrap_or(held.ends),
        documentation: ask.documentation.as_ref().unwrap_or(&held.documentation).clone(),
        ..held.clone()
    };
    let mut transition = checked(asked, facts)?;
    if transition == *held {
        return Ok(Decision::just(transition));
    }
    let changes = vec![
        Change::ReviseTransition {
            transition: transition.clone(),
            was: held.version,
        },
        told("transition.revised", &transition, asker, now),
    ];
    transition.version = held.version + 1;
    Ok(Decision::with(transition, changes))
}

/// Removes a transition that is not declared, with its exceptions: the old way is for good then, until another one says
/// something else.
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn remove(desk: &Desk, asker: &Asker, id: &TransitionId, seen: Option<Version>) -> Registered<()> {
    settle(desk, "transition", async || {
        let listed = desk.store.transitions().await?;
        Ok(unlocked(&listed, id, seen).map(|held| {
            let remove = Change::RemoveTransition {
                id: id.clone(),
                was: held.version,
            };
            Decision::with((), vec![remove, told("transition.removed", held, asker, desk.now())])
        }))
    })
    .await
}

fn unlocked<'a>(listed: &'a [Dated], id: &TransitionId, seen: Option<Version>) -> Result<&'a Transition, No> {
    let Some(dated) = listed.iter().find(|dated| dated.transition.id == *id) else {
        return Err(No::NotFound("transition"));
    };
    let held = &dated.transition;
    if held.declared {
        return Err(No::Declared("transition"));
    }
    unchanged("transition", seen, held.version)?;
    Ok(held)
}

fn told(kind: &str, transition: &Transition, asker: &Asker, now: Moment) -> Change {
    let detail = json!({
        "name": transition.name,
        "of": transition.of,
        "opens": transition.opens,
        "warns": transition.warns,
        "brownouts": transition.brownouts,
        "ends": transition.ends,
    });
    asker.did(kind, None, transition.id.as_str(), now, detail)
}

#[cfg(test)]
pub(crate) mod tests;
