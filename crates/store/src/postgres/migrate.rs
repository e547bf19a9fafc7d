//! Bringing the database up to date.

use super::{address::Address, fault::of_driver};
use crate::migration::{APPLIED, Applied, LEDGER, checksum, pending};
use tokio_postgres::{Client, Error};
use tollgate_model::Fault;

const DOING: &str = "migrating the PostgreSQL database";

/// One node migrates, the others wait for it: a lock that ends with the transaction. The number means
/// nothing; it is ours.
const LOCK: &str = "SELECT pg_advisory_xact_lock(7309453128310)";

/// Applies what is pending, all in one transaction.
///
/// # Errors
/// A fault, when the database is of another history or a migration fails; then nothing was applied.
pub(super) async fn run(address: &Address) -> Result<(), Fault> {
    let said = |error: Error| of_driver(DOING, &error);
    let (client, connection) = address.config.connect(address.tls.clone()).await.map_err(said)?;
    let driver = tokio::spawn(connection);
    let done = apply(&client).await;
    // A transaction that did not reach its commit ends with the connection.
    drop(client);
    if let Ok(Err(error)) = driver.await {
        tracing::debug!(%error, "the migrating connection ended badly");
    }
    done
}

async fn apply(client: &Client) -> Result<(), Fault> {
    let said = |error: Error| of_driver(DOING, &error);
    client
        .batch_execute("SET client_min_messages = warning; BEGIN")
        .await
        .map_err(said)?;
    client.batch_execute(LOCK).await.map_err(said)?;
    client.batch_execute(LEDGER).await.map_err(said)?;
    let history = history(client).await.map_err(said)?;
    for migration in pending(&history, |migration| migration.postgres)? {
        client.batch_execute(migration.postgres).await.map_err(said)?;
        client
            .execute(
                "INSERT INTO migration (number, name, checksum) VALUES ($1, $2, $3)",
                &[&migration.number, &migration.name, &checksum(migration.postgres)],
            )
            .await
            .map_err(said)?;
        tracing::info!(migration = migration.name, "applied");
    }
    client.batch_execute("COMMIT").await.map_err(said)
}

async fn history(client: &Client) -> Result<Vec<Applied>, Error> {
    let rows = client.query(APPLIED, &[]).await?;
    rows.iter()
        .map(|row| {
            Ok(Applied {
                number: row.try_get(0)?,
                name: row.try_get(1)?,
                checksum: row.try_get(2)?,
            })
        })
        .collect()
}
