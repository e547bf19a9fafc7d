//! Where the store is.

use std::fmt;

/// Where the store is, and how many connections it may take.
#[derive(Clone, PartialEq, Eq)]
pub struct Settings {
    /// `sqlite:PATH`, or `postgres://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=require`.
    ///
    /// For PostgreSQL, `sslmode` is `disable` or `require`; `require` always checks the certificate and the
    /// name in it (so `verify-ca` and `verify-full` mean the same), against the roots of `sslrootcert` (a
    /// PEM file) or those of the system. Without it a server on this machine is spoken to in the clear, and
    /// any other by TLS.
    pub url: String,
    /// Connections to PostgreSQL at most, besides one that listens. SQLite does not heed it.
    pub connections: usize,
}

impl Settings {
    /// The store at this address, with as many connections as suit most.
    pub fn at(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            connections: 16,
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, _) = self.url.split_once(':').unwrap_or_default();
        f.debug_struct("Settings")
            .field("url", &format_args!("{scheme}:***"))
            .field("connections", &self.connections)
            .finish()
    }
}
