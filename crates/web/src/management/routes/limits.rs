//! Limits, as the management API spells them in both directions.

use serde::{Deserialize, Serialize};
use tollgate_model::limit as model;
use utoipa::ToSchema;

/// So many requests in such a window.
#[derive(Serialize, Deserialize, ToSchema)]
#[schema(as = Limit)]
#[serde(deny_unknown_fields)]
pub(super) struct LimitView {
    /// What it is called in headers: letters, digits and dashes.
    name: String,
    /// Whose requests are counted together.
    per: Per,
    /// How many.
    count: i64,
    /// Seconds (1 to 86400, a window that slides), `day` or `month` (quotas, in UTC).
    window: Window,
}

/// Whose requests are counted together.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Per {
    Client,
    Account,
    Address,
    All,
}

/// Seconds, or a stretch of the calendar.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
enum Window {
    Seconds(i64),
    Calendar(Calendar),
}

/// A stretch of the calendar.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Calendar {
    Day,
    Month,
}

impl From<model::Limit> for LimitView {
    fn from(limit: model::Limit) -> Self {
        Self {
            name: limit.name,
            per: match limit.per {
                model::Per::Client => Per::Client,
                model::Per::Account => Per::Account,
                model::Per::Address => Per::Address,
                model::Per::All => Per::All,
            },
            count: limit.count,
            window: match limit.window {
                model::Window::Seconds(seconds) => Window::Seconds(seconds),
                model::Window::Day => Window::Calendar(Calendar::Day),
                model::Window::Month => Window::Calendar(Calendar::Month),
            },
        }
    }
}

impl From<LimitView> for model::Limit {
    fn from(limit: LimitView) -> Self {
        Self {
            name: limit.name,
            per: match limit.per {
                Per::Client => model::Per::Client,
                Per::Account => model::Per::Account,
                Per::Address => model::Per::Address,
                Per::All => model::Per::All,
            },
            count: limit.count,
            window: match limit.window {
                Window::Seconds(seconds) => model::Window::Seconds(seconds),
                Window::Calendar(Calendar::Day) => model::Window::Day,
                Window::Calendar(Calendar::Month) => model::Window::Month,
            },
        }
    }
}
