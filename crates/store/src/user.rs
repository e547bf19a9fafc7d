//! People who sign in.

use crate::{
    engine::{self, Ask, Engine, Step},
    statement::statements,
    value::{Columns, Damaged, Value, binds, json},
};
use tollgate_model::{Fault, Listed, Page, State, User, UserId, Version, user::Totp};

/// The row of `operator_kind` at which those meet who would be the first.
const KIND: &str = "person";

statements! {
    /// Nothing happens when the id or the address is taken.
    ADD = "INSERT INTO person (id, email, name, claims, email_verified, password, totp_sealed, totp_since, \
        totp_last_step, recovery, operator, state, created, version) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, 1) ON CONFLICT DO NOTHING";
    /// Nothing happens either when there is an operator already.
    ADD_FIRST = "INSERT INTO person (id, email, name, claims, email_verified, password, totp_sealed, totp_since, \
        totp_last_step, recovery, operator, state, created, version) SELECT CAST(?1 AS TEXT), CAST(?2 AS TEXT), \
        CAST(?3 AS TEXT), CAST(?4 AS TEXT), CAST(?5 AS BIGINT), CAST(?6 AS TEXT), ?7, CAST(?8 AS BIGINT), \
        CAST(?9 AS BIGINT), CAST(?10 AS TEXT), CAST(?11 AS BIGINT), CAST(?12 AS TEXT), CAST(?13 AS BIGINT), 1 \
        WHERE NOT EXISTS (SELECT 1 FROM person WHERE operator = 1) ON CONFLICT DO NOTHING";
    /// "There is none yet" cannot be asked race-free of a table that somebody else may be adding to. Who would be
    /// the first takes this row before, so they go one after the other: the later sees in `ADD_FIRST` what the
    /// earlier did. Who becomes an operator without asking need not: that is as if it came after.
    MEET = "INSERT INTO operator_kind (kind) VALUES (?1) ON CONFLICT (kind) DO UPDATE SET kind = excluded.kind";
    REVISE = "UPDATE person SET email = ?3, name = ?4, claims = ?5, email_verified = ?6, password = ?7, \
        totp_sealed = ?8, totp_since = ?9, totp_last_step = ?10, recovery = ?11, operator = ?12, state = ?13, \
        version = version + 1 WHERE id = ?1 AND version = ?2";
    ONE = "SELECT id, email, name, claims, email_verified, password, totp_sealed, totp_since, totp_last_step, \
        recovery, operator, state, created, version FROM person WHERE id = ?1";
    BY_EMAIL = "SELECT id, email, name, claims, email_verified, password, totp_sealed, totp_since, totp_last_step, \
        recovery, operator, state, created, version FROM person WHERE email = ?1";
    PAGE = "SELECT id, email, name, claims, email_verified, password, totp_sealed, totp_since, totp_last_step, \
        recovery, operator, state, created, version FROM person WHERE id > ?1 ORDER BY id LIMIT ?2";
    PAGE_OF_OPERATORS = "SELECT id, email, name, claims, email_verified, password, totp_sealed, totp_since, \
        totp_last_step, recovery, operator, state, created, version FROM person \
        WHERE operator = 1 AND id > ?1 ORDER BY id LIMIT ?2";
}

pub(crate) fn row(columns: &mut Columns) -> Result<User, Damaged> {
    Ok(User {
        id: UserId::new(columns.text()?),
        email: columns.text()?,
        name: columns.text()?,
        claims: columns.json()?,
        email_verified: columns.yes()?,
        password: columns.text_if_any()?,
        totp: {
            let sealed = columns.blob_if_any()?;
            match (sealed, columns.moment_if_any()?, columns.int_if_any()?) {
                (Some(sealed), Some(since), Some(last_step)) => Some(Totp {
                    sealed,
                    since,
                    last_step,
                }),
                (None, None, None) => None,
                // Half a factor is not none: whoever has one is asked for it.
                _ => return Err(columns.damaged("the end of a whole second factor")),
            }
        },
        recovery: columns.json()?,
        operator: columns.yes()?,
        state: columns.word(State::of_str)?,
        created: columns.moment()?,
        version: columns.int()?,
    })
}

/// What is told of the person, password and second factor, the codes, and what the person may be.
fn content(user: &User) -> Result<Vec<Value>, Fault> {
    let totp = user.totp.as_ref();
    Ok(binds![
        &user.email,
        &user.name,
        json(&user.claims)?,
        user.email_verified,
        user.password.as_ref(),
        totp.map(|totp| totp.sealed.as_slice()),
        totp.map(|totp| totp.since),
        totp.map(|totp| totp.last_step),
        json(&user.recovery)?,
        user.operator,
        user.state.as_str(),
    ])
}

pub(crate) fn add(user: &User, first: bool) -> Result<Vec<Step>, Fault> {
    let mut binds = binds![user.id.as_str()];
    binds.extend(content(user)?);
    binds.push(user.created.into());
    if first {
        return Ok(vec![Step::may(&MEET, binds![KIND]), Step::must(&ADD_FIRST, binds)]);
    }
    Ok(vec![Step::must(&ADD, binds)])
}

pub(crate) fn revise(user: &User, was: Version) -> Result<Step, Fault> {
    let mut binds = binds![user.id.as_str(), was];
    binds.extend(content(user)?);
    Ok(Step::must(&REVISE, binds))
}

pub(crate) async fn one<E: Engine>(engine: &E, id: &UserId) -> Result<Option<User>, Fault> {
    engine::one(engine, "reading a user", Ask::new(&ONE, binds![id.as_str()]), row).await
}

pub(crate) async fn by_email<E: Engine>(engine: &E, email: &str) -> Result<Option<User>, Fault> {
    engine::one(
        engine,
        "reading a user by address",
        Ask::new(&BY_EMAIL, binds![email]),
        row,
    )
    .await
}

pub(crate) async fn page<E: Engine>(engine: &E, operators: bool, page: &Page) -> Result<Listed<User>, Fault> {
    let statement = if operators { &PAGE_OF_OPERATORS } else { &PAGE };
    let ask = Ask::new(statement, binds![engine::after(page), engine::reach(page)]);
    let found = engine::all(engine, "listing users", ask, row).await?;
    Ok(engine::leaf(page, found, |user| user.id.to_string()))
}
