//! A target that failed too often in a row is given a rest; then one request tries it.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

/// Failures in a row, and the rest they earn. Moments are microseconds since the target was made.
#[derive(Debug, Default)]
pub(super) struct Circuit {
    /// After so many in a row it rests; 0: never.
    most: u32,
    /// For how long, in microseconds.
    rest: u64,
    in_a_row: AtomicU32,
    /// Until when it rests; 0: it does not. It stays set until a request has gone well.
    until: AtomicU64,
    trying: AtomicBool,
}

/// As what a request goes to a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum As {
    /// One of many.
    Usual,
    /// The one that finds out whether it is well again.
    Trial,
}

impl Circuit {
    pub(super) fn new(most: u32, rest: Duration) -> Self {
        Self {
            most,
            rest: u64::try_from(rest.as_micros()).unwrap_or(u64::MAX),
            ..Self::default()
        }
    }

    /// Whether a request may go there.
    ///
    /// # Errors
    /// For how many microseconds it rests at least.
    pub(super) fn leave(&self, now: u64) -> Result<As, u64> {
        let until = match self.until.load(Ordering::Acquire) {
            0 => return Ok(As::Usual),
            until => until,
        };
        if now < until {
            return Err(until - now);
        }
        if self.trying.swap(true, Ordering::AcqRel) {
            return Err(0);
        }
        Ok(As::Trial)
    }

    /// A request went well. True when that ends a rest.
    pub(super) fn well(&self, came: As) -> bool {
        if self.in_a_row.load(Ordering::Relaxed) > 0 {
            self.in_a_row.store(0, Ordering::Relaxed);
        }
        if came == As::Trial {
            self.until.store(0, Ordering::Release);
            self.trying.store(false, Ordering::Release);
        }
        came == As::Trial
    }

    /// A request failed. True when a rest begins.
    pub(super) fn failed(&self, came: As, now: u64) -> bool {
        if self.most == 0 {
            return false;
        }
        let until = now.saturating_add(self.rest).max(1);
        match came {
            As::Trial => {
                self.until.store(until, Ordering::Release);
                self.trying.store(false, Ordering::Release);
                false
            }
            As::Usual => {
                let enough = self.in_a_row.fetch_add(1, Ordering::Relaxed) + 1 >= self.most;
                enough
                    && self
                        .until
                        .compare_exchange(0, until, Ordering::AcqRel, Ordering::Relaxed)
                        .is_ok()
            }
        }
    }

    /// Nobody knows how it went: whoever asked has gone. After a trial the next request is one.
    pub(super) fn unknown(&self, came: As) {
        if came == As::Trial {
            self.trying.store(false, Ordering::Release);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000;

    fn circuit() -> Circuit {
        Circuit::new(3, Duration::from_secs(10))
    }

    /// RL10: only failures in a row count, and the rest lasts as long as was said.
    #[test]
    fn failures_in_a_row_earn_a_rest() {
        let circuit = circuit();
        for _ in 0..2 {
            assert!(!circuit.failed(As::Usual, 0));
            assert!(!circuit.failed(As::Usual, 0));
            assert!(!circuit.well(As::Usual), "one that went well begins the count anew");
        }
        assert!(!circuit.failed(As::Usual, SECOND));
        assert!(!circuit.failed(As::Usual, SECOND));
        assert!(circuit.failed(As::Usual, SECOND), "the third");
        assert!(
            !circuit.failed(As::Usual, 5 * SECOND),
            "one that was under way prolongs nothing"
        );
        assert_eq!(circuit.leave(SECOND), Err(10 * SECOND));
        assert_eq!(circuit.leave(11 * SECOND - 1), Err(1));
        circuit.well(As::Usual);
        assert!(circuit.leave(2 * SECOND).is_err(), "nor does it shorten anything");
    }

    #[test]
    fn one_request_tries_and_the_others_wait_for_it() {
        let circuit = circuit();
        for _ in 0..3 {
            circuit.failed(As::Usual, 0);
        }
        assert_eq!(circuit.leave(10 * SECOND), Ok(As::Trial));
        assert_eq!(circuit.leave(10 * SECOND), Err(0));
        assert!(!circuit.failed(As::Trial, 10 * SECOND));
        assert_eq!(circuit.leave(19 * SECOND), Err(SECOND), "it rests once more");
        assert_eq!(circuit.leave(20 * SECOND), Ok(As::Trial));
        circuit.unknown(As::Trial);
        assert_eq!(circuit.leave(20 * SECOND), Ok(As::Trial), "who tried has gone");
        assert!(circuit.well(As::Trial));
        assert_eq!(circuit.leave(20 * SECOND), Ok(As::Usual));
        assert_eq!(circuit.leave(20 * SECOND), Ok(As::Usual));
    }

    #[test]
    fn without_a_number_nothing_rests() {
        let circuit = Circuit::new(0, Duration::from_secs(10));
        for _ in 0..1000 {
            assert!(!circuit.failed(As::Usual, 0));
        }
        assert_eq!(circuit.leave(0), Ok(As::Usual));
    }
}
