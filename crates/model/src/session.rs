//! Somebody signed in at one browser.

use crate::{AccountId, Moment, SessionId, UserId};
use std::fmt;

/// Somebody signed in at one browser. The browser has a token of it in a cookie; on record is the token's digest.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    /// Names it, for lists; does not authenticate.
    pub id: SessionId,
    /// The first of those that took each other's place at this browser: a factor that is shown makes another session, and
    /// clients know all of them as one (`sid`, OpenID Connect Front-Channel Logout §3).
    pub line: SessionId,
    /// Keyed digest of the token, in hexadecimal.
    pub digest: String,
    /// Who.
    pub user: UserId,
    /// Whether every factor was shown. Until then it opens the page that asks for the next one, and nothing else.
    pub complete: bool,
    /// The account in view.
    pub account: Option<AccountId>,
    /// How the person proved who they are: `pwd`, `otp`, `rec` (RFC 8176 where it has a word).
    pub factors: Vec<String>,
    /// When it began.
    pub created: Moment,
    /// When it was last used, about a minute late at most.
    pub seen: Moment,
    /// When a factor was last shown, here or, as a provider tells it, there: `auth_time`. What is dangerous asks for a
    /// password again after a while.
    pub proved: Moment,
    /// When it ends, used or not.
    pub ends: Moment,
    /// The browser, as it names itself, shortened.
    pub device: String,
    /// The address it began from.
    pub address: String,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("id", &self.id)
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}
