//! What an access token says, and how each claims profile says it.
//!
//! One [`AccessToken`] is written in four profiles and read back from any of them: the gateway need
//! not know which family of servers an API's integrators once came from.

use crate::scope::Scopes;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// The facts of an access token, whatever profile it is written in. Times are unix seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessToken {
    /// `iss`: who issued it, byte for byte as in the metadata.
    pub issuer: String,
    /// `sub`: whom it speaks for; absent in profiles that name only the client.
    pub subject: Option<String>,
    /// `client_id` (RFC 9068 §2.2) or `azp` (Auth0).
    pub client_id: String,
    /// `aud`: the resource servers it is for.
    pub audience: Vec<String>,
    /// `scope` or `scp`: what it opens.
    pub scopes: Scopes,
    /// `iat`: when it was issued.
    pub issued: i64,
    /// `nbf`: not before.
    pub not_before: Option<i64>,
    /// `exp`: when it ends.
    pub expires: i64,
    /// `jti`: its own name; absent in Auth0's default profile.
    pub id: Option<String>,
    /// `tg`: what Tollgate's own gateway needs and no standard claim holds.
    pub mark: Option<Mark>,
}

/// The one private claim, `tg`: whose token it is and which secret bought it, so that a revoked
/// secret or account takes its tokens along although tokens leave no row behind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The account (customer firm) of the client.
    #[serde(rename = "acc")]
    pub account: String,
    /// The secret that authenticated the request.
    #[serde(rename = "sec", default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// `live` or `test`.
    #[serde(rename = "env")]
    pub environment: String,
}

/// How an access token spells its facts (VENDORS.md §1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// JWT Profile for OAuth 2.0 Access Tokens (RFC 9068).
    #[default]
    Rfc9068,
    /// Auth0's default profile: `azp`, `gty`, no `jti`, `sub` = `<client_id>@clients`.
    Auth0,
    /// Ory Hydra's: `scp` array, `aud` always an array, `ext`.
    Hydra,
    /// IdentityServer4's: `scope` array, no `sub`.
    IdentityServer,
}

impl Profile {
    /// The `typ` header of tokens in this profile.
    #[must_use]
    pub const fn typ(self) -> &'static str {
        match self {
            Self::Rfc9068 | Self::IdentityServer => "at+jwt",
            Self::Auth0 | Self::Hydra => "JWT",
        }
    }

    /// The `sub` of a token that speaks for the client alone.
    #[must_use]
    pub fn client_subject(self, client_id: &str) -> Option<String> {
        match self {
            Self::Rfc9068 | Self::Hydra => Some(client_id.to_owned()),
            Self::Auth0 => Some(format!("{client_id}@clients")),
            Self::IdentityServer => None,
        }
    }

    /// Whether tokens of this profile carry `jti`.
    #[must_use]
    pub const fn names_tokens(self) -> bool {
        !matches!(self, Self::Auth0)
    }

    /// Whether tokens of this profile carry `nbf`.
    #[must_use]
    pub const fn says_not_before(self) -> bool {
        matches!(self, Self::Hydra | Self::IdentityServer)
    }

    /// The token's claims as JSON text.
    #[must_use]
    pub fn write(self, token: &AccessToken) -> Vec<u8> {
        let audience = match (self, token.audience.as_slice()) {
            (Self::Hydra, list) => json!(list),
            (_, [one]) => json!(one),
            (_, list) => json!(list),
        };
        let mut claims = Map::new();
        claims.insert("iss".into(), json!(token.issuer));
        if let Some(subject) = &token.subject {
            claims.insert("sub".into(), json!(subject));
        }
        claims.insert("aud".into(), audience);
        match self {
            Self::Auth0 => {
                claims.insert("azp".into(), json!(token.client_id));
                claims.insert("gty".into(), json!("client-credentials"));
                if !token.scopes.is_empty() {
                    claims.insert("scope".into(), json!(token.scopes.to_string()));
                }
            }
            Self::Rfc9068 => {
                claims.insert("client_id".into(), json!(token.client_id));
                if !token.scopes.is_empty() {
                    claims.insert("scope".into(), json!(token.scopes.to_string()));
                }
            }
            Self::Hydra => {
                claims.insert("client_id".into(), json!(token.client_id));
                claims.insert("scp".into(), json!(token.scopes.as_slice()));
                claims.insert("ext".into(), json!({}));
            }
            Self::IdentityServer => {
                claims.insert("client_id".into(), json!(token.client_id));
                claims.insert("scope".into(), json!(token.scopes.as_slice()));
            }
        }
        claims.insert("iat".into(), json!(token.issued));
        if let Some(not_before) = token.not_before {
            claims.insert("nbf".into(), json!(not_before));
        }
        claims.insert("exp".into(), json!(token.expires));
        if let Some(id) = &token.id {
            claims.insert("jti".into(), json!(id));
        }
        if let Some(mark) = &token.mark {
            claims.insert("tg".into(), json!(mark));
        }
        Value::Object(claims).to_string().into_bytes()
    }
}

/// Why a payload is no access token of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejected {
    /// Not a JSON object, or a member of another type than its claim has.
    #[error("the payload is not a JSON object of access-token claims")]
    NotClaims,
    /// A mandatory claim is absent.
    #[error("the claim `{0}` is missing")]
    Missing(&'static str),
}

/// Reads claims written in any [`Profile`].
///
/// # Errors
/// [`Rejected`] when the payload is not a claims object or lacks `iss`, `aud`, `exp`, `iat` or the client.
pub fn read(payload: &[u8]) -> Result<AccessToken, Rejected> {
    #[derive(Deserialize)]
    struct Wire {
        iss: Option<String>,
        sub: Option<String>,
        aud: Option<OneOrMany>,
        client_id: Option<String>,
        azp: Option<String>,
        scope: Option<OneOrMany>,
        scp: Option<OneOrMany>,
        iat: Option<i64>,
        nbf: Option<i64>,
        exp: Option<i64>,
        jti: Option<String>,
        tg: Option<Mark>,
    }
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum OneOrMany {
        One(String),
        Many(Vec<String>),
    }
    impl OneOrMany {
        fn audiences(self) -> Vec<String> {
            match self {
                Self::One(one) => vec![one],
                Self::Many(many) => many,
            }
        }
        fn scopes(self) -> Scopes {
            match self {
                Self::One(text) => text.split(' ').filter(|s| !s.is_empty()).collect(),
                Self::Many(many) => many.iter().map(String::as_str).collect(),
            }
        }
    }
    let wire: Wire = serde_json::from_slice(payload).map_err(|_| Rejected::NotClaims)?;
    Ok(AccessToken {
        issuer: wire.iss.ok_or(Rejected::Missing("iss"))?,
        subject: wire.sub,
        client_id: wire.client_id.or(wire.azp).ok_or(Rejected::Missing("client_id"))?,
        audience: wire.aud.ok_or(Rejected::Missing("aud"))?.audiences(),
        scopes: wire.scope.or(wire.scp).map(OneOrMany::scopes).unwrap_or_default(),
        issued: wire.iat.ok_or(Rejected::Missing("iat"))?,
        not_before: wire.nbf,
        expires: wire.exp.ok_or(Rejected::Missing("exp"))?,
        id: wire.jti,
        mark: wire.tg,
    })
}
