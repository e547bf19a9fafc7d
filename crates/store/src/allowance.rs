//! Allowances: how much of a limit is spent.

use crate::{
    engine::{self, Ask, Engine, Step},
    statement::statements,
    value::{Columns, Damaged, binds},
};
use tollgate_model::{Allowance, Fault, Moment};

statements! {
    /// One statement reads, judges and takes, so that no two takers see the same rest. A window that
    /// opened at or before `?4` is over. The casts tell PostgreSQL the types within a SELECT.
    TAKE = "INSERT INTO allowance (bucket, started, used, ends) \
        SELECT CAST(?1 AS TEXT), CAST(?3 AS BIGINT), 1, CAST(?5 AS BIGINT) WHERE CAST(?2 AS BIGINT) > 0 \
        ON CONFLICT (bucket) DO UPDATE SET \
        started = CASE WHEN allowance.started <= ?4 THEN excluded.started ELSE allowance.started END, \
        ends = CASE WHEN allowance.started <= ?4 THEN excluded.ends ELSE allowance.ends END, \
        used = CASE WHEN allowance.started <= ?4 THEN 1 ELSE allowance.used + 1 END \
        WHERE allowance.used < ?2 OR allowance.started <= ?4";
    FORGET = "DELETE FROM allowance WHERE ends <= ?1";
    ONE = "SELECT started, used FROM allowance WHERE bucket = ?1";
}

fn row(columns: &mut Columns) -> Result<Allowance, Damaged> {
    Ok(Allowance {
        started: columns.moment()?,
        used: columns.int()?,
    })
}

pub(crate) fn take(bucket: &str, limit: i64, window: i64, now: Moment) -> Step {
    let over = Moment(now.0.saturating_sub(window));
    Step::must(&TAKE, binds![bucket, limit, now, over, now.plus(window)])
}

pub(crate) fn forget(now: Moment) -> Step {
    Step::may(&FORGET, binds![now])
}

pub(crate) async fn one<E: Engine>(engine: &E, bucket: &str) -> Result<Option<Allowance>, Fault> {
    engine::one(engine, "reading an allowance", Ask::new(&ONE, binds![bucket]), row).await
}
