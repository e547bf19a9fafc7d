//! Bringing the file up to date.

use super::fault::fault;
use crate::migration::{APPLIED, Applied, LEDGER, checksum, pending};
use rusqlite::{Connection, Transaction, TransactionBehavior};
use tollgate_model::Fault;

const DOING: &str = "migrating the SQLite file";

/// Applies what is pending, all in one transaction that keeps every other process out.
///
/// # Errors
/// A fault, when the database is of another history or a migration fails; then nothing was applied.
pub(super) fn run(connection: &mut Connection) -> Result<(), Fault> {
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Exclusive)
        .map_err(|error| fault(DOING, error))?;
    let history = history(&transaction).map_err(|error| fault(DOING, error))?;
    for migration in pending(&history, |migration| migration.sqlite)? {
        apply(&transaction, migration).map_err(|error| fault(DOING, error))?;
        tracing::info!(migration = migration.name, "applied");
    }
    transaction.commit().map_err(|error| fault(DOING, error))
}

fn history(transaction: &Transaction<'_>) -> rusqlite::Result<Vec<Applied>> {
    transaction.execute_batch(LEDGER)?;
    transaction
        .prepare(APPLIED)?
        .query_map([], |row| {
            Ok(Applied {
                number: row.get(0)?,
                name: row.get(1)?,
                checksum: row.get(2)?,
            })
        })?
        .collect()
}

fn apply(transaction: &Transaction<'_>, migration: &crate::migration::Migration) -> rusqlite::Result<()> {
    transaction.execute_batch(migration.sqlite)?;
    transaction.execute(
        "INSERT INTO migration (number, name, checksum) VALUES (?1, ?2, ?3)",
        (migration.number, migration.name, checksum(migration.sqlite)),
    )?;
    Ok(())
}
