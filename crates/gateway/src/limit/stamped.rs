//! A count that knows which slot it belongs to, in one atomic number.

use std::sync::atomic::{AtomicU64, Ordering};

/// The lower bits hold the count, signed: 34 billion in one slot and no more. The upper ones hold the slot's number as far
/// as it fits: with slots of a second it comes round in eight years.
const COUNT_BITS: u32 = 36;
const COUNT: u64 = (1 << COUNT_BITS) - 1;
const SLOT: u64 = (1 << (64 - COUNT_BITS)) - 1;
const MOST: i64 = (1 << (COUNT_BITS - 1)) - 1;

/// A count of one slot. Asked about another slot, it is 0.
#[derive(Debug, Default)]
pub(super) struct Stamped(AtomicU64);

const fn pack(slot: u64, count: i64) -> u64 {
    let count = if count > MOST {
        MOST
    } else if count < -MOST {
        -MOST
    } else {
        count
    };
    (slot & SLOT) << COUNT_BITS | (count.cast_unsigned() & COUNT)
}

/// The count, its sign drawn out.
const fn count(raw: u64) -> i64 {
    (raw << (64 - COUNT_BITS)).cast_signed() >> (64 - COUNT_BITS)
}

const fn is_of(raw: u64, slot: u64) -> bool {
    raw >> COUNT_BITS == slot & SLOT
}

/// Whether something is counted in a slot after `slot`: one less than half the circle ahead.
const fn is_after(raw: u64, slot: u64) -> bool {
    let ahead = (raw >> COUNT_BITS).wrapping_sub(slot) & SLOT;
    ahead != 0 && ahead < SLOT / 2 && count(raw) != 0
}

impl Stamped {
    /// What was counted in `slot`.
    pub(super) fn get(&self, slot: u64) -> i64 {
        self.holds(slot).unwrap_or_default()
    }

    /// The same; none when it is not of that slot.
    pub(super) fn holds(&self, slot: u64) -> Option<i64> {
        let raw = self.0.load(Ordering::Acquire);
        is_of(raw, slot).then(|| count(raw))
    }

    /// Puts what `next` makes of the count of `slot` in its place, if it makes anything of it. Another slot's count gives
    /// way, one of a later slot as well: the clock was set back, and what it counted is in the future.
    pub(super) fn change<E>(&self, slot: u64, mut next: impl FnMut(i64) -> Result<i64, E>) -> Result<(), E> {
        let mut raw = self.0.load(Ordering::Acquire);
        loop {
            let here = if is_of(raw, slot) { count(raw) } else { 0 };
            let packed = pack(slot, next(here)?);
            match self
                .0
                .compare_exchange_weak(raw, packed, Ordering::AcqRel, Ordering::Acquire)
            {
                Ok(_) => return Ok(()),
                Err(other) => raw = other,
            }
        }
    }

    /// Adds to the count of `slot`.
    pub(super) fn add(&self, slot: u64, by: i64) {
        let Ok(()) = self.change(slot, |here| Ok::<_, std::convert::Infallible>(here.saturating_add(by)));
    }

    /// Adds to the count of `slot`, if it is still there.
    pub(super) fn correct(&self, slot: u64, by: i64) {
        let _other_slot = self.0.fetch_update(Ordering::AcqRel, Ordering::Acquire, |raw| {
            is_of(raw, slot).then(|| pack(slot, count(raw).saturating_add(by)))
        });
    }

    /// Adds to the count of `slot`, unless a later one took its place.
    pub(super) fn learn(&self, slot: u64, by: i64) {
        let _later_slot = self.0.fetch_update(Ordering::AcqRel, Ordering::Acquire, |raw| {
            let here = if is_of(raw, slot) { count(raw) } else { 0 };
            (!is_after(raw, slot)).then(|| pack(slot, here.saturating_add(by)))
        });
    }

    /// Takes the count of `slot`, if it is greater than 0.
    pub(super) fn take(&self, slot: u64) -> Option<i64> {
        let taken = self.0.fetch_update(Ordering::AcqRel, Ordering::Acquire, |raw| {
            (is_of(raw, slot) && count(raw) > 0).then(|| pack(slot, 0))
        });
        taken.ok().map(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_is_of_its_slot_alone() {
        let stamped = Stamped::default();
        stamped.add(5, 2);
        stamped.add(5, 1);
        assert_eq!((stamped.get(5), stamped.get(4), stamped.get(7)), (3, 0, 0));
        stamped.add(7, 1);
        assert_eq!((stamped.get(5), stamped.get(7)), (0, 1));
        stamped.correct(5, 9);
        assert_eq!(stamped.get(7), 1, "what is told late of an old slot changes nothing");
        stamped.learn(5, 9);
        assert_eq!(stamped.get(7), 1);
        stamped.learn(9, 9);
        assert_eq!(stamped.get(9), 9);
    }

    #[test]
    fn a_count_may_be_below_nothing_and_is_never_more_than_fits() {
        let stamped = Stamped::default();
        stamped.add(1, -2);
        assert_eq!(stamped.get(1), -2);
        assert_eq!(stamped.take(1), None);
        stamped.add(1, 5);
        assert_eq!((stamped.take(1), stamped.get(1)), (Some(3), 0));
        stamped.add(1, i64::MAX);
        assert_eq!(stamped.get(1), MOST);
    }

    /// One that was never used is of no slot, whatever the numbers of slots are.
    #[test]
    fn what_is_empty_takes_any_slot() {
        for slot in [1, SLOT / 3, SLOT / 2 + 1, SLOT - 1] {
            let stamped = Stamped::default();
            stamped.learn(slot, 2);
            assert_eq!(stamped.get(slot), 2, "{slot}");
        }
    }

    #[test]
    fn the_numbers_of_slots_come_round() {
        let stamped = Stamped::default();
        stamped.add(SLOT, 1);
        stamped.learn(SLOT + 2, 4);
        assert_eq!(stamped.get(SLOT + 2), 4);
        stamped.learn(SLOT, 1);
        assert_eq!(stamped.get(SLOT + 2), 4);
    }
}
