//! A piece of software of an account, its secrets and its grants.

mod sign_in;

pub use sign_in::SignIn;

use crate::{Account, AccountId, ApiId, ClientId, MemberId, Moment, SecretId, State, Version};
use serde::{Deserialize, Serialize};
use std::fmt;
use tollgate_protocol::scope::Scopes;

/// An OAuth client (RFC 6749 §2): a customer firm's software.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    /// `client_id`; it never changes.
    pub id: ClientId,
    /// The account it belongs to.
    pub account: AccountId,
    /// Its name, as people read it.
    pub name: String,
    /// Test or live.
    pub environment: Environment,
    /// How it may authenticate at the token endpoint.
    pub auth_methods: Vec<AuthMethod>,
    /// The grant types it may use.
    pub grant_types: Vec<GrantType>,
    /// The member on whose behalf its calls count, where a route says so.
    pub owner: Option<MemberId>,
    /// The APIs whose tokens it may introspect: it is their resource server (RFC 7662 §2.1).
    pub introspects: Vec<ApiId>,
    /// Where a person may be sent back to with a code (RFC 6749 §3.1.2), octet for octet.
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// Where a person may be sent to after logout, octet for octet.
    #[serde(default)]
    pub logout_uris: Vec<String>,
    /// How people sign in at it.
    #[serde(default)]
    pub sign_in: SignIn,
    /// A disabled client gets no tokens.
    pub state: State,
    /// When it was made.
    pub created: Moment,
    /// Revision of the client together with its secrets and grants.
    pub version: Version,
}

impl Client {
    /// Whether it has no secret to prove itself with: then anybody can say to be it (RFC 6749 §2.1).
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.auth_methods.contains(&AuthMethod::None)
    }
}

/// Test or live: a property of the client; both are served by the same endpoints.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Environment {
    /// For trying out.
    Test,
    /// For production.
    #[default]
    Live,
}

impl Environment {
    /// The word it is kept and shown as.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Test => "test",
            Self::Live => "live",
        }
    }

    /// The environment of that word.
    #[must_use]
    pub fn of_str(word: &str) -> Option<Self> {
        [Self::Test, Self::Live]
            .into_iter()
            .find(|environment| environment.as_str() == word)
    }
}

/// `token_endpoint_auth_method` (RFC 7591 §2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthMethod {
    /// HTTP Basic (RFC 6749 §2.3.1).
    ClientSecretBasic,
    /// `client_id` and `client_secret` in the body.
    ClientSecretPost,
    /// Not at all: a public client, which has no secret to keep (RFC 6749 §2.1). Then PKCE is all.
    None,
}

impl AuthMethod {
    /// Every method.
    pub const ALL: [Self; 3] = [Self::ClientSecretBasic, Self::ClientSecretPost, Self::None];

    /// The registered name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ClientSecretBasic => "client_secret_basic",
            Self::ClientSecretPost => "client_secret_post",
            Self::None => "none",
        }
    }

    /// The method of that name.
    #[must_use]
    pub fn of_str(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.as_str() == name)
    }
}

/// `grant_type` (RFC 6749 §1.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantType {
    /// RFC 6749 §4.4.
    ClientCredentials,
    /// RFC 6749 §4.1.
    AuthorizationCode,
    /// RFC 6749 §6.
    RefreshToken,
}

impl GrantType {
    /// Every grant type.
    pub const ALL: [Self; 3] = [Self::ClientCredentials, Self::AuthorizationCode, Self::RefreshToken];

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ClientCredentials => "client_credentials",
            Self::AuthorizationCode => "authorization_code",
            Self::RefreshToken => "refresh_token",
        }
    }

    /// The grant type of that name.
    #[must_use]
    pub fn of_str(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grant| grant.as_str() == name)
    }
}

/// One of a client's secrets: what is on record of it. The secret itself is kept nowhere.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Secret {
    /// Names it, for people and for revocation.
    pub id: SecretId,
    /// The client it authenticates.
    pub client: ClientId,
    /// What the owner calls it.
    pub label: String,
    /// Keyed digest (HMAC-SHA256) of the secret, in hexadecimal.
    pub digest: String,
    /// When it was made.
    pub created: Moment,
    /// Who made it, as in [`crate::event::Actor`]'s text form.
    pub created_by: String,
    /// From this moment it authenticates nobody; absent when it does not expire.
    pub expires: Option<Moment>,
    /// When it was revoked.
    pub revoked: Option<Moment>,
    /// When it last bought a token, about a minute late at most.
    pub last_used: Option<Moment>,
}

impl Secret {
    /// Whether it authenticates at `now`.
    #[must_use]
    pub fn alive(&self, now: Moment) -> bool {
        self.revoked.is_none() && self.expires.is_none_or(|end| now < end)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secret")
            .field("id", &self.id)
            .field("client", &self.client)
            .finish_non_exhaustive()
    }
}

/// What a client may ask for at one API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// The client.
    pub client: ClientId,
    /// The API.
    pub api: ApiId,
    /// The scopes it may have.
    pub scopes: Scopes,
    /// Token lifetime in seconds, where it differs from the API's.
    pub lifetime: Option<i64>,
}

/// All that is on record of a client, read in one piece.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientRecord {
    /// The client.
    pub client: Client,
    /// Its account.
    pub account: Account,
    /// Its secrets that are neither revoked nor long expired, oldest first.
    pub secrets: Vec<Secret>,
    /// Its grants, by API.
    pub grants: Vec<Grant>,
}

/// A client as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientLine {
    /// The client.
    pub client: Client,
    /// The name of its account.
    pub account_name: String,
    /// When one of its secrets last bought a token.
    pub last_used: Option<Moment>,
    /// How many of its secrets are neither revoked nor expired.
    pub secrets_alive: i64,
}

/// Which clients are asked for; every field narrows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientFilter {
    /// Of this account.
    pub account: Option<AccountId>,
    /// Whose name contains this, or whose id begins with it; letters of either case.
    pub text: Option<String>,
    /// Test or live.
    pub environment: Option<Environment>,
    /// In this state.
    pub state: Option<State>,
}
