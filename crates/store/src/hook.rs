//! Webhooks of accounts. What is sent to them is in `delivery`.

use crate::{
    engine::{self, Ask, Engine, Step},
    statement::statements,
    value::{Columns, Damaged, binds, json},
};
use tollgate_model::{AccountId, Fault, Hook, HookId, State, Version};

statements! {
    /// Nothing happens when the id is taken; the foreign key sees to it that the account exists.
    ADD = "INSERT INTO hook (id, account, url, sealed, topics, state, created, version) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1) ON CONFLICT DO NOTHING";
    /// The account is part of the condition: a hook is never moved to another firm.
    REVISE = "UPDATE hook SET url = ?4, sealed = ?5, topics = ?6, state = ?7, version = version + 1 \
        WHERE id = ?1 AND account = ?2 AND version = ?3";
    /// Its deliveries go with it, by their foreign key.
    REMOVE = "DELETE FROM hook WHERE id = ?1 AND account = ?2";
    ONE = "SELECT id, account, url, sealed, topics, state, created, version FROM hook WHERE id = ?1";
    OF_ACCOUNT = "SELECT id, account, url, sealed, topics, state, created, version FROM hook WHERE account = ?1 \
        ORDER BY id";
}

fn row(columns: &mut Columns) -> Result<Hook, Damaged> {
    Ok(Hook {
        id: HookId::new(columns.text()?),
        account: AccountId::new(columns.text()?),
        url: columns.text()?,
        sealed: columns.blob()?,
        topics: columns.json()?,
        state: columns.word(State::of_str)?,
        created: columns.moment()?,
        version: columns.int()?,
    })
}

pub(crate) fn add(hook: &Hook) -> Result<Step, Fault> {
    Ok(Step::must(
        &ADD,
        binds![
            hook.id.as_str(),
            hook.account.as_str(),
            &hook.url,
            hook.sealed.as_slice(),
            json(&hook.topics)?,
            hook.state.as_str(),
            hook.created,
        ],
    ))
}

pub(crate) fn revise(hook: &Hook, was: Version) -> Result<Step, Fault> {
    Ok(Step::must(
        &REVISE,
        binds![
            hook.id.as_str(),
            hook.account.as_str(),
            was,
            &hook.url,
            hook.sealed.as_slice(),
            json(&hook.topics)?,
            hook.state.as_str(),
        ],
    ))
}

pub(crate) fn remove(id: &HookId, account: &AccountId) -> Step {
    Step::must(&REMOVE, binds![id.as_str(), account.as_str()])
}

pub(crate) async fn one<E: Engine>(engine: &E, id: &HookId) -> Result<Option<Hook>, Fault> {
    engine::one(engine, "reading a hook", Ask::new(&ONE, binds![id.as_str()]), row).await
}

pub(crate) async fn of_account<E: Engine>(engine: &E, account: &AccountId) -> Result<Vec<Hook>, Fault> {
    let ask = Ask::new(&OF_ACCOUNT, binds![account.as_str()]);
    engine::all(engine, "reading an account's hooks", ask, row).await
}
