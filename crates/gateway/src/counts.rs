//! How many requests were answered, and how: for whoever watches the gateway. Each lane counts for itself.

use crate::{Refusal, lane};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

/// Answers by the first digit of their status.
const CLASSES: usize = 6;

/// What every lane counted.
pub(crate) struct Counts {
    lanes: Box<[Lane]>,
    in_flight: AtomicI64,
}

/// Apart from its neighbours in memory, so that one core's counting does not slow another's.
#[repr(align(128))]
struct Lane {
    classes: [AtomicU64; CLASSES],
    refusals: Box<[AtomicU64]>,
}

impl Counts {
    pub(crate) fn new(lanes: usize) -> Self {
        let lane = || Lane {
            classes: Default::default(),
            refusals: Refusal::ALL.iter().map(|_| AtomicU64::new(0)).collect(),
        };
        Self {
            // One more, for whoever asks from a thread that is none of the lanes.
            lanes: (0..=lanes.max(1)).map(|_| lane()).collect(),
            in_flight: AtomicI64::new(0),
        }
    }

    /// A request came; it is under way until the guard is dropped.
    pub(crate) fn came(&self) -> UnderWay<'_> {
        self.in_flight.fetch_add(1, Ordering::Relaxed);
        UnderWay(&self.in_flight)
    }

    /// A request was answered.
    pub(crate) fn answered(&self, status: u16, refusal: Option<Refusal>) {
        let Some(lane) = self.lanes.get(lane::here()).or_else(|| self.lanes.last()) else {
            return;
        };
        if let Some(class) = lane.classes.get(usize::from(status / 100)) {
            class.fetch_add(1, Ordering::Relaxed);
        }
        if let Some(count) = refusal.and_then(|refusal| lane.refusals.get(refusal.place())) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// How many are under way.
    pub(crate) fn in_flight(&self) -> i64 {
        self.in_flight.load(Ordering::Relaxed)
    }

    /// How many were answered so, by the first digit of the status.
    pub(crate) fn classes(&self) -> impl Iterator<Item = (usize, u64)> + '_ {
        let sum = |class: usize| self.sum(|lane| lane.classes.get(class));
        (1..CLASSES).map(move |class| (class, sum(class)))
    }

    /// How many were refused so; those that never were are left out.
    pub(crate) fn refusals(&self) -> impl Iterator<Item = (Refusal, u64)> + '_ {
        let sum = |refusal: &Refusal| self.sum(|lane| lane.refusals.get(refusal.place()));
        Refusal::ALL
            .iter()
            .map(move |refusal| (*refusal, sum(refusal)))
            .filter(|(_, count)| *count > 0)
    }

    fn sum<'a>(&'a self, of: impl Fn(&'a Lane) -> Option<&'a AtomicU64>) -> u64 {
        self.lanes
            .iter()
            .filter_map(of)
            .map(|count| count.load(Ordering::Relaxed))
            .sum()
    }
}

/// A request that is under way.
pub(crate) struct UnderWay<'a>(&'a AtomicI64);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lanes_count_is_summed() {
        let counts = Counts::new(2);
        std::thread::scope(|scope| {
            for number in 0..2 {
                let counts = &counts;
                scope.spawn(move || {
                    lane::stand(number);
                    for _ in 0..10 {
                        counts.answered(200, None);
                        counts.answered(429, Some(Refusal::RateLimited));
                    }
                    counts.answered(999, None);
                });
            }
        });
        let classes: Vec<_> = counts.classes().filter(|(_, count)| *count > 0).collect();
        assert_eq!(classes, [(2, 20), (4, 20)]);
        assert_eq!(counts.refusals().collect::<Vec<_>>(), [(Refusal::RateLimited, 20)]);
        let guard = counts.came();
        assert_eq!(counts.in_flight(), 1);
        drop(guard);
        assert_eq!(counts.in_flight(), 0);
    }
}
