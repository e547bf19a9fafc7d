//! What goes wrong in PostgreSQL, told apart, and told without values.

use deadpool_postgres::{BuildError, HookError, PoolError};
use tokio_postgres::{Error, error::SqlState};
use tollgate_model::Fault;

/// Why an attempt did not go through.
pub(super) enum Broken {
    /// The driver or the server said so.
    Said(Error),
    /// Something that cannot be, by the rules of SQL.
    Odd(&'static str),
}

impl From<Error> for Broken {
    fn from(error: Error) -> Self {
        Self::Said(error)
    }
}

/// What is told of an error. PostgreSQL's own detail repeats the values of keys, so it is left out.
#[derive(Debug, thiserror::Error)]
enum Told {
    #[error("PostgreSQL said {code}{}", .constraint.as_deref().map(|name| format!(" ({name})")).unwrap_or_default())]
    Server { code: String, constraint: Option<String> },
    #[error("the connection to PostgreSQL failed: {0}")]
    Connection(String),
    #[error("{0}")]
    Odd(&'static str),
}

impl Broken {
    /// Whether the same may go through when tried again: others were in the way (40001, 40P01).
    pub(super) fn passes(&self) -> bool {
        let Self::Said(error) = self else { return false };
        error.code() == Some(&SqlState::T_R_SERIALIZATION_FAILURE)
            || error.code() == Some(&SqlState::T_R_DEADLOCK_DETECTED)
    }

    /// The fault it is.
    pub(super) fn fault(&self, doing: &'static str) -> Fault {
        match self {
            Self::Odd(what) => Fault::defect(doing, Told::Odd(what)),
            Self::Said(error) => of_driver(doing, error),
        }
    }
}

/// What the server says of a judged statement that touched no row (`0005_transition.sql`).
const UNTOUCHED: &str = "TG001";

/// Whether an error says that a condition of a change does not hold: something is already there, or
/// something it hangs on is not, or it is not as it was.
pub(super) fn is_stale(error: &Error) -> bool {
    error.code().is_some_and(|code| {
        *code == SqlState::UNIQUE_VIOLATION || *code == SqlState::FOREIGN_KEY_VIOLATION || code.code() == UNTOUCHED
    })
}

/// The fault that an error of the driver is.
pub(super) fn of_driver(doing: &'static str, error: &Error) -> Fault {
    let Some(said) = error.as_db_error() else {
        // The driver's own words name what it was doing; its cause is the operating system's or TLS's.
        let cause = std::error::Error::source(error)
            .map(|cause| format!(": {cause}"))
            .unwrap_or_default();
        return Fault::unavailable(doing, Told::Connection(format!("{error}{cause}")));
    };
    let told = Told::Server {
        code: said.code().code().to_owned(),
        constraint: said.constraint().map(str::to_owned),
    };
    // Classes of SQLSTATE: 08 connection, 25 a transaction that timed out, 28 not let in, 3D no such
    // database, 40 in the way, 53 out of something, 55 locked, 57 shut down or cancelled, 58 system.
    let class: String = told_class(said.code());
    if matches!(
        class.as_str(),
        "08" | "25" | "28" | "3D" | "40" | "53" | "55" | "57" | "58"
    ) {
        Fault::unavailable(doing, told)
    } else {
        Fault::defect(doing, told)
    }
}

fn told_class(code: &SqlState) -> String {
    code.code().chars().take(2).collect()
}

/// The fault of a pool that has no connection to lend.
pub(super) fn of_pool(doing: &'static str, error: &PoolError) -> Fault {
    match error {
        PoolError::Backend(error) | PoolError::PostCreateHook(HookError::Backend(error)) => of_driver(doing, error),
        PoolError::Timeout(_) => Fault::unavailable(doing, "no connection to PostgreSQL in time"),
        _ => Fault::unavailable(doing, "no connection to PostgreSQL"),
    }
}

/// The fault of a pool that cannot be set up.
pub(super) fn of_pool_build(error: &BuildError) -> Fault {
    Fault::defect("setting up the connections to PostgreSQL", error.to_string())
}
