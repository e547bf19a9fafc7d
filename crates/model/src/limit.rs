//! How much may be asked of an API, and how it is counted.

use crate::{Moment, PlanId};
use serde::{Deserialize, Serialize};

/// What an account may ask for. An account without one has the plan that is the default, if there is one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Its id.
    pub id: PlanId,
    /// What people call it.
    pub name: String,
    /// Whether it is for accounts that have none.
    #[serde(default)]
    pub default: bool,
    /// All of them hold.
    pub limits: Vec<Limit>,
}

/// So many requests in such a window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limit {
    /// What it is called in headers: a word of letters, digits and dashes, each once in a plan or route.
    pub name: String,
    /// Whose requests are counted together.
    pub per: Per,
    /// How many.
    pub count: i64,
    /// In which window.
    pub window: Window,
}

/// Whose requests are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Per {
    /// A client's; of a request without one, its legacy credential's account.
    Client,
    /// An account's.
    Account,
    /// A network address's (of IPv6, the /64).
    Address,
    /// Everybody's.
    All,
}

/// In which window requests are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Window {
    /// So many seconds, 1 to 86400: a window that slides.
    Seconds(i64),
    /// A day in UTC: a quota.
    Day,
    /// A month in UTC: a quota.
    Month,
}

/// What was counted in one slot: a stretch of time that begins anew for all at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spent {
    /// What is counted: limit, its plan or route, and whose.
    pub bucket: String,
    /// When the slot began.
    pub slot: Moment,
    /// When it is over.
    pub ends: Moment,
    /// How many were let through since it was last told.
    pub count: i64,
}

impl Window {
    /// The slot that `now` falls into: when it began, and when it is over.
    #[must_use]
    pub fn slot(self, now: Moment) -> (Moment, Moment) {
        match self {
            Self::Seconds(seconds) => {
                let seconds = seconds.max(1);
                let begin = Moment(now.0.div_euclid(seconds).saturating_mul(seconds));
                (begin, begin.plus(seconds))
            }
            Self::Day => {
                let begin = Moment(now.day().saturating_mul(86_400));
                (begin, begin.plus(86_400))
            }
            Self::Month => {
                let (year, month) = month_of(now.day());
                let (next_year, next) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
                let at = |year, month| Moment(first_day(year, month).saturating_mul(86_400));
                (at(year, month), at(next_year, next))
            }
        }
    }

    /// Whether it slides: then what was counted in the slot before weighs as much as of it is still within.
    #[must_use]
    pub const fn slides(self) -> bool {
        matches!(self, Self::Seconds(_))
    }
}

/// What is left of a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    /// How many more may come now.
    pub remaining: i64,
    /// In how many seconds more may come: at least 1.
    pub reset: i64,
}

impl Limit {
    /// What is left of it, when so many were let through in the slot before and in this one.
    #[must_use]
    pub fn left(&self, before: i64, here: i64, now: Moment) -> Left {
        let (begin, end) = self.window.slot(now);
        let length = end.since(begin).max(1);
        let to_go = end.since(now).max(1);
        // Of the slot before, the part that the sliding window still covers.
        let weighs = if self.window.slides() {
            before.saturating_mul(to_go) / length
        } else {
            0
        };
        let used = here.saturating_add(weighs);
        let remaining = self.count.saturating_sub(used).max(0);
        let reset = match (self.window.slides() && weighs > 0 && here < self.count, remaining) {
            // As the slot before slides out, one falls free every so often.
            (true, 0) => (length / before.max(1)).clamp(1, to_go),
            _ => to_go,
        };
        Left { remaining, reset }
    }
}

/// Year and month of a day since 1970-01-01 (days_from_civil and back, proleptic Gregorian).
const fn month_of(day: i64) -> (i64, i64) {
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march = (5 * of_year + 2) / 153;
    let month = if march < 10 { march + 3 } else { march - 9 };
    let year = year_of_era + era * 400;
    (if month <= 2 { year + 1 } else { year }, month)
}

/// The first day of a month, since 1970-01-01.
const fn first_day(year: i64, month: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let march = if month > 2 { month - 3 } else { month + 9 };
    let of_year = (153 * march + 2) / 5;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

#[cfg(test)]
mod tests;
