//! Who still uses the old way, and who has moved.

use super::account::{Used, used};
use super::days::{LOOKED_AT, Spread, whole_from};
use super::forecast::{ACTIVE, Forecast, forecast};
use super::{concerns, next};
use crate::desk::Desk;
use crate::registry::Registered;
use crate::registry::transition::show;
use std::collections::BTreeMap;
use tollgate_model::transition::Subject;
use tollgate_model::{
    AccountId, ClientFilter, ClientLine, Dated, Fault, LegacyCredential, LegacyUse, Member, Moment, Page, TransitionId,
};

/// Of so many accounts everything is told, those who use the old way most; the others are counted.
pub const MOST_SHOWN: usize = 50;
/// Of so many members and credentials of one account.
const MOST_USED: usize = 50;
/// Of so many of its clients.
const MOST_CLIENTS: u32 = 50;

/// How far a transition has come.
#[derive(Clone, Debug)]
pub struct Report {
    /// The transition, with those who have another end.
    pub dated: Dated,
    /// As of when.
    pub at: Moment,
    /// Where somebody without exception stands ([`tollgate_model::transition::Stage::as_str`]).
    pub stage: &'static str,
    /// What comes next, and when.
    pub next: Option<(String, Moment)>,
    /// The last thirty days, of all accounts together.
    pub spread: Spread,
    /// Who used the old way in these days, the most first; [`MOST_SHOWN`] at most.
    pub accounts: Vec<Using>,
    /// How many more there are.
    pub more: usize,
    /// How many used it in the last seven days.
    pub active: i64,
    /// How many did before, and have moved.
    pub moved: usize,
    /// What to expect of the end.
    pub forecast: Option<Forecast>,
    /// The first day of which everything was read, where that was not all: there was too much of it.
    pub cut: Option<i64>,
}

/// An account that used the old way in the last thirty days.
#[derive(Clone, Debug)]
pub struct Using {
    /// Which.
    pub account: AccountId,
    /// Its name.
    pub name: String,
    /// How it comes now.
    pub way: Way,
    /// When the old way ends for it.
    pub ends: Option<Moment>,
    /// Where it stands.
    pub stage: &'static str,
    /// How often in thirty days.
    pub count: i64,
    /// How often of these it was refused.
    pub refused: i64,
    /// The first day, of those thirty.
    pub since: i64,
    /// When last.
    pub last: Moment,
    /// The days.
    pub spread: Spread,
    /// How many more requests a day than a week before.
    pub trend: i64,
    /// By whom and with what.
    pub used: Vec<Used>,
    /// The members among them.
    pub members: Vec<Member>,
    /// The credentials among them.
    pub credentials: Vec<LegacyCredential>,
    /// The account's clients: the new way, and when they last got a token.
    pub clients: Vec<ClientLine>,
}

/// How an account comes: by the old way, if it did in the last seven days; by the new one, if a client of its got a token
/// in the last thirty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// By the old way alone.
    Old,
    /// By both.
    Both,
    /// By the new way alone.
    Moved,
    /// By neither, of late.
    Quiet,
}

impl Way {
    /// The word it is shown as.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Old => "old",
            Self::Both => "both",
            Self::Moved => "moved",
            Self::Quiet => "quiet",
        }
    }

    fn of(last: Moment, clients: &[ClientLine], now: Moment) -> Self {
        let old = last.day() > now.day() - ACTIVE;
        // An alias is used by clients as well, so that its token is no sign of having moved; whoever stopped is the sign.
        let new = clients.iter().filter_map(|line| line.last_used);
        let new = new.max().is_some_and(|used| used.day() > now.day() - LOOKED_AT);
        match (old, new) {
            (true, false) => Self::Old,
            (true, true) => Self::Both,
            (false, true) => Self::Moved,
            (false, false) => Self::Quiet,
        }
    }
}

/// How far a transition has come, as of `now`. Uses of routes that end are counted by gateways that tell them; without
/// any, nobody is listed.
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn report(desk: &Desk, id: &TransitionId, now: Moment) -> Registered<Report> {
    let dated = match show(desk, id).await? {
        Ok(dated) => dated,
        Err(no) => return Ok(Err(no)),
    };
    let asked_from = now.day() - LOOKED_AT + 1;
    let read = desk.store.legacy_uses(None, asked_from).await?;
    let whole_from = whole_from(&read, asked_from);
    let mut report = reckoned(dated, &read, whole_from, now);
    report.cut = (whole_from > asked_from).then_some(whole_from);
    for using in &mut report.accounts {
        furnish(desk, using, &report.dated, now).await?;
    }
    let moved = report.accounts.iter().filter(|using| using.way == Way::Moved);
    report.moved = moved.count();
    Ok(Ok(report))
}

/// Everything that stands in the uses alone.
fn reckoned(dated: Dated, read: &[LegacyUse], whole_from: i64, now: Moment) -> Report {
    let counted = dated.transition.counted_as();
    let here = read
        .iter()
        .filter(|one| one.method == counted && concerns(&dated.transition, &one.account));
    let uses: Vec<LegacyUse> = here.cloned().collect();
    let mut by_account: BTreeMap<&AccountId, Vec<&LegacyUse>> = BTreeMap::new();
    for one in &uses {
        by_account.entry(&one.account).or_default().push(one);
    }
    let mut accounts: Vec<Using> = by_account
        .iter()
        .map(|(account, uses)| using(account, uses, &dated, now))
        .collect();
    accounts.sort_by(|one, other| {
        other
            .count
            .cmp(&one.count)
            .then_with(|| one.account.cmp(&other.account))
    });
    let more = accounts.len().saturating_sub(MOST_SHOWN);
    accounts.truncate(MOST_SHOWN);
    Report {
        at: now,
        stage: dated.stage(None, now).as_str(),
        next: next(&dated.transition, now),
        spread: Spread::of(uses.iter(), now),
        active: super::forecast::active(&uses, now.day()),
        forecast: forecast(&uses, whole_from, dated.transition.ends, now),
        accounts,
        more,
        moved: 0,
        cut: None,
        dated,
    }
}

fn using(account: &AccountId, uses: &[&LegacyUse], dated: &Dated, now: Moment) -> Using {
    let each = uses.iter().copied();
    let spread = Spread::of(each.clone(), now);
    let sum = |of: fn(&LegacyUse) -> i64| uses.iter().fold(0_i64, |sum, one| sum.saturating_add(of(one)));
    let mut used = used(each.clone());
    used.truncate(MOST_USED);
    Using {
        account: account.clone(),
        name: account.to_string(),
        way: Way::Old,
        ends: dated.ends(Some(account)),
        stage: dated.stage(Some(account), now).as_str(),
        count: sum(|one| one.count),
        refused: sum(|one| one.refused),
        since: uses.iter().map(|one| one.day).min().unwrap_or_default(),
        last: uses.iter().map(|one| one.last).max().unwrap_or(Moment(0)),
        trend: spread.trend(),
        spread,
        used,
        members: Vec::new(),
        credentials: Vec::new(),
        clients: Vec::new(),
    }
}

/// The names of what stands there by id, and the account's clients.
async fn furnish(desk: &Desk, using: &mut Using, dated: &Dated, now: Moment) -> Result<(), Fault> {
    if let Some(account) = desk.store.account(&using.account).await? {
        using.name = account.name;
    }
    let filter = ClientFilter {
        account: Some(using.account.clone()),
        ..ClientFilter::default()
    };
    let page = Page {
        after: None,
        limit: MOST_CLIENTS,
    };
    using.clients = desk.store.client_lines(&filter, now, &page).await?.items;
    using.way = Way::of(using.last, &using.clients, now);
    for one in &using.used {
        if let Some(id) = &one.member
            && !using.members.iter().any(|member| member.id == *id)
            && let Some(member) = desk.store.member(id).await?
        {
            using.members.push(member);
        }
    }
    if matches!(dated.transition.of, Subject::Method(_)) && using.used.iter().any(|one| one.credential.is_some()) {
        let held = desk
            .store
            .legacy_credentials(Some(&using.account), &Page::first())
            .await?;
        let named =
            |id: &tollgate_model::LegacyCredentialId| using.used.iter().any(|one| one.credential.as_ref() == Some(id));
        using.credentials = held
            .items
            .into_iter()
            .filter(|credential| named(&credential.id))
            .collect();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::facts::{NOW, used};
    use super::*;
    use crate::registry::facts::client;
    use crate::registry::transition::tests::transition;
    use tollgate_model::Exception;

    fn line(ago: Option<i64>) -> ClientLine {
        ClientLine {
            client: client(),
            account_name: "Firm".into(),
            last_used: ago.map(|days| NOW.plus(-days * 86_400)),
            secrets_alive: 1,
        }
    }

    /// SS-1: who came by the old way this week still uses it; who has a client at work and did not has moved.
    #[test]
    fn how_an_account_comes_is_told() {
        let way = |old: i64, new: Option<i64>| Way::of(NOW.plus(-old * 86_400), &[line(None), line(new)], NOW);
        for (old, new, is) in [
            (0, None, Way::Old),
            (6, Some(30), Way::Old),
            (6, Some(0), Way::Both),
            (7, Some(29), Way::Moved),
            (7, None, Way::Quiet),
        ] {
            assert_eq!(way(old, new), is, "{old} {new:?}");
        }
    }

    /// SS-1: for each account how often, since when, when last, and its own end.
    #[test]
    fn a_report_tells_of_each_account() {
        let uses: Vec<_> = (0..14)
            .flat_map(|ago| [used("acc_1", ago, 10), used("acc_2", ago, 20)])
            .chain([used("acc_3", 20, 1)])
            .collect();
        let dated = Dated {
            transition: transition(),
            exceptions: vec![Exception {
                transition: transition().id,
                account: AccountId::new("acc_2"),
                ends: NOW.plus(60 * 86_400),
                note: String::new(),
                created: NOW,
            }],
        };
        let report = reckoned(dated, &uses, NOW.day() - 29, NOW);
        let told: Vec<_> = report
            .accounts
            .iter()
            .map(|using| {
                (
                    using.account.as_str(),
                    using.count,
                    NOW.day() - using.since,
                    using.stage,
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                ("acc_2", 280, 13, "warned"),
                ("acc_1", 140, 13, "warned"),
                ("acc_3", 1, 20, "warned")
            ]
        );
        assert_eq!(report.accounts[0].ends, Some(NOW.plus(60 * 86_400)));
        assert_eq!((report.active, report.stage, report.more), (2, "warned", 0));
        assert_eq!(report.forecast.unwrap().active, 2);
    }

    #[test]
    fn many_accounts_are_counted_and_some_told() {
        let uses: Vec<_> = (0..250).map(|n| used(&format!("acc_{n:03}"), 0, n + 1)).collect();
        let dated = Dated {
            transition: transition(),
            exceptions: Vec::new(),
        };
        let report = reckoned(dated, &uses, 0, NOW);
        assert_eq!(
            (report.accounts.len(), report.more, report.active),
            (MOST_SHOWN, 250 - MOST_SHOWN, 250)
        );
        assert_eq!(report.accounts[0].account.as_str(), "acc_249");
    }
}
