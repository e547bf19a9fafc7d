//! Which request takes which route.
//!
//! Host first, then path, then method. A route for a named host is asked before one for any host; in a path a
//! literal segment is asked before `{name}`, and that before `{name...}`. The most specific *path* decides alone:
//! a method that it does not take is refused there and never falls through to a wider route, so a narrow
//! rule cannot be walked around by an odd method.

#[cfg(test)]
mod agree;
mod compile;
mod faults;
mod table;

pub use faults::{RouteFault, faults};

pub(crate) use compile::{Acting, Book, Gate, IdTokenGate, Named, TokenGate, compile};
pub(crate) use table::{CompiledRoute, Found, Table};
