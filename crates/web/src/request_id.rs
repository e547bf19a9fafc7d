//! Names of requests, for people who ask why.

use std::sync::atomic::{AtomicU64, Ordering};

/// Makes names of requests: random for each process, counted within it. They tell nothing but which.
pub struct RequestIds {
    process: u64,
    next: AtomicU64,
}

impl RequestIds {
    /// Names that begin with these random bits.
    #[must_use]
    pub const fn new(process: u64) -> Self {
        Self {
            process,
            next: AtomicU64::new(1),
        }
    }

    /// The next name.
    #[must_use]
    pub fn next(&self) -> String {
        format!("{:016x}{:08x}", self.process, self.next.fetch_add(1, Ordering::Relaxed))
    }
}

/// The header that carries it.
pub const HEADER: &str = "tollgate-request-id";
