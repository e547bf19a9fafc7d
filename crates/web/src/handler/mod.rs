//! The public endpoints, one a file.

pub mod authorize;
pub(crate) mod cors;
mod exposed;
pub mod introspect;
pub mod jwks;
pub mod leak;
pub mod legacy_login;
pub mod logout;
pub mod metadata;
pub mod nothing;
pub mod read;
pub mod revoke;
pub mod security_txt;
pub mod token;
pub mod userinfo;
