//! Refresh tokens: a family for each authorization, of which one token lives.

use crate::{
    engine::{self, Ask, Engine, Step},
    statement::statements,
    user,
    value::{Columns, Damaged, Value, binds, json},
};
use tollgate_model::{
    AccountId, ApiId, AuthorizationId, ClientId, ConsentId, Fault, Moment, RefreshFamily, User, Version,
};

/// How long a family stays after its end, in seconds: an old token that comes then is still known for what it was.
const KEPT: i64 = 7 * 86_400;

statements! {
    /// Nothing happens when the id or the handle is taken; the foreign key sees to it that the consent exists.
    ADD = "INSERT INTO refresh_family (id, client, account, consent, handle, created, api, scopes, person, identified, \
        claims, live, previous, rotated, expires, version) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, 1) ON CONFLICT DO NOTHING";
    /// What its tokens are bound to is part of the condition: a rotation never moves them. Of many who use a token at
    /// once one moves the version on; the others find it moved.
    REVISE = "UPDATE refresh_family SET api = ?6, scopes = ?7, person = ?8, identified = ?9, claims = ?10, \
        live = ?11, previous = ?12, rotated = ?13, expires = ?14, version = version + 1 \
        WHERE id = ?1 AND client = ?2 AND consent = ?3 AND handle = ?4 AND version = ?5";
    REMOVE = "DELETE FROM refresh_family WHERE id = ?1";
    FORGET = "DELETE FROM refresh_family WHERE expires < ?1";
    /// With the person, in one statement, which sees one moment.
    BY_HANDLE = "SELECT refresh_family.id, refresh_family.client, refresh_family.account, refresh_family.consent, \
        refresh_family.handle, refresh_family.created, refresh_family.api, refresh_family.scopes, \
        refresh_family.identified, refresh_family.claims, refresh_family.live, refresh_family.previous, \
        refresh_family.rotated, refresh_family.expires, refresh_family.version, person.id, person.email, person.name, \
        person.claims, person.email_verified, person.password, person.totp_sealed, person.totp_since, \
        person.totp_last_step, person.recovery, person.operator, person.state, person.created, person.version \
        FROM refresh_family JOIN person ON person.id = refresh_family.person WHERE refresh_family.handle = ?1";
    UNDER = "SELECT id, client, account, consent, handle, created, api, scopes, identified, claims, live, previous, \
        rotated, expires, version FROM refresh_family WHERE consent = ?1 ORDER BY created, id LIMIT 1000";
}

fn row(columns: &mut Columns) -> Result<RefreshFamily, Damaged> {
    Ok(RefreshFamily {
        id: AuthorizationId::new(columns.text()?),
        client: ClientId::new(columns.text()?),
        account: AccountId::new(columns.text()?),
        consent: ConsentId::new(columns.text()?),
        handle: columns.text()?,
        created: columns.moment()?,
        api: columns.text_if_any()?.map(ApiId::new),
        scopes: columns.json()?,
        by: columns.json()?,
        claims: columns.json()?,
        current: columns.text()?,
        previous: columns.text_if_any()?,
        rotated: columns.moment()?,
        expires: columns.moment()?,
        version: columns.int()?,
    })
}

/// What a rotation may change.
fn content(family: &RefreshFamily) -> Result<Vec<Value>, Fault> {
    Ok(binds![
        family.api.as_ref().map(ApiId::as_str),
        json(&family.scopes)?,
        family.by.user.as_str(),
        json(&family.by)?,
        json(&family.claims)?,
        &family.current,
        family.previous.as_ref(),
        family.rotated,
        family.expires,
    ])
}

pub(crate) fn add(family: &RefreshFamily) -> Result<Step, Fault> {
    let mut binds = binds![
        family.id.as_str(),
        family.client.as_str(),
        family.account.as_str(),
        family.consent.as_str(),
        &family.handle,
        family.created,
    ];
    binds.extend(content(family)?);
    Ok(Step::must(&ADD, binds))
}

pub(crate) fn revise(family: &RefreshFamily, was: Version) -> Result<Step, Fault> {
    let mut binds = binds![
        family.id.as_str(),
        family.client.as_str(),
        family.consent.as_str(),
        &family.handle,
        was,
    ];
    binds.extend(content(family)?);
    Ok(Step::must(&REVISE, binds))
}

pub(crate) fn remove(id: &AuthorizationId) -> Step {
    Step::may(&REMOVE, binds![id.as_str()])
}

pub(crate) fn forget(now: Moment) -> Step {
    Step::may(&FORGET, binds![now.plus(-KEPT)])
}

pub(crate) async fn by_handle<E: Engine>(engine: &E, handle: &str) -> Result<Option<(RefreshFamily, User)>, Fault> {
    let ask = Ask::new(&BY_HANDLE, binds![handle]);
    engine::one(engine, "reading a refresh family", ask, |columns| {
        Ok((row(columns)?, user::row(columns)?))
    })
    .await
}

pub(crate) async fn under<E: Engine>(engine: &E, consent: &ConsentId) -> Result<Vec<RefreshFamily>, Fault> {
    let ask = Ask::new(&UNDER, binds![consent.as_str()]);
    engine::all(engine, "reading the refresh families under a consent", ask, row).await
}
