//! Who is to be told that an old way comes to its end, and of what.

use super::Matter;
use std::collections::BTreeMap;
use tollgate_model::{AccountId, Dated, LegacyUse, Moment};

/// Who came by the old way in the last so many days is told.
pub(super) const ACTIVE: i64 = 7;

/// Seconds of a day.
const DAY: i64 = 86_400;

/// How many days before a brown-out and before the end people are told, the last time first.
const STAGES: [i64; 2] = [1, 7];

/// What accounts are due to be told of this transition at `now`; again and again the same, until something changes.
/// Nothing before it warns, and nothing to an account whose end has come. `uses` are those of the last seven days.
pub(super) fn notices(dated: &Dated, uses: &[LegacyUse], now: Moment) -> Vec<(AccountId, Matter)> {
    let transition = &dated.transition;
    if transition.warns.is_none_or(|warns| now < warns) {
        return Vec::new();
    }
    let counted = transition.counted_as();
    let mut by_account: BTreeMap<&AccountId, (i64, Moment)> = BTreeMap::new();
    for one in uses
        .iter()
        .filter(|one| one.method == counted && one.day > now.day() - ACTIVE)
    {
        let held = by_account.entry(&one.account).or_insert((0, one.last));
        held.0 = held.0.saturating_add(one.count);
        held.1 = held.1.max(one.last);
    }
    let concerned = |account: &AccountId| transition.accounts.is_empty() || transition.accounts.contains(account);
    let each = by_account.into_iter().filter(|(account, _)| concerned(account));
    each.flat_map(|(account, used)| {
        of_account(dated, account, used, now)
            .into_iter()
            .map(|matter| (account.clone(), matter))
    })
    .collect()
}

/// What comes within a week, or else that something comes at all.
fn of_account(dated: &Dated, account: &AccountId, (count, last): (i64, Moment), now: Moment) -> Vec<Matter> {
    let transition = &dated.transition;
    let ends = dated.ends(Some(account));
    if ends.is_some_and(|end| end <= now) {
        return Vec::new();
    }
    // A later end of its own spares an account the brown-outs too (`Dated::stage`).
    let spared = dated
        .exception(account)
        .is_some_and(|own| transition.ends.is_some_and(|end| end < own.ends));
    let windows = transition.brownouts.iter().filter(|_| !spared);
    let windows = windows.map(|window| (Some(window.name.clone()), window.from));
    let matter = |window: Option<String>, when: Option<Moment>, days: Option<i64>| Matter::OldWayEnds {
        transition: transition.id.clone(),
        name: transition.name.clone(),
        window,
        when,
        days,
        count,
        last,
        documentation: transition.documentation.clone(),
    };
    let due: Vec<Matter> = windows
        .chain(ends.map(|end| (None, end)))
        .filter_map(|(window, at)| {
            let left = at.since(now);
            let days = STAGES.into_iter().find(|days| left > 0 && left <= days * DAY)?;
            Some(matter(window, Some(at), Some(days)))
        })
        .collect();
    if due.is_empty() {
        vec![matter(None, ends, None)]
    } else {
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::transition::tests::transition;
    use crate::transition::facts::{NOW, used};
    use tollgate_model::Exception;

    /// What `acc_1`, who came a day before, is due so many days on.
    fn due(exception: Option<i64>, days: i64) -> Vec<(Option<String>, Option<i64>)> {
        let dated = Dated {
            transition: transition(),
            exceptions: exception
                .map(|days| Exception {
                    transition: transition().id,
                    account: AccountId::new("acc_1"),
                    ends: NOW.plus(days * DAY),
                    note: String::new(),
                    created: NOW,
                })
                .into_iter()
                .collect(),
        };
        let uses = [used("acc_1", 1 - days, 3)];
        let told = notices(&dated, &uses, NOW.plus(days * DAY));
        let each = told.into_iter().map(|(_, matter)| match matter {
            Matter::OldWayEnds { window, days, .. } => (window, days),
            other => panic!("{other:?}"),
        });
        each.collect()
    }

    /// SS-1: whoever still uses the old way hears of it when people are warned, and a week and a day before each brown-out
    /// and before the end.
    #[test]
    fn who_still_comes_is_told_at_each_stage() {
        let window = || Some("first hour".to_owned());
        assert_eq!(due(None, -8), [], "nobody is warned yet");
        assert_eq!(due(None, -7), [(None, None)]);
        assert_eq!(due(None, 12), [(None, None)]);
        assert_eq!(due(None, 13), [(window(), Some(7))]);
        assert_eq!(due(None, 19), [(window(), Some(1))]);
        assert_eq!(due(None, 21), [(None, None)]);
        assert_eq!(due(None, 23), [(None, Some(7))]);
        assert_eq!(due(None, 29), [(None, Some(1))]);
        assert_eq!(due(None, 30), [], "it is over");
    }

    /// SS-1: an account with more time hears of its own end.
    #[test]
    fn more_time_is_told_in_its_own_time() {
        assert_eq!(due(Some(60), 19), [(None, None)]);
        assert_eq!(due(Some(60), 29), [(None, None)]);
        assert_eq!(due(Some(60), 59), [(None, Some(1))]);
    }

    #[test]
    fn who_stopped_hears_nothing() {
        let dated = Dated {
            transition: transition(),
            exceptions: Vec::new(),
        };
        assert!(notices(&dated, &[used("acc_1", 7, 1)], NOW).is_empty());
        assert_eq!(notices(&dated, &[used("acc_1", 6, 1)], NOW).len(), 1);
    }
}
