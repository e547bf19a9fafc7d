//! The program as its operators stop it, take it over by another, and have it read its configuration again: while people
//! use it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod process;
mod reload;
mod takeover;
