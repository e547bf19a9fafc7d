//! Links that work once.

use crate::{LinkId, Moment, UserId};
use std::fmt;

/// A link that works once: whoever follows it has read the mail (or the terminal) it was written into. On record is the
/// digest of its token.
#[derive(Clone, PartialEq, Eq)]
pub struct Link {
    /// Names it; does not authenticate.
    pub id: LinkId,
    /// Keyed digest of the token, in hexadecimal.
    pub digest: String,
    /// What it is for.
    pub kind: LinkKind,
    /// The address it was sent to, in lower case; empty for the first operator's.
    pub email: String,
    /// Whose, if it is somebody's who is on record already.
    pub user: Option<UserId>,
    /// More about it, such as the name and the account's that a sign-up asked for. Never a secret.
    pub detail: serde_json::Value,
    /// When it was made.
    pub created: Moment,
    /// From when on it opens nothing.
    pub expires: Moment,
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkKind {
    /// To choose a first password.
    Invitation,
    /// To choose another password.
    Reset,
    /// To become the first operator.
    FirstOperator,
    /// To show that a new address is read.
    Email,
    /// To open an account of one's own.
    SignUp,
    /// To make a record of one's own, without any account.
    Join,
}

impl LinkKind {
    const ALL: [Self; 6] = [
        Self::Invitation,
        Self::Reset,
        Self::FirstOperator,
        Self::Email,
        Self::SignUp,
        Self::Join,
    ];

    /// The word it is kept as.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Reset => "reset",
            Self::FirstOperator => "first_operator",
            Self::Email => "email",
            Self::SignUp => "sign_up",
            Self::Join => "join",
        }
    }

    /// The kind of that word.
    #[must_use]
    pub fn of_str(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}
