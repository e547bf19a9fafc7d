//! The life of a proxied request.
//!
//! **Owns** the reverse proxy: which route a request takes, whether its token, scopes and acting user let
//! it through, what the server behind it is told, and how a refusal reads. A request goes through the files
//! of `phase` in order: route → verify → admit → prepare → forward → finish. It is forwarded only with
//! a `Permit`, and only `admit` makes one.
//!
//! **Owns** also what a gateway remembers so that it can work alone: keys, routes and revocations
//! ([`Gateway::follow`]), verified tokens, and members who may act.
//!
//! **Invariant**: no database, no rule about who may have a token, no page. What is known of the issuer comes
//! through [`tollgate_model::Source`]; [`HttpSource`] is one that asks across the network.

mod acting;
mod assertion;
mod body;
mod follow;
mod gateway;
mod http_source;
mod lane;
mod legacy;
mod limit;
mod memory;
mod network;
mod overload;
mod path;
mod phase;
mod refusal;
mod request_id;
pub mod routes;
mod serve;
mod settings;
mod sink;
mod strip;
mod tell;
mod tls;
mod upstream;
mod view;

pub use body::Reply;
pub use gateway::Gateway;
pub use http_source::{BadSource, HttpSource};
pub use network::{Network, NotANetwork};
pub use path::{Ambiguous, canonical};
pub use refusal::Refusal;
pub use serve::Peer;
pub use settings::{Caps, IdentityHeaders, Memory, Settings, Timeouts};
pub use sink::{Finished, Sink};
