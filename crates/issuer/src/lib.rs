//! The rules: who may have what, and why not.
//!
//! **Owns** the decisions of the issuer (tokens, introspection, revocation, the registry of accounts,
//! clients and secrets, keys), the terms they are made under, and what a node remembers to make them fast.
//!
//! **Invariant**: no SQL, no HTTP, no HTML. A rule is a plain function of facts, terms and the
//! moment; the functions around it know, decide and keep, in that order.

pub mod caller;
pub mod catalogue;
pub mod declare;
pub mod desk;
pub mod feed;
pub mod guessing;
pub mod introspect;
pub mod keyring;
pub mod known;
pub mod memory;
pub mod registry;
pub mod revoke;
pub mod tally;
pub mod terms;
pub mod token;
pub mod verify;

pub use desk::Desk;
pub use terms::Terms;
