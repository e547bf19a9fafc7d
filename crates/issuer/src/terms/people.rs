//! The terms for people: the authorization endpoint and what follows from it. Plain values, set by settings or a preset.

use tollgate_model::{Api, ApiId, api::Unasked};
use tollgate_protocol::claims::Profile;
use tollgate_protocol::jose::Algorithm;

/// The terms under which applications act for people (RFC 6749 §4.1, OpenID Connect Core).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeopleTerms {
    /// Whether there is an authorization endpoint at all.
    pub enabled: bool,
    /// How long a code lives, in seconds; 60 at most (PK5).
    pub code_lifetime: i64,
    /// How long the pages from request to code may take, in seconds.
    pub flow_lifetime: i64,
    /// Whether a client with a secret may leave out PKCE (3E). Public clients never may.
    pub pkce_optional: bool,
    /// The shortest `state` and `nonce` that is taken, in characters; 0: they may be left out (Hydra: 8, and then
    /// `state` must be there).
    pub least_state: usize,
    /// What a client must ask to get refresh tokens: any of these scopes.
    pub offline: Vec<String>,
    /// Rules for refresh tokens.
    pub refresh: RefreshTerms,
    /// Tokens that are for no API: the UserInfo endpoint alone. Its audience is that endpoint's URL.
    pub openid: Api,
    /// Whether tokens for an API are for the UserInfo endpoint as well, where `openid` was asked (Auth0).
    pub userinfo_in_audience: bool,
    /// What signs ID tokens, unless a client wants another.
    pub id_token_alg: Algorithm,
    /// How long an ID token lives, in seconds.
    pub id_token_lifetime: i64,
    /// Scopes about the person, and the claims that each opens: those of OpenID Connect Core §5.4, and the house's own.
    pub scopes: Vec<ClaimScope>,
    /// The kinds of sign-in that may be asked for by `acr_values`, the weakest first.
    pub acrs: Vec<Acr>,
    /// Other providers that people may come from.
    pub connections: Vec<Connection>,
    /// Whether anybody may make a record of their own on the sign-in page, once they have shown to read their mail.
    pub sign_up: bool,
    /// Whether people see and take back on their profile page what they let applications do (3E-45).
    pub own_consents: bool,
    /// Whether Auth0's `/v2/logout` is served beside the end-session endpoint.
    pub v2_logout: bool,
}

/// Rules for refresh tokens; times in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefreshTerms {
    /// Whether a token dies when it is used, unless a client's record says otherwise. A public client's always does.
    pub rotates: bool,
    /// For how long the one before still gets the same answer, should the first have been lost; 0: not at all.
    pub window: i64,
    /// How long a token that is not used lives.
    pub idle: Option<i64>,
    /// How long a family lives, however much it is used.
    pub absolute: Option<i64>,
}

/// A scope about the person (OpenID Connect Core §5.4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimScope {
    /// Its name.
    pub name: String,
    /// What the person is asked to share, in words; empty for those whose words the pages have in every language.
    pub description: String,
    /// The claims it opens.
    pub claims: Vec<String>,
}

/// A kind of sign-in (`acr`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acr {
    /// `acr`, such as `urn:acr:face`.
    pub value: String,
    /// The ways to it: each a set of factors (`amr`, RFC 8176), all of which must be shown. A connection's factor is
    /// what its settings say.
    pub ways: Vec<Vec<String>>,
}

/// Another provider that people may come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// Its name: what `connection` names.
    pub name: String,
    /// What its button says.
    pub label: String,
    /// The factor (`amr`) that coming back from there counts as.
    pub factor: String,
    /// Whether somebody who comes back from there for the first time gets a record here.
    pub sign_up: bool,
    /// What it is.
    pub kind: ConnectionKind,
}

/// What a connection is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConnectionKind {
    /// An OpenID provider; the code flow with PKCE, `client_secret_basic` or `client_secret_post`.
    OpenId {
        /// Its issuer identifier; the rest is found by discovery.
        issuer: String,
        /// Our client there.
        client_id: String,
        /// What is asked for there.
        scopes: String,
    },
    /// A page with a button, for trying out: whoever is signed in presses it. On development servers alone.
    Test,
}

impl PeopleTerms {
    /// The terms of the default: OpenID Connect Core to the letter, and nobody served until it is enabled.
    #[must_use]
    pub fn of(userinfo: &str) -> Self {
        Self {
            enabled: false,
            code_lifetime: 60,
            flow_lifetime: 1800,
            pkce_optional: false,
            least_state: 0,
            offline: vec!["offline_access".to_owned()],
            refresh: RefreshTerms {
                rotates: true,
                window: 10,
                idle: Some(30 * 86_400),
                absolute: Some(365 * 86_400),
            },
            openid: Api {
                id: ApiId::new("openid"),
                audience: userinfo.to_owned(),
                name: "UserInfo".to_owned(),
                scopes: Vec::new(),
                unasked: Unasked::Nothing,
                lifetime: 3600,
                algorithm: Algorithm::RS256,
                profile: Profile::Rfc9068,
                declared: true,
                version: 1,
            },
            userinfo_in_audience: false,
            id_token_alg: Algorithm::RS256,
            id_token_lifetime: 3600,
            scopes: standard(),
            acrs: Vec::new(),
            connections: Vec::new(),
            sign_up: false,
            own_consents: true,
            v2_logout: false,
        }
    }

    /// The scope about the person that is called so; `openid` and the offline ones are none.
    #[must_use]
    pub fn claim_scope(&self, name: &str) -> Option<&ClaimScope> {
        self.scopes.iter().find(|scope| scope.name == name)
    }

    /// Whether a scope is one of OpenID Connect rather than an API's.
    #[must_use]
    pub fn is_openid(&self, scope: &str) -> bool {
        scope == "openid" || self.is_offline(scope) || self.claim_scope(scope).is_some()
    }

    /// Whether a scope asks for refresh tokens.
    #[must_use]
    pub fn is_offline(&self, scope: &str) -> bool {
        self.offline.iter().any(|name| name == scope)
    }

    /// The connection of that name.
    #[must_use]
    pub fn connection(&self, name: &str) -> Option<&Connection> {
        self.connections.iter().find(|connection| connection.name == name)
    }
}

/// OpenID Connect Core §5.4.
fn standard() -> Vec<ClaimScope> {
    let scope = |name: &str, claims: &[&str]| ClaimScope {
        name: name.to_owned(),
        description: String::new(),
        claims: claims.iter().map(|claim| (*claim).to_owned()).collect(),
    };
    vec![
        scope(
            "profile",
            &[
                "name",
                "family_name",
                "given_name",
                "middle_name",
                "nickname",
                "preferred_username",
                "profile",
                "picture",
                "website",
                "gender",
                "birthdate",
                "zoneinfo",
                "locale",
                "updated_at",
            ],
        ),
        scope("email", &["email", "email_verified"]),
        scope("address", &["address"]),
        scope("phone", &["phone_number", "phone_number_verified"]),
    ]
}
