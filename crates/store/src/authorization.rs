//! Ways of people through the authorization endpoint.

use crate::{
    engine::{self, Ask, Engine, Step},
    statement::statements,
    value::{Columns, Damaged, Value, binds, json},
};
use tollgate_model::{
    AccountId, Authorization, AuthorizationId, ClientId, ConsentId, Fault, Moment, SessionId, Version,
    authorization::Stage,
};

statements! {
    /// Nothing happens when the id or the code's digest is taken.
    ADD = "INSERT INTO client_authorization (id, client, account, created, browser, asked, stage, identified, session, \
        scopes, consent, code, errand, expires, forget_after, version) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, 1) ON CONFLICT DO NOTHING";
    /// The client is part of the condition: what was asked for by one is never given to another. Of many who spend a
    /// code at once one moves the version on; the others find it moved.
    REVISE = "UPDATE client_authorization SET browser = ?4, asked = ?5, stage = ?6, identified = ?7, session = ?8, \
        scopes = ?9, consent = ?10, code = ?11, errand = ?12, expires = ?13, forget_after = ?14, \
        version = version + 1 WHERE id = ?1 AND client = ?2 AND version = ?3";
    /// Touches no index: the code stays known, and so does whose session it was.
    STAGE = "UPDATE client_authorization SET stage = ?4, version = version + 1 \
        WHERE id = ?1 AND client = ?2 AND version = ?3";
    FORGET = "DELETE FROM client_authorization WHERE forget_after < ?1";
    ONE = "SELECT id, client, account, created, browser, asked, stage, identified, scopes, consent, code, errand, \
        expires, forget_after, version FROM client_authorization WHERE id = ?1";
    BY_CODE = "SELECT id, client, account, created, browser, asked, stage, identified, scopes, consent, code, errand, \
        expires, forget_after, version FROM client_authorization WHERE code = ?1";
    /// Those that a client got a code of: no other client knows of the session.
    OF_SESSION = "SELECT id, client, account, created, browser, asked, stage, identified, scopes, consent, code, \
        errand, expires, forget_after, version FROM client_authorization \
        WHERE session = ?1 AND code IS NOT NULL ORDER BY created DESC, id DESC LIMIT 1000";
}

fn row(columns: &mut Columns) -> Result<Authorization, Damaged> {
    Ok(Authorization {
        id: AuthorizationId::new(columns.text()?),
        client: ClientId::new(columns.text()?),
        account: AccountId::new(columns.text()?),
        created: columns.moment()?,
        browser: columns.text()?,
        asked: columns.json()?,
        stage: columns.word(Stage::of_str)?,
        by: columns.json_if_any()?,
        scopes: columns.json()?,
        consent: columns.text_if_any()?.map(ConsentId::new),
        code: columns.text_if_any()?,
        errand: columns.json_if_any()?,
        expires: columns.moment()?,
        forget_after: columns.moment()?,
        version: columns.int()?,
    })
}

/// What each step may change.
fn content(authorization: &Authorization) -> Result<Vec<Value>, Fault> {
    let by = authorization.by.as_ref();
    Ok(binds![
        &authorization.browser,
        json(&authorization.asked)?,
        authorization.stage.as_str(),
        by.map(json).transpose()?,
        by.map(|by| by.line.as_str()),
        json(&authorization.scopes)?,
        authorization.consent.as_ref().map(ConsentId::as_str),
        authorization.code.as_ref(),
        authorization.errand.as_ref().map(json).transpose()?,
        authorization.expires,
        authorization.forget_after,
    ])
}

pub(crate) fn add(authorization: &Authorization) -> Result<Step, Fault> {
    let mut binds = binds![
        authorization.id.as_str(),
        authorization.client.as_str(),
        authorization.account.as_str(),
        authorization.created,
    ];
    binds.extend(content(authorization)?);
    Ok(Step::must(&ADD, binds))
}

pub(crate) fn revise(authorization: &Authorization, was: Version) -> Result<Step, Fault> {
    let mut binds = binds![authorization.id.as_str(), authorization.client.as_str(), was];
    binds.extend(content(authorization)?);
    Ok(Step::must(&REVISE, binds))
}

pub(crate) fn stage(id: &AuthorizationId, client: &ClientId, stage: Stage, was: Version) -> Step {
    Step::must(&STAGE, binds![id.as_str(), client.as_str(), was, stage.as_str()])
}

pub(crate) fn forget(now: Moment) -> Step {
    Step::may(&FORGET, binds![now])
}

pub(crate) async fn one<E: Engine>(engine: &E, id: &AuthorizationId) -> Result<Option<Authorization>, Fault> {
    let ask = Ask::new(&ONE, binds![id.as_str()]);
    engine::one(engine, "reading an authorization", ask, row).await
}

pub(crate) async fn by_code<E: Engine>(engine: &E, digest: &str) -> Result<Option<Authorization>, Fault> {
    let ask = Ask::new(&BY_CODE, binds![digest]);
    engine::one(engine, "reading an authorization by its code", ask, row).await
}

pub(crate) async fn of_session<E: Engine>(engine: &E, session: &SessionId) -> Result<Vec<Authorization>, Fault> {
    let ask = Ask::new(&OF_SESSION, binds![session.as_str()]);
    engine::all(engine, "reading a session's authorizations", ask, row).await
}
