//! How far a transition has come, for its page: who still uses the old way, who has moved, what to expect of the end.

use crate::console::Console;
use crate::console::page::{Chart, words};
use crate::console::still;
use std::collections::BTreeMap;
use tollgate_issuer::calls;
use tollgate_issuer::transition::{Forecast, LOOKED_AT, Report, Using, Way};
use tollgate_model::call::Place;
use tollgate_model::{AccountId, ClientId, Fault, Moment, Page as Part};

/// With so many things an account is shown to come; the rest is counted.
const SHOWN: usize = 3;
/// The new way is added up over so many clients, those at work last: each is one read.
const CLIENTS: usize = 12;

/// How far a transition has come.
pub(super) struct Still {
    pub(super) lines: Vec<Line>,
    /// How many more accounts there are.
    pub(super) more: usize,
    pub(super) active: i64,
    pub(super) calls: i64,
    pub(super) moved: Vec<Line>,
    /// In a sentence; empty where nothing can be said.
    pub(super) forecast: String,
    /// None where nobody came.
    pub(super) chart: Option<Chart>,
    /// From which day on everything was read, where that was not all.
    pub(super) cut: Option<Moment>,
}

/// An account.
pub(super) struct Line {
    pub(super) account: String,
    pub(super) name: String,
    /// How it comes now, as a badge.
    pub(super) tone: &'static str,
    pub(super) way: &'static str,
    /// Its own end, where it has one.
    pub(super) ends: Option<String>,
    pub(super) calls: i64,
    pub(super) refused: i64,
    pub(super) since: Moment,
    pub(super) last: Moment,
    pub(super) trend: String,
    /// With what it comes, how often, and when last.
    pub(super) with: Vec<(String, i64, Moment)>,
    pub(super) more: usize,
    /// How many clients it has that got a token of late.
    pub(super) clients: usize,
}

/// As the page shows it. `new`: the calls that these accounts made by the new way, day by day.
pub(super) fn seen(report: Report, new: Option<&[i64]>) -> Still {
    let now = report.at;
    let (moved, lines): (Vec<Line>, Vec<Line>) = {
        let (moved, still): (Vec<&Using>, Vec<&Using>) =
            report.accounts.iter().partition(|using| using.way == Way::Moved);
        let line = |using: &Using| line(using, &report, now);
        (
            moved.into_iter().map(line).collect(),
            still.into_iter().map(line).collect(),
        )
    };
    Still {
        more: report.more,
        active: report.active,
        calls: report
            .spread
            .days
            .iter()
            .fold(0, |sum, day| sum.saturating_add(day.count)),
        forecast: foretold(report.forecast, report.active, report.dated.transition.ends, now),
        chart: report
            .spread
            .days
            .iter()
            .any(|day| day.count > 0)
            .then(|| still::chart(&report.spread, new)),
        cut: report.cut.map(|day| Moment(day.saturating_mul(86_400))),
        lines,
        moved,
    }
}

fn line(using: &Using, report: &Report, now: Moment) -> Line {
    let (tone, way) = match using.way {
        Way::Old => ("expiring", "Old way alone"),
        Way::Both => ("info", "Both ways"),
        Way::Moved => ("active", "Moved"),
        Way::Quiet => ("neutral", "Quiet of late"),
    };
    let with = using.used.iter().take(SHOWN).map(|used| {
        let name = still::with(used, &using.members, &using.credentials);
        (name, used.count, used.last)
    });
    let own = report.dated.exception(&using.account);
    let lately = |used: Moment| now.day() - used.day() < LOOKED_AT;
    Line {
        account: using.account.to_string(),
        name: using.name.clone(),
        tone,
        way,
        ends: own.map(|own| words::chosen(own.ends)),
        calls: using.count,
        refused: using.refused,
        since: Moment(using.since.saturating_mul(86_400)),
        last: using.last,
        trend: still::trend(using.trend),
        with: with.collect(),
        more: using.used.len().saturating_sub(SHOWN),
        clients: using
            .clients
            .iter()
            .filter(|line| line.last_used.is_some_and(lately))
            .count(),
    }
}

/// What to expect of the end, in a sentence.
fn foretold(forecast: Option<Forecast>, active: i64, ends: Option<Moment>, now: Moment) -> String {
    let accounts = |count: i64| words::count(count, "account", "accounts");
    match (forecast, ends) {
        (Some(told), _) => {
            let going = match told.trend {
                0 => "as many as a week ago".to_owned(),
                1.. => format!("{} more than a week ago", words::number(told.trend)),
                ..0 => format!("{} fewer than a week ago", words::number(told.trend.saturating_abs())),
            };
            let left = match told.accounts {
                0 => "nobody will be left".to_owned(),
                left => format!("{} will still use it", accounts(left)),
            };
            format!(
                "{} used the old way in the last seven days, {going}. If it goes on like this, {left} when it ends on {}.",
                accounts(told.active),
                words::chosen(told.at)
            )
        }
        (None, Some(ends)) if ends <= now => match active {
            0 => "It has ended, and nobody came by the old way in the last seven days.".to_owned(),
            some => format!(
                "It has ended, and {} still came by the old way in the last seven days.",
                accounts(some)
            ),
        },
        (None, Some(_)) => "Too few days are counted yet to say how many will be left at the end.".to_owned(),
        (None, None) => "There is no end yet to look ahead to.".to_owned(),
    }
}

/// How often clients of the accounts in a report called by the new way, day by day; none where they have no clients.
pub(super) async fn new_way(console: &Console, report: &Report) -> Result<Option<Vec<i64>>, Fault> {
    let mut clients: Vec<(Moment, &ClientId)> = report
        .accounts
        .iter()
        .flat_map(|using| &using.clients)
        .filter_map(|line| line.last_used.map(|used| (used, &line.client.id)))
        .collect();
    clients.sort_by_key(|(used, _)| std::cmp::Reverse(*used));
    let mut sum: Option<Vec<i64>> = None;
    for (_, id) in clients.into_iter().take(CLIENTS) {
        let series = calls::usage(&console.desk, id, LOOKED_AT).await?;
        let sum = sum.get_or_insert_with(|| vec![0; series.days]);
        for line in series.lines.iter().filter(|line| line.place == Place::Gateway) {
            for (held, count) in sum.iter_mut().zip(&line.counts) {
                *held = held.saturating_add(*count);
            }
        }
    }
    Ok(sum)
}

/// Names of accounts by id, as many as one look tells.
pub(super) async fn names(console: &Console) -> Result<BTreeMap<AccountId, String>, Fault> {
    let most = Part {
        after: None,
        limit: Part::MOST,
    };
    let listed = console.desk.store.accounts(&most).await?;
    Ok(listed.items.into_iter().map(|held| (held.id, held.name)).collect())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::console::page::gallery::NOW;

    const DAY: i64 = 86_400;

    /// SS-1: what to expect is a sentence, at every stage.
    #[test]
    fn what_to_expect_is_a_sentence() {
        let forecast = |active, accounts, trend| {
            Some(Forecast {
                at: NOW.plus(30 * DAY),
                active,
                accounts,
                trend,
            })
        };
        let ends = Some(NOW.plus(30 * DAY));
        for (forecast, active, ends, words) in [
            (
                forecast(7, 4, -7),
                7,
                ends,
                "7 accounts used the old way in the last seven days, 7 fewer than a week ago. If it goes on like this, 4 accounts will still use it when it ends on",
            ),
            (
                forecast(1, 0, 0),
                1,
                ends,
                "1 account used the old way in the last seven days, as many as a week ago. If it goes on like this, nobody will be left",
            ),
            (forecast(3, 9, 2), 3, ends, "2 more than a week ago"),
            (None, 3, ends, "Too few days"),
            (None, 3, None, "There is no end yet"),
            (None, 3, Some(NOW), "3 accounts still came"),
            (None, 0, Some(NOW), "nobody came"),
        ] {
            let told = foretold(forecast, active, ends, NOW);
            assert!(told.contains(words), "{told}");
        }
    }
}
