//! Signatures over the audit log's chain.

use crate::{
    engine::{self, Ask, Engine, Step},
    statement::statements,
    value::{Columns, Damaged, binds},
};
use tollgate_model::{Checkpoint, Fault};

statements! {
    /// Nothing happens when there is one at this place.
    ADD = "INSERT INTO checkpoint (seq, hash, at, signature) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";
    AFTER = "SELECT seq, hash, at, signature FROM checkpoint WHERE seq > ?1 ORDER BY seq LIMIT 1000";
}

fn row(columns: &mut Columns) -> Result<Checkpoint, Damaged> {
    Ok(Checkpoint {
        seq: columns.int()?,
        hash: columns.text()?,
        at: columns.moment()?,
        signature: columns.text()?,
    })
}

pub(crate) fn add(checkpoint: &Checkpoint) -> Step {
    Step::must(
        &ADD,
        binds![checkpoint.seq, &checkpoint.hash, checkpoint.at, &checkpoint.signature],
    )
}

pub(crate) async fn after<E: Engine>(engine: &E, seq: i64) -> Result<Vec<Checkpoint>, Fault> {
    engine::all(engine, "reading the checkpoints", Ask::new(&AFTER, binds![seq]), row).await
}
