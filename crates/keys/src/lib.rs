//! Everything that is secret, and everything that proves something.
//!
//! **Owns** the signing ring, JWS and JWKS, the format of credentials, their digests, and
//! encryption at rest. The arithmetic is aws-lc-rs; what is here is which key, which algorithm, which
//! bytes, and when.
//!
//! **Invariant**: no HTTP, no SQL, no clock. `now` is an argument, and so is the source of chance.
//! Nothing in this room prints a secret: `Debug` of every private value is redacted.

pub mod chance;
pub mod digest;
pub mod jwk;
pub mod ring;
pub mod seal;
pub mod secret;
pub mod signing;
pub mod verify;

pub use secret::ids;

mod base62;
mod base64url;

#[cfg(test)]
mod tests;
