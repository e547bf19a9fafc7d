//! The token endpoint's rules, one grant a file, and the minting of what they grant.

pub mod answer;
pub mod authorization_code;
pub mod client_credentials;
pub mod id_token;
pub mod limit;
pub mod mint;
pub mod person;
pub mod refresh_token;

pub(crate) mod issue;

#[cfg(test)]
pub(crate) mod facts;
