//! Answering questions.

use super::{
    fault::Broken,
    pipeline::{self, Sent, parameters},
    value::row,
};
use crate::{engine::Ask, value::Row};
use deadpool_postgres::ClientWrapper;

/// The rows of each question, all as of one moment.
///
/// # Errors
/// What the server or the driver said.
pub(super) async fn answer(client: &ClientWrapper, asks: &[Ask]) -> Result<Vec<Vec<Row>>, Broken> {
    let mut statements = Vec::with_capacity(asks.len());
    for ask in asks {
        statements.push(client.prepare_cached(ask.statement.postgres()).await?);
    }
    let questions = asks
        .iter()
        .zip(&statements)
        .map(|(ask, statement)| -> Sent<'_, Vec<Row>> {
            Box::pin(async move {
                let found = client.query(statement, &parameters(&ask.binds)).await?;
                found.iter().map(row).collect()
            })
        });
    // One statement sees one moment by itself; several need a snapshot.
    let several = asks.len() > 1;
    let word =
        |sql| -> Sent<'_, Vec<Row>> { Box::pin(async move { client.batch_execute(sql).await.map(|()| Vec::new()) }) };
    let mut sent = Vec::with_capacity(asks.len() + 2);
    if several {
        sent.push(word("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"));
    }
    sent.extend(questions);
    if several {
        sent.push(word("COMMIT"));
    }
    let mut sets = pipeline::all(sent).await.into_iter().collect::<Result<Vec<_>, _>>()?;
    if several {
        sets.pop();
        sets.remove(0);
    }
    Ok(sets)
}
