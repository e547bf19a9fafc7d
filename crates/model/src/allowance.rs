//! How much of a limit is spent.

use crate::Moment;

/// How much of a limited thing was taken in the window that is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// When the window opened.
    pub started: Moment,
    /// How much was taken since.
    pub used: i64,
}
