//! A customer firm.

use crate::{AccountId, ApiId, Moment, PlanId, State, Version};
use serde::{Deserialize, Serialize};

/// A customer firm: it has members and clients, and nothing of it is visible to another account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// The firm's name, as people read it.
    pub name: String,
    /// A disabled account's clients get no tokens, and the tokens they have are refused.
    pub state: State,
    /// The APIs it has: only for these can its clients be given scopes. Absent: all.
    #[serde(default)]
    pub apis: Option<Vec<ApiId>>,
    /// Whether its clients may be live; an account that somebody opened alone has test clients only.
    #[serde(default = "yes")]
    pub live: bool,
    /// What it may ask for. Absent: what the default plan gives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanId>,
    /// When it was made.
    pub created: Moment,
    /// Its revision.
    pub version: Version,
}

impl Account {
    /// Whether the account has this API.
    #[must_use]
    pub fn has(&self, api: &ApiId) -> bool {
        self.apis.as_ref().is_none_or(|apis| apis.contains(api))
    }
}

const fn yes() -> bool {
    true
}
