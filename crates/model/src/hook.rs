//! Webhooks: where an account wants to be told of what concerns it.

use crate::{AccountId, DeliveryId, HookId, Moment, State, Version};
use std::fmt;

/// An address that is told of alerts, signed (Standard Webhooks).
#[derive(Clone, PartialEq, Eq)]
pub struct Hook {
    /// Its id.
    pub id: HookId,
    /// Whose.
    pub account: AccountId,
    /// Where to.
    pub url: String,
    /// The signing key, sealed to `hook/<id>/key`.
    pub sealed: Vec<u8>,
    /// The kinds of alerts wanted; empty: all.
    pub topics: Vec<String>,
    /// A disabled one is told nothing.
    pub state: State,
    /// When it was made.
    pub created: Moment,
    /// Its revision.
    pub version: Version,
}

impl fmt::Debug for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hook").field("id", &self.id).finish_non_exhaustive()
    }
}

/// One message to one hook, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Its id: `webhook-id` on the wire, the same on every try.
    pub id: DeliveryId,
    /// To which hook.
    pub hook: HookId,
    /// The kind of alert.
    pub topic: String,
    /// The body, JSON.
    pub body: String,
    /// When it was written.
    pub created: Moment,
    /// When it is tried next; none when it arrived or was given up.
    pub next: Option<Moment>,
    /// How often it was tried.
    pub tries: i64,
    /// When it arrived.
    pub delivered: Option<Moment>,
    /// The status code of the last answer.
    pub status: Option<i64>,
    /// Why the last try failed.
    pub problem: Option<String>,
}
