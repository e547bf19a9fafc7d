//! Whether the gateway takes on one more request.
//!
//! A lane is one thread. When it has more to do than it can, what is ready waits in its run queue, and a task that asked
//! to be woken is woken late. How late is measured on each lane, and while it stays too late a growing share of new
//! requests is turned away at once, before anything is verified.

use crate::settings::Settings;
use crate::{Refusal, lane};
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How late a lane may wake before that counts.
const TARGET: Duration = Duration::from_millis(20);
/// For how long it must stay later before anybody is turned away: a burst passes by itself.
const SUSTAINED: Duration = Duration::from_millis(100);
/// Between two looks, while requests are under way and while none are.
const LOOK: Duration = Duration::from_millis(10);
const IDLE_LOOK: Duration = Duration::from_millis(100);
/// A lane with so few requests is never taken for overloaded: then it is the machine that is late, not our queue.
const FEW: u32 = 64;
/// At most so many of a thousand are turned away: to turn away is work as well, and some must get through.
const MOST_SHARE: u32 = 800;

/// Counts what is under way, and turns away what would only wait.
pub(crate) struct Admission {
    /// Requests at once on all lanes; 0: no cap.
    most: i64,
    under_way: AtomicI64,
    lanes: Box<[Lane]>,
}

/// Apart from its neighbours in memory, so that one core's counting does not slow another's.
#[repr(align(128))]
#[derive(Default)]
struct Lane {
    under_way: AtomicU32,
    /// Of a thousand new requests so many are turned away.
    share: AtomicU32,
    /// What of a whole turned-away request has come together.
    owed: AtomicU32,
}

/// A request that is under way until this is dropped.
pub(crate) struct Ticket<'a> {
    lane: &'a AtomicU32,
    all: Option<&'a AtomicI64>,
}

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        self.lane.fetch_sub(1, Ordering::Relaxed);
        if let Some(all) = self.all {
            all.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

impl Admission {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self {
            most: i64::try_from(settings.most_in_flight).unwrap_or(i64::MAX),
            under_way: AtomicI64::new(0),
            // One more, for whoever asks from a thread that is none of the lanes.
            lanes: (0..=settings.lanes.max(1)).map(|_| Lane::default()).collect(),
        }
    }

    fn here(&self) -> Option<&Lane> {
        self.lanes.get(lane::here()).or_else(|| self.lanes.last())
    }

    /// Takes a request on, until the ticket is dropped.
    pub(crate) fn enter(&self) -> Result<Ticket<'_>, Refusal> {
        let lane = self.here().ok_or(Refusal::Overloaded)?;
        let all = (self.most > 0).then_some(&self.under_way);
        let before = lane.under_way.fetch_add(1, Ordering::Relaxed);
        let before_all = all.map_or(-1, |all| all.fetch_add(1, Ordering::Relaxed));
        let ticket = Ticket {
            lane: &lane.under_way,
            all,
        };
        if before_all >= self.most && all.is_some() {
            return Err(Refusal::Overloaded);
        }
        let share = lane.share.load(Ordering::Relaxed);
        if share > 0 && before >= FEW && lane.turns_away(share) {
            return Err(Refusal::Overloaded);
        }
        Ok(ticket)
    }

    /// Measures on this lane how late it is, for as long as it is polled.
    pub(crate) async fn watch(&self) {
        let Some(lane) = self.here() else {
            return;
        };
        let mut pressure = Pressure::default();
        loop {
            let idle = lane.under_way.load(Ordering::Relaxed) == 0;
            let nap = if idle { IDLE_LOOK } else { LOOK };
            let asleep = Instant::now();
            sleep(nap).await;
            let passed = asleep.elapsed();
            let share = pressure.step(passed, passed.saturating_sub(nap));
            if share != lane.share.load(Ordering::Relaxed) {
                lane.share.store(share, Ordering::Relaxed);
            }
        }
    }
}

impl Lane {
    /// Whether this one is of the share. Evenly spread, and without chance.
    fn turns_away(&self, share: u32) -> bool {
        // Only this thread counts here, but for those who are on no lane; of them one more or less is no harm.
        let owed = self.owed.load(Ordering::Relaxed) + share;
        self.owed.store(owed % 1000, Ordering::Relaxed);
        owed >= 1000
    }
}

/// How much is turned away, from how late the lane was.
#[derive(Debug, Default)]
struct Pressure {
    /// For how long the lane has been late.
    late_for: Option<Duration>,
    share: u32,
}

impl Pressure {
    /// After `passed` the lane woke `late`. Of a thousand new requests so many are turned away from now on.
    fn step(&mut self, passed: Duration, late: Duration) -> u32 {
        if late <= TARGET {
            self.late_for = None;
            self.share = (self.share - self.share / 4).saturating_sub(10);
            return self.share;
        }
        // The first late waking may be a single hitch, however long it was.
        let late_for = self.late_for.map_or(Duration::ZERO, |before| before + passed);
        self.late_for = Some(late_for);
        if late_for >= SUSTAINED {
            let times = u32::try_from(late.as_millis() / TARGET.as_millis()).unwrap_or(u32::MAX);
            self.share = (self.share + 20 * times.clamp(1, 5)).min(MOST_SHARE);
        }
        self.share
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn millis(count: u64) -> Duration {
        Duration::from_millis(count)
    }

    fn admission(most_in_flight: usize) -> Admission {
        Admission::new(&Settings {
            most_in_flight,
            lanes: 1,
            ..Settings::default()
        })
    }

    /// RL10: a burst and a hitch pass; what lasts turns a growing share away, and never all.
    #[test]
    fn only_what_lasts_turns_requests_away() {
        let mut pressure = Pressure::default();
        assert_eq!(pressure.step(millis(2000), millis(1990)), 0, "one hitch");
        assert_eq!(pressure.step(millis(10), millis(0)), 0);
        assert_eq!(pressure.step(millis(60), millis(50)), 0);
        assert_eq!(pressure.step(millis(60), millis(50)), 0, "not yet for long");
        let first = pressure.step(millis(60), millis(50));
        assert!(first > 0);
        let second = pressure.step(millis(60), millis(50));
        assert!(second > first, "it grows");
        for _ in 0..1000 {
            pressure.step(millis(1000), millis(990));
        }
        assert_eq!(pressure.share, MOST_SHARE);
    }

    /// RL10: a second after the lane is in time again everybody gets through.
    #[test]
    fn it_recovers_quickly() {
        let mut pressure = Pressure {
            late_for: Some(millis(500)),
            share: MOST_SHARE,
        };
        let before = pressure.share;
        assert!(pressure.step(millis(10), millis(1)) <= before * 3 / 4);
        for _ in 0..20 {
            pressure.step(millis(10), millis(1));
        }
        assert_eq!(pressure.share, 0);
        assert_eq!(
            pressure.step(millis(60), millis(50)),
            0,
            "and what was before is forgotten"
        );
    }

    #[test]
    fn the_share_is_kept_and_evenly_spread() {
        let lane = Lane::default();
        let away: Vec<bool> = (0..1000).map(|_| lane.turns_away(250)).collect();
        assert_eq!(away.iter().filter(|away| **away).count(), 250);
        assert!(
            away.windows(4)
                .all(|four| four.iter().filter(|away| **away).count() <= 1)
        );
    }

    /// RL10: a quiet gateway turns nobody away, whatever the machine does.
    #[test]
    fn few_requests_are_never_too_many() {
        let admission = admission(0);
        let lane = admission.here().unwrap();
        lane.share.store(MOST_SHARE, Ordering::Relaxed);
        let few: Vec<_> = (0..FEW).map(|_| admission.enter().ok().unwrap()).collect();
        let beyond: Vec<_> = (0..1000).map(|_| admission.enter()).collect();
        let away = beyond.iter().filter(|entered| entered.is_err()).count();
        assert_eq!(away, 800);
        drop((few, beyond));
        assert_eq!(lane.under_way.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn a_cap_is_a_cap_and_a_place_is_given_back() {
        let admission = admission(2);
        let (one, two) = (admission.enter(), admission.enter());
        assert!(one.is_ok() && two.is_ok());
        assert_eq!(admission.enter().err(), Some(Refusal::Overloaded));
        drop(one);
        assert!(admission.enter().is_ok());
    }

    /// A lane that is blocked finds out by itself.
    #[tokio::test]
    async fn a_lane_that_is_late_is_noticed() {
        let admission = std::sync::Arc::new(admission(0));
        let watching = std::sync::Arc::clone(&admission);
        let _tickets: Vec<_> = (0..FEW).map(|_| admission.enter().ok()).collect();
        let watch = tokio::spawn(async move { watching.watch().await });
        let share = || admission.here().unwrap().share.load(Ordering::Relaxed);
        while share() == 0 {
            // This is what too much work looks like to the thread that has it.
            std::thread::sleep(TARGET * 2);
            tokio::task::yield_now().await;
        }
        while share() > 0 {
            sleep(LOOK).await;
        }
        watch.abort();
    }
}
