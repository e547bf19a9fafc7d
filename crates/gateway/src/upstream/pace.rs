//! How many requests wait for a target, and how long they take: what the control of their number is fed with.

use super::course::{Course, Window};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

/// The shortest window, in microseconds.
const WINDOW: u64 = 100_000;
/// The fewest answers in one.
const ANSWERS: u32 = 16;

/// One target's. Moments are microseconds since the target was made.
#[derive(Debug)]
pub(super) struct Pace {
    /// Whether anything is measured.
    on: bool,
    waiting: AtomicU32,
    limit: AtomicU32,
    // Of the present window.
    began: AtomicU64,
    most: AtomicU32,
    quickest: AtomicU64,
    answers: AtomicU32,
    course: Mutex<Course>,
}

impl Pace {
    /// With `floor` requests at once at least; 0: nothing is measured and nobody turned away.
    pub(super) const fn new(floor: u32) -> Self {
        Self {
            on: floor > 0,
            waiting: AtomicU32::new(0),
            limit: AtomicU32::new(u32::MAX),
            began: AtomicU64::new(0),
            most: AtomicU32::new(0),
            quickest: AtomicU64::new(u64::MAX),
            answers: AtomicU32::new(0),
            course: Mutex::new(Course::new(floor)),
        }
    }

    /// One more that waits for the head of its answer, until that is dropped; none when there are enough.
    pub(super) fn enter(&self) -> Option<Waiting<'_>> {
        if !self.on {
            return Some(Waiting(None));
        }
        let there = self.waiting.fetch_add(1, Ordering::Relaxed) + 1;
        let waiting = Waiting(Some(self));
        if there > self.most.load(Ordering::Relaxed) {
            self.most.fetch_max(there, Ordering::Relaxed);
        }
        (there <= self.limit.load(Ordering::Relaxed)).then_some(waiting)
    }

    /// A request that went there at `since` was answered well.
    pub(super) fn answered(&self, since: u64, now: u64) {
        // What began before the window was there under another limit.
        let began = self.began.load(Ordering::Relaxed);
        if !self.on || since < began {
            return;
        }
        let took = now.saturating_sub(since);
        if took < self.quickest.load(Ordering::Relaxed) {
            self.quickest.fetch_min(took, Ordering::Relaxed);
        }
        let answers = self.answers.fetch_add(1, Ordering::Relaxed) + 1;
        if answers >= ANSWERS && now.saturating_sub(began) >= WINDOW {
            self.turn(now);
        }
    }

    /// The window ends, and another begins.
    fn turn(&self, now: u64) {
        // Whoever else comes here at this moment may pass: one ends it.
        let Ok(mut course) = self.course.try_lock() else {
            return;
        };
        if now.saturating_sub(self.began.load(Ordering::Relaxed)) < WINDOW {
            return;
        }
        let window = Window {
            quickest: self.quickest.load(Ordering::Relaxed),
            most: self.most.load(Ordering::Relaxed),
        };
        let limit = course.step(window).unwrap_or(u32::MAX);
        let before = self.limit.swap(limit, Ordering::Relaxed);
        if (before == u32::MAX) != (limit == u32::MAX) {
            tracing::debug!(limited = limit != u32::MAX, limit, "requests at once");
        }
        self.began.store(now, Ordering::Relaxed);
        self.quickest.store(u64::MAX, Ordering::Relaxed);
        self.answers.store(0, Ordering::Relaxed);
        self.most.store(self.waiting.load(Ordering::Relaxed), Ordering::Relaxed);
    }
}

/// A request that waits for the head of its answer.
#[derive(Debug)]
pub(super) struct Waiting<'a>(Option<&'a Pace>);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if let Some(pace) = self.0 {
            pace.waiting.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RL10: what is measured becomes a limit, and who is over it is turned away until somebody is answered.
    #[test]
    fn a_line_before_the_server_turns_the_next_away() {
        let pace = Pace::new(4);
        for moment in 0..ANSWERS {
            let _one = pace.enter().unwrap();
            let now = WINDOW + u64::from(moment);
            pace.answered(now - 10_000, now);
        }
        assert_eq!(pace.limit.load(Ordering::Relaxed), u32::MAX);
        let began = pace.began.load(Ordering::Relaxed);
        assert!(began >= WINDOW, "the window has turned");
        let mut there: Vec<_> = (0..100).map(|_| pace.enter().unwrap()).collect();
        pace.answered(began - 1, began + 1_000_000);
        assert_eq!(pace.answers.load(Ordering::Relaxed), 0, "it began in another window");
        for _ in 0..ANSWERS {
            pace.answered(began, began + WINDOW);
        }
        let limit = pace.limit.load(Ordering::Relaxed);
        assert!((25..40).contains(&limit), "{limit}");
        assert!(pace.enter().is_none());
        assert_eq!(
            pace.waiting.load(Ordering::Relaxed),
            100,
            "who is turned away does not wait"
        );
        there.truncate(10);
        assert!(pace.enter().is_some());
    }

    #[test]
    fn nothing_is_measured_where_nobody_wants_it() {
        let pace = Pace::new(0);
        let there: Vec<_> = (0..10_000).map(|_| pace.enter()).collect();
        assert!(there.iter().all(Option::is_some));
        for _ in 0..1000 {
            pace.answered(0, 100 * WINDOW);
        }
        assert_eq!(pace.limit.load(Ordering::Relaxed), u32::MAX);
    }
}
