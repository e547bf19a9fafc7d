//! Time as a value.

use serde::{Deserialize, Serialize};

/// A moment, in unix seconds. Nothing in the rules reads a clock: whoever asks hands the moment in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Moment(pub i64);

impl Moment {
    /// This many seconds later (earlier, when negative).
    #[must_use]
    pub const fn plus(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// How many seconds have passed since `earlier`.
    #[must_use]
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// The day it falls on, counted from 1970-01-01 in UTC.
    #[must_use]
    pub const fn day(self) -> i64 {
        self.0.div_euclid(86_400)
    }
}

/// Where a handler reads the moment, once per request.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Moment;
}
