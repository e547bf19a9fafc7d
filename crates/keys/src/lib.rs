//! Everything that is secret, and everything that proves something.
//!
//! **Owns** the signing ring, JWS and JWKS, the format of credentials, their digests, encryption at
//! rest, passwords and second factors, and the signatures of webhooks, leak reports and the audit log. The
//! arithmetic is aws-lc-rs, argon2 and totp-rs; what is here is which key, which algorithm, which bytes,
//! and when.
//!
//! **Invariant**: no HTTP, no SQL, no clock. `now` is an argument, and so is the source of chance.
//! Nothing in this room prints a secret: `Debug` of every private value is redacted.

pub mod audit;
pub mod chance;
pub mod digest;
pub mod jwk;
pub mod leak;
pub mod password;
pub mod recovery;
pub mod ring;
pub mod seal;
pub mod secret;
pub mod signing;
pub mod totp;
pub mod verify;
pub mod webhook;

pub use secret::ids;

mod base62;
mod base64url;

#[cfg(test)]
mod tests;
