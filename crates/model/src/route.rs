//! Where the gateway lets a call through, and to whom.

mod acting;
mod choose;
mod id_token;
pub mod path;
mod pattern;
mod reach;
mod space;

pub use acting::{NotOne, address};
pub use choose::{Chosen, choose};
pub use id_token::IdTokenRule;
pub use pattern::{Pattern, Segment};
pub use reach::{literal, off_limits};
pub use space::{Same, Unnamed, same, unnamed};

use crate::{ApiId, LegacyMethodId, Limit, RouteId, Version};
use serde::{Deserialize, Serialize};
use tollgate_protocol::scope::Scopes;

/// One rule of the gateway: which requests it is about, what they must carry, and where they go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    /// Its id.
    pub id: RouteId,
    /// Host names it answers for, in lower case, without port; empty: any.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// Methods in upper case; empty: any. `HEAD` is allowed wherever `GET` is and under the same conditions.
    #[serde(default)]
    pub methods: Vec<String>,
    /// Path pattern: literal segments, `{name}` for one segment, `{name...}` at the end for the rest.
    pub path: String,
    /// What a request must carry.
    pub access: Access,
    /// Where it goes.
    pub upstream: Upstream,
    /// Whether an ID token that shows the person is looked at. Only a route that wants an access token may have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_token: Option<IdTokenRule>,
    /// Whether an opaque token is taken as well, of which the gateway asks by introspection (RFC 7662). Only a route
    /// that wants an access token may take one.
    #[serde(default, skip_serializing_if = "not")]
    pub opaque: bool,
    /// Old ways of authenticating that are taken in place of an access token, until their transition ends. Only a route
    /// that wants an access token may have any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub legacy: Vec<LegacyMethodId>,
    /// How much may be asked here, beside what the account's plan allows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub limits: Vec<Limit>,
    /// How the server behind is told who asks, beside headers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assertion: Option<AssertionRule>,
    /// Declared in the configuration: changed there, not through the management API.
    #[serde(default)]
    pub declared: bool,
    /// Its revision.
    #[serde(default)]
    pub version: Version,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn not(yes: &bool) -> bool {
    !*yes
}

/// A short-lived signed statement of who asks (a JWT of the gateway's own key), in place of the caller's token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssertionRule {
    /// Its `aud`: the server behind.
    pub audience: String,
}

/// What a request must carry to pass a route.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Access {
    /// Nothing. Inside the space of a protected route this must name that route, or it is refused.
    Public {
        /// The protected routes whose space it opens, named so that it cannot happen by accident.
        #[serde(default)]
        opens: Vec<RouteId>,
    },
    /// An access token of `api`.
    Token {
        /// The API whose audience the token must have.
        api: ApiId,
        /// Scopes of which all are required.
        #[serde(default)]
        scopes: Scopes,
        /// Scopes of which one is required, beside those; empty: none.
        #[serde(default, skip_serializing_if = "Scopes::is_empty")]
        any_scopes: Scopes,
        /// Whether a member of the caller's account must be named, and how.
        #[serde(default)]
        acting_user: Option<ActingRule>,
    },
}

/// How the acting user is found and who may act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActingRule {
    /// How the member is named.
    pub by: ActingBy,
    /// Roles of which one suffices; empty: any member.
    #[serde(default)]
    pub roles: Vec<String>,
}

/// How a request names the member for whom it acts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ActingBy {
    /// By e-mail address in this header (such as `x-email`), required.
    Header(String),
    /// The client's owner; the request names nobody.
    Owner,
}

impl ActingBy {
    /// Whether a header of this name may name the acting user: a token (RFC 9110 §5.1) that means nothing yet to
    /// HTTP, to proxies or to the gateway.
    #[must_use]
    pub fn may_be_header(name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        let token = (1..=64).contains(&name.len())
            && name
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        let ours = name.starts_with("tollgate") || name.starts_with("x-forwarded");
        token && !ours && !TAKEN.contains(&name.as_str())
    }
}

/// Headers that have another meaning already, or end at the gateway.
const TAKEN: [&str; 11] = [
    "authorization",
    "connection",
    "content-length",
    "cookie",
    "forwarded",
    "host",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// The servers behind a route.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Upstream {
    /// Base URLs (`http://host:port` or `https://…`, no path); calls are spread over the healthy ones.
    pub targets: Vec<String>,
    /// Speak HTTP/2 without negotiation to `http://` targets (over TLS it is negotiated).
    #[serde(default)]
    pub http2: bool,
    /// Path asked of each target to see whether it is healthy; absent: a target counts as healthy.
    #[serde(default)]
    pub health_path: Option<String>,
    /// Seconds to wait for a connection.
    #[serde(default = "five")]
    pub connect_timeout: u32,
    /// Seconds to wait for the head of the answer.
    #[serde(default = "sixty")]
    pub response_timeout: u32,
    /// Whether connection upgrades (WebSocket) are passed on.
    #[serde(default)]
    pub upgrades: bool,
    /// Request bodies over this many bytes are refused; 0: no cap.
    #[serde(default)]
    pub max_body: u64,
    /// So many requests at most are with one target at a time; 0: no cap.
    #[serde(default)]
    pub in_flight: u32,
    /// After so many failures in a row (no connection, no answer in time, or 502, 503 and 504) a target rests; 0: never.
    #[serde(default)]
    pub failures: u32,
    /// For how many seconds it rests before one request tries it again.
    #[serde(default = "ten")]
    pub rest: u32,
}

const fn ten() -> u32 {
    10
}

const fn five() -> u32 {
    5
}

const fn sixty() -> u32 {
    60
}
