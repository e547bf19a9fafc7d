//! The rules: who may have what, and why not.
//!
//! **Owns** the decisions of the issuer (tokens, introspection, revocation, the registry of accounts,
//! clients and secrets, keys, the people who sign in and what they may do), the terms they are made under,
//! and what a node remembers to make them fast.
//!
//! **Invariant**: no SQL, no HTTP, no HTML. A rule is a plain function of facts, terms and the
//! moment; the functions around it know, decide and keep, in that order.

pub mod alerts;
pub mod audit;
pub mod authorize;
pub mod caller;
pub mod calls;
pub mod catalogue;
pub mod declare;
pub mod desk;
pub mod developer;
pub mod feed;
pub mod guessing;
pub mod inspect;
pub mod introspect;
pub mod keyring;
pub mod known;
pub mod leak;
pub mod legacy;
pub mod logout;
pub mod memory;
pub mod outbox;
pub mod people;
pub mod registry;
pub mod revoke;
pub mod rights;
pub mod tally;
pub mod terms;
pub mod token;
pub mod transition;
pub mod userinfo;
pub mod verify;

pub use desk::Desk;
pub use terms::Terms;
