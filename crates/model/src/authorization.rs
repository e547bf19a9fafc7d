//! One person's way through the authorization endpoint (RFC 6749 §4.1), from the request to the code that was spent.

use crate::{AccountId, ApiId, AuthorizationId, ClientId, ConsentId, Moment, SessionId, UserId, Version};
use serde::{Deserialize, Serialize};
use std::fmt;
use tollgate_protocol::scope::Scopes;

/// One person's way from a client's request to its code: opened → identified → consented → coded → spent.
///
/// Tokens name it, so that a code that comes twice takes them along; its refresh tokens have its id.
#[derive(Clone, PartialEq, Eq)]
pub struct Authorization {
    /// Its id, which the addresses of its pages carry; 190 random bits. It opens nothing without the browser.
    pub id: AuthorizationId,
    /// Keyed digest of the token in the cookie of the browser that opened it: no other browser goes on (CO2).
    pub browser: String,
    /// The client that asked.
    pub client: ClientId,
    /// The client's account.
    pub account: AccountId,
    /// What it asked for, checked.
    pub asked: Asked,
    /// How far it has come.
    pub stage: Stage,
    /// Who signed in.
    pub by: Option<Identified>,
    /// What the person agreed to: scopes of OpenID Connect and of the API, no more than was asked.
    pub scopes: Scopes,
    /// Under which consent.
    pub consent: Option<ConsentId>,
    /// Keyed digest of the code, in hexadecimal. It stays after the code was spent, to know it again.
    pub code: Option<String>,
    /// What is under way at another provider.
    pub errand: Option<Errand>,
    /// When it was opened.
    pub created: Moment,
    /// From when on neither its pages nor its code lead anywhere.
    pub expires: Moment,
    /// Until when it is remembered, for a code that comes again and for logout.
    pub forget_after: Moment,
    /// Its revision: every step is taken from the version it was decided upon, so that each is taken once.
    pub version: Version,
}

impl fmt::Debug for Authorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authorization")
            .field("id", &self.id)
            .field("client", &self.client)
            .field("stage", &self.stage)
            .finish_non_exhaustive()
    }
}

/// How far an authorization has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The request was understood.
    Opened,
    /// The person is known, well enough for what was asked.
    Identified,
    /// The person agreed.
    Consented,
    /// The client was sent its code.
    Coded,
    /// The code was exchanged.
    Spent,
    /// It came to nothing: denied, or its code came twice.
    Ended,
}

impl Stage {
    const ALL: [Self; 6] = [
        Self::Opened,
        Self::Identified,
        Self::Consented,
        Self::Coded,
        Self::Spent,
        Self::Ended,
    ];

    /// The word it is kept as.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Identified => "identified",
            Self::Consented => "consented",
            Self::Coded => "coded",
            Self::Spent => "spent",
            Self::Ended => "ended",
        }
    }

    /// The stage of that word.
    #[must_use]
    pub fn of_str(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.as_str() == word)
    }
}

/// What a client asked for, once it was found in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Where the answer goes, as registered or as asked with another loopback port (RFC 8252 §7.3).
    pub redirect_uri: String,
    /// Whether the request named it: then the token request must as well (RFC 6749 §4.1.3).
    pub redirect_named: bool,
    /// How the answer gets there.
    pub response_mode: ResponseMode,
    /// Returned unchanged.
    pub state: Option<String>,
    /// Goes into the ID token (OpenID Connect Core §3.1.2.1).
    pub nonce: Option<String>,
    /// `code_challenge` of method S256 (RFC 7636 §4.3).
    pub challenge: Option<String>,
    /// The scopes asked for that there are; those of OpenID Connect among them.
    pub scopes: Scopes,
    /// The API the access token shall be for; none: the UserInfo endpoint alone.
    pub api: Option<ApiId>,
    /// `prompt`.
    pub prompt: Vec<Prompt>,
    /// `max_age`, in seconds.
    pub max_age: Option<i64>,
    /// `acr_values`, the most wanted first; each is known.
    pub acr_values: Vec<String>,
    /// Single claims asked for by `claims` (OpenID Connect Core §5.5).
    pub claims: ClaimsAsked,
    /// Who is expected to sign in, as the client said.
    pub login_hint: Option<String>,
    /// The person whom an `id_token_hint` names.
    pub hinted: Option<UserId>,
    /// The language of the pages: of `ui_locales`, or of the browser.
    pub language: String,
    /// The connection to go straight to.
    pub connection: Option<String>,
}

/// How the answer gets to the client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseMode {
    /// As parameters of the address (RFC 6749 §4.1.2).
    #[default]
    Query,
    /// As a form that the browser posts (OAuth 2.0 Form Post Response Mode).
    FormPost,
}

impl ResponseMode {
    /// Every mode.
    pub const ALL: [Self; 2] = [Self::Query, Self::FormPost];

    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::FormPost => "form_post",
        }
    }

    /// The mode of that word.
    #[must_use]
    pub fn of_str(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == word)
    }
}

/// `prompt` (OpenID Connect Core §3.1.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Prompt {
    /// No page is shown.
    None,
    /// The person signs in again.
    Login,
    /// The person is asked again.
    Consent,
    /// The person chooses who to be.
    SelectAccount,
}

impl Prompt {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::None, Self::Login, Self::Consent, Self::SelectAccount];

    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Login => "login",
            Self::Consent => "consent",
            Self::SelectAccount => "select_account",
        }
    }

    /// The one of that word.
    #[must_use]
    pub fn of_str(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|prompt| prompt.as_str() == word)
    }
}

/// Single claims asked for (OpenID Connect Core §5.5), by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimsAsked {
    /// For the UserInfo answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub userinfo: Vec<String>,
    /// For the ID token.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub id_token: Vec<String>,
}

/// Who signed in, how and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identified {
    /// Who.
    pub user: UserId,
    /// In which session.
    pub session: SessionId,
    /// The line of that session: what clients know it by.
    pub line: SessionId,
    /// When a factor was last shown: `auth_time`.
    pub at: Moment,
    /// What was shown: `amr` (RFC 8176).
    pub factors: Vec<String>,
    /// The kind of sign-in that this amounts to: `acr`.
    pub acr: Option<String>,
}

/// Something under way at another provider, until the person comes back from there.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Errand {
    /// The connection.
    pub connection: String,
    /// Keyed digest of the `state` that was sent along.
    pub state: String,
    /// The `nonce` that the ID token must repeat.
    pub nonce: String,
    /// The PKCE verifier, sealed to `authorization/<id>/verifier`.
    pub verifier: Vec<u8>,
}

impl fmt::Debug for Errand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Errand")
            .field("connection", &self.connection)
            .finish_non_exhaustive()
    }
}
