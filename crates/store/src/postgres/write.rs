//! Keeping changes.

use super::{
    fault::{Broken, is_stale},
    listen::NOTIFY,
    pipeline::{self, Sent, step, word},
};
use crate::engine::{Step, Work};
use deadpool_postgres::ClientWrapper;
use tokio_postgres::Statement;
use tollgate_model::Kept;

/// Writes all of it in one transaction, or nothing.
///
/// # Errors
/// What the server or the driver said; then nothing was written, unless the connection broke amid the
/// commit, when nobody can know.
pub(super) async fn keep(client: &ClientWrapper, work: &Work) -> Result<Kept, Broken> {
    let steps = prepare(client, work.steps.iter()).await?;
    let late = prepare(client, work.late()).await?;

    // A single statement is a transaction by itself.
    if let ([(one, prepared)], []) = (steps.as_slice(), late.as_slice()) {
        return judge(one, step(client, prepared, one).await);
    }

    // Where nothing is to be judged first (a line of the audit log alone), one trip does.
    let mut sent = vec![word(client, "BEGIN")];
    if !steps.is_empty() {
        if change(client, sent, &steps).await? == Kept::Stale {
            return Ok(Kept::Stale);
        }
        sent = Vec::new();
    }
    let begins = sent.len();

    // From the first step of a log to the commit its head is locked for every other node, so these go in one
    // piece. PostgreSQL turns a COMMIT after a failure into a rollback.
    sent.extend(late.iter().map(|(one, prepared)| step(client, prepared, one)));
    if work.tells {
        sent.push(word(client, NOTIFY));
    }
    sent.push(word(client, "COMMIT"));
    let mut answers = pipeline::all(sent).await.into_iter();
    for begun in answers.by_ref().take(begins) {
        begun?;
    }
    for (one, _) in &late {
        if answers.next().transpose()? == Some(0) && one.must {
            return Err(Broken::Odd("a log has no head"));
        }
    }
    for answer in answers {
        answer?;
    }
    Ok(Kept::Done)
}

/// Begins a transaction and makes the changes. Stale ones are rolled back.
async fn change<'a>(
    client: &'a ClientWrapper,
    mut sent: Vec<Sent<'a, u64>>,
    steps: &'a [(&Step, Statement)],
) -> Result<Kept, Broken> {
    sent.extend(steps.iter().map(|(one, prepared)| step(client, prepared, one)));
    let mut answers = pipeline::all(sent).await.into_iter();
    if let Some(begun) = answers.next() {
        begun?;
    }
    // Those after the first that fails were sent in vain; the first tells what became of it.
    for ((one, _), answer) in steps.iter().zip(answers) {
        match judge(one, answer) {
            Ok(Kept::Done) => {}
            Ok(Kept::Stale) => {
                client.batch_execute("ROLLBACK").await?;
                return Ok(Kept::Stale);
            }
            Err(broken) => return Err(broken),
        }
    }
    Ok(Kept::Done)
}

async fn prepare<'a>(
    client: &ClientWrapper,
    steps: impl Iterator<Item = &'a Step>,
) -> Result<Vec<(&'a Step, Statement)>, Broken> {
    let mut prepared = Vec::new();
    for step in steps {
        prepared.push((step, client.prepare_cached(step.statement.postgres()).await?));
    }
    Ok(prepared)
}

fn judge(step: &Step, answer: Result<u64, tokio_postgres::Error>) -> Result<Kept, Broken> {
    match answer {
        Ok(0) if step.must => Ok(Kept::Stale),
        Ok(_) => Ok(Kept::Done),
        Err(error) if is_stale(&error) => Ok(Kept::Stale),
        Err(error) => Err(error.into()),
    }
}
