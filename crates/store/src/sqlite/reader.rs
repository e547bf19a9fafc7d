//! Threads that read.

use super::fault::fault;
use crate::{
    engine::Ask,
    value::{Row, Value},
};
use rusqlite::{Connection, params_from_iter, types::ValueRef};
use std::sync::{Mutex, PoisonError};
use tokio::sync::{mpsc, oneshot};
use tollgate_model::Fault;

/// Questions of one moment.
pub(super) struct Job {
    pub(super) doing: &'static str,
    pub(super) asks: Vec<Ask>,
    pub(super) answer: oneshot::Sender<Result<Vec<Vec<Row>>, Fault>>,
}

/// Answers until nobody can ask any more.
pub(super) fn run(mut connection: Connection, jobs: &Mutex<mpsc::Receiver<Job>>) {
    // One thread waits at the queue with the lock in hand, the others for the lock: who gets a job lets go.
    while let Some(job) = next(jobs) {
        if job.answer.is_closed() {
            continue;
        }
        let said = answer(&mut connection, &job.asks).map_err(|error| fault(job.doing, error));
        // The asker may have gone; then nobody is owed an answer.
        drop(job.answer.send(said));
    }
}

fn next(jobs: &Mutex<mpsc::Receiver<Job>>) -> Option<Job> {
    jobs.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv()
}

fn answer(connection: &mut Connection, asks: &[Ask]) -> rusqlite::Result<Vec<Vec<Row>>> {
    if let [ask] = asks {
        return Ok(vec![rows(connection, ask)?]);
    }
    let moment = connection.transaction()?;
    let sets = asks.iter().map(|ask| rows(&moment, ask)).collect();
    moment.finish()?;
    sets
}

pub(super) fn rows(connection: &Connection, ask: &Ask) -> rusqlite::Result<Vec<Row>> {
    let mut statement = connection.prepare_cached(ask.statement.sqlite())?;
    let width = statement.column_count();
    let mut found = statement.query(params_from_iter(&ask.binds))?;
    let mut rows = Vec::new();
    while let Some(row) = found.next()? {
        rows.push(
            (0..width)
                .map(|place| value(row.get_ref(place)?))
                .collect::<rusqlite::Result<Row>>()?,
        );
    }
    Ok(rows)
}

fn value(held: ValueRef<'_>) -> rusqlite::Result<Value> {
    Ok(match held {
        ValueRef::Integer(number) => Value::Int(number),
        ValueRef::Text(_) => Value::Text(held.as_str()?.to_owned()),
        ValueRef::Blob(octets) => Value::Blob(octets.to_vec()),
        // No column of ours is a float; whoever reads it will call it damaged.
        ValueRef::Null | ValueRef::Real(_) => Value::Null,
    })
}
