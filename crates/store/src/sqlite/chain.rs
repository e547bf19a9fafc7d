//! The function that chains the audit log, by the name that PostgreSQL has it by (`0003_console.sql`), so
//! that one statement serves both.

use rusqlite::{Connection, functions::FunctionFlags};
use sha2::{Digest, Sha256};

/// Teaches a connection `tollgate_chain(before, body)`: SHA-256 of both with a line feed between them, in
/// hexadecimal.
///
/// # Errors
/// SQLite's, when it cannot learn it.
pub(crate) fn teach(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function("tollgate_chain", 2, flags, |given| {
        let mut hash = Sha256::new();
        hash.update(given.get_raw(0).as_str()?);
        hash.update("\n");
        hash.update(given.get_raw(1).as_str()?);
        Ok(hash
            .finalize()
            .iter()
            .map(|octet| format!("{octet:02x}"))
            .collect::<String>())
    })
}
