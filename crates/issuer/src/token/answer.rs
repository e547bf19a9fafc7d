//! The success answer of the token endpoint (RFC 6749 §5.1).

use crate::terms::{ScopeInAnswer, Terms};
use crate::token::limit::Left;
use crate::token::mint::Minted;
use serde::Serialize;
use std::fmt;
use tollgate_model::ApiId;
use tollgate_protocol::scope::Scopes;

/// The success answer; its members and their order are what integrators see.
#[derive(Serialize)]
pub struct TokenAnswer {
    access_token: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    expires_in: i64,
    token_type: &'static str,
    #[serde(skip)]
    left: Option<Left>,
    #[serde(skip)]
    api: Option<ApiId>,
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
            refresh_token: None,
            id_token: None,
            scope,
            expires_in: minted.lifetime - i64::from(terms.expires_in_truncated),
            token_type: terms.dialect.manner().token_type,
            left: None,
            api: None,
        }
    }

    /// The same, with an ID token.
    #[must_use]
    pub(super) fn and_id_token(self, id_token: Option<String>) -> Self {
        Self { id_token, ..self }
    }

    /// The same, with a refresh token; none, where there is none or the one shown stays good.
    #[must_use]
    pub(super) fn and_refresh_token(self, refresh_token: Option<String>) -> Self {
        Self { refresh_token, ..self }
    }

    /// The same, with what is for the door and not for the client: what is left of the limit, and which API it is about.
    #[must_use]
    pub(super) fn about(self, left: Option<Left>, api: Option<ApiId>) -> Self {
        Self { left, api, ..self }
    }

    /// What is left of the client's limit, where a grant for a person was counted against one.
    #[must_use]
    pub const fn left(&self) -> Option<Left> {
        self.left
    }

    /// The API that a token for a person is for; none: the UserInfo endpoint alone.
    #[must_use]
    pub const fn api(&self) -> Option<&ApiId> {
        self.api.as_ref()
    }
}

impl fmt::Debug for TokenAnswer {
    /// Without the tokens: whoever holds one is the bearer (OP5, 3E-40).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenAnswer")
            .field("scope", &self.scope)
            .field("expires_in", &self.expires_in)
            .finish_non_exhaustive()
    }
}
