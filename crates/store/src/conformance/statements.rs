//! The texts themselves.

use super::Home;
use crate::{migration, postgres, sqlite, statement};

/// Both databases understand each statement, with the schema that the migrations make.
pub(super) async fn every_statement_is_understood(home: Home) {
    drop(home.open().await.unwrap());
    let url = &home.settings().url;
    if let Some(path) = url.strip_prefix("sqlite:") {
        let connection = rusqlite::Connection::open(path).unwrap();
        sqlite::teach(&connection).unwrap();
        for statement in statement::all() {
            if let Err(error) = connection.prepare(statement.sqlite()) {
                panic!("{}: {error}", statement.name);
            }
        }
        connection.prepare(migration::APPLIED).unwrap();
    } else {
        let client = postgres::connect(url).await.unwrap();
        for statement in statement::all() {
            if let Err(error) = client.prepare(statement.postgres()).await {
                panic!("{}: {error}", statement.name);
            }
            // As it stands among others.
            if !statement.postgres().starts_with("SELECT ")
                && let Err(error) = client.prepare(statement.postgres_judged()).await
            {
                panic!("{}, judged: {error}", statement.name);
            }
        }
        client.prepare(migration::APPLIED).await.unwrap();
    }
}
