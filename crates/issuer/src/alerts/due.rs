//! Which alerts a client's secrets are due.

use super::Matter;
use tollgate_model::{ClientRecord, Moment, Secret, State};

/// Seconds of a day.
const DAY: i64 = 86_400;

/// How many days before its end a secret is told of, the last time first.
const STAGES: [i64; 3] = [1, 7, 30];

/// The longest of them, in seconds: nothing that ends later is looked at.
pub(super) const AHEAD: i64 = 30 * DAY;

/// After how many seconds without use a living secret is told of.
pub(super) const UNUSED: i64 = 90 * DAY;

/// What a client's account should know about its secrets at `now`; again and again the same, until something changes.
/// Who tells it sees to it that each is told once ([`Matter::key`]). Of a disabled client or account nothing is due: its
/// secrets open nothing.
#[must_use]
pub fn due(record: &ClientRecord, now: Moment) -> Vec<Matter> {
    if record.client.state == State::Disabled || record.account.state == State::Disabled {
        return Vec::new();
    }
    let alive: Vec<&Secret> = record.secrets.iter().filter(|secret| secret.alive(now)).collect();
    let successors = alive.iter().skip(1).copied().map(Some).chain([None]);
    let mut due = Vec::new();
    for (secret, successor) in alive.iter().copied().zip(successors) {
        due.extend(expiring(secret, successor, now));
        due.extend(successor.and_then(|successor| old_used(secret, successor)));
        due.extend(unused(secret, successor, now));
    }
    due
}

/// Whether somebody still uses the secret although there is another.
fn used_after(secret: &Secret, successor: &Secret) -> bool {
    secret.last_used.is_some_and(|used| used > successor.created)
}

/// Whether the successor goes on when the secret ends.
fn outlives(successor: &Secret, end: Moment) -> bool {
    successor.expires.is_none_or(|its| its > end)
}

/// How many days before its end a secret is now, of those that are told. The nearest counts: who hears of 7 need not
/// hear of 30.
pub(super) fn stage(secret: &Secret, now: Moment) -> Option<(Moment, i64)> {
    let end = secret.expires?;
    let left = end.since(now);
    let days = STAGES.into_iter().find(|days| left <= days * DAY)?;
    // A secret that never had so long to live is not told of at its birth.
    (left > 0 && end.since(secret.created) > days * DAY).then_some((end, days))
}

fn expiring(secret: &Secret, successor: Option<&Secret>, now: Moment) -> Option<Matter> {
    let (expires, days) = stage(secret, now)?;
    if let Some(successor) = successor
        && outlives(successor, expires)
    {
        // That an overlap ends is what was wanted. It is told only to who has not moved over on the last day, and heard
        // that the old one is still in use a day ago or more.
        let warned = now.since(successor.created) > DAY;
        if days > 1 || !warned || !used_after(secret, successor) {
            return None;
        }
    }
    Some(Matter::SecretExpiring {
        secret: secret.id.clone(),
        label: secret.label.clone(),
        expires,
        days,
    })
}

fn old_used(secret: &Secret, successor: &Secret) -> Option<Matter> {
    let used = secret.last_used.filter(|_| used_after(secret, successor))?;
    Some(Matter::OldSecretUsed {
        secret: secret.id.clone(),
        label: secret.label.clone(),
        successor: successor.id.clone(),
        successor_label: successor.label.clone(),
        made: successor.created,
        used,
        ends: secret.expires,
    })
}

fn unused(secret: &Secret, successor: Option<&Secret>, now: Moment) -> Option<Matter> {
    let since = secret.last_used.unwrap_or(secret.created);
    // Replaced, unused and with an end: it goes by itself.
    let goes = secret.expires.is_some() && successor.is_some();
    (now.since(since) >= UNUSED && !goes).then(|| Matter::Unused {
        secret: secret.id.clone(),
        label: secret.label.clone(),
        since,
        ever: secret.last_used.is_some(),
    })
}

#[cfg(test)]
mod tests;
