//! What goes over the wire, with real sockets on loopback.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod farewells;
mod hooks;
mod letters;
mod tls;
