//! How much may be asked, and how it is counted.

use tollgate_model::{Limit, Plan, PlanId};

/// The limits of a route, in their order.
#[derive(Debug, Default)]
pub(crate) struct Rules {
    pub(crate) limits: Vec<Limit>,
}

/// The plans there are.
#[derive(Debug, Default)]
pub(crate) struct Plans {
    pub(crate) plans: Vec<Plan>,
}

impl Plans {
    /// The plan of that id; of none, or of one that is gone, the default.
    pub(crate) fn of(&self, id: Option<&PlanId>) -> Option<&Plan> {
        let named = id.and_then(|id| self.plans.iter().find(|plan| plan.id == *id));
        named.or_else(|| self.plans.iter().find(|plan| plan.default))
    }
}
