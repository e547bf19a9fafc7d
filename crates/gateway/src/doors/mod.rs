//! Other front doors: a proxy that forwards by itself asks here whether it may.
//!
//! `forward_auth` answers nginx, Traefik and Caddy over HTTP, `ext_authz` answers Envoy over gRPC, and `layer` stands
//! before a Rust service in its own process. Each makes the head of a request out of what it is told, and all ask
//! `judged`: the same phases as for a request that the gateway forwards, up to leave being given.

pub(crate) mod ext_authz;
pub(crate) mod forward_auth;
pub(crate) mod judged;
pub(crate) mod layer;
mod messages;
