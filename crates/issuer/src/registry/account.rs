//! Accounts: the customer firms.

use super::{Asker, No, Registered, named, new_id, settle, unchanged};
use crate::desk::Desk;
use crate::registry::secret::{UNHEARD, tokens_until};
use serde_json::json;
use tollgate_model::revocation::Target;
use tollgate_model::{Account, AccountId, Change, Decision, Moment, State, Version};

/// What is to become of an account; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct Revise {
    /// Its new name.
    pub name: Option<String>,
    /// Whether it may act. Disabling ends every token of its clients.
    pub state: Option<State>,
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
        state: State::Active,
        created: now,
        version: 1,
    };
    let event = asker.did(
        "account.created",
        Some(id),
        id.as_str(),
        now,
        json!({ "name": account.name }),
    );
    let add = Change::AddAccount(account.clone());
    Ok(Decision::with(account, vec![add, event]))
}

/// Renames, disables or enables an account.
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store.
pub async fn revise(desk: &Desk, asker: &Asker, id: &AccountId, ask: &Revise) -> Registered<Account> {
    settle(desk, "account", async || {
        let Some(account) = desk.store.account(id).await? else {
            return Ok(Err(No::NotFound("account")));
        };
        Ok(decide_revise(&account, ask, asker, desk.now()))
    })
    .await
}

fn decide_revise(held: &Account, ask: &Revise, asker: &Asker, now: Moment) -> Result<Decision<Account>, No> {
    unchanged("account", ask.seen, held.version)?;
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
    if told.is_empty() {
        return Ok(Decision::just(held.clone()));
    }
    let account = Account {
        name,
        state,
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
        let made = decide_revise(&account(), &ask, &asker(), NOW).unwrap();
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

        let again = decide_revise(&made.answer, &ask, &asker(), NOW).unwrap();
        assert!(again.changes.is_empty(), "disabling twice changes nothing");
    }

    #[test]
    fn what_somebody_else_changed_is_not_overwritten() {
        let ask = Revise {
            name: Some("Other".into()),
            state: None,
            seen: Some(2),
        };
        let no = decide_revise(&account(), &ask, &asker(), NOW).unwrap_err();
        assert_eq!(no, No::Stale("account"));
        let ask = Revise { seen: Some(3), ..ask };
        let made = decide_revise(&account(), &ask, &asker(), NOW).unwrap();
        assert!(matches!(
            made.changes.first(),
            Some(Change::ReviseAccount { was: 3, .. })
        ));
        assert_eq!(told(&made.changes), ["account.renamed"]);
    }
}
