//! Speaking to the server beside the store; for tests.

use super::{address, fault::of_driver};
use tokio_postgres::{Client, Error};
use tollgate_model::Fault;

/// A connection of its own.
pub(crate) async fn connect(url: &str) -> Result<Client, Fault> {
    let address = address::read(url)?;
    let (client, connection) = address.config.connect(address.tls).await.map_err(said)?;
    tokio::spawn(connection);
    Ok(client)
}

/// Has the server do something.
pub(crate) async fn admin(url: &str, sql: &str) -> Result<(), Fault> {
    connect(url).await?.batch_execute(sql).await.map_err(said)
}

fn said(error: Error) -> Fault {
    of_driver("speaking to PostgreSQL", &error)
}
