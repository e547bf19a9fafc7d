//! Who is signed in where.

use crate::{
    engine::{self, Ask, Engine, Step},
    statement::statements,
    user,
    value::{Columns, Damaged, binds, json},
};
use tollgate_model::{AccountId, Fault, Moment, Session, SessionId, User, UserId};

statements! {
    /// Nothing happens when the id or the digest is taken; the foreign key sees to it that the user exists.
    ADD = "INSERT INTO session (id, digest, person, complete, account, factors, created, seen, proved, ends, device, \
        address, line) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) ON CONFLICT DO NOTHING";
    /// The later moment stays: uses are told late and in no order.
    SEEN = "UPDATE session SET seen = ?2 WHERE id = ?1 AND seen < ?2";
    VIEW = "UPDATE session SET account = ?3 WHERE id = ?1 AND person = ?2";
    END = "DELETE FROM session WHERE id = ?1 AND person = ?2";
    END_ALL = "DELETE FROM session WHERE person = ?1 AND (CAST(?2 AS TEXT) IS NULL OR id <> ?2)";
    FORGET = "DELETE FROM session WHERE ends < ?1";
    /// With the person, in one statement, which sees one moment.
    BY_DIGEST = "SELECT session.id, session.digest, session.person, session.complete, session.account, \
        session.factors, session.created, session.seen, session.proved, session.ends, session.device, \
        session.address, session.line, person.id, person.email, person.name, person.claims, person.email_verified, \
        person.password, person.totp_sealed, person.totp_since, person.totp_last_step, person.recovery, \
        person.operator, person.state, person.created, person.version \
        FROM session JOIN person ON person.id = session.person WHERE session.digest = ?1";
    OF_USER = "SELECT id, digest, person, complete, account, factors, created, seen, proved, ends, device, address, \
        line FROM session WHERE person = ?1 ORDER BY created DESC, id DESC";
}

fn row(columns: &mut Columns) -> Result<Session, Damaged> {
    Ok(Session {
        id: SessionId::new(columns.text()?),
        digest: columns.text()?,
        user: UserId::new(columns.text()?),
        complete: columns.yes()?,
        account: columns.text_if_any()?.map(AccountId::new),
        factors: columns.json()?,
        created: columns.moment()?,
        seen: columns.moment()?,
        proved: columns.moment()?,
        ends: columns.moment()?,
        device: columns.text()?,
        address: columns.text()?,
        line: SessionId::new(columns.text()?),
    })
}

pub(crate) fn add(session: &Session) -> Result<Step, Fault> {
    Ok(Step::must(
        &ADD,
        binds![
            session.id.as_str(),
            &session.digest,
            session.user.as_str(),
            session.complete,
            session.account.as_ref().map(AccountId::as_str),
            json(&session.factors)?,
            session.created,
            session.seen,
            session.proved,
            session.ends,
            &session.device,
            &session.address,
            session.line.as_str(),
        ],
    ))
}

pub(crate) fn seen(id: &SessionId, at: Moment) -> Step {
    Step::may(&SEEN, binds![id.as_str(), at])
}

pub(crate) fn view(id: &SessionId, user: &UserId, account: Option<&AccountId>) -> Step {
    Step::must(
        &VIEW,
        binds![id.as_str(), user.as_str(), account.map(AccountId::as_str)],
    )
}

pub(crate) fn end(id: &SessionId, user: &UserId) -> Step {
    Step::must(&END, binds![id.as_str(), user.as_str()])
}

pub(crate) fn end_all(user: &UserId, but: Option<&SessionId>) -> Step {
    Step::may(&END_ALL, binds![user.as_str(), but.map(SessionId::as_str)])
}

pub(crate) fn forget(now: Moment) -> Step {
    Step::may(&FORGET, binds![now])
}

pub(crate) async fn by_digest<E: Engine>(engine: &E, digest: &str) -> Result<Option<(Session, User)>, Fault> {
    let ask = Ask::new(&BY_DIGEST, binds![digest]);
    engine::one(engine, "reading a session", ask, |columns| {
        Ok((row(columns)?, user::row(columns)?))
    })
    .await
}

pub(crate) async fn of_user<E: Engine>(engine: &E, user: &UserId) -> Result<Vec<Session>, Fault> {
    let ask = Ask::new(&OF_USER, binds![user.as_str()]);
    engine::all(engine, "reading a user's sessions", ask, row).await
}
