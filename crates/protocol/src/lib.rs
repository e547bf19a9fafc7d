//! The words of the RFCs: what stands on the wire, and nothing of what it leads to.
//!
//! **Owns** requests, responses, errors, scopes, claims, metadata and the wire dialects.
//!
//! **Invariant**: no clock, no network, no storage, no randomness. Everything here is a value or a
//! plain function of values.

pub mod basic;
pub mod claims;
pub mod dialect;
pub mod id_token;
pub mod jose;
pub mod logout_token;
pub mod metadata;
pub mod parameters;
pub mod refusal;
pub mod scope;
