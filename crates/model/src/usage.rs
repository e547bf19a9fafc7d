//! Counts of what clients do, by day.

use crate::{ClientId, Moment};

/// How often a client did something on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Usage {
    /// The client.
    pub client: ClientId,
    /// What was counted, such as `alias:/oauth/old`.
    pub what: String,
    /// Day since 1970-01-01 (UTC).
    pub day: i64,
    /// How often.
    pub count: i64,
    /// When last.
    pub last: Moment,
}
