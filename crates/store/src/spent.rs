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
    let asks: Vec<_> = slots
        .iter()
        .map(|(bucket, slot)| Ask::new(&OF_SLOT, binds![bucket, *slot]))
        .collect();
    // Of what no record can be about nothing was spent; the others are asked, and stay in their places.
    let hopeless: Vec<_> = asks.iter().map(Ask::hopeless).collect();
    let asks: Vec<_> = asks.into_iter().filter(|ask| !ask.hopeless()).collect();
    let mut sets = engine.read(DOING, asks).await?.into_iter();
    hopeless
        .into_iter()
        .map(|hopeless| {
            let rows = if hopeless { None } else { sets.next() }.unwrap_or_default();
            Ok(engine::decode(DOING, rows, |columns| columns.int())?
                .pop()
                .unwrap_or_default())
        })
        .collect()
}
