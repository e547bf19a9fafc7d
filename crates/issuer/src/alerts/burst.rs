//! Many refusals of one client in a short time.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use tollgate_model::{ClientId, Moment};

/// So many refusals are a burst …
const MANY: i64 = 50;

/// … within so many seconds.
const WITHIN: i64 = 300;

/// Refusals are counted by so many seconds: thirty counts are enough to remember five minutes, however many they are.
const TOGETHER: i64 = 10;

/// For how many seconds after a burst the next of the same client is not told here.
const QUIET: i64 = 3600;

/// How many clients are watched at once: some 6 MB.
const CLIENTS: usize = 10_000;

/// Many requests of one client were refused in a short time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Burst {
    /// Whose.
    pub client: ClientId,
    /// How many.
    pub count: i64,
    /// The first of them.
    pub since: Moment,
    /// The last of them.
    pub until: Moment,
}

/// The refusals of the last minutes, as this node saw them. Bounded: an attack under many names fills it, and then
/// those it does not hold are not watched until it is over.
#[derive(Default)]
pub struct Bursts {
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    clients: HashMap<ClientId, Seen>,
    swept: Option<Moment>,
}

#[derive(Default)]
struct Seen {
    /// The first moment of each count, and how many, oldest first.
    counts: VecDeque<(Moment, i64)>,
    /// When a burst was last told.
    told: Option<Moment>,
}

impl Seen {
    fn is_over(&self, now: Moment) -> bool {
        let last = self.counts.back().map(|(at, _)| *at);
        self.is_quiet(now) && last.is_none_or(|last| now.since(last) >= WITHIN)
    }

    fn is_quiet(&self, now: Moment) -> bool {
        self.told.is_none_or(|told| now.since(told) >= QUIET)
    }

    fn add(&mut self, many: i64, now: Moment) {
        while self.counts.front().is_some_and(|(at, _)| now.since(*at) >= WITHIN) {
            self.counts.pop_front();
        }
        match self.counts.back_mut() {
            Some((at, count)) if now.since(*at) < TOGETHER => *count = count.saturating_add(many),
            _ => self.counts.push_back((now, many)),
        }
    }
}

impl Bursts {
    /// So many requests of this client were refused, the last at `now`. With those that make a burst of them comes the
    /// burst; then no other of the same client for an hour.
    pub fn refused(&self, client: &ClientId, many: i64, now: Moment) -> Option<Burst> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if !open.clients.contains_key(client) && open.clients.len() >= CLIENTS {
            open.sweep(now);
            if open.clients.len() >= CLIENTS {
                return None;
            }
        }
        let seen = open.clients.entry(client.clone()).or_default();
        seen.add(many, now);
        let count = seen
            .counts
            .iter()
            .fold(0_i64, |sum, (_, count)| sum.saturating_add(*count));
        let since = seen.counts.front().map(|(at, _)| *at)?;
        if count < MANY || !seen.is_quiet(now) {
            return None;
        }
        seen.told = Some(now);
        Some(Burst {
            client: client.clone(),
            count,
            since,
            until: now,
        })
    }
}

impl Bursts {
    /// A burst could not be told: the next refusal makes one again.
    pub fn untold(&self, client: &ClientId) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(seen) = open.clients.get_mut(client) {
            seen.told = None;
        }
    }
}

impl Open {
    /// Forgets those that are quiet again; once in ten seconds at most, since it looks at all.
    fn sweep(&mut self, now: Moment) {
        if self.swept.is_some_and(|swept| now.since(swept) < 10) {
            return;
        }
        self.swept = Some(now);
        self.clients.retain(|_, seen| !seen.is_over(now));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Moment = Moment(1_800_000_000);

    fn client(number: usize) -> ClientId {
        ClientId::new(format!("client-{number}"))
    }

    #[test]
    fn fifty_refusals_in_five_minutes_are_a_burst_told_once() {
        let bursts = Bursts::default();
        let told: Vec<_> = (0..200)
            .filter_map(|second| bursts.refused(&client(1), 1, NOW.plus(second)))
            .collect();
        assert_eq!(
            told,
            [Burst {
                client: client(1),
                count: 50,
                since: NOW,
                until: NOW.plus(49)
            }]
        );
        let later = NOW.plus(49 + QUIET);
        assert!(
            bursts.refused(&client(1), 50, later).is_some(),
            "an hour later it is told again"
        );
    }

    #[test]
    fn a_burst_that_could_not_be_told_is_told_with_the_next_refusal() {
        let bursts = Bursts::default();
        assert!(bursts.refused(&client(1), 50, NOW).is_some());
        bursts.untold(&client(1));
        bursts.untold(&client(2));
        assert_eq!(bursts.refused(&client(1), 1, NOW.plus(10)).unwrap().count, 51);
        assert_eq!(bursts.refused(&client(1), 1, NOW.plus(20)), None);
    }

    #[test]
    fn refusals_may_come_counted() {
        let bursts = Bursts::default();
        assert_eq!(bursts.refused(&client(1), 49, NOW), None);
        assert_eq!(bursts.refused(&client(1), 49, NOW.plus(WITHIN)), None);
        assert_eq!(bursts.refused(&client(1), 1, NOW.plus(WITHIN + 1)).unwrap().count, 50);
        assert_eq!(bursts.refused(&client(2), i64::MAX, NOW).unwrap().count, i64::MAX);
        assert_eq!(bursts.refused(&client(2), i64::MAX, NOW.plus(1)), None);
    }

    #[test]
    fn a_slow_trickle_is_no_burst() {
        let bursts = Bursts::default();
        let told = (0..1000).find_map(|number| bursts.refused(&client(1), 1, NOW.plus(number * 7)));
        assert_eq!(told, None);
    }

    #[test]
    fn refusals_of_different_clients_do_not_add_up() {
        let bursts = Bursts::default();
        for number in 0..49 {
            assert_eq!(bursts.refused(&client(1), 1, NOW.plus(number)), None);
            assert_eq!(bursts.refused(&client(2), 1, NOW.plus(number)), None);
        }
        assert!(bursts.refused(&client(1), 1, NOW.plus(50)).is_some());
    }

    #[test]
    fn what_is_watched_is_bounded_and_cleared_when_quiet() {
        let bursts = Bursts::default();
        for number in 0..CLIENTS + 100 {
            bursts.refused(&client(number), 1, NOW);
        }
        let held = || bursts.open.lock().unwrap().clients.len();
        assert_eq!(held(), CLIENTS);
        bursts.refused(&client(CLIENTS + 200), 1, NOW.plus(WITHIN));
        assert_eq!(held(), 1);
        for second in 0..5000 {
            bursts.refused(&client(1), 1, NOW.plus(WITHIN + second));
        }
        let open = bursts.open.lock().unwrap();
        assert!(open.clients.values().all(|seen| seen.counts.len() <= 30));
    }
}
