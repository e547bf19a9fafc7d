//! How far the way off something old has come: who still uses it, who has moved, and what to expect of its end.

mod account;
mod days;
mod forecast;
mod next;
mod report;

pub use account::{Own, Used, own};
pub use days::{Day, LOOKED_AT, Spread};
pub use forecast::Forecast;
pub use next::{Overview, next, overview};
pub use report::{MOST_SHOWN, Report, Using, Way, report};

use tollgate_model::Transition;

/// Whether the transition holds for this account at all.
fn concerns(transition: &Transition, account: &tollgate_model::AccountId) -> bool {
    transition.accounts.is_empty() || transition.accounts.contains(account)
}

#[cfg(test)]
pub(crate) mod facts;
