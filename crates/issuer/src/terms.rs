//! The terms an issuer works under: plain values, set once by settings or a preset.

pub mod console;
pub mod people;
pub mod transition;

use console::ConsoleTerms;
use people::PeopleTerms;
use tollgate_model::client::{AuthMethod, GrantType};
use tollgate_protocol::dialect::Dialect;
use tollgate_protocol::parameters::Forms;
use transition::TransitionTerms;

/// The terms an issuer works under. Rules get them as an argument; no rule names a vendor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The issuer identifier (`iss`), byte for byte as published.
    pub issuer: String,
    /// How refusals are said.
    pub dialect: Dialect,
    /// Which bodies the token endpoint reads.
    pub forms: Forms,
    /// Whether Basic and body credentials may come together, as long as they name the same client.
    pub methods_together: bool,
    /// How a token request names its target.
    pub target: Target,
    /// When a token answer carries `scope`.
    pub scope_in_answer: ScopeInAnswer,
    /// Whether `expires_in` is cut to the whole seconds that remain when the answer is sent (Hydra prints 3599).
    pub expires_in_truncated: bool,
    /// Token requests of one client, if limited.
    pub token_limit: Option<Limit>,
    /// Wrong secrets for one client from one address before they are answered 429.
    pub guesses: Limit,
    /// Whether a valid secret seen in a query string is revoked on the spot.
    pub revoke_secret_in_query: bool,
    /// Rules for secrets.
    pub secrets: SecretTerms,
    /// Rules for new clients.
    pub clients: ClientTerms,
    /// Rules for signing keys.
    pub keys: KeyTerms,
    /// Roles a member may hold; empty: any word.
    pub roles: Vec<String>,
    /// Whether routes may lead to link-local, multicast, broadcast and unspecified addresses, where clouds have their
    /// metadata services.
    pub link_local_upstreams: bool,
    /// The console.
    pub console: ConsoleTerms,
    /// Applications that act for people.
    pub people: PeopleTerms,
    /// Old ways of authenticating, and what accounts may ask for.
    pub transition: TransitionTerms,
    /// Public keys (PEM) of partners that report leaked secrets, by the name of the key; none: everybody may report.
    pub leak_keys: Vec<(String, String)>,
}

/// So many in so many seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// How many.
    pub count: i64,
    /// In how many seconds.
    pub window: i64,
}

/// How a token request names its target.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Target {
    /// `audience` or `resource` is required.
    Required,
    /// As named; when the client has one grant only, that one goes without saying.
    #[default]
    NamedOrSole,
    /// The scopes select it; `audience` is ignored (IdentityServer).
    ByScope,
}

/// When a token answer carries `scope` (RFC 6749 §5.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ScopeInAnswer {
    /// When there are any.
    #[default]
    WhenAny,
    /// Also when there are none (Hydra).
    Always,
    /// Never (IdentityServer4 before 2.5).
    Never,
}

/// Rules for secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecretTerms {
    /// How many may be alive at once.
    pub most_alive: usize,
    /// How long the old ones live on after Regenerate unless the owner says otherwise, in seconds; 0: not at all.
    pub overlap: i64,
    /// The longest overlap an owner may choose, in seconds.
    pub longest_overlap: i64,
    /// How long a new secret lives, in seconds; absent: until it is replaced.
    pub lifetime: Option<i64>,
}

/// Rules for new clients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientTerms {
    /// How clients may authenticate here, and no other way; a new client in all of these but `none` unless its maker
    /// names fewer. Where `none` is not among them there are no public clients (3E-4).
    pub auth_methods: Vec<AuthMethod>,
    /// The grant types that a client may have here. A new one has `client_credentials` unless its maker names others;
    /// those for people count only where there is an authorization endpoint ([`PeopleTerms::enabled`]).
    pub grant_types: Vec<GrantType>,
}

impl ClientTerms {
    /// How a client with secrets may authenticate here.
    pub fn with_secrets(&self) -> impl Iterator<Item = AuthMethod> {
        self.auth_methods
            .iter()
            .copied()
            .filter(|method| *method != AuthMethod::None)
    }
}

/// Rules for signing keys, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyTerms {
    /// How long a new key stands in the JWKS before it signs. JWKS may be cached half as long.
    pub publish_ahead: i64,
    /// How long a retired key stays beyond the longest token, for clocks that differ.
    pub leeway: i64,
}

impl Terms {
    /// The terms of the default: RFC 6749 to the letter.
    #[must_use]
    pub fn rfc(issuer: impl Into<String>) -> Self {
        let issuer = issuer.into();
        Self {
            console: ConsoleTerms::at(format!("{}/console", issuer.trim_end_matches('/'))),
            people: PeopleTerms::of(&format!("{}/userinfo", issuer.trim_end_matches('/'))),
            issuer,
            dialect: Dialect::Rfc,
            forms: Forms {
                form: true,
                json: false,
            },
            methods_together: false,
            target: Target::NamedOrSole,
            scope_in_answer: ScopeInAnswer::WhenAny,
            expires_in_truncated: false,
            token_limit: None,
            guesses: Limit { count: 10, window: 60 },
            revoke_secret_in_query: false,
            secrets: SecretTerms {
                most_alive: 2,
                overlap: 0,
                longest_overlap: 30 * 86_400,
                lifetime: None,
            },
            clients: ClientTerms {
                auth_methods: vec![AuthMethod::ClientSecretBasic],
                grant_types: GrantType::ALL.to_vec(),
            },
            keys: KeyTerms {
                publish_ahead: 600,
                leeway: 60,
            },
            roles: Vec::new(),
            link_local_upstreams: false,
            transition: TransitionTerms::default(),
            leak_keys: Vec::new(),
        }
    }
}
