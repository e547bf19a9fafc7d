//! Clients, and the record of a client in one piece.

use crate::{
    account,
    engine::{self, Ask, Engine, Step},
    grant, secret,
    statement::statements,
    value::{Columns, Damaged, binds, json},
};
use tollgate_model::{
    AccountId, Client, ClientId, ClientRecord, Fault, Listed, MemberId, Page, State, Version, client::Environment,
};

statements! {
    /// Nothing happens when the id is taken.
    ADD = "INSERT INTO client (id, account, name, environment, auth_methods, grant_types, owner, introspects, \
        redirect_uris, logout_uris, sign_in, state, created, version) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, 1) ON CONFLICT DO NOTHING";
    /// The account is part of the condition: a client is never moved to another firm.
    REVISE = "UPDATE client SET name = ?4, environment = ?5, auth_methods = ?6, grant_types = ?7, owner = ?8, \
        introspects = ?9, redirect_uris = ?10, logout_uris = ?11, sign_in = ?12, state = ?13, \
        version = version + 1 WHERE id = ?1 AND account = ?2 AND version = ?3";
    ONE = "SELECT id, account, name, environment, auth_methods, grant_types, owner, introspects, redirect_uris, \
        logout_uris, sign_in, state, created, version FROM client WHERE id = ?1";
    PAGE = "SELECT id, account, name, environment, auth_methods, grant_types, owner, introspects, redirect_uris, \
        logout_uris, sign_in, state, created, version FROM client WHERE id > ?1 ORDER BY id LIMIT ?2";
    PAGE_OF_ACCOUNT = "SELECT id, account, name, environment, auth_methods, grant_types, owner, introspects, \
        redirect_uris, logout_uris, sign_in, state, created, version FROM client WHERE account = ?1 AND id > ?2 \
        ORDER BY id LIMIT ?3";
}

pub(crate) fn row(columns: &mut Columns) -> Result<Client, Damaged> {
    Ok(Client {
        id: ClientId::new(columns.text()?),
        account: AccountId::new(columns.text()?),
        name: columns.text()?,
        environment: columns.word(Environment::of_str)?,
        auth_methods: columns.json()?,
        grant_types: columns.json()?,
        owner: columns.text_if_any()?.map(MemberId::new),
        introspects: columns.json()?,
        redirect_uris: columns.json()?,
        logout_uris: columns.json()?,
        sign_in: columns.json()?,
        state: columns.word(State::of_str)?,
        created: columns.moment()?,
        version: columns.int()?,
    })
}

pub(crate) fn add(client: &Client) -> Result<Step, Fault> {
    Ok(Step::must(
        &ADD,
        binds![
            client.id.as_str(),
            client.account.as_str(),
            &client.name,
            client.environment.as_str(),
            json(&client.auth_methods)?,
            json(&client.grant_types)?,
            client.owner.as_ref().map(MemberId::as_str),
            json(&client.introspects)?,
            json(&client.redirect_uris)?,
            json(&client.logout_uris)?,
            json(&client.sign_in)?,
            client.state.as_str(),
            client.created,
        ],
    ))
}

pub(crate) fn revise(client: &Client, was: Version) -> Result<Step, Fault> {
    Ok(Step::must(
        &REVISE,
        binds![
            client.id.as_str(),
            client.account.as_str(),
            was,
            &client.name,
            client.environment.as_str(),
            json(&client.auth_methods)?,
            json(&client.grant_types)?,
            client.owner.as_ref().map(MemberId::as_str),
            json(&client.introspects)?,
            json(&client.redirect_uris)?,
            json(&client.logout_uris)?,
            json(&client.sign_in)?,
            client.state.as_str(),
        ],
    ))
}

/// Four questions asked of one moment, so that a secret never meets another version of its client.
pub(crate) async fn record<E: Engine>(engine: &E, id: &ClientId) -> Result<Option<ClientRecord>, Fault> {
    const DOING: &str = "reading a client";
    let ask = |statement| Ask::new(statement, binds![id.as_str()]);
    let asks = vec![
        ask(&ONE),
        ask(&account::OF_CLIENT),
        ask(&secret::LIVE_OF_CLIENT),
        ask(&grant::OF_CLIENT),
    ];
    if asks.iter().any(Ask::hopeless) {
        return Ok(None);
    }
    let mut sets = engine.read(DOING, asks).await?.into_iter();
    let mut set = || sets.next().unwrap_or_default();
    let client = engine::decode(DOING, set(), row)?.pop();
    let account = engine::decode(DOING, set(), account::row)?.pop();
    let secrets = engine::decode(DOING, set(), secret::row)?;
    let grants = engine::decode(DOING, set(), grant::row)?;
    // The foreign key sees to it that a client without account is never found.
    Ok(client.zip(account).map(|(client, account)| ClientRecord {
        client,
        account,
        secrets,
        grants,
    }))
}

pub(crate) async fn page<E: Engine>(
    engine: &E,
    account: Option<&AccountId>,
    page: &Page,
) -> Result<Listed<Client>, Fault> {
    let (after, reach) = (engine::after(page), engine::reach(page));
    let ask = match account {
        Some(account) => Ask::new(&PAGE_OF_ACCOUNT, binds![account.as_str(), after, reach]),
        None => Ask::new(&PAGE, binds![after, reach]),
    };
    let found = engine::all(engine, "listing clients", ask, row).await?;
    Ok(engine::leaf(page, found, |client| client.id.to_string()))
}
