//! Members.

use crate::{
    account,
    engine::{self, Ask, Engine, Step},
    statement::statements,
    value::{Columns, Damaged, binds, json},
};
use tollgate_model::{Account, AccountId, Fault, Listed, Member, MemberId, Page, State, Version};

statements! {
    /// Nothing happens when the id or, in the account, the address is taken.
    ADD = "INSERT INTO member (id, account, email, name, roles, state, created, version) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1) ON CONFLICT DO NOTHING";
    /// The account is part of the condition: nobody is moved to another firm.
    REVISE = "UPDATE member SET email = ?4, name = ?5, roles = ?6, state = ?7, version = version + 1 \
        WHERE id = ?1 AND account = ?2 AND version = ?3";
    REMOVE = "DELETE FROM member WHERE id = ?1 AND account = ?2 AND version = ?3";
    ONE = "SELECT id, account, email, name, roles, state, created, version FROM member WHERE id = ?1";
    BY_EMAIL = "SELECT id, account, email, name, roles, state, created, version FROM member \
        WHERE account = ?1 AND email = ?2";
    /// Every place that an address has, with its account.
    PLACES = "SELECT member.id, member.account, member.email, member.name, member.roles, member.state, \
        member.created, member.version, account.id, account.name, account.state, account.apis, account.live, account.plan, \
        account.created, account.version FROM member JOIN account ON account.id = member.account \
        WHERE member.email = ?1 ORDER BY account.name, account.id LIMIT 1000";
    PAGE = "SELECT id, account, email, name, roles, state, created, version FROM member \
        WHERE account = ?1 AND id > ?2 ORDER BY id LIMIT ?3";
}

fn row(columns: &mut Columns) -> Result<Member, Damaged> {
    Ok(Member {
        id: MemberId::new(columns.text()?),
        account: AccountId::new(columns.text()?),
        email: columns.text()?,
        name: columns.text()?,
        roles: columns.json()?,
        state: columns.word(State::of_str)?,
        created: columns.moment()?,
        version: columns.int()?,
    })
}

pub(crate) fn add(member: &Member) -> Result<Step, Fault> {
    Ok(Step::must(
        &ADD,
        binds![
            member.id.as_str(),
            member.account.as_str(),
            &member.email,
            &member.name,
            json(&member.roles)?,
            member.state.as_str(),
            member.created,
        ],
    ))
}

pub(crate) fn revise(member: &Member, was: Version) -> Result<Step, Fault> {
    Ok(Step::must(
        &REVISE,
        binds![
            member.id.as_str(),
            member.account.as_str(),
            was,
            &member.email,
            &member.name,
            json(&member.roles)?,
            member.state.as_str(),
        ],
    ))
}

pub(crate) fn remove(account: &AccountId, id: &MemberId, was: Version) -> Step {
    Step::must(&REMOVE, binds![id.as_str(), account.as_str(), was])
}

pub(crate) async fn one<E: Engine>(engine: &E, id: &MemberId) -> Result<Option<Member>, Fault> {
    engine::one(engine, "reading a member", Ask::new(&ONE, binds![id.as_str()]), row).await
}

pub(crate) async fn by_email<E: Engine>(engine: &E, account: &AccountId, email: &str) -> Result<Option<Member>, Fault> {
    let ask = Ask::new(&BY_EMAIL, binds![account.as_str(), email]);
    engine::one(engine, "reading a member by address", ask, row).await
}

pub(crate) async fn places<E: Engine>(engine: &E, email: &str) -> Result<Vec<(Member, Account)>, Fault> {
    let ask = Ask::new(&PLACES, binds![email]);
    engine::all(engine, "reading an address's memberships", ask, |columns| {
        Ok((row(columns)?, account::row(columns)?))
    })
    .await
}

pub(crate) async fn page<E: Engine>(engine: &E, account: &AccountId, page: &Page) -> Result<Listed<Member>, Fault> {
    let ask = Ask::new(
        &PAGE,
        binds![account.as_str(), engine::after(page), engine::reach(page)],
    );
    let found = engine::all(engine, "listing members", ask, row).await?;
    Ok(engine::leaf(page, found, |member| member.id.to_string()))
}
