//! Requests for clients.

use crate::{
    engine::{self, Ask, Engine, Step},
    statement::statements,
    value::{Columns, Damaged, Value, binds, json},
};
use tollgate_model::{
    AccountId, ApiId, Application, ApplicationId, ClientId, Fault, Listed, Page, Version,
    application::ApplicationState, client::Environment,
};

statements! {
    /// Nothing happens when the id is taken; the foreign key sees to it that the account exists.
    ADD = "INSERT INTO application (id, account, asked_by, email, name, environment, api, scopes, redirect_uris, \
        logout_uris, note, state, client, answer, decided, created, version) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, 1) ON CONFLICT DO NOTHING";
    /// The account is part of the condition: a request is never moved to another firm.
    REVISE = "UPDATE application SET asked_by = ?3, email = ?4, name = ?5, environment = ?6, api = ?7, scopes = ?8, \
        redirect_uris = ?9, logout_uris = ?10, note = ?11, state = ?12, client = ?13, answer = ?14, decided = ?15, \
        version = version + 1 WHERE id = ?1 AND account = ?2 AND version = ?16";
    ONE = "SELECT id, account, asked_by, email, name, environment, api, scopes, redirect_uris, logout_uris, note, state, \
        client, answer, created, decided, version FROM application WHERE id = ?1";
    // Three texts with the same parameters, so that each filter walks the index it narrows most by. Newest
    // first, on from the request that the cursor names, if it is of this account.
    OF_ACCOUNT = "SELECT id, account, asked_by, email, name, environment, api, scopes, redirect_uris, logout_uris, note, state, \
        client, answer, created, decided, version FROM application \
        WHERE account = ?3 AND (CAST(?4 AS TEXT) IS NULL OR state = ?4) AND (created, id) < \
        (SELECT created, id FROM application WHERE id = ?1 AND account = ?3 \
        UNION ALL SELECT CAST(9223372036854775807 AS BIGINT), CAST(?1 AS TEXT) WHERE length(CAST(?1 AS TEXT)) = 0) \
        ORDER BY created DESC, id DESC LIMIT ?2";
    IN_STATE = "SELECT id, account, asked_by, email, name, environment, api, scopes, redirect_uris, logout_uris, note, state, \
        client, answer, created, decided, version FROM application \
        WHERE CAST(?3 AS TEXT) IS NULL AND state = ?4 AND (created, id) < \
        (SELECT created, id FROM application WHERE id = ?1 \
        UNION ALL SELECT CAST(9223372036854775807 AS BIGINT), CAST(?1 AS TEXT) WHERE length(CAST(?1 AS TEXT)) = 0) \
        ORDER BY created DESC, id DESC LIMIT ?2";
    OF_ALL = "SELECT id, account, asked_by, email, name, environment, api, scopes, redirect_uris, logout_uris, note, state, \
        client, answer, created, decided, version FROM application \
        WHERE CAST(?3 AS TEXT) IS NULL AND CAST(?4 AS TEXT) IS NULL AND (created, id) < \
        (SELECT created, id FROM application WHERE id = ?1 \
        UNION ALL SELECT CAST(9223372036854775807 AS BIGINT), CAST(?1 AS TEXT) WHERE length(CAST(?1 AS TEXT)) = 0) \
        ORDER BY created DESC, id DESC LIMIT ?2";
}

fn row(columns: &mut Columns) -> Result<Application, Damaged> {
    Ok(Application {
        id: ApplicationId::new(columns.text()?),
        account: AccountId::new(columns.text()?),
        asked_by: columns.text()?,
        email: columns.text()?,
        name: columns.text()?,
        environment: columns.word(Environment::of_str)?,
        api: ApiId::new(columns.text()?),
        scopes: columns.json()?,
        redirect_uris: columns.json()?,
        logout_uris: columns.json()?,
        note: columns.text()?,
        state: columns.word(ApplicationState::of_str)?,
        client: columns.text_if_any()?.map(ClientId::new),
        answer: columns.text_if_any()?,
        created: columns.moment()?,
        decided: columns.moment_if_any()?,
        version: columns.int()?,
    })
}

fn columns(application: &Application) -> Result<Vec<Value>, Fault> {
    Ok(binds![
        application.id.as_str(),
        application.account.as_str(),
        &application.asked_by,
        &application.email,
        &application.name,
        application.environment.as_str(),
        application.api.as_str(),
        json(&application.scopes)?,
        json(&application.redirect_uris)?,
        json(&application.logout_uris)?,
        &application.note,
        application.state.as_str(),
        application.client.as_ref().map(ClientId::as_str),
        application.answer.as_ref(),
        application.decided,
    ])
}

pub(crate) fn add(application: &Application) -> Result<Step, Fault> {
    let mut binds = columns(application)?;
    binds.push(application.created.into());
    Ok(Step::must(&ADD, binds))
}

pub(crate) fn revise(application: &Application, was: Version) -> Result<Step, Fault> {
    let mut binds = columns(application)?;
    binds.push(was.into());
    Ok(Step::must(&REVISE, binds))
}

pub(crate) async fn one<E: Engine>(engine: &E, id: &ApplicationId) -> Result<Option<Application>, Fault> {
    engine::one(
        engine,
        "reading an application",
        Ask::new(&ONE, binds![id.as_str()]),
        row,
    )
    .await
}

pub(crate) async fn page<E: Engine>(
    engine: &E,
    account: Option<&AccountId>,
    state: Option<ApplicationState>,
    page: &Page,
) -> Result<Listed<Application>, Fault> {
    let statement = match (account, state) {
        (Some(_), _) => &OF_ACCOUNT,
        (None, Some(_)) => &IN_STATE,
        (None, None) => &OF_ALL,
    };
    let ask = Ask::new(
        statement,
        binds![
            engine::after(page),
            engine::reach(page),
            account.map(AccountId::as_str),
            state.map(ApplicationState::as_str),
        ],
    );
    let found = engine::all(engine, "listing applications", ask, row).await?;
    Ok(engine::leaf(page, found, |application| application.id.to_string()))
}
