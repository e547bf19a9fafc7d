//! What goes wrong in SQLite, told apart.

use rusqlite::{Error, ErrorCode, ffi};
use tollgate_model::Fault;

/// The fault that an error is. Its text names constraints and columns, never values.
pub(super) fn fault(doing: &'static str, error: Error) -> Fault {
    let passing = matches!(
        error.sqlite_error_code(),
        Some(
            ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::DiskFull
                | ErrorCode::SystemIoFailure
                | ErrorCode::CannotOpen
                | ErrorCode::ReadOnly
                | ErrorCode::PermissionDenied
                | ErrorCode::OutOfMemory
        )
    );
    if passing {
        Fault::unavailable(doing, error)
    } else {
        Fault::defect(doing, error)
    }
}

/// Whether an error says that a condition of a change does not hold: something is already there, or
/// something it hangs on is not.
pub(super) fn is_stale(error: &Error) -> bool {
    let extended = error.sqlite_error().map(|error| error.extended_code);
    matches!(
        extended,
        Some(
            ffi::SQLITE_CONSTRAINT_UNIQUE
                | ffi::SQLITE_CONSTRAINT_PRIMARYKEY
                | ffi::SQLITE_CONSTRAINT_ROWID
                | ffi::SQLITE_CONSTRAINT_FOREIGNKEY
        )
    )
}
