//! The token endpoint's rules, one grant a file, and the minting of what they grant.

pub mod answer;
pub mod client_credentials;
pub mod limit;
pub mod mint;
