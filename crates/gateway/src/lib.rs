//! The life of a proxied request.
//!
//! **Owns** the reverse proxy: which route a request takes, whether its token, scopes and acting user let
//! it through, what the server behind it is told, and how a refusal reads. A request goes through the files
//! of `phase` in order: route → verify → admit → prepare → forward → finish. It is forwarded only with
//! a `Permit`, and only `admit` makes one.
//!
//! Who keeps a proxy of their own asks through one of `doors`, where the same phases decide and nothing is forwarded.
//!
//! **Owns** also what a gateway remembers so that it can work alone: keys, routes and revocations
//! ([`Gateway::follow`]), verified tokens, and members who may act.
//!
//! **Invariant**: no database, no rule about who may have a token, no page. What is known of the issuer comes
//! through [`tollgate_model::Source`]; [`HttpSource`] is one that asks across the network.

mod acting;
mod assertion;
mod body;
mod counts;
mod doors;
mod follow;
mod gateway;
mod http_source;
mod introspection;
mod lane;
mod legacy;
mod limit;
mod memory;
mod metadata;
mod network;
mod overload;
mod path;
mod phase;
mod refusal;
mod request_id;
mod resolver;
mod rest;
pub mod routes;
mod serve;
mod settings;
mod sink;
mod status;
mod strip;
mod tell;
mod tls;
mod tunnel;
mod upstream;
mod view;

pub use body::{BrokenOff, Passing, Reply};
pub use doors::layer::{Caller, GateLayer, Gated};
pub use gateway::Gateway;
pub use http_source::{BadSource, HttpSource};
pub use introspection::{BadIntrospection, Introspection};
pub use network::{Network, NotANetwork};
pub use path::{Ambiguous, canonical};
pub use refusal::Refusal;
pub use rest::Rest;
pub use serve::Peer;
pub use settings::{Caps, IdentityHeaders, Memory, RateLimitHeaders, Settings, Timeouts};
pub use sink::{Finished, Sink};
