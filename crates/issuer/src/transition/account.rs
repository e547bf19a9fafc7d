//! What a transition means to one account.

use super::days::{LOOKED_AT, Spread};
use super::{concerns, next};
use crate::desk::Desk;
use std::collections::BTreeMap;
use tollgate_model::{AccountId, Dated, Fault, LegacyCredentialId, LegacyUse, MemberId, Moment};

/// A transition as one account meets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Own {
    /// The transition; of the exceptions, only the account's own.
    pub dated: Dated,
    /// Where the account stands ([`tollgate_model::transition::Stage::as_str`]).
    pub stage: &'static str,
    /// When the old way ends for it.
    pub ends: Option<Moment>,
    /// What comes next for everybody, and when.
    pub next: Option<(String, Moment)>,
    /// How often the account used the old way in thirty days, day by day.
    pub spread: Spread,
    /// By whom and with what, the most used first.
    pub used: Vec<Used>,
}

/// What somebody used the old way with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Used {
    /// Who, where the credential says it.
    pub member: Option<MemberId>,
    /// With which credential, where it is on record here.
    pub credential: Option<LegacyCredentialId>,
    /// How often in thirty days.
    pub count: i64,
    /// How often of these it was refused.
    pub refused: i64,
    /// The first day on which it was, of those thirty.
    pub since: i64,
    /// When last.
    pub last: Moment,
}

/// The transitions that concern an account and have opened for it, or whose old way it used in the last thirty days. Two
/// reads of the store.
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn own(desk: &Desk, account: &AccountId, now: Moment) -> Result<Vec<Own>, Fault> {
    let listed = desk.store.transitions().await?;
    if listed.is_empty() {
        return Ok(Vec::new());
    }
    let uses = desk.store.legacy_uses(Some(account), now.day() - LOOKED_AT + 1).await?;
    Ok(decide(listed, account, &uses, now))
}

fn decide(listed: Vec<Dated>, account: &AccountId, uses: &[LegacyUse], now: Moment) -> Vec<Own> {
    let each = listed.into_iter().filter(|dated| concerns(&dated.transition, account));
    let owns = each.map(|mut dated| {
        dated.exceptions.retain(|exception| exception.account == *account);
        let counted = dated.transition.counted_as();
        let here = uses.iter().filter(|one| one.method == counted);
        Own {
            stage: dated.stage(Some(account), now).as_str(),
            ends: dated.ends(Some(account)),
            next: next(&dated.transition, now),
            spread: Spread::of(here.clone(), now),
            used: used(here),
            dated,
        }
    });
    owns.filter(|own| !own.used.is_empty() || own.stage != "before")
        .collect()
}

/// Uses put together by who and with what, the most used first.
pub(super) fn used<'a>(uses: impl Iterator<Item = &'a LegacyUse>) -> Vec<Used> {
    let mut found: BTreeMap<(Option<&MemberId>, Option<&LegacyCredentialId>), Used> = BTreeMap::new();
    for one in uses {
        let held = found
            .entry((one.member.as_ref(), one.credential.as_ref()))
            .or_insert_with(|| Used {
                member: one.member.clone(),
                credential: one.credential.clone(),
                count: 0,
                refused: 0,
                since: one.day,
                last: one.last,
            });
        held.count = held.count.saturating_add(one.count);
        held.refused = held.refused.saturating_add(one.refused);
        held.since = held.since.min(one.day);
        held.last = held.last.max(one.last);
    }
    let mut found: Vec<Used> = found.into_values().collect();
    found.sort_by(|one, other| other.count.cmp(&one.count).then(other.last.cmp(&one.last)));
    found
}

#[cfg(test)]
mod tests {
    use super::super::facts::{NOW, used as use_of};
    use super::*;
    use crate::registry::transition::tests::transition;
    use tollgate_model::{Exception, Transition};

    fn dated() -> Dated {
        let exception = |account: &str, days: i64| Exception {
            transition: transition().id,
            account: AccountId::new(account),
            ends: NOW.plus(days * 86_400),
            note: String::new(),
            created: NOW,
        };
        Dated {
            transition: transition(),
            exceptions: vec![exception("acc_1", 60), exception("acc_2", 90)],
        }
    }

    /// SS-1: an account sees its own end and its own uses, and nothing of others.
    #[test]
    fn an_account_sees_its_own() {
        let uses = [use_of("acc_1", 0, 3), use_of("acc_1", 9, 4)];
        let own = decide(vec![dated()], &AccountId::new("acc_1"), &uses, NOW);
        let [own] = own.as_slice() else { panic!("one") };
        assert_eq!((own.stage, own.ends), ("warned", Some(NOW.plus(60 * 86_400))));
        assert_eq!(own.dated.exceptions.len(), 1);
        assert_eq!((own.used[0].count, own.used[0].since), (7, NOW.day() - 9));
        assert_eq!(own.used[0].last, use_of("acc_1", 0, 1).last);
    }

    #[test]
    fn what_has_not_opened_is_nothing_yet() {
        let coming = Dated {
            transition: Transition {
                opens: Some(NOW.plus(1)),
                warns: None,
                brownouts: Vec::new(),
                ..transition()
            },
            exceptions: Vec::new(),
        };
        let own = |uses: &[LegacyUse]| decide(vec![coming.clone()], &AccountId::new("acc_1"), uses, NOW).len();
        assert_eq!((own(&[]), own(&[use_of("acc_1", 3, 1)])), (0, 1));
        let others = Dated {
            transition: Transition {
                accounts: vec![AccountId::new("acc_2")],
                ..transition()
            },
            exceptions: Vec::new(),
        };
        assert!(decide(vec![others], &AccountId::new("acc_1"), &[use_of("acc_1", 3, 1)], NOW).is_empty());
    }
}
