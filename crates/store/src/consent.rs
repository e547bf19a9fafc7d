//! What people let clients do. The refresh tokens under it are in `family`.

use crate::{
    client,
    engine::{self, Ask, Engine, Step},
    statement::statements,
    value::{Columns, Damaged, binds, json},
};
use tollgate_model::{AccountId, Client, ClientId, Consent, ConsentId, Fault, Listed, Page, UserId, Version};

statements! {
    /// Nothing happens when the id is taken or the person gave this client one; the foreign keys see to it that both
    /// exist.
    ADD = "INSERT INTO consent (id, person, client, account, given, created, revised, version) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1) ON CONFLICT DO NOTHING";
    /// Person and client are part of the condition: nobody agrees for another, nor to another.
    REVISE = "UPDATE consent SET given = ?5, revised = ?6, version = version + 1 \
        WHERE id = ?1 AND person = ?2 AND client = ?3 AND version = ?4";
    /// Its refresh families go with it, by their foreign key.
    REMOVE = "DELETE FROM consent WHERE id = ?1";
    ONE = "SELECT id, person, client, account, given, created, revised, version FROM consent \
        WHERE person = ?1 AND client = ?2";
    BY_ID = "SELECT id, person, client, account, given, created, revised, version FROM consent WHERE id = ?1";
    /// With the client, in one statement, which sees one moment.
    OF_USER = "SELECT consent.id, consent.person, consent.client, consent.account, consent.given, consent.created, \
        consent.revised, consent.version, client.id, client.account, client.name, client.environment, \
        client.auth_methods, client.grant_types, client.owner, client.introspects, client.redirect_uris, \
        client.logout_uris, client.sign_in, client.state, client.created, client.version \
        FROM consent JOIN client ON client.id = consent.client \
        WHERE consent.person = ?1 AND consent.id > ?2 ORDER BY consent.id LIMIT ?3";
    AT_CLIENT = "SELECT id, person, client, account, given, created, revised, version FROM consent \
        WHERE client = ?1 AND id > ?2 ORDER BY id LIMIT ?3";
}

fn row(columns: &mut Columns) -> Result<Consent, Damaged> {
    Ok(Consent {
        id: ConsentId::new(columns.text()?),
        user: UserId::new(columns.text()?),
        client: ClientId::new(columns.text()?),
        account: AccountId::new(columns.text()?),
        given: columns.json()?,
        created: columns.moment()?,
        revised: columns.moment()?,
        version: columns.int()?,
    })
}

pub(crate) fn add(consent: &Consent) -> Result<Step, Fault> {
    Ok(Step::must(
        &ADD,
        binds![
            consent.id.as_str(),
            consent.user.as_str(),
            consent.client.as_str(),
            consent.account.as_str(),
            json(&consent.given)?,
            consent.created,
            consent.revised,
        ],
    ))
}

pub(crate) fn revise(consent: &Consent, was: Version) -> Result<Step, Fault> {
    Ok(Step::must(
        &REVISE,
        binds![
            consent.id.as_str(),
            consent.user.as_str(),
            consent.client.as_str(),
            was,
            json(&consent.given)?,
            consent.revised,
        ],
    ))
}

pub(crate) fn remove(id: &ConsentId) -> Step {
    Step::must(&REMOVE, binds![id.as_str()])
}

pub(crate) async fn one<E: Engine>(engine: &E, user: &UserId, client: &ClientId) -> Result<Option<Consent>, Fault> {
    let ask = Ask::new(&ONE, binds![user.as_str(), client.as_str()]);
    engine::one(engine, "reading a consent", ask, row).await
}

pub(crate) async fn by_id<E: Engine>(engine: &E, id: &ConsentId) -> Result<Option<Consent>, Fault> {
    let ask = Ask::new(&BY_ID, binds![id.as_str()]);
    engine::one(engine, "reading a consent by its id", ask, row).await
}

pub(crate) async fn of_user<E: Engine>(
    engine: &E,
    user: &UserId,
    page: &Page,
) -> Result<Listed<(Consent, Client)>, Fault> {
    let ask = Ask::new(
        &OF_USER,
        binds![user.as_str(), engine::after(page), engine::reach(page)],
    );
    let found = engine::all(engine, "listing a user's consents", ask, |columns| {
        Ok((row(columns)?, client::row(columns)?))
    })
    .await?;
    Ok(engine::leaf(page, found, |(consent, _)| consent.id.to_string()))
}

pub(crate) async fn at_client<E: Engine>(engine: &E, client: &ClientId, page: &Page) -> Result<Listed<Consent>, Fault> {
    let ask = Ask::new(
        &AT_CLIENT,
        binds![client.as_str(), engine::after(page), engine::reach(page)],
    );
    let found = engine::all(engine, "listing consents to a client", ask, row).await?;
    Ok(engine::leaf(page, found, |consent| consent.id.to_string()))
}
