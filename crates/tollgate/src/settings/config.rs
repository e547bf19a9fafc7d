//! The configuration as it is typed: TOML with a preset beneath it.

mod console;
mod people;
mod transition;

pub use console::{
    Console, Creation, DeskAt, LeakAction, Leaks, Loopback, Mail, MailSecurity, Partner, Redirects, Webhooks,
};
pub use people::{Acr, ClaimScope, Connection, ConnectionKind, IdTokens, OpenIdTokens, People, Pkce, Refresh};
pub use transition::{
    Assertion, Brownout, Calendar, CallLimit, Introspection, Legacy, LegacyLogin, LegacyVerify, Plan, RateLimitHeaders,
    Transition, Window,
};

use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use tollgate_model::api::Unasked;
use tollgate_model::client::{AuthMethod, GrantType};
use tollgate_protocol::claims::Profile;
use tollgate_protocol::dialect::Dialect;
use tollgate_protocol::jose::Algorithm;

/// Everything that can be set. `docs/reference/settings.md` is its manual.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The preset beneath this configuration.
    pub preset: Option<String>,
    /// Who runs this.
    pub vendor: Vendor,
    /// Where it listens.
    pub server: Server,
    /// Where records are.
    pub store: Store,
    /// The key over all keys.
    pub master_key: MasterKey,
    /// The authorization server.
    pub issuer: Issuer,
    /// New clients.
    pub clients: Clients,
    /// Applications that act for people.
    pub people: People,
    /// Secrets.
    pub secrets: Secrets,
    /// Signing keys.
    pub keys: Keys,
    /// Members.
    pub members: Members,
    /// The console.
    pub console: Console,
    /// How mails leave; absent: they stay in the outbox, where operators read them.
    pub mail: Option<Mail>,
    /// Webhooks.
    pub webhooks: Webhooks,
    /// Reports of leaked secrets.
    pub leaks: Leaks,
    /// Old ways of authenticating.
    pub legacy: Vec<Legacy>,
    /// Their ends, and those of other old things.
    pub transition: Vec<Transition>,
    /// How much accounts may ask for.
    pub plan: Vec<Plan>,
    /// APIs.
    pub api: Vec<Api>,
    /// Upstreams, by name.
    pub upstream: BTreeMap<String, Upstream>,
    /// Routes of the gateway.
    pub route: Vec<Route>,
    /// The gateway.
    pub gateway: Gateway,
    /// What `tollgate demo` sets up.
    pub demo: Option<Demo>,
}

/// Who runs this.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Vendor {
    /// The vendor's name, as people read it.
    pub name: Option<String>,
    /// Where integrators read on.
    pub documentation: Option<String>,
    /// Where security researchers write to (RFC 9116), a URI.
    pub security_contact: Option<String>,
    /// The logo on people's pages, an SVG or PNG file.
    pub logo: Option<PathBuf>,
    /// The colour of what is pressed on people's pages, `#rrggbb`.
    pub accent: Option<String>,
}

/// Where it listens.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Server {
    /// Address of the issuer.
    pub listen: SocketAddr,
    /// Scheme and authority under which it is known to the world.
    pub public_url: String,
    /// Certificate chain and key, if it speaks TLS itself.
    pub tls: Option<Tls>,
    /// Address of the management API, the gateways' feed and health. Never the public one.
    pub management_listen: SocketAddr,
    /// Certificate chain and key of the management listener; required when it listens beyond loopback.
    pub management_tls: Option<Tls>,
    /// Reverse proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Seconds that the body of a request may take to arrive.
    pub body_timeout: u64,
    /// Whether other processes may listen on the same addresses.
    pub reuse_port: bool,
    /// Allow `http://` on loopback. For trying out and for tests.
    pub development: bool,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            public_url: String::new(),
            tls: None,
            management_listen: SocketAddr::from(([127, 0, 0, 1], 8090)),
            management_tls: None,
            trusted_proxies: Vec::new(),
            body_timeout: 15,
            reuse_port: false,
            development: false,
        }
    }
}

/// A certificate chain and its key, PEM files.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// The chain, leaf first.
    pub certificate: PathBuf,
    /// The private key.
    pub key: PathBuf,
}

/// Where records are.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Store {
    /// `sqlite:PATH` or `postgres://…`.
    pub url: String,
    /// A file with the address instead, when it holds a password.
    pub url_file: Option<PathBuf>,
    /// Connections to PostgreSQL at most.
    pub connections: usize,
}

impl Default for Store {
    fn default() -> Self {
        Self {
            url: "sqlite:tollgate.db".to_owned(),
            url_file: None,
            connections: 16,
        }
    }
}

/// The address of another machine's database may hold a password, so that only its kind is shown.
impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = match self.url.split_once(':') {
            Some(("sqlite", _)) => self.url.as_str(),
            Some((kind, _)) => kind,
            None => "***",
        };
        let mut store = f.debug_struct("Store");
        store
            .field("url", &shown)
            .field("url_file", &self.url_file)
            .field("connections", &self.connections)
            .finish()
    }
}

/// The key over all keys.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MasterKey {
    /// A file with 32 random bytes in base64url. The environment variable `TOLLGATE_MASTER_KEY` goes before it.
    pub file: Option<PathBuf>,
}

/// The authorization server.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Issuer {
    /// Whether this process is one.
    pub enabled: bool,
    /// What the issuer identifier has after `server.public_url`: nothing, `/`, or a path.
    pub path: String,
    /// How refusals are said.
    pub dialect: Dialect,
    /// Where the endpoints are.
    pub paths: Paths,
    /// Which bodies the token endpoint reads.
    pub bodies: Vec<Body>,
    /// How a token request names its target.
    pub target: Target,
    /// When a token answer carries `scope`.
    pub scope_in_answer: ScopeInAnswer,
    /// How `expires_in` is counted.
    pub expires_in: ExpiresIn,
    /// Whether Basic and body credentials may come together.
    pub basic_and_body_together: bool,
    /// Token requests of one client.
    pub token_requests: Option<Limit>,
    /// Wrong secrets for one client from one address before they are answered 429.
    pub wrong_secrets: Limit,
    /// Whether a valid secret seen in a query string is revoked on the spot.
    pub revoke_secret_in_query: bool,
    /// Other ways to the same endpoints.
    pub alias: Vec<Alias>,
}

impl Default for Issuer {
    fn default() -> Self {
        Self {
            enabled: true,
            path: String::new(),
            dialect: Dialect::Rfc,
            paths: Paths::default(),
            bodies: vec![Body::Form],
            target: Target::NamedOrSole,
            scope_in_answer: ScopeInAnswer::WhenAny,
            expires_in: ExpiresIn::Exact,
            basic_and_body_together: false,
            token_requests: None,
            wrong_secrets: Limit { count: 10, window: 60 },
            revoke_secret_in_query: false,
            alias: Vec::new(),
        }
    }
}

/// Paths of the endpoints.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Paths {
    /// RFC 6749 §3.2.
    pub token: String,
    /// RFC 7662.
    pub introspection: String,
    /// RFC 7009.
    pub revocation: String,
    /// RFC 7517 §5.
    pub jwks: String,
    /// RFC 6749 §3.1.
    pub authorization: String,
    /// OpenID Connect Core §5.3.
    pub userinfo: String,
    /// OpenID Connect RP-Initiated Logout §2.
    pub end_session: String,
}

impl Default for Paths {
    fn default() -> Self {
        Self {
            token: "/oauth2/token".to_owned(),
            introspection: "/oauth2/introspect".to_owned(),
            revocation: "/oauth2/revoke".to_owned(),
            jwks: "/.well-known/jwks.json".to_owned(),
            authorization: "/authorize".to_owned(),
            userinfo: "/userinfo".to_owned(),
            end_session: "/logout".to_owned(),
        }
    }
}

/// A body form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Body {
    /// `application/x-www-form-urlencoded`.
    Form,
    /// `application/json`.
    Json,
}

/// How a token request names its target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// `audience` or `resource` is required.
    Required,
    /// As named, or the client's only one.
    NamedOrSole,
    /// The scopes select it.
    ByScope,
}

/// When a token answer carries `scope`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScopeInAnswer {
    /// When there are any.
    WhenAny,
    /// Also when there are none.
    Always,
    /// Never.
    Never,
}

/// How `expires_in` is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExpiresIn {
    /// From `iat` to `exp`.
    Exact,
    /// Whole seconds that remain when the answer is sent.
    Truncated,
}

/// So many in so many seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// How many.
    pub count: i64,
    /// In how many seconds.
    pub window: i64,
}

/// Another way to an endpoint.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alias {
    /// To which.
    pub endpoint: AliasOf,
    /// Its path.
    pub path: String,
    /// Only under this host name.
    pub host: Option<String>,
    /// The day since which it is deprecated, `2026-01-31`.
    pub deprecated: Option<String>,
    /// The day on which it ends.
    pub sunset: Option<String>,
    /// Where people read about it.
    pub link: Option<String>,
}

/// An endpoint that may have aliases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AliasOf {
    /// RFC 6749 §3.2.
    Token,
    /// RFC 7662.
    Introspection,
    /// RFC 7009.
    Revocation,
    /// RFC 7517 §5.
    Jwks,
}

/// New clients.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Clients {
    /// How clients may authenticate here, and no other way; a new client in all of these unless its maker names fewer.
    pub auth_methods: Vec<AuthMethod>,
    /// What clients may use; absent: `client_credentials`, and what is for people where people are served. A new one
    /// has `client_credentials` alone unless its maker names others.
    pub grant_types: Option<Vec<GrantType>>,
    /// Redirect and logout addresses.
    pub redirects: Redirects,
}

impl Default for Clients {
    fn default() -> Self {
        Self {
            auth_methods: vec![AuthMethod::ClientSecretBasic],
            grant_types: None,
            redirects: Redirects::default(),
        }
    }
}

/// Secrets of clients.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Secrets {
    /// How many may be alive at once.
    pub most_alive: usize,
    /// How long the old ones live on after Regenerate, in seconds.
    pub overlap: i64,
    /// The longest overlap an owner may choose, in seconds.
    pub longest_overlap: i64,
    /// How long a new secret lives, in seconds; absent: until it is replaced.
    pub lifetime: Option<i64>,
    /// Whether its owner may look at it again.
    pub revealable: bool,
}

impl Default for Secrets {
    fn default() -> Self {
        Self {
            most_alive: 2,
            overlap: 0,
            longest_overlap: 30 * 86_400,
            lifetime: None,
            revealable: false,
        }
    }
}

/// Signing keys.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Keys {
    /// How long a new key stands in the JWKS before it signs, in seconds.
    pub publish_ahead: i64,
    /// How long a retired key stays beyond the longest token, in seconds.
    pub leeway: i64,
}

impl Default for Keys {
    fn default() -> Self {
        Self {
            publish_ahead: 600,
            leeway: 60,
        }
    }
}

/// Members of accounts.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Members {
    /// Roles that a member may hold; empty: any word.
    pub roles: Vec<String>,
}

/// A resource server.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Api {
    /// A short word for it.
    pub id: String,
    /// `aud`.
    pub audience: String,
    /// Its name, as people read it.
    pub name: String,
    /// Its scopes, and what each opens.
    #[serde(default)]
    pub scopes: Vec<Scope>,
    /// What a token request gets that names no scope.
    #[serde(default)]
    pub unasked: Unasked,
    /// How long its tokens live, in seconds.
    #[serde(default = "hour")]
    pub lifetime: i64,
    /// What signs its tokens.
    #[serde(default = "es256")]
    pub algorithm: Algorithm,
    /// How its tokens spell their claims.
    #[serde(default)]
    pub profile: Profile,
}

const fn hour() -> i64 {
    3600
}

const fn es256() -> Algorithm {
    Algorithm::ES256
}

/// A scope of an API.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    /// The scope-token.
    pub name: String,
    /// What it opens, in words.
    pub description: String,
}

/// Servers behind routes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Upstream {
    /// Base URLs.
    pub targets: Vec<String>,
    /// Speak HTTP/2 without negotiation to `http://` targets.
    #[serde(default)]
    pub http2: bool,
    /// Path asked of each target to see whether it is healthy.
    pub health_path: Option<String>,
    /// Seconds to wait for a connection.
    pub connect_timeout: Option<u32>,
    /// Seconds to wait for the head of the answer.
    pub response_timeout: Option<u32>,
    /// Whether connection upgrades (WebSocket) are passed on.
    #[serde(default)]
    pub upgrades: bool,
    /// Request bodies over this many bytes are refused.
    #[serde(default)]
    pub max_body: u64,
    /// Requests with one target at a time; 0: no cap.
    #[serde(default)]
    pub in_flight: u32,
    /// Failures in a row after which a target rests; 0: never.
    #[serde(default)]
    pub failures: u32,
    /// For how many seconds it rests.
    #[serde(default = "ten")]
    pub rest: u32,
}

const fn ten() -> u32 {
    10
}

/// A rule of the gateway.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// A short word for it.
    pub id: String,
    /// Host names it answers for; none: any.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// Methods; none: any.
    #[serde(default)]
    pub methods: Vec<String>,
    /// Path pattern.
    pub path: String,
    /// The API whose tokens open it; absent: it is public.
    pub api: Option<String>,
    /// Protected routes in whose space a public route lies.
    #[serde(default)]
    pub opens: Vec<String>,
    /// Scopes of which all are required.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// Scopes of which one is required, beside those; none: none.
    #[serde(default)]
    pub any_scopes: Vec<String>,
    /// Whether a member must be named, and how.
    pub acting_user: Option<ActingUser>,
    /// Whether an ID token may or must come along, and how.
    pub id_token: Option<RouteIdToken>,
    /// Whether an opaque token is taken as well.
    #[serde(default)]
    pub opaque: bool,
    /// Old ways of authenticating that are taken as well, until they end.
    #[serde(default)]
    pub legacy: Vec<String>,
    /// How much may be asked here.
    #[serde(default)]
    pub limits: Vec<CallLimit>,
    /// A signed statement of who asks, in place of the caller's token.
    pub assertion: Option<Assertion>,
    /// The upstream, by name.
    pub upstream: String,
}

/// How the acting user is found and who may act.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActingUser {
    /// The header with the e-mail address; absent: the client's owner acts.
    pub header: Option<String>,
    /// Roles of which one suffices; none: any member.
    #[serde(default)]
    pub roles: Vec<String>,
}

/// An ID token beside the access token.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RouteIdToken {
    /// The header that carries it.
    pub header: String,
    /// Whether a call without one is refused.
    #[serde(default)]
    pub required: bool,
}

/// The gateway.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Gateway {
    /// Whether this process is one.
    pub enabled: bool,
    /// Its address.
    pub listen: SocketAddr,
    /// Scheme and authority under which the world reaches it.
    pub public_url: Option<String>,
    /// Certificate chain and key, if it speaks TLS itself.
    pub tls: Option<Tls>,
    /// Whether the caller's `Authorization` header goes on to the upstream.
    pub pass_authorization: bool,
    /// Reverse proxies whose `X-Forwarded-*` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// By how many seconds clocks may differ, 0 to 60.
    pub leeway: i64,
    /// How many verified tokens are remembered.
    pub remembered_tokens: usize,
    /// PEM file with certificate authorities for `https://` upstreams, besides the system's.
    pub upstream_roots: Option<PathBuf>,
    /// Whether upstreams may be at link-local addresses, where clouds have their metadata services.
    pub link_local_upstreams: bool,
    /// The issuer to follow, when this process is not one itself.
    pub feed: Option<Feed>,
    /// Whether it answers other proxies on its own address: nginx, Traefik, Caddy.
    pub forward_auth: bool,
    /// Where it answers Envoy (`ext_authz`, gRPC); absent: nowhere.
    pub ext_authz_listen: Option<SocketAddr>,
    /// Where it says how it is, `/health` and `/metrics`; absent: nowhere.
    pub status_listen: Option<SocketAddr>,
    /// The file in which what it last learned rests; absent: nowhere.
    pub snapshot: Option<PathBuf>,
    /// Whom it asks about opaque tokens.
    pub introspection: Option<Introspection>,
    /// PEM file with the key of statements of who asks; absent: each start makes another.
    pub assertion_key: Option<PathBuf>,
    /// Requests at once; 0: as many as it answers in good time.
    pub most_in_flight: usize,
    /// Connections at once; 0: any number.
    pub most_connections: usize,
    /// Requests that may wait for one target whatever is measured; 0: nothing is measured.
    pub least_in_flight: u32,
    /// Which headers say what is left of a limit.
    pub rate_limit_headers: RateLimitHeaders,
}

impl Default for Gateway {
    fn default() -> Self {
        Self {
            enabled: true,
            listen: SocketAddr::from(([127, 0, 0, 1], 8081)),
            public_url: None,
            tls: None,
            pass_authorization: false,
            trusted_proxies: Vec::new(),
            leeway: 10,
            remembered_tokens: 60_000,
            upstream_roots: None,
            link_local_upstreams: false,
            feed: None,
            forward_auth: false,
            ext_authz_listen: None,
            status_listen: None,
            snapshot: None,
            introspection: None,
            assertion_key: None,
            most_in_flight: 0,
            most_connections: 20_000,
            least_in_flight: 50,
            rate_limit_headers: RateLimitHeaders::default(),
        }
    }
}

/// The issuer that a gateway on its own follows.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Feed {
    /// Its management listener, `https://…`.
    pub url: String,
    /// A file with the gateway's token. The environment variable `TOLLGATE_GATEWAY_TOKEN` goes before it.
    pub token_file: Option<PathBuf>,
}

/// What `tollgate demo` sets up for a visitor.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Demo {
    /// The customer firm.
    pub account: String,
    /// Its member, who may do everything the preset allows.
    pub member: DemoMember,
    /// Its client.
    pub client: DemoClient,
    /// The name of its application that acts for people; absent: it has none.
    pub web: Option<String>,
    /// Connections that are a page with a button.
    #[serde(default)]
    pub connection: Vec<DemoConnection>,
    /// A protected path of the sample API that answers `GET`.
    pub path: String,
    /// What the sample API answers.
    #[serde(default)]
    pub sample: Vec<Sample>,
}

/// The member of a demo.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DemoMember {
    /// E-mail address.
    pub email: String,
    /// Name.
    pub name: String,
    /// Roles.
    #[serde(default)]
    pub roles: Vec<String>,
    /// What applications may be told of the person besides, a JSON object.
    pub claims: Option<String>,
}

/// A connection of a demo: whoever is signed in presses its button.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DemoConnection {
    /// Its name.
    pub name: String,
    /// What its button says.
    pub label: String,
    /// The factor that it counts as.
    pub factor: String,
}

/// The client of a demo.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DemoClient {
    /// Name.
    pub name: String,
    /// The API it is granted.
    pub api: String,
    /// The scopes it is granted.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// Token lifetime in seconds, where it differs from the API's.
    pub lifetime: Option<i64>,
    /// Its redirect addresses.
    #[serde(default)]
    pub redirect_uris: Vec<String>,
}

/// An answer of the sample API.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// Method.
    pub method: String,
    /// Path.
    pub path: String,
    /// JSON; `{account}`, `{client}`, `{scopes}`, `{acting_user}`, `{person}` and `{body}` are filled in.
    pub answer: String,
}
