//! Applications that act for people, as they are typed.

use serde::Deserialize;
use std::path::PathBuf;
use tollgate_protocol::claims::Profile;
use tollgate_protocol::jose::Algorithm;

const DAY: i64 = 86_400;

/// Applications that act for people.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct People {
    /// Whether there is an authorization endpoint.
    pub enabled: bool,
    /// How long a code lives, in seconds.
    pub code_lifetime: i64,
    /// How long the way from request to code may take, in seconds.
    pub flow_lifetime: i64,
    /// Who may leave out PKCE.
    pub pkce: Pkce,
    /// The shortest `state` and `nonce` that is taken.
    pub least_state: usize,
    /// Scopes of which any asks for refresh tokens.
    pub offline: Vec<String>,
    /// Whether anybody may make a record of their own.
    pub sign_up: bool,
    /// Whether people take back themselves what they allowed.
    pub own_consents: bool,
    /// Whether tokens for an API are for the UserInfo endpoint as well.
    pub userinfo_in_audience: bool,
    /// Whether `/v2/logout` is served.
    pub v2_logout: bool,
    /// Refresh tokens.
    pub refresh: Refresh,
    /// Tokens that are for no API.
    pub tokens: OpenIdTokens,
    /// ID tokens.
    pub id_token: IdTokens,
    /// Scopes about the person, besides the standard ones or in place of them.
    pub scope: Vec<ClaimScope>,
    /// The kinds of sign-in that may be asked for, the weakest first.
    pub acr: Vec<Acr>,
    /// Other providers that people may come from.
    pub connection: Vec<Connection>,
}

impl Default for People {
    fn default() -> Self {
        Self {
            enabled: false,
            code_lifetime: 60,
            flow_lifetime: 1800,
            pkce: Pkce::Required,
            least_state: 0,
            offline: vec!["offline_access".to_owned()],
            sign_up: false,
            own_consents: true,
            userinfo_in_audience: false,
            v2_logout: false,
            refresh: Refresh::default(),
            tokens: OpenIdTokens::default(),
            id_token: IdTokens::default(),
            scope: Vec::new(),
            acr: Vec::new(),
            connection: Vec::new(),
        }
    }
}

/// Who may leave out PKCE (RFC 7636).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pkce {
    /// Nobody.
    Required,
    /// Clients that have a secret.
    OptionalWithSecret,
}

/// Refresh tokens; times in seconds.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Refresh {
    /// Whether one dies when it is used.
    pub rotates: bool,
    /// For how long the one before still gets the same answer.
    pub window: i64,
    /// How long one lives that is not used; 0: without end.
    pub idle: i64,
    /// How long they live altogether; 0: without end.
    pub absolute: i64,
}

impl Default for Refresh {
    fn default() -> Self {
        Self {
            rotates: true,
            window: 10,
            idle: 30 * DAY,
            absolute: 365 * DAY,
        }
    }
}

/// Access tokens that open the UserInfo endpoint and nothing else.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OpenIdTokens {
    /// How long one lives, in seconds.
    pub lifetime: i64,
    /// What signs them.
    pub algorithm: Algorithm,
    /// How they spell their claims.
    pub profile: Profile,
}

impl Default for OpenIdTokens {
    fn default() -> Self {
        Self {
            lifetime: 3600,
            algorithm: Algorithm::RS256,
            profile: Profile::Rfc9068,
        }
    }
}

/// ID tokens.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct IdTokens {
    /// How long one lives, in seconds.
    pub lifetime: i64,
    /// What signs them unless a client wants another.
    pub algorithm: Algorithm,
}

impl Default for IdTokens {
    fn default() -> Self {
        Self {
            lifetime: 3600,
            algorithm: Algorithm::RS256,
        }
    }
}

/// A scope about the person.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimScope {
    /// Its name.
    pub name: String,
    /// What the person is asked to share, in words; the pages have them for the standard ones.
    #[serde(default)]
    pub description: String,
    /// The claims it opens.
    pub claims: Vec<String>,
}

/// A kind of sign-in.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acr {
    /// `acr`.
    pub value: String,
    /// The ways to it, each the factors that must all be shown, with spaces between them.
    pub ways: Vec<String>,
}

/// Another provider that people may come from.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Connection {
    /// Its name, as `connection` says it.
    pub name: String,
    /// What its button says.
    pub label: String,
    /// What it is.
    #[serde(default)]
    pub kind: ConnectionKind,
    /// The factor that coming back from there counts as.
    pub factor: String,
    /// Whether somebody who comes from there for the first time gets a record.
    #[serde(default)]
    pub sign_up: bool,
    /// Its issuer identifier.
    pub issuer: Option<String>,
    /// Our client there.
    pub client_id: Option<String>,
    /// A file with that client's secret.
    pub client_secret_file: Option<PathBuf>,
    /// What is asked for there.
    #[serde(default = "usual_scopes")]
    pub scopes: Vec<String>,
}

fn usual_scopes() -> Vec<String> {
    ["openid", "profile", "email"].map(str::to_owned).to_vec()
}

/// What a connection is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ConnectionKind {
    /// An OpenID provider.
    #[default]
    Openid,
    /// A page with a button.
    Test,
}
