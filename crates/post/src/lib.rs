//! What leaves the house: mail by SMTP, webhooks and logout tokens over HTTP.
//!
//! **Owns** how a letter and a webhook are put on the wire, what counts as delivered, and which addresses a
//! webhook never goes to.
//!
//! **Invariant**: no rules and no storage. Who is written to, what is said, when it is tried again: that was
//! decided before. One call is one attempt. A secret is in no error text.

pub mod hook;
pub mod mail;

mod undelivered;

pub use undelivered::Undelivered;
