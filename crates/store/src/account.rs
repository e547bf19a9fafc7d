//! Accounts.

use crate::{
    engine::{self, Ask, Engine, Step},
    statement::statements,
    value::{Columns, Damaged, binds},
};
use tollgate_model::{Account, AccountId, Fault, Listed, Page, State, Version};

statements! {
    /// Nothing happens when the id is taken.
    ADD = "INSERT INTO account (id, name, state, created, version) VALUES (?1, ?2, ?3, ?4, 1) ON CONFLICT DO NOTHING";
    REVISE = "UPDATE account SET name = ?3, state = ?4, version = version + 1 WHERE id = ?1 AND version = ?2";
    ONE = "SELECT id, name, state, created, version FROM account WHERE id = ?1";
    /// For a client's record.
    OF_CLIENT = "SELECT account.id, account.name, account.state, account.created, account.version \
        FROM account JOIN client ON client.account = account.id WHERE client.id = ?1";
    PAGE = "SELECT id, name, state, created, version FROM account WHERE id > ?1 ORDER BY id LIMIT ?2";
}

pub(crate) fn row(columns: &mut Columns) -> Result<Account, Damaged> {
    Ok(Account {
        id: AccountId::new(columns.text()?),
        name: columns.text()?,
        state: columns.word(State::of_str)?,
        created: columns.moment()?,
        version: columns.int()?,
    })
}

pub(crate) fn add(account: &Account) -> Step {
    Step::must(
        &ADD,
        binds![
            account.id.as_str(),
            &account.name,
            account.state.as_str(),
            account.created
        ],
    )
}

pub(crate) fn revise(account: &Account, was: Version) -> Step {
    Step::must(
        &REVISE,
        binds![account.id.as_str(), was, &account.name, account.state.as_str()],
    )
}

pub(crate) async fn one<E: Engine>(engine: &E, id: &AccountId) -> Result<Option<Account>, Fault> {
    engine::one(engine, "reading an account", Ask::new(&ONE, binds![id.as_str()]), row).await
}

pub(crate) async fn page<E: Engine>(engine: &E, page: &Page) -> Result<Listed<Account>, Fault> {
    let ask = Ask::new(&PAGE, binds![engine::after(page), engine::reach(page)]);
    let found = engine::all(engine, "listing accounts", ask, row).await?;
    Ok(engine::leaf(page, found, |account| account.id.to_string()))
}
