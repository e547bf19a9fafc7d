//! What a gateway runs on.

use crate::{Introspection, Network, Rest, lane};
use http::HeaderName;
use rustls_pki_types::CertificateDer;
use std::sync::Arc;
use std::time::Duration;
use tollgate_keys::signing::SigningKey;

/// What a gateway runs on. [`Settings::default`] is the strict choice for each.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Its name, said as `realm` in challenges (RFC 9110 §11.5).
    pub name: String,
    /// How the servers behind it are told who asks.
    pub identity: IdentityHeaders,
    /// Whose `X-Forwarded-*` and `Forwarded` are believed; nobody's by default.
    pub trusted_proxies: Vec<Network>,
    /// The most that a request head may hold.
    pub caps: Caps,
    /// How long is waited.
    pub timeouts: Timeouts,
    /// How much is remembered.
    pub memory: Memory,
    /// Threads that serve connections; as many as there are cores by default.
    pub lanes: usize,
    /// By how many seconds the issuer's clock may be ahead of ours (`nbf`, `iat`); 60 at most. A token
    /// past its `exp` is dead at once, whatever is set here.
    pub leeway: i64,
    /// Where what it knows is written down, for a start without its issuer; nowhere by default.
    pub rest: Option<Rest>,
    /// Whether the caller's `Authorization` is passed on after a token was checked, and an ID token with it.
    pub pass_authorization: bool,
    /// Certificates trusted for `https://` targets, next to those of the machine.
    pub upstream_roots: Vec<CertificateDer<'static>>,
    /// Whether targets may be at link-local, multicast, broadcast or unspecified addresses, where clouds have their
    /// metadata services. Whom else the gateway asks is never there.
    pub link_local_upstreams: bool,
    /// Scheme and authority under which the world reaches it. With it, refusals point to metadata (RFC 9728), and routes
    /// may have statements of who asks.
    pub public_url: Option<String>,
    /// What signs statements of who asks. Gateways of one public address share it; without, each start makes another.
    pub assertion_key: Option<Arc<SigningKey>>,
    /// Whom it asks about opaque tokens; nobody by default, and then none is taken.
    pub introspection: Option<Introspection>,
    /// Whether it answers `/.tollgate/auth`, for proxies that ask before they forward. Only peers in `trusted_proxies`
    /// and on this machine are answered there.
    pub forward_auth: bool,
    /// Which headers say what is left of a limit.
    pub rate_limit_headers: RateLimitHeaders,
    /// Requests that it works on at once; 0 by default: as many as it finds that it can.
    pub most_in_flight: usize,
    /// Connections at once; beyond that the oldest that does nothing makes room. 0: any number.
    pub most_connections: usize,
    /// So many requests may always wait for one target at a time. Beyond that there may be as many as the target answers
    /// about as soon as it answers few; 0: any number, however long it takes.
    pub least_in_flight: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            name: "tollgate".to_owned(),
            identity: IdentityHeaders::default(),
            trusted_proxies: Vec::new(),
            caps: Caps::default(),
            timeouts: Timeouts::default(),
            memory: Memory::default(),
            lanes: lane::usual(),
            leeway: 10,
            rest: None,
            pass_authorization: false,
            upstream_roots: Vec::new(),
            link_local_upstreams: false,
            public_url: None,
            assertion_key: None,
            introspection: None,
            forward_auth: false,
            rate_limit_headers: RateLimitHeaders::default(),
            most_in_flight: 0,
            most_connections: 20_000,
            least_in_flight: 50,
        }
    }
}

/// The names under which the servers behind the gateway are told who asks. Whatever comes in from outside
/// under one of them, or under any name that starts like `tollgate-`, is removed first.
#[derive(Clone, Debug)]
pub struct IdentityHeaders {
    /// The caller's account.
    pub account: HeaderName,
    /// The caller's `client_id`.
    pub client: HeaderName,
    /// The token's `sub`.
    pub subject: HeaderName,
    /// The `sub` of the person for whom the request is, where there is one: the access token speaks for a person, or
    /// an ID token came along.
    pub person: HeaderName,
    /// The token's scopes, space-separated.
    pub scopes: HeaderName,
    /// `live` or `test`.
    pub environment: HeaderName,
    /// The acting user's e-mail address.
    pub acting_user: HeaderName,
    /// The acting user's member id.
    pub acting_user_id: HeaderName,
    /// The signed statement of who asks, on routes that want one.
    pub assertion: HeaderName,
    /// The id of this request; also in the answer.
    pub request_id: HeaderName,
}

impl Default for IdentityHeaders {
    fn default() -> Self {
        Self {
            account: HeaderName::from_static("tollgate-account"),
            client: HeaderName::from_static("tollgate-client"),
            subject: HeaderName::from_static("tollgate-subject"),
            person: HeaderName::from_static("tollgate-person"),
            scopes: HeaderName::from_static("tollgate-scopes"),
            environment: HeaderName::from_static("tollgate-environment"),
            acting_user: HeaderName::from_static("tollgate-acting-user"),
            acting_user_id: HeaderName::from_static("tollgate-acting-user-id"),
            assertion: HeaderName::from_static("tollgate-assertion"),
            request_id: HeaderName::from_static("tollgate-request-id"),
        }
    }
}

impl IdentityHeaders {
    /// Every name.
    pub(crate) const fn all(&self) -> [&HeaderName; 10] {
        [
            &self.account,
            &self.client,
            &self.subject,
            &self.person,
            &self.scopes,
            &self.environment,
            &self.acting_user,
            &self.acting_user_id,
            &self.assertion,
            &self.request_id,
        ]
    }
}

/// Which headers say what is left of a limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RateLimitHeaders {
    /// `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers).
    #[default]
    Standard,
    /// `X-RateLimit-Limit`, `X-RateLimit-Remaining` and `X-RateLimit-Reset`, the last in seconds since 1970.
    XRateLimit,
    /// All of them.
    Both,
    /// None.
    None,
}

/// The most that a request head may hold.
#[derive(Clone, Copy, Debug)]
pub struct Caps {
    /// Bytes of the whole head; at least 8192 are read whatever is set here.
    pub head_bytes: usize,
    /// Bytes of path and query.
    pub uri_bytes: usize,
    /// Header fields.
    pub headers: usize,
}

impl Default for Caps {
    fn default() -> Self {
        Self {
            head_bytes: 32 * 1024,
            uri_bytes: 8 * 1024,
            headers: 100,
        }
    }
}

/// How long is waited.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// For the head of a request, from the moment the connection stands or the last answer went out: so
    /// also how long a kept connection may idle. Bounds a TLS handshake, too.
    pub head: Duration,
    /// How long an unused connection to a target is kept.
    pub idle: Duration,
    /// How long running requests may take to end when the gateway stops.
    pub drain: Duration,
    /// Between two questions whether a target is healthy.
    pub health: Duration,
    /// How long a target may be silent in the middle of an answer, and a caller take nothing of it.
    pub body: Duration,
    /// How long nothing may move on an upgraded connection.
    pub tunnel: Duration,
    /// When the gateway stops: how long a connection that does nothing is kept, so that a request that is on its way to
    /// it is answered.
    pub goodbye: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(30),
            idle: Duration::from_secs(60),
            drain: Duration::from_secs(20),
            health: Duration::from_secs(5),
            body: Duration::from_secs(300),
            tunnel: Duration::from_secs(3600),
            goodbye: Duration::from_secs(3),
        }
    }
}

/// How much is remembered.
#[derive(Clone, Copy, Debug)]
pub struct Memory {
    /// Verified tokens.
    pub tokens: usize,
    /// Answers to "who is this member".
    pub acting_users: usize,
    /// Credentials of old kinds.
    pub legacy: usize,
    /// Buckets: clients, accounts and addresses of which a limit counts the requests. Each takes some 300 bytes.
    pub buckets: usize,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            tokens: 60_000,
            acting_users: 50_000,
            legacy: 50_000,
            buckets: 200_000,
        }
    }
}
