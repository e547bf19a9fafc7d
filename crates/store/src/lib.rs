//! What is on record: SQLite and PostgreSQL side by side.
//!
//! **Owns** the SQL, the migrations, the writer and the readers of SQLite, the pool and the listener of
//! PostgreSQL, and the laws (`conformance`) that both are held to. A file per noun holds its statements
//! with what is bound to them and how its row is read.
//!
//! **Invariant**: no rules. Nothing here knows who may do what; a condition is checked because a
//! [`tollgate_model::Change`] names it, and nothing is read in order to decide what to write.

mod account;
mod alert;
mod allowance;
mod api;
mod application;
mod authorization;
mod call;
mod change;
mod checkpoint;
mod client;
mod client_line;
mod consent;
mod delivery;
mod engine;
mod event;
mod family;
mod farewell;
mod grant;
mod hook;
mod identity;
mod key;
mod legacy;
mod link;
mod log;
mod mail;
mod member;
mod migration;
mod operator;
mod port;
mod revocation;
mod route;
mod secret;
mod session;
mod settings;
mod sought;
mod spent;
mod statement;
mod transition;
mod usage;
mod user;
mod value;

#[cfg(feature = "conformance")]
pub mod conformance;
pub mod postgres;
pub mod sqlite;
#[cfg(feature = "conformance")]
pub mod testing;

pub use settings::Settings;

use std::{path::Path, sync::Arc};
use tollgate_model::{Fault, Store};

/// Opens the store that the settings name, with its migrations applied.
///
/// # Errors
/// A [`Fault`] when the address is neither `sqlite:PATH` nor `postgres://…`, or the database cannot be
/// reached or is not fit for this version.
pub async fn open(settings: &Settings) -> Result<Arc<dyn Store>, Fault> {
    let url = settings.url.as_str();
    if let Some(path) = url.strip_prefix("sqlite:") {
        return Ok(Arc::new(sqlite::Sqlite::open(Path::new(path)).await?));
    }
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        return Ok(Arc::new(postgres::Postgres::connect(url, settings.connections).await?));
    }
    // The address is not repeated: it may hold a password.
    Err(Fault::defect(
        "opening the store",
        "its address must be sqlite:PATH or postgres://USER@HOST/DATABASE",
    ))
}
