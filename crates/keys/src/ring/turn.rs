//! Turning the ring: a new key comes in, and the calendar of the others is written.

use super::KeyRecord;
use tollgate_protocol::jose::Algorithm;

/// The spans that a turn keeps to, in seconds. Negative ones count as zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// How long a key is shown before it signs: longer than anybody remembers our key set.
    pub publish_ahead: i64,
    /// The longest life of any token.
    pub longest_lifetime: i64,
    /// How long after its end a verifier may still accept a token.
    pub leeway: i64,
}

/// What a turn changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// The record of the new key.
    pub fresh: KeyRecord,
    /// Records of other keys whose `retires` is another now.
    pub aged: Vec<KeyRecord>,
}

/// Brings in the key `kid` for `algorithm`.
///
/// It signs after `publish_ahead`, or at once when nothing else can sign. The key it follows is
/// shown until the last token it can have signed by then has expired. A key that was waiting and would
/// have begun no earlier than this one is taken out at once: it has signed nothing, and if it were
/// left it would push the new one aside.
#[must_use]
pub fn turn(records: &[KeyRecord], kid: &str, algorithm: Algorithm, now: i64, calendar: &Calendar) -> Turn {
    let alike = || {
        records
            .iter()
            .filter(|record| record.algorithm == algorithm && record.kid != kid)
    };
    let signing_since = alike()
        .filter(|record| record.may_sign(now))
        .map(|record| record.active_from)
        .max();
    let active_from = match signing_since {
        // Strictly after the present signer, or a tie would leave it to the names of the keys.
        Some(since) => now
            .saturating_add(calendar.publish_ahead.max(0))
            .max(since.saturating_add(1)),
        None => now,
    };

    let is_displaced = |record: &KeyRecord| record.active_from > now && record.active_from >= active_from;
    let will_sign = |record: &KeyRecord| {
        !is_displaced(record) && !record.is_retired(now) && record.retires.is_none_or(|end| end > record.active_from)
    };
    let mut starts: Vec<i64> = alike()
        .filter(|record| will_sign(record))
        .map(|record| record.active_from)
        .collect();
    starts.push(active_from);

    let tail = calendar.longest_lifetime.max(0).saturating_add(calendar.leeway.max(0));
    let retires = |record: &KeyRecord| {
        if is_displaced(record) {
            return Some(now);
        }
        let last_signature = starts
            .iter()
            .copied()
            .filter(|start| *start > record.active_from)
            .min()?;
        let needed = last_signature.saturating_add(tail);
        match record.retires {
            // An end that was set is put off only for a key that will still sign: one that was cut
            // short on purpose stays cut short.
            Some(set) if last_signature <= now || set >= needed => Some(set),
            _ => Some(needed),
        }
    };
    let aged = alike()
        .filter(|record| !record.is_retired(now))
        .map(|record| KeyRecord {
            retires: retires(record),
            ..record.clone()
        })
        .filter(|aged| !records.contains(aged))
        .collect();
    let fresh = KeyRecord {
        kid: kid.to_owned(),
        algorithm,
        published: now,
        active_from,
        retires: None,
    };
    Turn { fresh, aged }
}
