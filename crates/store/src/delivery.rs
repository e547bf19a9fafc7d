//! Messages to webhooks, and what became of them.

use crate::{
    engine::{self, Ask, Engine, Step},
    statement::statements,
    value::{Columns, Damaged, binds},
};
use tollgate_model::{Delivery, DeliveryId, Fault, HookId, Listed, Moment, Page, Tried};

/// How long a message that is done stays for people to look at, in seconds.
const KEPT: i64 = 30 * 86_400;

statements! {
    /// Nothing happens when the id is taken; the foreign key sees to it that the hook exists.
    ADD = "INSERT INTO delivery (id, hook, topic, body, created, next, tries, delivered, status, problem) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT DO NOTHING";
    /// What arrived once has arrived, whatever a later try comes to.
    TRIED = "UPDATE delivery SET tries = tries + 1, next = ?3, delivered = COALESCE(?4, delivered), status = ?5, \
        problem = ?6 WHERE id = ?1 AND tries = ?2";
    FORGET = "DELETE FROM delivery WHERE created < ?1 AND next IS NULL";
    ONE = "SELECT id, hook, topic, body, created, next, tries, delivered, status, problem FROM delivery WHERE id = ?1";
    /// Of each hook a few, and the first of every hook before the second of any: a receiver that lets us wait, or one
    /// for which thousands wait, is waited for by nobody else.
    DUE = "SELECT id, hook, topic, body, created, next, tries, delivered, status, problem FROM \
        (SELECT *, ROW_NUMBER() OVER (PARTITION BY hook ORDER BY next, id) AS turn FROM delivery \
        WHERE next IS NOT NULL AND next <= ?1) AS waiting WHERE turn <= 4 ORDER BY turn, next, id LIMIT 100";
    /// Newest first, on from the message that the cursor names, if it is of this hook.
    PAGE = "SELECT id, hook, topic, body, created, next, tries, delivered, status, problem FROM delivery \
        WHERE hook = ?3 AND (created, id) < \
        (SELECT created, id FROM delivery WHERE id = ?1 AND hook = ?3 \
        UNION ALL SELECT CAST(9223372036854775807 AS BIGINT), CAST(?1 AS TEXT) WHERE length(CAST(?1 AS TEXT)) = 0) \
        ORDER BY created DESC, id DESC LIMIT ?2";
}

fn row(columns: &mut Columns) -> Result<Delivery, Damaged> {
    Ok(Delivery {
        id: DeliveryId::new(columns.text()?),
        hook: HookId::new(columns.text()?),
        topic: columns.text()?,
        body: columns.text()?,
        created: columns.moment()?,
        next: columns.moment_if_any()?,
        tries: columns.int()?,
        delivered: columns.moment_if_any()?,
        status: columns.int_if_any()?,
        problem: columns.text_if_any()?,
    })
}

pub(crate) fn add(delivery: &Delivery) -> Step {
    Step::must(
        &ADD,
        binds![
            delivery.id.as_str(),
            delivery.hook.as_str(),
            &delivery.topic,
            &delivery.body,
            delivery.created,
            delivery.next,
            delivery.tries,
            delivery.delivered,
            delivery.status,
            delivery.problem.as_ref(),
        ],
    )
}

pub(crate) fn tried(id: &DeliveryId, tried: &Tried) -> Step {
    Step::must(
        &TRIED,
        binds![
            id.as_str(),
            tried.was,
            tried.next,
            tried.done,
            tried.status,
            tried.problem.as_ref(),
        ],
    )
}

pub(crate) fn forget(now: Moment) -> Step {
    Step::may(&FORGET, binds![now.plus(-KEPT)])
}

pub(crate) async fn one<E: Engine>(engine: &E, id: &DeliveryId) -> Result<Option<Delivery>, Fault> {
    engine::one(engine, "reading a delivery", Ask::new(&ONE, binds![id.as_str()]), row).await
}

pub(crate) async fn due<E: Engine>(engine: &E, now: Moment) -> Result<Vec<Delivery>, Fault> {
    engine::all(
        engine,
        "reading the deliveries that are due",
        Ask::new(&DUE, binds![now]),
        row,
    )
    .await
}

pub(crate) async fn page<E: Engine>(engine: &E, hook: &HookId, page: &Page) -> Result<Listed<Delivery>, Fault> {
    let ask = Ask::new(&PAGE, binds![engine::after(page), engine::reach(page), hook.as_str()]);
    let found = engine::all(engine, "listing deliveries", ask, row).await?;
    Ok(engine::leaf(page, found, |delivery| delivery.id.to_string()))
}
