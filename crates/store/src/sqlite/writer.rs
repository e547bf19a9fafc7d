//! The thread that writes.
//!
//! It takes all that waits, up to a batch, and commits it with one fsync. Each keep within is a savepoint,
//! so a stale or a broken one leaves its neighbours alone. Nobody is answered before the commit, the stale
//! ones neither: they may be stale because of a neighbour that the commit has yet to make true.

use super::fault::{fault, is_stale};
use crate::{
    engine::{Step, Work},
    log,
};
use rusqlite::{Connection, params_from_iter};
use tokio::sync::{mpsc, oneshot, watch};
use tollgate_model::{Fault, Kept, Seq};

/// How many keeps one commit carries at most.
const BATCH: usize = 256;
const DOING: &str = "keeping changes";

/// One keep.
pub(super) struct Job {
    pub(super) work: Work,
    pub(super) answer: oneshot::Sender<Result<Kept, Fault>>,
}

/// Keeps until nobody can ask any more.
pub(super) fn run(connection: Connection, mut jobs: mpsc::Receiver<Job>, head: &watch::Sender<Seq>) {
    let mut batch = Vec::with_capacity(BATCH);
    while jobs.blocking_recv_many(&mut batch, BATCH) > 0 {
        gather(&mut batch, &mut jobs);
        match commit(&connection, &batch) {
            Ok((verdicts, reached)) => {
                for (job, verdict) in batch.drain(..).zip(verdicts) {
                    // The asker may have gone; what was decided is kept all the same.
                    drop(job.answer.send(verdict));
                }
                if let Some(seq) = reached {
                    head.send_replace(seq);
                }
            }
            Err(broken) => {
                tracing::error!(error = %broken, keeps = batch.len(), "a batch could not be committed");
                for job in batch.drain(..) {
                    drop(job.answer.send(Err(Fault::unavailable(DOING, broken.to_string()))));
                }
            }
        }
    }
}

/// Takes along who comes while others have the processor. Where nobody wants it this ends at once; where it is busy, a
/// commit for several costs each of them less.
fn gather(batch: &mut Vec<Job>, jobs: &mut mpsc::Receiver<Job>) {
    loop {
        let before = batch.len();
        std::thread::yield_now();
        while batch.len() < BATCH
            && let Ok(job) = jobs.try_recv()
        {
            batch.push(job);
        }
        if batch.len() == before {
            return;
        }
    }
}

type Verdicts = Vec<Result<Kept, Fault>>;

/// The verdict on each keep, and how far the change log reaches now if it grew.
fn commit(connection: &Connection, batch: &[Job]) -> Result<(Verdicts, Option<Seq>), rusqlite::Error> {
    connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
    let done = fill(connection, batch).and_then(|done| {
        connection.prepare_cached("COMMIT")?.execute([])?;
        Ok(done)
    });
    if done.is_err() && !connection.is_autocommit() {
        connection.execute_batch("ROLLBACK")?;
    }
    done
}

fn fill(connection: &Connection, batch: &[Job]) -> Result<(Verdicts, Option<Seq>), rusqlite::Error> {
    let mut verdicts = Vec::with_capacity(batch.len());
    let mut told = false;
    for job in batch {
        connection.prepare_cached("SAVEPOINT keep")?.execute([])?;
        let verdict = steps(connection, &job.work);
        if connection.is_autocommit() {
            // A full disk or the like: SQLite has rolled back the whole batch, neighbours included.
            return Err(verdict.err().unwrap_or(rusqlite::Error::InvalidQuery));
        }
        if !matches!(verdict, Ok(Kept::Done)) {
            connection.prepare_cached("ROLLBACK TO keep")?.execute([])?;
        }
        connection.prepare_cached("RELEASE keep")?.execute([])?;
        told |= job.work.tells && matches!(verdict, Ok(Kept::Done));
        verdicts.push(verdict.map_err(|error| fault(DOING, error)));
    }
    let reached = if told {
        Some(
            connection
                .prepare_cached(log::HEAD.sqlite())?
                .query_row([], |row| row.get(0))?,
        )
    } else {
        None
    };
    Ok((verdicts, reached))
}

fn steps(connection: &Connection, work: &Work) -> Result<Kept, rusqlite::Error> {
    for step in &work.steps {
        match touch(connection, step) {
            Ok(0) if step.must => return Ok(Kept::Stale),
            Err(error) if is_stale(&error) => return Ok(Kept::Stale),
            other => other?,
        };
    }
    for step in work.late() {
        if touch(connection, step)? == 0 && step.must {
            return Err(rusqlite::Error::QueryReturnedNoRows);
        }
    }
    Ok(Kept::Done)
}

/// How many rows a step touches.
pub(super) fn touch(connection: &Connection, step: &Step) -> Result<usize, rusqlite::Error> {
    connection
        .prepare_cached(step.statement.sqlite())?
        .execute(params_from_iter(&step.binds))
}
