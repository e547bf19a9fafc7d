//! The success answer of the token endpoint (RFC 6749 §5.1).

use crate::terms::{ScopeInAnswer, Terms};
use crate::token::mint::Minted;
use serde::Serialize;
use tollgate_protocol::scope::Scopes;

/// The success answer; its members and their order are what integrators see.
#[derive(Debug, Serialize)]
pub struct TokenAnswer {
    access_token: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    expires_in: i64,
    token_type: &'static str,
}

impl TokenAnswer {
    /// The answer for a token, in the manner of the terms.
    #[must_use]
    pub fn of(minted: Minted, scopes: &Scopes, terms: &Terms) -> Self {
        let scope = match terms.scope_in_answer {
            ScopeInAnswer::Always => Some(scopes.to_string()),
            ScopeInAnswer::WhenAny if !scopes.is_empty() => Some(scopes.to_string()),
            ScopeInAnswer::WhenAny | ScopeInAnswer::Never => None,
        };
        Self {
            access_token: minted.token,
            scope,
            expires_in: minted.lifetime - i64::from(terms.expires_in_truncated),
            token_type: terms.dialect.manner().token_type,
        }
    }
}
