//! How much may be asked, and how it is counted.
//!
//! A limit counts in *buckets*: one for each client, account or address that it is about. A request takes one from each
//! of its buckets or from none, and is let through if all of them had one to give. What was taken is shared with the
//! other gateways once a second ([`share`]).

mod account;
mod address;
mod bucket;
mod said;
mod share;
mod stamped;

pub(crate) use address::address;
pub(crate) use bucket::{Bucket, Slot, Whose};
pub(crate) use said::say;

use crate::settings::Settings;
use account::AccountPlans;
use bucket::Buckets;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use tollgate_model::limit::{Per, Window};
use tollgate_model::{Limit, Plan, PlanId, RouteId};

/// What a gateway knows of how much was asked, and of who may ask how much.
pub(crate) struct Limits {
    pub(crate) buckets: Buckets,
    pub(crate) plans: Arc<AccountPlans>,
    /// Whether the issuer could not be reached when sharing was last tried.
    alone: AtomicBool,
}

impl Limits {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self {
            buckets: Buckets::new(settings.memory.buckets, settings.lanes),
            plans: Arc::new(AccountPlans::new(settings.memory.acting_users)),
            alone: AtomicBool::new(false),
        }
    }
}

/// A limit, with the name under which it is counted.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) limit: Limit,
    /// The same at every gateway, and another one when what is counted is another thing: what was counted by the minute
    /// says nothing of an hour. With another `count` it is the same.
    pub(crate) name: Arc<str>,
}

impl Rule {
    fn new(kind: &str, id: &str, limit: Limit) -> Self {
        let per = match limit.per {
            Per::Client => "client",
            Per::Account => "account",
            Per::Address => "address",
            Per::All => "all",
        };
        let window = match limit.window {
            Window::Seconds(seconds) => format!("{seconds}s"),
            Window::Day => "day".to_owned(),
            Window::Month => "month".to_owned(),
        };
        Self {
            name: format!("{kind}/{id}/{}/{per}/{window}", limit.name).into(),
            limit,
        }
    }
}

/// The limits of a route.
#[derive(Debug, Default)]
pub(crate) struct Rules {
    /// Those that count by address, before anything is known of the request.
    pub(crate) address: Vec<Rule>,
    /// The others, in their order.
    pub(crate) others: Vec<Rule>,
}

impl Rules {
    /// The limits of this route.
    pub(crate) fn of(route: &RouteId, limits: &[Limit]) -> Self {
        let rules = limits
            .iter()
            .map(|limit| Rule::new("route", route.as_str(), limit.clone()));
        let (address, others) = rules.partition(|rule| rule.limit.per == Per::Address);
        Self { address, others }
    }
}

/// The plans there are.
#[derive(Debug, Default)]
pub(crate) struct Plans(Vec<Granted>);

/// A plan, and how it is counted.
#[derive(Debug)]
struct Granted {
    id: PlanId,
    default: bool,
    rules: Vec<Rule>,
}

impl Plans {
    pub(crate) fn new(plans: Vec<Plan>) -> Self {
        let granted = |plan: Plan| Granted {
            rules: plan
                .limits
                .into_iter()
                .map(|limit| Rule::new("plan", plan.id.as_str(), limit))
                .collect(),
            id: plan.id,
            default: plan.default,
        };
        Self(plans.into_iter().map(granted).collect())
    }

    /// Whether there are any.
    pub(crate) const fn any(&self) -> bool {
        !self.0.is_empty()
    }

    /// Whether it makes a difference which plan an account has.
    pub(crate) fn differ(&self) -> bool {
        self.0.iter().any(|plan| !plan.default)
    }

    /// The limits of the plan of that id; of none, or of one that is gone, the default's. None where there is no such
    /// plan.
    pub(crate) fn of(&self, id: Option<&PlanId>) -> &[Rule] {
        let named = id.and_then(|id| self.0.iter().find(|plan| plan.id == *id));
        let plan = named.or_else(|| self.0.iter().find(|plan| plan.default));
        plan.map(|plan| plan.rules.as_slice()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
