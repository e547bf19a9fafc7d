//! Slowing those who guess secrets, without locking out the one who knows it.
//!
//! A right secret is always taken: with 190 random bits it cannot be found by guessing, and an
//! attacker must not be able to keep the real client away. What is slowed are wrong ones: after so many
//! for one client from one address they are answered 429 and no longer written to the log one by one.

use crate::terms::Limit;
use quick_cache::sync::Cache;
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tollgate_model::Moment;

/// How many clients and addresses are watched at once.
const WATCHED: usize = 20_000;

/// Wrong secrets of late, by client and address. Bounded; the least used are forgotten.
pub struct Guesses {
    seen: Cache<u64, Arc<Seen>>,
    hasher: RandomState,
}

#[derive(Default)]
struct Seen {
    started: AtomicI64,
    wrong: AtomicI64,
}

impl Default for Guesses {
    fn default() -> Self {
        Self {
            seen: Cache::new(WATCHED),
            hasher: RandomState::new(),
        }
    }
}

impl Guesses {
    /// Counts a wrong secret. Answers the seconds to wait when there were more than `limit` in its window.
    pub fn wrong(&self, client_id: &str, from: Option<IpAddr>, limit: Limit, now: Moment) -> Option<i64> {
        let key = self.hasher.hash_one((client_id, from.map(network)));
        let seen = self
            .seen
            .get_or_insert_with(&key, || Ok::<_, ()>(Arc::new(Seen::default())))
            .ok()?;
        let started = seen.started.load(Ordering::Relaxed);
        if now.0 - started >= limit.window {
            seen.started.store(now.0, Ordering::Relaxed);
            seen.wrong.store(1, Ordering::Relaxed);
            return None;
        }
        let wrong = seen.wrong.fetch_add(1, Ordering::Relaxed) + 1;
        (wrong > limit.count).then(|| (limit.window - (now.0 - started)).max(1))
    }
}

/// One subscriber's addresses count as one: an IPv6 network of 64 bits is one household.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => IpAddr::V6((u128::from(v6) & !u128::from(u64::MAX)).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Limit = Limit { count: 3, window: 60 };

    /// TE14: the count is per client and address, and over with its window.
    #[test]
    fn only_the_guesser_is_slowed() {
        let guesses = Guesses::default();
        let (one, other) = ("192.0.2.1".parse().ok(), "192.0.2.2".parse().ok());
        let now = Moment(1_000);
        let tries: Vec<_> = (0..5).map(|_| guesses.wrong("c", one, LIMIT, now)).collect();
        assert_eq!(tries, [None, None, None, Some(60), Some(60)]);
        assert_eq!(guesses.wrong("c", other, LIMIT, now), None);
        assert_eq!(guesses.wrong("d", one, LIMIT, now), None);
        assert_eq!(guesses.wrong("c", one, LIMIT, now.plus(59)), Some(1));
        assert_eq!(guesses.wrong("c", one, LIMIT, now.plus(60)), None);
    }

    #[test]
    fn an_ipv6_household_counts_as_one() {
        assert_eq!(
            network("2001:db8:1:2:3::4".parse().unwrap()),
            network("2001:db8:1:2:ffff::1".parse().unwrap())
        );
        assert_ne!(
            network("2001:db8:1:2::1".parse().unwrap()),
            network("2001:db8:1:3::1".parse().unwrap())
        );
    }
}
