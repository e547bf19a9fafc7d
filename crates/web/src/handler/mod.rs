//! The public endpoints, one a file.

pub mod introspect;
pub mod jwks;
pub mod leak;
pub mod metadata;
pub mod nothing;
pub mod read;
pub mod revoke;
pub mod security_txt;
pub mod token;
