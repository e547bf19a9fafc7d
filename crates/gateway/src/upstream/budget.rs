//! How often a request may be tried again: seldom enough that tries are never what overloads a server.

use std::sync::atomic::{AtomicU32, Ordering};

/// A try takes so much, and a request brings one: so one in ten is tried again at most.
const PRICE: u32 = 10;
/// So many tries can be saved up.
const SAVED: u32 = 10;

/// What of tries is left.
#[derive(Debug)]
pub(super) struct Budget(AtomicU32);

impl Default for Budget {
    fn default() -> Self {
        Self(AtomicU32::new(PRICE * SAVED))
    }
}

impl Budget {
    /// Nothing is ever tried again.
    pub(super) const fn none() -> Self {
        Self(AtomicU32::new(0))
    }

    /// A request came.
    pub(super) fn earn(&self) {
        // Full, as nearly always: nothing is written, and no core waits for another.
        if self.0.load(Ordering::Relaxed) < PRICE * SAVED {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Whether one may be tried again.
    pub(super) fn spend(&self) -> bool {
        self.0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(PRICE))
            .is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RL10: a server that breaks every request gets a tenth more of them, not twice as many.
    #[test]
    fn one_in_ten_is_tried_again() {
        let budget = Budget::default();
        let tried = (0..1000)
            .filter(|_| {
                budget.earn();
                budget.spend()
            })
            .count();
        assert!((100..=110).contains(&tried), "{tried}");
    }
}
