//! Uses by day: how they spread, and whether they become more or fewer.

use std::collections::BTreeSet;
use tollgate_model::{AccountId, LegacyUse, Moment};

/// How many days a report looks back, today included.
pub const LOOKED_AT: i64 = 30;

/// How many full days a trend is reckoned from: two weeks, so that each day of the week counts twice.
pub(super) const TREND: i64 = 14;

/// More lines than this are not read at once ([`tollgate_model::Store::legacy_uses`]).
const MOST_LINES: usize = 10_000;

/// One day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Day {
    /// Since 1970-01-01 (UTC).
    pub day: i64,
    /// How often the old way was used.
    pub count: i64,
    /// How often of these it was refused.
    pub refused: i64,
    /// By how many accounts.
    pub accounts: i64,
}

/// Days of a report, oldest first and without a gap, today last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spread {
    /// Each day.
    pub days: Vec<Day>,
}

/// The first day of which everything was read: all of what was asked for, unless there was more than is read at once.
/// Lines come newest day first, so then it is the day after the last line's.
pub(super) fn whole_from(uses: &[LegacyUse], asked_from: i64) -> i64 {
    match uses.last() {
        Some(last) if uses.len() >= MOST_LINES => last.day + 1,
        _ => asked_from,
    }
}

impl Spread {
    /// Of these uses, over the days that a report looks at.
    pub(super) fn of<'a>(uses: impl Iterator<Item = &'a LegacyUse> + Clone, now: Moment) -> Self {
        let today = now.day();
        let days = (today - LOOKED_AT + 1..=today).map(|day| {
            let here = uses.clone().filter(|one| one.day == day);
            let mut told = Day { day, ..Day::default() };
            let mut accounts: BTreeSet<&AccountId> = BTreeSet::new();
            for one in here {
                told.count = told.count.saturating_add(one.count);
                told.refused = told.refused.saturating_add(one.refused);
                accounts.insert(&one.account);
            }
            told.accounts = i64::try_from(accounts.len()).unwrap_or(i64::MAX);
            told
        });
        Self { days: days.collect() }
    }

    /// How many more requests a day there are than a week before, by the line through the last two weeks; today, which is
    /// not over, is left out.
    #[must_use]
    pub fn trend(&self) -> i64 {
        let today = self.days.last().map_or(0, |day| day.day);
        let full = self.days.iter().filter(|day| (today - TREND..today).contains(&day.day));
        let points: Vec<(i64, i64)> = full.map(|day| (day.day, day.count)).collect();
        Line::through(&points).map_or(0, |line| line.rise(7))
    }
}

/// More days than any calendar has.
const FAR: i64 = 1 << 24;
/// More requests than anybody counts in a day.
const MUCH: i64 = 1 << 45;

/// The straight line that is nearest to some points (least squares), in whole numbers: y = (base + slope·x) / scale.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    origin: i64,
    base: i128,
    slope: i128,
    scale: i128,
}

impl Line {
    /// Through points of different x, two at least.
    pub(super) fn through(points: &[(i64, i64)]) -> Option<Self> {
        let origin = points.first()?.0;
        let n = i128::try_from(points.len()).ok()?;
        let sum = |of: &dyn Fn(i128, i128) -> i128| {
            let each = points.iter().map(|(x, y)| {
                // Beyond what can be counted, so that nothing below leaves its type.
                let x = x.saturating_sub(origin).clamp(-FAR, FAR);
                of(i128::from(x), i128::from((*y).clamp(-MUCH, MUCH)))
            });
            each.sum::<i128>()
        };
        let (x, y) = (sum(&|x, _| x), sum(&|_, y| y));
        let (xx, xy) = (sum(&|x, _| x * x), sum(&|x, y| x * y));
        // slope = (n·Σxy − Σx·Σy) / (n·Σx² − (Σx)²), and the line goes through the middle of the points.
        let spread = n * xx - x * x;
        if spread == 0 {
            return None;
        }
        let slope = n * xy - x * y;
        Some(Self {
            origin,
            base: y * spread - slope * x,
            slope: slope * n,
            scale: n * spread,
        })
    }

    /// Its height there, rounded.
    pub(super) fn at(self, x: i64) -> i64 {
        let x = i128::from(x.saturating_sub(self.origin));
        rounded(self.base.saturating_add(self.slope.saturating_mul(x)), self.scale)
    }

    /// By how much it rises over so much, rounded.
    pub(super) fn rise(self, over: i64) -> i64 {
        rounded(self.slope.saturating_mul(i128::from(over)), self.scale)
    }
}

fn rounded(value: i128, scale: i128) -> i64 {
    let half = value
        .saturating_mul(2)
        .saturating_add(scale)
        .div_euclid(scale.saturating_mul(2));
    i64::try_from(half).unwrap_or(if half < 0 { i64::MIN } else { i64::MAX })
}

#[cfg(test)]
mod tests {
    use super::super::facts::{NOW, used};
    use super::*;

    #[test]
    fn a_line_goes_where_its_points_go() {
        let line = |points: &[(i64, i64)]| Line::through(points).unwrap();
        let falling = line(&[(100, 30), (101, 28), (102, 26), (103, 24)]);
        assert_eq!((falling.at(103), falling.at(110), falling.rise(7)), (24, 10, -14));
        let flat = line(&[(5, 3), (6, 3), (7, 3)]);
        assert_eq!((flat.at(1_000), flat.rise(7)), (3, 0));
        // Worked out by hand: slope 0.5, through (2, 2).
        let rough = line(&[(0, 1), (1, 2), (2, 1), (3, 3), (4, 3)]);
        assert_eq!((rough.at(4), rough.at(10), rough.rise(10)), (3, 6, 5));
        assert!(Line::through(&[]).is_none() && Line::through(&[(1, 1)]).is_none());
        assert!(Line::through(&[(1, i64::MAX), (2, i64::MAX), (i64::MAX, 0)]).is_some());
    }

    #[test]
    fn days_without_use_are_days() {
        let uses = [
            used("acc_1", 0, 3),
            used("acc_2", 0, 4),
            used("acc_1", 29, 5),
            used("acc_1", 30, 9),
        ];
        let spread = Spread::of(uses.iter(), NOW);
        assert_eq!(spread.days.len(), 30);
        let today = spread.days.last().unwrap();
        assert_eq!((today.day, today.count, today.accounts), (NOW.day(), 7, 2));
        assert_eq!(spread.days.first().unwrap().count, 5);
        assert_eq!(spread.days.iter().map(|day| day.count).sum::<i64>(), 12);
    }

    #[test]
    fn a_trend_leaves_out_the_day_that_is_not_over() {
        let uses: Vec<_> = (0..20)
            .map(|ago| used("acc_1", ago, if ago == 0 { 1_000 } else { ago * 2 }))
            .collect();
        assert_eq!(Spread::of(uses.iter(), NOW).trend(), -14);
    }

    #[test]
    fn a_reading_that_was_cut_is_whole_from_the_next_day_on() {
        let few = [used("acc_1", 0, 1)];
        assert_eq!(whole_from(&few, 100), 100);
        let many: Vec<_> = (0..10_000).map(|n| used("acc_1", n / 1_000, 1)).collect();
        assert_eq!(whole_from(&many, 0), NOW.day() - 9 + 1);
    }
}
