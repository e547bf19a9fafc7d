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
/// Everything is sent before the first answer is awaited, the commit too: a step that touches no row though it must
/// fails by itself, and PostgreSQL turns a COMMIT after a failure into a rollback.
///
/// # Errors
/// What the server or the driver said; then nothing was written, unless the connection broke or patience ended before
/// the server had answered, when nobody can know.
pub(super) async fn keep(client: &ClientWrapper, work: &Work) -> Result<Kept, Broken> {
    let late: Vec<_> = work.late().collect();

    // A single statement is a transaction by itself, and the number of rows it touched is in its answer.
    if let ([one], []) = (work.steps.as_slice(), late.as_slice()) {
        let prepared = client.prepare_cached(one.statement.postgres()).await?;
        return judge(one, step(client, &prepared, one).await);
    }

    let steps = prepare(client, work.steps.iter(), judged).await?;
    let late = prepare(client, late.into_iter(), |one| one.statement.postgres()).await?;
    let mut sent: Vec<Sent<'_, u64>> = vec![word(client, "BEGIN")];
    sent.extend(
        steps
            .iter()
            .chain(&late)
            .map(|(one, prepared)| step(client, prepared, one)),
    );
    if work.tells {
        sent.push(word(client, NOTIFY));
    }
    sent.push(word(client, "COMMIT"));

    let mut answers = pipeline::all(sent).await.into_iter();
    if let Some(begun) = answers.next() {
        begun?;
    }
    // Those after the first that fails were sent in vain; the first tells what became of it.
    for ((one, _), answer) in steps.iter().zip(answers.by_ref()) {
        if judge(one, answer)? == Kept::Stale {
            return Ok(Kept::Stale);
        }
    }
    for ((one, _), answer) in late.iter().zip(answers.by_ref()) {
        if answer? == 0 && one.must {
            return Err(Broken::Odd("a log has no head"));
        }
    }
    for answer in answers {
        answer?;
    }
    Ok(Kept::Done)
}

/// The text of a step that others follow in the same piece.
fn judged(step: &Step) -> &'static str {
    if step.must {
        step.statement.postgres_judged()
    } else {
        step.statement.postgres()
    }
}

async fn prepare<'a>(
    client: &ClientWrapper,
    steps: impl Iterator<Item = &'a Step>,
    text: impl Fn(&Step) -> &'static str,
) -> Result<Vec<(&'a Step, Statement)>, Broken> {
    let mut prepared = Vec::new();
    for step in steps {
        prepared.push((step, client.prepare_cached(text(step)).await?));
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
