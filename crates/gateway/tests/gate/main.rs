//! The gateway as its callers meet it: real HTTP on real ports, a real server behind, and an issuer's feed in memory.

// All of this binary is tests; the lints see only those functions that bear the attribute.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod acting;
mod assertion;
mod circuit;
mod doors;
mod feed;
mod headers;
mod legacy;
mod limits;
mod link_local;
mod metadata;
mod opaque;
mod overload;
mod paths;
mod people;
mod records;
mod rest;
mod scene;
mod scopes;
mod smuggling;
mod sources;
mod status;
mod stop;
mod streams;
mod targets;
mod tokens;
