//! What was spent of limits, slot by slot.

use crate::{
    engine::{self, Ask, Engine, Step},
    statement::statements,
    value::binds,
};
use tollgate_model::{Fault, Moment, Spent};

/// How long a slot stays after its end, in seconds: that of a window that slides is looked at once more.
const KEPT: i64 = 86_400;

statements! {
    SPEND = "INSERT INTO spent (bucket, slot, ends, count) VALUES (?1, ?2, ?3, ?4) \
        ON CONFLICT (bucket, slot) DO UPDATE SET count = spent.count + excluded.count";
    OF_SLOT = "SELECT count FROM spent WHERE bucket = ?1 AND slot = ?2";
    FORGET = "DELETE FROM spent WHERE ends < ?1";
}

pub(crate) fn spend(spent: &Spent) -> Step {
    Step::must(&SPEND, binds![&spent.bucket, spent.slot, spent.ends, spent.count])
}

pub(crate) fn forget(now: Moment) -> Step {
    Step::may(&FORGET, binds![now.plus(-KEPT)])
}

pub(crate) async fn of_slots<E: Engine>(engine: &E, slots: &[(String, Moment)]) -> Result<Vec<i64>, Fault> {
    const DOING: &str = "reading what was spent";
    if slots.is_empty() {
        return Ok(Vec::new());
    }
    let ask = |(bucket, slot): &(String, Moment)| Ask::new(&OF_SLOT, binds![bucket, *slot]);
    let sets = engine.read(DOING, slots.iter().map(ask).collect()).await?;
    sets.into_iter()
        .map(|rows| {
            Ok(engine::decode(DOING, rows, |columns| columns.int())?
                .pop()
                .unwrap_or_default())
        })
        .collect()
}
