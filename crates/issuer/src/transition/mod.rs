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

use tollgate_model::transition::Subject;
use tollgate_model::{LegacyMethodId, Transition};

/// Under which name the uses of what a transition ends are counted ([`tollgate_model::LegacyUse::method`]): a method under
/// its own, an alias as `alias:` and its path, routes as `routes:` and the transition's id.
#[must_use]
pub fn counted_as(transition: &Transition) -> LegacyMethodId {
    match &transition.of {
        Subject::Method(id) => id.clone(),
        Subject::Alias(path) => LegacyMethodId::new(format!("alias:{path}")),
        Subject::Routes => LegacyMethodId::new(format!("routes:{}", transition.id)),
    }
}

/// Whether the transition holds for this account at all.
fn concerns(transition: &Transition, account: &tollgate_model::AccountId) -> bool {
    transition.accounts.is_empty() || transition.accounts.contains(account)
}

#[cfg(test)]
pub(crate) mod facts;
