//! Who still comes by an old way, as pages say it.

use super::page::{Chart, words};
use tollgate_issuer::transition::{Spread, Used};
use tollgate_model::{LegacyCredential, Member, Moment};

/// The calls of each day as bars. `new`: those that the same accounts made by the new way, where that is known.
pub(super) fn chart(spread: &Spread, new: Option<&[i64]>) -> Chart {
    let count = |count: i64| u64::try_from(count).unwrap_or_default();
    let first = Moment(spread.days.first().map_or(0, |day| day.day.saturating_mul(86_400)));
    let old = spread.days.iter();
    match new {
        Some(new) => {
            let days: Vec<Vec<u64>> = old
                .zip(new)
                .map(|(old, new)| vec![count(*new), count(old.count)])
                .collect();
            Chart::days("still", "Calls by day", &["New way", "Old way"], first, &days)
        }
        None => {
            let days: Vec<Vec<u64>> = old
                .map(|day| vec![count(day.count.saturating_sub(day.refused)), count(day.refused)])
                .collect();
            Chart::days("still", "Calls the old way", &["Let through", "Refused"], first, &days)
        }
    }
}

/// How many more calls a day there are than a week before, in words.
pub(super) fn trend(more: i64) -> String {
    let calls = words::count(more.saturating_abs(), "call", "calls");
    match more {
        0 => "steady".to_owned(),
        1.. => format!("{calls} a day more"),
        ..0 => format!("{calls} a day fewer"),
    }
}

/// With what somebody came: the credential's name and kind, the member's name, or that it is not known here.
pub(super) fn with(used: &Used, members: &[Member], credentials: &[LegacyCredential]) -> String {
    let credential = used.credential.as_ref().map(|id| {
        let held = credentials.iter().find(|held| held.id == *id);
        held.map_or_else(|| id.to_string(), |held| held.label.clone())
    });
    let member = used.member.as_ref().map(|id| {
        let held = members.iter().find(|held| held.id == *id);
        held.map_or_else(|| id.to_string(), |held| held.name.clone())
    });
    match (credential, member) {
        (Some(credential), Some(member)) => format!("{credential} ({member})"),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => "not known by name".to_owned(),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::console::page::gallery::NOW;
    use askama::Template as _;
    use tollgate_issuer::transition::Day;

    /// Thirty days in which fewer and fewer came.
    pub(in crate::console) fn falling() -> Spread {
        let days = (0..30_i64).map(|place| Day {
            day: NOW.day() - 29 + place,
            count: 300 - place * 9,
            refused: if place == 25 { 40 } else { 0 },
            accounts: 3,
        });
        Spread { days: days.collect() }
    }

    #[test]
    fn old_and_new_stand_in_one_chart() {
        let new: Vec<i64> = (0..30).map(|place| place * 10).collect();
        let both = chart(&falling(), Some(&new)).render().unwrap();
        assert!(both.contains("New way") && both.contains("Old way"), "{both}");
        let old = chart(&falling(), None).render().unwrap();
        assert!(old.contains("Let through") && old.contains("Refused"), "{old}");
        chart(&Spread::default(), None).render().unwrap();
    }

    #[test]
    fn a_trend_is_told_in_calls_a_day() {
        for (more, told) in [
            (0, "steady"),
            (1, "1 call a day more"),
            (-1_200, "1,200 calls a day fewer"),
        ] {
            assert_eq!(trend(more), told);
        }
        assert!(trend(i64::MIN).ends_with("fewer"));
    }
}
