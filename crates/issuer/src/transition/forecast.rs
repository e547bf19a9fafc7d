//! How many accounts will still use the old way at its end.

use super::days::{Line, TREND};
use std::collections::BTreeMap;
use tollgate_model::{AccountId, LegacyUse, Moment};

/// An account that came in the last so many days counts as one that uses the old way: a week, so that weekends and those
/// who come once a week make no waves.
pub(super) const ACTIVE: i64 = 7;

/// Fewer points than this make no line.
const FEWEST: usize = 5;

/// What to expect of the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forecast {
    /// The end.
    pub at: Moment,
    /// So many accounts used the old way in the last seven days.
    pub active: i64,
    /// So many will still use it at the end, if things go on as in the last two weeks.
    pub accounts: i64,
    /// So many more accounts use it than a week before; fewer, when negative.
    pub trend: i64,
}

/// What to expect at `end`.
///
/// For each of the last fourteen full days we count the accounts that used the old way within the seven days up to it. A
/// straight line is laid through these counts (least squares) and read off at the day of the end; what comes out is
/// rounded, and neither less than none nor more than all who came in the days that were read. A line knows nothing of
/// what people plan: before the first brown-out few move, after it many. It is there to tell "we are late" from "we are
/// on the way".
///
/// None without an end that is still to come, or where fewer than eleven days were counted (five of those sums).
/// `whole_from` is the first day of which everything was read.
#[must_use]
pub(super) fn forecast(uses: &[LegacyUse], whole_from: i64, end: Option<Moment>, now: Moment) -> Option<Forecast> {
    let end = end.filter(|end| now < *end)?;
    // Before the first use on record nobody was counted: what looks like a rise there is only the counting's beginning.
    let first = uses.iter().map(|one| one.day).min()?.max(whole_from);
    let today = now.day();
    let from = (today - TREND).max(first + ACTIVE - 1);
    let points: Vec<(i64, i64)> = (from..today).map(|day| (day, active(uses, day))).collect();
    if points.len() < FEWEST {
        return None;
    }
    let line = Line::through(&points)?;
    let all = count(uses.iter());
    Some(Forecast {
        at: end,
        active: active(uses, today),
        accounts: line.at(end.day()).clamp(0, all),
        trend: line.rise(7),
    })
}

/// How many accounts came in the seven days that end with this one.
pub(super) fn active(uses: &[LegacyUse], day: i64) -> i64 {
    count(uses.iter().filter(|one| (day - ACTIVE + 1..=day).contains(&one.day)))
}

fn count<'a>(uses: impl Iterator<Item = &'a LegacyUse>) -> i64 {
    let accounts: BTreeMap<&AccountId, ()> = uses.map(|one| (&one.account, ())).collect();
    i64::try_from(accounts.len()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::facts::{NOW, used};
    use super::*;

    const LONG_AGO: i64 = 0;

    /// Twenty accounts; one after the other stops, one every day, the first nineteen days ago.
    fn leaving() -> Vec<LegacyUse> {
        let each = (0..20).flat_map(|number| {
            let account = format!("acc_{number}");
            (number..30).map(move |ago| used(&account, ago, 5))
        });
        each.collect()
    }

    /// SS-1: who leave one a day will be fewer by one a day.
    #[test]
    fn a_steady_way_off_is_read_on() {
        let at = |days: i64| forecast(&leaving(), LONG_AGO, Some(NOW.plus(days * 86_400)), NOW).unwrap();
        let soon = at(3);
        assert_eq!((soon.active, soon.trend), (7, -7));
        // Yesterday eight were active; in three days there will be four fewer.
        assert_eq!(soon.accounts, 4);
        assert_eq!(at(300).accounts, 0, "never less than none");
    }

    #[test]
    fn who_all_stay_will_all_be_there() {
        let uses: Vec<_> = (0..30)
            .flat_map(|ago| [used("acc_1", ago, 9), used("acc_2", ago, 1)])
            .collect();
        let told = forecast(&uses, LONG_AGO, Some(NOW.plus(86_400)), NOW).unwrap();
        assert_eq!((told.accounts, told.active, told.trend), (2, 2, 0));
    }

    /// Who comes once a week uses the old way all week.
    #[test]
    fn a_weekly_job_makes_no_wave() {
        let uses: Vec<_> = (0..5).map(|week| used("acc_1", week * 7, 1)).collect();
        let told = forecast(&uses, LONG_AGO, Some(NOW.plus(86_400)), NOW).unwrap();
        assert_eq!((told.accounts, told.trend), (1, 0));
    }

    #[test]
    fn nothing_is_foretold_of_too_little() {
        let uses: Vec<_> = (0..10).map(|ago| used("acc_1", ago, 1)).collect();
        let end = Some(NOW.plus(86_400));
        assert_eq!(forecast(&uses, LONG_AGO, end, NOW), None);
        assert_eq!(forecast(&[], LONG_AGO, end, NOW), None);
        assert_eq!(forecast(&leaving(), LONG_AGO, None, NOW), None);
        assert_eq!(forecast(&leaving(), LONG_AGO, Some(NOW), NOW), None, "it is over");
        let cut = NOW.day() - 9;
        assert_eq!(
            forecast(&leaving(), cut, end, NOW),
            None,
            "what was not read is not guessed"
        );
    }
}
