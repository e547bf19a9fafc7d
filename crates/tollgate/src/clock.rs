//! The one place that reads the clock.

use tollgate_model::Moment;
use tollgate_model::moment::Clock;

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct System;

impl Clock for System {
    #[expect(clippy::disallowed_methods, reason = "this is where time comes from")]
    fn now(&self) -> Moment {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        Moment(since.map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX)))
    }
}

/// A clock that goes as another does, and shows another time: what a demo runs on that was started for another day.
#[derive(Clone, Copy, Debug)]
pub struct Moved<C> {
    clock: C,
    by: i64,
}

impl<C: Clock> Moved<C> {
    /// The clock that shows `moment` now.
    #[must_use]
    pub fn to(moment: Moment, clock: C) -> Self {
        let by = moment.since(clock.now());
        Self { clock, by }
    }
}

impl<C: Clock> Clock for Moved<C> {
    fn now(&self) -> Moment {
        self.clock.now().plus(self.by)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicI64, Ordering};

    struct Hands(AtomicI64);

    impl Clock for &Hands {
        fn now(&self) -> Moment {
            Moment(self.0.load(Ordering::SeqCst))
        }
    }

    #[test]
    fn a_moved_clock_begins_at_its_day_and_goes_on_from_there() {
        let hands = Hands(AtomicI64::new(1_000));
        for day in [Moment(0), Moment(1_784_937_600)] {
            hands.0.store(1_000, Ordering::SeqCst);
            let moved = Moved::to(day, &hands);
            assert_eq!(moved.now(), day);
            hands.0.fetch_add(61, Ordering::SeqCst);
            assert_eq!(moved.now(), day.plus(61));
        }
    }
}
