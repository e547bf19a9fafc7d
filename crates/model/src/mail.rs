//! Mail that leaves, kept with the decision that caused it and sent afterwards.

use crate::{MailId, Moment};
use std::fmt;

/// A mail on its way.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// Its id; also the local part of its `Message-ID`.
    pub id: MailId,
    /// To whom.
    pub to: String,
    /// Its subject; never a secret.
    pub subject: String,
    /// The text, sealed to `mail/<id>/text`: it may hold a link. Gone once it was sent.
    pub sealed: Option<Vec<u8>>,
    /// When it was written.
    pub created: Moment,
    /// When it is tried next; none when it was sent or given up.
    pub next: Option<Moment>,
    /// How often it was tried.
    pub tries: i64,
    /// When it was sent.
    pub sent: Option<Moment>,
    /// Why the last try failed.
    pub problem: Option<String>,
}

impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mail").field("id", &self.id).finish_non_exhaustive()
    }
}

/// What a try to send something came to. Of two nodes that try the same one, the later is stale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// How often it was tried before: the condition.
    pub was: i64,
    /// When it is tried next; none when it was sent or given up. A node that begins a try writes a moment a little
    /// ahead, and so claims it.
    pub next: Option<Moment>,
    /// When it arrived.
    pub done: Option<Moment>,
    /// Why not.
    pub problem: Option<String>,
    /// The answer's status code, of a webhook.
    pub status: Option<i64>,
}
