//! Token introspection (RFC 7662).

use crate::caller::Caller;
use crate::catalogue::Catalogue;
use crate::verify::Living;
use serde::Serialize;

/// The answer about a token. Of a dead one it says that it is not active, and nothing else (RFC 7662 §2.2).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(default)]
pub struct Introspection {
    active: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exp: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    iat: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nbf: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aud: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    iss: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    jti: Option<String>,
}

/// What this caller learns of this token. A client is told of its own tokens; the client of a resource
/// server of those for its APIs. For anybody else a living token looks like a dead one.
#[must_use]
pub fn decide(caller: &Caller, living: Option<Living>, catalogue: &Catalogue) -> Introspection {
    let client = caller.client();
    let told = |living: &Living| {
        let serves = |audience: &String| {
            catalogue
                .apis
                .iter()
                .any(|api| api.audience == *audience && client.introspects.contains(&api.id))
        };
        living.token.client_id == client.id.as_str() || living.token.audience.iter().any(serves)
    };
    let Some(living) = living.filter(told) else {
        return Introspection::default();
    };
    let token = living.token;
    Introspection {
        active: true,
        scope: (!token.scopes.is_empty()).then(|| token.scopes.to_string()),
        client_id: Some(token.client_id),
        token_type: Some("Bearer"),
        exp: Some(token.expires),
        iat: Some(token.issued),
        nbf: token.not_before,
        sub: token.subject,
        aud: Some(token.audience),
        iss: Some(token.issuer),
        jti: token.id,
    }
}
