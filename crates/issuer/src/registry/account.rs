//! Accounts: the customer firms.

pub mod open;

pub use open::{Open, Opened, open};

use super::{Asker, No, Registered, named, new_id, settle, unchanged, value};
use crate::desk::Desk;
use crate::registry::secret::{UNHEARD, tokens_until};
use serde_json::json;
use tollgate_model::client::Environment;
use tollgate_model::revocation::Target;
use tollgate_model::{
    Account, AccountId, Api, ApiId, Change, ClientFilter, Decision, Fault, Moment, Page, PlanId, State, Version,
};

/// What is to become of an account; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct Revise {
    /// Its new name.
    pub name: Option<String>,
    /// Whether it may act. Disabling ends every token of its clients.
    pub state: Option<State>,
    /// The APIs it has from now on; `Some(None)`: all.
    pub apis: Option<Option<Vec<ApiId>>>,
    /// Whether its clients may be live.
    pub live: Option<bool>,
    /// What it may ask for; `Some(None)`: what the default plan gives.
    pub plan: Option<Option<PlanId>>,
    /// The version that the asker saw.
    pub seen: Option<Version>,
}

/// Makes an account.
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store or of the source of chance.
pub async fn create(desk: &Desk, asker: &Asker, name: &str) -> Registered<Account> {
    let id = AccountId::new(new_id(desk, "acc")?);
    settle(desk, "account", async || {
        Ok(decide_create(&id, name, asker, desk.now()))
    })
    .await
}

fn decide_create(id: &AccountId, name: &str, asker: &Asker, now: Moment) -> Result<Decision<Account>, No> {
    let account = Account {
        id: id.clone(),
        name: named("name", name)?,
        apis: None,
        live: true,
        plan: None,
        state: State::Active,
        created: now,
        version: 1,
    };
    let detail = json!({ "name": account.name });
    let changes = added(&account, detail, asker);
    Ok(Decision::with(account, changes))
}

fn added(account: &Account, detail: serde_json::Value, asker: &Asker) -> Vec<Change> {
    let id = &account.id;
    let event = asker.did("account.created", Some(id), id.as_str(), account.created, detail);
    vec![Change::AddAccount(account.clone()), event]
}

/// Renames, disables or enables an account, or says what it has. An API is taken from it once none of its clients has a
/// grant there, and the leave to have live clients once none is.
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store.
pub async fn revise(desk: &Desk, asker: &Asker, id: &AccountId, ask: &Revise) -> Registered<Account> {
    settle(desk, "account", async || {
        let Some(account) = desk.store.account(id).await? else {
            return Ok(Err(No::NotFound("account")));
        };
        let facts = know(desk, &account, ask).await?;
        Ok(decide_revise(&account, ask, &facts, asker, desk.now()))
    })
    .await
}

/// What the account's clients have already.
#[derive(Debug, Default)]
struct Facts {
    /// Every API there is.
    apis: Vec<Api>,
    /// APIs that its clients have grants for.
    granted: Vec<ApiId>,
    /// Whether one of its clients is live and active.
    lives: bool,
    /// The plans that there are.
    plans: Vec<PlanId>,
}

/// Reads only what the question needs: an account may have many clients.
async fn know(desk: &Desk, account: &Account, ask: &Revise) -> Result<Facts, Fault> {
    let mut facts = Facts {
        plans: desk.terms.transition.plans.iter().map(|plan| plan.id.clone()).collect(),
        ..Facts::default()
    };
    if let Some(asked) = &ask.apis {
        facts.apis = desk.store.apis().await?;
        if asked.is_some() {
            facts.granted = granted(desk, &account.id).await?;
        }
    }
    if ask.live == Some(false) {
        let filter = ClientFilter {
            account: Some(account.id.clone()),
            environment: Some(Environment::Live),
            state: Some(State::Active),
            text: None,
        };
        let one = Page { after: None, limit: 1 };
        let lines = desk.store.client_lines(&filter, desk.now(), &one).await?;
        facts.lives = !lines.items.is_empty();
    }
    Ok(facts)
}

async fn granted(desk: &Desk, account: &AccountId) -> Result<Vec<ApiId>, Fault> {
    let (mut page, mut granted) = (Page::first(), Vec::new());
    loop {
        let listed = desk.store.clients(Some(account), &page).await?;
        for client in &listed.items {
            let grants = desk.store.client(&client.id).await?.map(|record| record.grants);
            granted.extend(grants.into_iter().flatten().map(|grant| grant.api));
        }
        match listed.next {
            Some(next) => page.after = Some(next),
            None => return Ok(granted),
        }
    }
}

/// APIs of which each is there, each once.
fn apis_of(list: &[ApiId], known: &[Api]) -> Result<Vec<ApiId>, No> {
    if let Some(unknown) = list.iter().find(|id| !known.iter().any(|api| api.id == **id)) {
        return Err(No::invalid("apis", format!("there is no API {:?}", unknown.as_str())));
    }
    value::distinct("apis", list)
}

fn decide_revise(
    held: &Account,
    ask: &Revise,
    facts: &Facts,
    asker: &Asker,
    now: Moment,
) -> Result<Decision<Account>, No> {
    unchanged("account", ask.seen, held.version)?;
    let apis = match &ask.apis {
        None => held.apis.clone(),
        Some(None) => None,
        Some(Some(list)) => Some(apis_of(list, &facts.apis)?),
    };
    let live = ask.live.unwrap_or(held.live);
    let plan = ask.plan.as_ref().unwrap_or(&held.plan).clone();
    if let (Some(plan), Some(_)) = (&plan, &ask.plan)
        && !facts.plans.contains(plan)
    {
        return Err(No::invalid("plan", format!("there is no plan {:?}", plan.as_str())));
    }
    if let (Some(list), Some(_)) = (&apis, &ask.apis)
        && let Some(needed) = facts.granted.iter().find(|api| !list.contains(api))
    {
        return Err(No::InUse(format!("one of its clients still has a grant for {needed}")));
    }
    if held.live && !live && facts.lives {
        return Err(No::InUse("one of its clients is still live and active".into()));
    }
    let name = match &ask.name {
        Some(name) => named("name", name)?,
        None => held.name.clone(),
    };
    let state = ask.state.unwrap_or(held.state);
    let mut told = Vec::new();
    if name != held.name {
        told.push(("account.renamed", json!({ "name": name, "was": held.name })));
    }
    match (held.state, state) {
        (State::Active, State::Disabled) => told.push(("account.disabled", json!({}))),
        (State::Disabled, State::Active) => told.push(("account.enabled", json!({}))),
        _ => {}
    }
    if apis != held.apis || live != held.live {
        told.push(("account.revised", json!({ "apis": apis, "live": live })));
    }
    if plan != held.plan {
        told.push(("account.plan_set", json!({ "plan": plan, "was": held.plan })));
    }
    if told.is_empty() {
        return Ok(Decision::just(held.clone()));
    }
    let account = Account {
        name,
        state,
        apis,
        live,
        plan,
        ..held.clone()
    };
    let mut changes = vec![Change::ReviseAccount {
        account: account.clone(),
        was: held.version,
    }];
    if state == State::Disabled && held.state == State::Active {
        let target = Target::Account(held.id.clone());
        changes.push(Change::Revoke(tokens_until(target, now.plus(UNHEARD), now)));
    }
    for (kind, detail) in told {
        changes.push(asker.did(kind, Some(&held.id), held.id.as_str(), now, detail));
    }
    let account = Account {
        version: held.version + 1,
        ..account
    };
    Ok(Decision::with(account, changes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::facts::{NOW, account, asker, told};

    #[test]
    fn an_account_has_a_name() {
        let id = AccountId::new("acc_9");
        let made = decide_create(&id, " Firm ", &asker(), NOW).unwrap();
        assert_eq!((made.answer.name.as_str(), made.answer.version), ("Firm", 1));
        assert_eq!(told(&made.changes), ["account.created"]);
        let no = decide_create(&id, " ", &asker(), NOW).unwrap_err();
        assert!(matches!(no, No::Invalid { field: "name", .. }));
    }

    #[test]
    fn disabling_an_account_ends_its_tokens() {
        let ask = Revise {
            state: Some(State::Disabled),
            ..Revise::default()
        };
        let made = decide_revise(&account(), &ask, &Facts::default(), &asker(), NOW).unwrap();
        assert_eq!((made.answer.state, made.answer.version), (State::Disabled, 4));
        assert_eq!(told(&made.changes), ["account.disabled"]);
        let revoked = made.changes.iter().find_map(|change| match change {
            Change::Revoke(revocation) => Some(revocation),
            _ => None,
        });
        let revoked = revoked.unwrap();
        assert_eq!(revoked.target, Target::Account(account().id));
        assert_eq!(
            (revoked.issued_until, revoked.forget_after),
            (NOW.plus(UNHEARD), NOW.plus(crate::registry::api::LONGEST + 60))
        );

        let again = decide_revise(&made.answer, &ask, &Facts::default(), &asker(), NOW).unwrap();
        assert!(again.changes.is_empty(), "disabling twice changes nothing");
    }

    #[test]
    fn what_somebody_else_changed_is_not_overwritten() {
        let ask = Revise {
            name: Some("Other".into()),
            seen: Some(2),
            ..Revise::default()
        };
        let no = decide_revise(&account(), &ask, &Facts::default(), &asker(), NOW).unwrap_err();
        assert_eq!(no, No::Stale("account"));
        let ask = Revise { seen: Some(3), ..ask };
        let made = decide_revise(&account(), &ask, &Facts::default(), &asker(), NOW).unwrap();
        assert!(matches!(
            made.changes.first(),
            Some(Change::ReviseAccount { was: 3, .. })
        ));
        assert_eq!(told(&made.changes), ["account.renamed"]);
    }

    fn facts(granted: &[&str], lives: bool) -> Facts {
        Facts {
            apis: vec![crate::registry::facts::api()],
            granted: granted.iter().map(ApiId::new).collect(),
            lives,
            plans: vec![PlanId::new("standard")],
        }
    }

    #[test]
    fn an_account_gets_a_plan_that_there_is() {
        let asked = |held: &Account, plan: Option<&str>| {
            let ask = Revise {
                plan: Some(plan.map(PlanId::new)),
                ..Revise::default()
            };
            decide_revise(held, &ask, &facts(&[], false), &asker(), NOW)
        };
        let made = asked(&account(), Some("standard")).unwrap();
        assert_eq!(told(&made.changes), ["account.plan_set"]);
        let none = asked(&made.answer, None).unwrap();
        assert_eq!(
            (none.answer.plan, told(&none.changes)),
            (None, vec!["account.plan_set"])
        );
        let no = asked(&account(), Some("other")).unwrap_err();
        assert!(matches!(no, No::Invalid { field: "plan", .. }), "{no}");
        // A plan that is gone from the configuration does not keep anybody from changing the name.
        let gone = Account {
            plan: Some(PlanId::new("gone")),
            ..account()
        };
        let ask = Revise {
            name: Some("Other".into()),
            ..Revise::default()
        };
        assert!(decide_revise(&gone, &ask, &facts(&[], false), &asker(), NOW).is_ok());
    }

    /// SS-5: what an account has is said by an operator, and never leaves a grant behind.
    #[test]
    fn an_account_loses_only_what_its_clients_do_not_use() {
        let having = |list: &[&str], granted: &[&str]| {
            let ask = Revise {
                apis: Some(Some(list.iter().map(ApiId::new).collect())),
                ..Revise::default()
            };
            decide_revise(&account(), &ask, &facts(granted, false), &asker(), NOW)
        };
        let made = having(&["docs"], &["docs"]).unwrap();
        assert_eq!(made.answer.apis, Some(vec![ApiId::new("docs")]));
        assert_eq!(told(&made.changes), ["account.revised"]);
        assert!(having(&[], &[]).is_ok());
        assert_eq!(having(&[], &["docs"]).unwrap_err().code(), "in_use");
        for wrong in [&["nobodys"][..], &["docs", "docs"]] {
            assert!(matches!(having(wrong, &[]), Err(No::Invalid { field: "apis", .. })));
        }
        let all = Revise {
            apis: Some(None),
            ..Revise::default()
        };
        let made = decide_revise(&account(), &all, &facts(&["docs"], false), &asker(), NOW).unwrap();
        assert!(made.changes.is_empty(), "it had all before");
    }

    /// SG-3, CO5: live clients are allowed by an operator, and the leave is not taken from under one.
    #[test]
    fn the_leave_to_have_live_clients_is_given_and_taken() {
        let ask = |live| Revise {
            live: Some(live),
            ..Revise::default()
        };
        let off = |lives| decide_revise(&account(), &ask(false), &facts(&[], lives), &asker(), NOW);
        assert_eq!(off(true).unwrap_err().code(), "in_use");
        let made = off(false).unwrap();
        assert!(!made.answer.live);
        let made = decide_revise(&made.answer, &ask(true), &facts(&[], false), &asker(), NOW).unwrap();
        assert!(made.answer.live);
        assert_eq!(told(&made.changes), ["account.revised"]);
    }
}
