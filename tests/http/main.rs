//! Endpoints over real HTTP, a file per endpoint.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod apart;
mod authorize;
mod calls;
mod code;
mod demo;
mod errors;
mod gate;
mod hygiene;
mod introspection;
mod jwt;
mod languages;
mod legacy;
mod limits;
mod logout;
mod management;
mod metadata;
mod nodes;
mod oidc;
mod people;
mod program;
mod refresh;
mod revocation;
mod rights;
mod tls;
mod token;
mod transition;
mod upstream;
mod userinfo;
