//! Opening the file.

use super::{chain, fault::fault};
use rusqlite::{Connection, OpenFlags, config::DbConfig, types::ToSqlOutput, types::ValueRef};
use std::{fs::OpenOptions, path::Path, time::Duration};
use tollgate_model::Fault;

use crate::value::Value;

/// SQLite 3.51.3: before it, two connections that reset the write-ahead log at once could damage the file.
const OLDEST: i32 = 3_051_003;
const DOING: &str = "opening the SQLite file";

/// Whether this SQLite may be trusted with the file.
///
/// # Errors
/// A defect, when it is too old.
pub(super) fn fit(version: i32) -> Result<(), Fault> {
    if version < OLDEST {
        return Err(Fault::defect(DOING, "SQLite 3.51.3 or later is required"));
    }
    Ok(())
}

/// Makes the file when it is not there, readable by its owner alone; the files beside it follow suit.
///
/// # Errors
/// A fault, when it cannot be made.
pub(super) fn create(path: &Path) -> Result<(), Fault> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(path)
        .map(drop)
        .map_err(|error| Fault::unavailable(DOING, error))
}

/// The connection that writes.
///
/// # Errors
/// A fault, when the file is not a database or its file system cannot hold a write-ahead log.
pub(super) fn writing(path: &Path) -> Result<Connection, Fault> {
    let connection = open(path)?;
    let mode: String = connection
        .pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))
        .map_err(|error| fault(DOING, error))?;
    if mode != "wal" {
        return Err(Fault::defect(DOING, "its file system cannot hold a write-ahead log"));
    }
    let set = |name, value: &str| {
        connection
            .pragma_update(None, name, value)
            .map_err(|error| fault(DOING, error))
    };
    // FULL: an answer is given only when the commit has reached the disk.
    set("synchronous", "FULL")?;
    set("foreign_keys", "ON")?;
    chain::teach(&connection).map_err(|error| fault(DOING, error))?;
    Ok(connection)
}

/// A connection that only reads.
///
/// # Errors
/// A fault, when the file cannot be opened.
pub(super) fn reading(path: &Path) -> Result<Connection, Fault> {
    let connection = open(path)?;
    connection
        .pragma_update(None, "query_only", "ON")
        .map_err(|error| fault(DOING, error))?;
    Ok(connection)
}

fn open(path: &Path) -> Result<Connection, Fault> {
    // No URI flag: a path is a path, whatever characters it has.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(|error| fault(DOING, error))?;
    connection
        .busy_timeout(Duration::from_secs(3))
        .map_err(|error| fault(DOING, error))?;
    connection.set_prepared_statement_cache_capacity(256);
    steady(&connection).map_err(|error| fault(DOING, error))?;
    Ok(connection)
}

/// Has a statement prepared once and for all, whatever is bound to it. Otherwise SQLite looks at the first values of
/// parameters that an index does not answer (`version = ?2`, `LIMIT ?2`), and takes any others for a reason to think
/// anew; the cache clears what was bound after each use, so that nearly every use began with the parser.
///
/// # Errors
/// SQLite's, when it does not know how.
pub(super) fn steady(connection: &Connection) -> rusqlite::Result<()> {
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
        .map(drop)
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Blob(octets) => ValueRef::Blob(octets),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::{create, fit};

    #[test]
    fn sqlite_before_3_51_3_is_refused() {
        assert!(fit(3_051_002).is_err());
        assert!(fit(3_050_004).is_err());
        assert!(fit(3_051_003).is_ok());
        assert!(fit(rusqlite::version_number()).is_ok());
    }

    #[test]
    #[cfg(unix)]
    fn the_file_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tollgate.db");
        create(&path).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
