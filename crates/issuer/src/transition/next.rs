//! All transitions at a glance.

use super::concerns;
use super::forecast::active;
use crate::desk::Desk;
use crate::transition::forecast::ACTIVE;
use tollgate_model::{Dated, Fault, LegacyUse, Moment, Transition};

/// A transition at a glance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overview {
    /// The transition, with those who have another end.
    pub dated: Dated,
    /// Where somebody without exception stands ([`tollgate_model::transition::Stage::as_str`]).
    pub stage: &'static str,
    /// What comes next, and when.
    pub next: Option<(String, Moment)>,
    /// How many accounts used the old way in the last seven days.
    pub active: i64,
}

/// Every transition at a glance, by id. Two reads of the store, however many there are.
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn overview(desk: &Desk, now: Moment) -> Result<Vec<Overview>, Fault> {
    let listed = desk.store.transitions().await?;
    if listed.is_empty() {
        return Ok(Vec::new());
    }
    let uses = desk.store.legacy_uses(None, now.day() - ACTIVE + 1).await?;
    Ok(listed.into_iter().map(|dated| seen(dated, &uses, now)).collect())
}

fn seen(dated: Dated, uses: &[LegacyUse], now: Moment) -> Overview {
    let counted = dated.transition.counted_as();
    let here = uses
        .iter()
        .filter(|one| one.method == counted && concerns(&dated.transition, &one.account));
    let here: Vec<LegacyUse> = here.cloned().collect();
    Overview {
        stage: dated.stage(None, now).as_str(),
        next: next(&dated.transition, now),
        active: active(&here, now.day()),
        dated,
    }
}

/// What comes next for those without exception, and when: `opens`, `warns`, a brown-out by its name, `ends`. While a
/// brown-out lasts, its end is what comes next.
#[must_use]
pub fn next(transition: &Transition, now: Moment) -> Option<(String, Moment)> {
    let dates = [
        ("opens", transition.opens),
        ("warns", transition.warns),
        ("ends", transition.ends),
    ];
    let dates = dates.into_iter().filter_map(|(word, at)| Some((word.to_owned(), at?)));
    let windows = transition.brownouts.iter().flat_map(|window| {
        let over = format!("{} is over", window.name);
        [(window.name.clone(), window.from), (over, window.to)]
    });
    dates
        .chain(windows)
        .filter(|(_, at)| now < *at)
        .min_by_key(|(_, at)| *at)
}

#[cfg(test)]
mod tests {
    use super::super::facts::{NOW, used};
    use super::*;
    use crate::registry::transition::tests::transition;
    use tollgate_model::AccountId;

    #[test]
    fn what_comes_next_is_named() {
        let day = |days: i64| NOW.plus(days * 86_400);
        let at = |now: Moment| next(&transition(), now).map(|(word, at)| (word, at.since(NOW)));
        let told = |word: &str, at: Moment| Some((word.to_owned(), at.since(NOW)));
        assert_eq!(at(day(-31)), told("opens", day(-30)));
        assert_eq!(at(day(-30)), told("warns", day(-7)));
        assert_eq!(at(day(0)), told("first hour", day(20)));
        assert_eq!(at(day(20)), told("first hour is over", day(20).plus(3600)));
        assert_eq!(at(day(21)), told("ends", day(30)));
        assert_eq!(at(day(30)), None);
    }

    /// SS-1: only whom a transition concerns is counted, and only by the old way that it ends.
    #[test]
    fn a_glance_counts_who_came_in_the_last_week() {
        let mut elsewhere = used("acc_9", 0, 1);
        elsewhere.method = tollgate_model::LegacyMethodId::new("other");
        let uses = [
            used("acc_1", 0, 1),
            used("acc_1", 3, 1),
            used("acc_2", 6, 1),
            used("acc_3", 7, 1),
            elsewhere,
        ];
        let dated = |accounts: &[&str]| Dated {
            transition: Transition {
                accounts: accounts.iter().map(AccountId::new).collect(),
                ..transition()
            },
            exceptions: Vec::new(),
        };
        let all = seen(dated(&[]), &uses, NOW);
        assert_eq!((all.active, all.stage), (2, "warned"));
        assert_eq!(seen(dated(&["acc_2"]), &uses, NOW).active, 1);
    }
}
