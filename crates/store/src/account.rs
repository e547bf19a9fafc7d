//! Accounts.

use crate::{
    engine::{self, Ask, Engine, Step},
    sought::Sought,
    statement::statements,
    value::{Columns, Damaged, binds, json},
};
use tollgate_model::{Account, AccountId, Fault, Listed, Page, PlanId, State, Version};

statements! {
    /// Nothing happens when the id is taken.
    ADD = "INSERT INTO account (id, name, state, apis, live, plan, created, version) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1) \
        ON CONFLICT DO NOTHING";
    REVISE = "UPDATE account SET name = ?3, state = ?4, apis = ?5, live = ?6, plan = ?7, version = version + 1 \
        WHERE id = ?1 AND version = ?2";
    ONE = "SELECT id, name, state, apis, live, plan, created, version FROM account WHERE id = ?1";
    /// For a client's record.
    OF_CLIENT = "SELECT account.id, account.name, account.state, account.apis, account.live, account.plan, \
        account.created, account.version FROM account JOIN client ON client.account = account.id WHERE client.id = ?1";
    PAGE = "SELECT id, name, state, apis, live, plan, created, version FROM account WHERE id > ?1 ORDER BY id LIMIT ?2";
    /// By name, from the account on that the cursor names; walks `account_by_name`. Text as in
    /// [`crate::sought`].
    LIKE = "SELECT id, name, state, apis, live, plan, created, version FROM account WHERE (name, id) > \
        (SELECT name, id FROM account WHERE id = ?1 \
        UNION ALL SELECT CAST(?1 AS TEXT), CAST(?1 AS TEXT) WHERE length(CAST(?1 AS TEXT)) = 0) \
        AND (CAST(?3 AS TEXT) IS NULL OR lower(name) LIKE ?3 ESCAPE CAST(?5 AS TEXT) \
        OR lower(id) LIKE ?4 ESCAPE CAST(?5 AS TEXT)) ORDER BY name, id LIMIT ?2";
}

pub(crate) fn row(columns: &mut Columns) -> Result<Account, Damaged> {
    Ok(Account {
        id: AccountId::new(columns.text()?),
        name: columns.text()?,
        state: columns.word(State::of_str)?,
        apis: columns.json_if_any()?,
        live: columns.yes()?,
        plan: columns.text_if_any()?.map(PlanId::new),
        created: columns.moment()?,
        version: columns.int()?,
    })
}

pub(crate) fn add(account: &Account) -> Result<Step, Fault> {
    Ok(Step::must(
        &ADD,
        binds![
            account.id.as_str(),
            &account.name,
            account.state.as_str(),
            account.apis.as_ref().map(json).transpose()?,
            account.live,
            account.plan.as_ref().map(PlanId::as_str),
            account.created,
        ],
    ))
}

pub(crate) fn revise(account: &Account, was: Version) -> Result<Step, Fault> {
    Ok(Step::must(
        &REVISE,
        binds![
            account.id.as_str(),
            was,
            &account.name,
            account.state.as_str(),
            account.apis.as_ref().map(json).transpose()?,
            account.live,
            account.plan.as_ref().map(PlanId::as_str),
        ],
    ))
}

pub(crate) async fn one<E: Engine>(engine: &E, id: &AccountId) -> Result<Option<Account>, Fault> {
    engine::one(engine, "reading an account", Ask::new(&ONE, binds![id.as_str()]), row).await
}

pub(crate) async fn page<E: Engine>(engine: &E, page: &Page) -> Result<Listed<Account>, Fault> {
    let ask = Ask::new(&PAGE, binds![engine::after(page), engine::reach(page)]);
    let found = engine::all(engine, "listing accounts", ask, row).await?;
    Ok(engine::leaf(page, found, |account| account.id.to_string()))
}

pub(crate) async fn like<E: Engine>(engine: &E, text: &str, page: &Page) -> Result<Listed<Account>, Fault> {
    let Some(sought) = Sought::of(Some(text)) else {
        return Ok(engine::nothing());
    };
    let mut binds = binds![engine::after(page), engine::reach(page)];
    binds.extend(sought.binds());
    let found = engine::all(engine, "listing accounts by name", Ask::new(&LIKE, binds), row).await?;
    Ok(engine::leaf(page, found, |account| account.id.to_string()))
}
