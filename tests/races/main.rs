//! What lives once, a code and a refresh token, asked for by many at once and killed amid it.
//!
//! A test program of its own: it keeps every core busy, so nothing shall run beside it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod code;
mod kill;
mod process;
mod refresh;
mod scene;
