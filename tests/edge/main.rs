//! The gateway before servers that others wrote: what it lets through, each of them reads as it was judged.
//!
//! Three read in three ways: nginx, Node (whose parser is strict) and a server on Python's `http.server` that is as lax as
//! servers are found.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod addresses;
mod behind;
mod framing;
mod headers;
mod paths;
mod two;
mod two_to_one;
mod weight;
