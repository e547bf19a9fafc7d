//! How many requests a target may have at once, from how long its quickest answers take.
//!
//! When a server has more to do than it can, everybody waits there, and even the quickest answers take longer than they
//! did. Then more requests at once bring no more answers, only longer ones: so the number of them is brought down until
//! the quickest take hardly longer than they must, and the queue stays with the callers. That slow requests come among
//! quick ones changes nothing: the quick stay quick.

/// Between the quickest answers then and now so much is no sign of a queue, in microseconds.
const SLACK: u64 = 10_000;
/// After so many windows the quickest time is learned anew.
const EPOCH: u32 = 50;

/// What was seen in one window, of requests that began in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    /// How long the quickest answer took, in microseconds.
    pub(super) quickest: u64,
    /// How many requests there were at once, those that were turned away among them.
    pub(super) most: u32,
}

/// The state of the control. It knows no clock.
#[derive(Debug)]
pub(super) struct Course {
    /// The limit is never below.
    floor: u32,
    limit: Option<u32>,
    /// The quickest of this epoch and of the one before.
    quickest: [u64; 2],
    windows: u32,
    /// Windows in a row in which the limit was far.
    calm: u32,
    /// The limit to return to after a window at half of it.
    halved: Option<u32>,
    /// How many there were, and how long the quickest took, when the number began to be brought down.
    from: Option<(u32, u64)>,
}

impl Course {
    pub(super) const fn new(floor: u32) -> Self {
        Self {
            floor,
            limit: None,
            quickest: [u64::MAX; 2],
            windows: 0,
            calm: 0,
            halved: None,
            from: None,
        }
    }

    /// The limit after `window`; none while nothing speaks for one.
    pub(super) fn step(&mut self, window: Window) -> Option<u32> {
        if let Some(limit) = self.halved.take() {
            // With half as many the queue was gone: this is how quick the server is by now.
            self.quickest = [window.quickest, u64::MAX];
            self.windows = 0;
            self.limit = Some(limit);
            return self.limit;
        }
        // Half as many, and hardly quicker: then nobody waited for one another, and the server is slow by itself.
        if let Some((many, took)) = self.from
            && window.most.min(self.limit.unwrap_or(u32::MAX)) <= many / 2
            && window.quickest > took / 4 * 3
        {
            self.quickest = [window.quickest, u64::MAX];
            self.windows = 0;
            self.from = None;
            self.limit = Some(many);
            return self.limit;
        }
        let [this, before] = &mut self.quickest;
        *this = window.quickest.min(*this);
        let quickest = (*this).min(*before);
        let allowed = quickest.saturating_add(SLACK.max(quickest / 2));
        let reached = self.limit.is_some_and(|limit| window.most >= limit);
        if window.quickest > allowed {
            self.shrink(window, allowed);
        } else {
            self.grow(window);
        }
        self.windows += 1;
        if self.windows >= EPOCH {
            self.turn(reached);
        }
        self.limit
    }

    fn shrink(&mut self, window: Window, allowed: u64) {
        self.calm = 0;
        let full = self.limit.unwrap_or(u32::MAX).min(window.most);
        if full <= self.floor && self.limit.is_none() {
            return;
        }
        self.from.get_or_insert((full, window.quickest));
        let part = u64::from(full).saturating_mul(allowed) / window.quickest.max(1);
        let part = u32::try_from(part).unwrap_or(u32::MAX).max(full / 4);
        self.limit = Some((part + part.isqrt()).min(full).max(self.floor));
    }

    fn grow(&mut self, window: Window) {
        self.from = None;
        let Some(limit) = self.limit else {
            return;
        };
        if window.most >= limit / 2 {
            self.calm = 0;
            self.limit = Some(limit.saturating_add(limit.isqrt().max(1)));
        } else {
            self.calm += 1;
            if self.calm >= EPOCH {
                self.limit = None;
            }
        }
    }

    /// An epoch ends. Times of long ago say nothing; but under load all times are long, and would be taken for the
    /// measure: so one window goes with half as many.
    fn turn(&mut self, reached: bool) {
        self.windows = 0;
        match self.limit {
            Some(limit) if reached && limit > self.floor => {
                self.halved = Some(limit);
                self.limit = Some((limit / 2).max(self.floor));
            }
            _ => {
                let [this, before] = &mut self.quickest;
                *before = *this;
                *this = u64::MAX;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A server that works on `at_once` requests, each for `takes` microseconds; whoever comes beyond waits in line.
    struct Server {
        at_once: u32,
        takes: u64,
    }

    impl Server {
        /// One window with `demand` callers who ask again as soon as they are answered. How many were there at once.
        fn window(&self, course: &mut Course, demand: u32) -> u32 {
            let there = course.limit.unwrap_or(u32::MAX).min(demand);
            let waits = u64::from(there).max(u64::from(self.at_once)) * self.takes / u64::from(self.at_once);
            course.step(Window {
                quickest: waits,
                most: demand.min(course.limit.map_or(demand, |limit| limit + 1)),
            });
            there
        }
    }

    /// RL10: at ten times the load the server has enough to do and its line stays short, for as long as it lasts.
    #[test]
    fn it_converges_to_what_the_server_can() {
        let server = Server {
            at_once: 10,
            takes: 20_000,
        };
        let mut course = Course::new(4);
        for _ in 0..5 {
            assert_eq!(
                server.window(&mut course, 8),
                8,
                "nobody is turned away where nobody waits"
            );
        }
        assert_eq!(course.limit, None);
        for window in 0..2000 {
            let there = server.window(&mut course, 300);
            // Nine is the one window in fifty that learns anew how quick the server is.
            assert!(window < 10 || (9..=22).contains(&there), "window {window}: {there}");
        }
    }

    #[test]
    fn it_grows_with_the_server_and_is_gone_with_the_load() {
        let mut server = Server {
            at_once: 10,
            takes: 20_000,
        };
        let mut course = Course::new(4);
        server.window(&mut course, 8);
        for _ in 0..100 {
            server.window(&mut course, 300);
        }
        server.at_once = 100;
        for _ in 0..100 {
            server.window(&mut course, 300);
        }
        assert!(server.window(&mut course, 300) >= 90);
        for _ in 0..2 * EPOCH {
            server.window(&mut course, 5);
        }
        assert_eq!(course.limit, None);
    }

    /// A server that became slower, but not by its load, is not held to what it once could.
    #[test]
    fn a_server_that_became_slower_keeps_its_requests() {
        let mut server = Server {
            at_once: 100,
            takes: 2_000,
        };
        let mut course = Course::new(4);
        for _ in 0..EPOCH {
            server.window(&mut course, 80);
        }
        server.takes = 200_000;
        let held_back = (0..4 * EPOCH).filter(|_| server.window(&mut course, 80) < 80).count();
        assert!(held_back <= 2, "{held_back}");
    }

    #[test]
    fn the_floor_is_left_to_every_server() {
        let server = Server {
            at_once: 1,
            takes: 50_000,
        };
        let mut course = Course::new(20);
        server.window(&mut course, 1);
        for _ in 0..500 {
            let there = server.window(&mut course, 1000);
            assert!(there >= 20, "{there}");
        }
        let mut quiet = Course::new(20);
        server.window(&mut quiet, 1);
        for _ in 0..500 {
            server.window(&mut quiet, 20);
        }
        assert_eq!(quiet.limit, None);
    }
}
