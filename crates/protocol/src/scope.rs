//! Scope lists (RFC 6749 §3.3): `scope-token *( SP scope-token )`.

use serde::{Deserialize, Serialize};
use std::fmt;

/// An ordered list of distinct scope tokens.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Scopes(Vec<String>);

/// A scope text that is not the grammar of RFC 6749 §3.3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a space-separated list of scope tokens")]
pub struct Malformed;

impl Scopes {
    /// Parses a `scope` parameter. Runs of spaces count as one: integrators send them.
    ///
    /// # Errors
    /// [`Malformed`] when an octet outside `%x21 / %x23-5B / %x5D-7E` stands in it.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        if text.split(' ').all(|token| token.is_empty() || is_token(token)) {
            Ok(text.split(' ').filter(|token| !token.is_empty()).collect())
        } else {
            Err(Malformed)
        }
    }

    /// Whether no scope is named.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The scope tokens, in order.
    #[must_use]
    pub fn as_slice(&self) -> &[String] {
        &self.0
    }

    /// Whether `scope` is among them.
    #[must_use]
    pub fn contains(&self, scope: &str) -> bool {
        self.0.iter().any(|held| held == scope)
    }

    /// Whether every scope of `asked` is among them.
    #[must_use]
    pub fn covers(&self, asked: &Self) -> bool {
        asked.0.iter().all(|scope| self.contains(scope))
    }

    /// The scopes of `self` that `held` does not have, in order.
    #[must_use]
    pub fn beyond(&self, held: &Self) -> Self {
        self.0
            .iter()
            .map(String::as_str)
            .filter(|scope| !held.contains(scope))
            .collect()
    }

    /// The scope tokens, in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

/// Whether `token` is a scope-token of RFC 6749 §3.3.
#[must_use]
pub fn is_token(token: &str) -> bool {
    !token.is_empty() && token.bytes().all(|b| matches!(b, 0x21 | 0x23..=0x5B | 0x5D..=0x7E))
}

impl<'a> FromIterator<&'a str> for Scopes {
    fn from_iter<I: IntoIterator<Item = &'a str>>(tokens: I) -> Self {
        let mut list = Vec::new();
        for token in tokens {
            if !list.iter().any(|held| held == token) {
                list.push(token.to_owned());
            }
        }
        Self(list)
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, token) in self.0.iter().enumerate() {
            if place > 0 {
                f.write_str(" ")?;
            }
            f.write_str(token)?;
        }
        Ok(())
    }
}
