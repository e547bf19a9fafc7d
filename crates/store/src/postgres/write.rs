//! Keeping changes.

use super::{
    fault::{Broken, is_stale},
    listen::NOTIFY,
    pipeline::{self, step, word},
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
    let steps = prepare(client, &work.steps).await?;
    let log = prepare(client, &work.log).await?;

    // A single statement is a transaction by itself.
    if let ([(one, prepared)], []) = (steps.as_slice(), log.as_slice()) {
        return judge(one, step(client, prepared, one).await);
    }

    let mut sent = vec![word(client, "BEGIN")];
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

    // From the first step of the log to the commit its head is locked for every other node, so these go in
    // one piece. PostgreSQL turns a COMMIT after a failure into a rollback.
    let mut sent: Vec<_> = log.iter().map(|(one, prepared)| step(client, prepared, one)).collect();
    if work.tells {
        sent.push(word(client, NOTIFY));
    }
    sent.push(word(client, "COMMIT"));
    let mut answers = pipeline::all(sent).await.into_iter();
    for (one, _) in &log {
        if answers.next().transpose()? == Some(0) && one.must {
            return Err(Broken::Odd("the change log has no head"));
        }
    }
    for answer in answers {
        answer?;
    }
    Ok(Kept::Done)
}

async fn prepare<'a>(client: &ClientWrapper, steps: &'a [Step]) -> Result<Vec<(&'a Step, Statement)>, Broken> {
    let mut prepared = Vec::with_capacity(steps.len());
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
