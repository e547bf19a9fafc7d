//! Logout tokens on their way to clients.

use crate::{
    engine::{self, Ask, Engine, Step},
    statement::statements,
    value::{Columns, Damaged, binds},
};
use tollgate_model::{ClientId, Farewell, FarewellId, Fault, Moment, SessionId, Tried};

/// How long a farewell that is done stays for people to look at, in seconds.
const KEPT: i64 = 30 * 86_400;

statements! {
    /// Nothing happens when the id is taken.
    ADD = "INSERT INTO farewell (id, client, uri, subject, session, created, next, tries, problem) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO NOTHING";
    TRIED = "UPDATE farewell SET tries = tries + 1, next = ?3, problem = ?4 WHERE id = ?1 AND tries = ?2";
    FORGET = "DELETE FROM farewell WHERE created < ?1 AND next IS NULL";
    DUE = "SELECT id, client, uri, subject, session, created, next, tries, problem FROM farewell \
        WHERE next IS NOT NULL AND next <= ?1 ORDER BY next, id LIMIT 100";
}

fn row(columns: &mut Columns) -> Result<Farewell, Damaged> {
    Ok(Farewell {
        id: FarewellId::new(columns.text()?),
        client: ClientId::new(columns.text()?),
        uri: columns.text()?,
        subject: columns.text()?,
        session: SessionId::new(columns.text()?),
        created: columns.moment()?,
        next: columns.moment_if_any()?,
        tries: columns.int()?,
        problem: columns.text_if_any()?,
    })
}

pub(crate) fn add(farewell: &Farewell) -> Step {
    Step::must(
        &ADD,
        binds![
            farewell.id.as_str(),
            farewell.client.as_str(),
            &farewell.uri,
            &farewell.subject,
            farewell.session.as_str(),
            farewell.created,
            farewell.next,
            farewell.tries,
            farewell.problem.as_ref(),
        ],
    )
}

pub(crate) fn tried(id: &FarewellId, tried: &Tried) -> Step {
    Step::must(
        &TRIED,
        binds![id.as_str(), tried.was, tried.next, tried.problem.as_ref()],
    )
}

pub(crate) fn forget(now: Moment) -> Step {
    Step::may(&FORGET, binds![now.plus(-KEPT)])
}

pub(crate) async fn due<E: Engine>(engine: &E, now: Moment) -> Result<Vec<Farewell>, Fault> {
    engine::all(
        engine,
        "reading the farewells that are due",
        Ask::new(&DUE, binds![now]),
        row,
    )
    .await
}
