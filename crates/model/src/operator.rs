//! Credentials of those who run the place.

use crate::{Moment, OperatorId, State};
use std::fmt;

/// A bearer credential for the management API or for a gateway's feed.
#[derive(Clone, PartialEq, Eq)]
pub struct Operator {
    /// Its id.
    pub id: OperatorId,
    /// Whose it is, as people read it.
    pub name: String,
    /// What it opens.
    pub kind: OperatorKind,
    /// Keyed digest of the token, in hexadecimal.
    pub digest: String,
    /// A disabled credential opens nothing.
    pub state: State,
    /// When it was made.
    pub created: Moment,
}

impl fmt::Debug for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Operator")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// What an operator credential opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperatorKind {
    /// The whole management API.
    Operator,
    /// The feed, and nothing else.
    Gateway,
}

impl OperatorKind {
    /// The word it is kept and shown as.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Gateway => "gateway",
        }
    }

    /// The kind of that word.
    #[must_use]
    pub fn of_str(word: &str) -> Option<Self> {
        [Self::Operator, Self::Gateway]
            .into_iter()
            .find(|kind| kind.as_str() == word)
    }
}
