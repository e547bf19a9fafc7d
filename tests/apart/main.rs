//! Issuer and gateway as two programs, and what the one does while the other, or the database, is gone.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod alone;
mod frozen;
mod ground;
mod postgres;
mod process;
mod resting;
