//! What was counted for one client, account or address, and all that is remembered of it.

use super::Rule;
use super::stamped::Stamped;
use crate::lane;
use quick_cache::Equivalent;
use quick_cache::sync::Cache;
use std::convert::Infallible;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tollgate_model::limit::{Left, Window};
use tollgate_model::{Limit, Moment};

/// Whose requests a bucket counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Whose<'a> {
    Client(&'a str),
    Account(&'a str),
    /// An address; of IPv6 the first of its /64.
    Address(IpAddr),
    All,
}

/// The same, kept.
#[derive(Debug)]
enum Kept {
    Client(Box<str>),
    Account(Box<str>),
    Address(IpAddr),
    All,
}

/// What a bucket is called, here and at the issuer.
#[derive(Debug)]
struct Name {
    rule: Arc<str>,
    whose: Kept,
}

/// A name that is only looked for: hashes as [`Name`] does.
#[derive(PartialEq, Eq, Hash)]
struct Wanted<'a> {
    rule: &'a str,
    whose: Whose<'a>,
}

impl Name {
    fn wanted(&self) -> Wanted<'_> {
        Wanted {
            rule: &self.rule,
            whose: match &self.whose {
                Kept::Client(id) => Whose::Client(id),
                Kept::Account(id) => Whose::Account(id),
                Kept::Address(address) => Whose::Address(*address),
                Kept::All => Whose::All,
            },
        }
    }
}

impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.wanted().hash(state);
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.wanted() == other.wanted()
    }
}

impl Eq for Name {}

impl Equivalent<Arc<Name>> for Wanted<'_> {
    fn equivalent(&self, name: &Arc<Name>) -> bool {
        *self == name.wanted()
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rule = &self.rule;
        match &self.whose {
            Kept::Client(id) => write!(f, "{rule}/client/{id}"),
            Kept::Account(id) => write!(f, "{rule}/account/{id}"),
            Kept::Address(address) => write!(f, "{rule}/address/{address}"),
            Kept::All => write!(f, "{rule}/all"),
        }
    }
}

/// A slot of a window: its number, which is one more than that of the slot before, and its bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slot {
    pub(super) number: u64,
    pub(super) begin: Moment,
    pub(super) end: Moment,
}

impl Slot {
    /// The slot that `now` falls into.
    pub(crate) fn at(window: Window, now: Moment) -> Self {
        let (begin, end) = window.slot(now);
        let number = match window {
            Window::Seconds(seconds) => begin.0.div_euclid(seconds.max(1)),
            Window::Day => begin.day(),
            // Months have 30.4369 days; no month begins as much as two days from where that would have it.
            Window::Month => (begin.day() * 10_000 + 152_184).div_euclid(304_369),
        };
        Self {
            number: number.cast_unsigned(),
            begin,
            end,
        }
    }

    /// The slot before it.
    pub(super) fn before(self, window: Window) -> Self {
        Self::at(window, self.begin.plus(-1))
    }
}

/// Two counts of one kind: of slots with even and with odd numbers. So the slot before stays while this one is counted.
#[derive(Debug, Default)]
struct Pair(Stamped, Stamped);

impl Pair {
    const fn of(&self, slot: u64) -> &Stamped {
        if slot & 1 == 0 { &self.0 } else { &self.1 }
    }
}

/// What was counted for one of whom a limit is about. Nobody waits for anybody here: all counts are atomics.
#[derive(Debug)]
pub(crate) struct Bucket {
    name: Arc<Name>,
    window: Window,
    /// What is thought to have been let through at all gateways: [`known`](Self::known), and what was let through here
    /// since.
    counts: Pair,
    /// Of that, what the issuer was not told of yet.
    unsent: Pair,
    /// The total of all gateways, when the issuer last said.
    known: Pair,
    /// Whether it waits to be shared.
    waits: AtomicBool,
}

/// What was let through in a slot and the issuer is not told of yet.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) bucket: Arc<Bucket>,
    pub(super) slot: Slot,
    /// 0 to only ask for the total.
    pub(super) count: i64,
}

impl Bucket {
    fn new(name: Arc<Name>, window: Window) -> Self {
        Self {
            name,
            window,
            counts: Pair::default(),
            unsent: Pair::default(),
            known: Pair::default(),
            waits: AtomicBool::new(false),
        }
    }

    /// What the issuer calls it.
    pub(super) fn name(&self) -> String {
        self.name.to_string()
    }

    fn here(&self, slot: u64) -> i64 {
        self.counts.of(slot).get(slot)
    }

    /// What is left of `limit`.
    pub(crate) fn left(&self, limit: &Limit, slot: Slot, now: Moment) -> Left {
        let before = slot.number.wrapping_sub(1);
        limit.left(self.here(before), self.here(slot.number), now)
    }

    /// Takes one, and says what is left then.
    ///
    /// # Errors
    /// What is left, when nothing is.
    pub(crate) fn take(&self, limit: &Limit, slot: Slot, now: Moment) -> Result<Left, Left> {
        let before = self.here(slot.number.wrapping_sub(1));
        let mut after = None;
        self.counts.of(slot.number).change(slot.number, |here| {
            let left = limit.left(before, here, now);
            if left.remaining == 0 {
                return Err(left);
            }
            let more = here.saturating_add(1);
            after = Some(more);
            Ok(more)
        })?;
        Ok(limit.left(before, after.unwrap_or_default(), now))
    }

    /// Gives back one that was taken and not [spent](Buckets::spend).
    pub(crate) fn give_back(&self, slot: Slot) {
        self.counts.of(slot.number).correct(slot.number, -1);
    }

    /// Gives back one that was taken and spent.
    pub(crate) fn give_back_spent(&self, slot: Slot) {
        self.give_back(slot);
        // Below 0 when it was told of already: then the next that is let through is not told of.
        self.unsent.of(slot.number).correct(slot.number, -1);
    }

    /// What is to be told of this slot and the one before. Of older ones nobody asks any more.
    pub(super) fn lines(self: &Arc<Self>, now: Moment, lines: &mut Vec<Line>) {
        let here = Slot::at(self.window, now);
        let before = here.before(self.window);
        for slot in [here, before] {
            let count = match self.unsent.of(slot.number).take(slot.number) {
                Some(count) => count,
                // In a window that slides it counts what others let through before anything came here.
                None if slot == before
                    && self.window.slides()
                    && self.known.of(slot.number).holds(slot.number).is_none() =>
                {
                    0
                }
                None => continue,
            };
            lines.push(Line {
                bucket: Arc::clone(self),
                slot,
                count,
            });
        }
    }
}

impl Line {
    /// All gateways together let `total` through in this slot.
    pub(super) fn told(&self, total: i64) {
        let (bucket, slot) = (&self.bucket, self.slot.number);
        let known = bucket.known.of(slot).get(slot);
        let others = total.saturating_sub(known).saturating_sub(self.count);
        bucket.counts.of(slot).learn(slot, others);
        bucket.known.of(slot).learn(slot, total.saturating_sub(known));
    }

    /// It was not told of.
    pub(super) fn back(&self) {
        self.bucket
            .unsent
            .of(self.slot.number)
            .correct(self.slot.number, self.count);
    }
}

/// The buckets there are: so many and no more, those in use rather than others. A bucket that had to go is counted anew
/// from the total of all gateways, as soon as the issuer says what that is; until then what it had counted in its slot is
/// missing.
pub(crate) struct Buckets {
    held: Cache<Arc<Name>, Arc<Bucket>>,
    /// Those that wait to be shared, lane by lane.
    waiting: Box<[Lane]>,
    /// The most that wait in one lane.
    most: usize,
}

/// Apart from its neighbours in memory, so that one core's writing does not slow another's.
#[derive(Default)]
#[repr(align(128))]
struct Lane(Mutex<Vec<Arc<Bucket>>>);

impl Buckets {
    pub(super) fn new(most: usize, lanes: usize) -> Self {
        // One more, for whoever asks from a thread that is none of the lanes.
        let lanes = lanes.max(1) + 1;
        Self {
            held: Cache::new(most.max(1)),
            waiting: (0..lanes).map(|_| Lane::default()).collect(),
            most: (most / lanes).max(1),
        }
    }

    /// The bucket of `rule` for these.
    pub(crate) fn of(&self, rule: &Rule, whose: Whose<'_>) -> Arc<Bucket> {
        let wanted = Wanted {
            rule: &rule.name,
            whose,
        };
        if let Some(bucket) = self.held.get(&wanted) {
            return bucket;
        }
        let name = Arc::new(Name {
            rule: Arc::clone(&rule.name),
            whose: match whose {
                Whose::Client(id) => Kept::Client(id.into()),
                Whose::Account(id) => Kept::Account(id.into()),
                Whose::Address(address) => Kept::Address(address),
                Whose::All => Kept::All,
            },
        });
        let new = || Ok::<_, Infallible>(Arc::new(Bucket::new(Arc::clone(&name), rule.limit.window)));
        let Ok(bucket) = self.held.get_or_insert_with(&name, new);
        bucket
    }

    /// One that was taken is let through: the issuer shall be told.
    pub(crate) fn spend(&self, bucket: &Arc<Bucket>, slot: Slot) {
        bucket.unsent.of(slot.number).add(slot.number, 1);
        self.wait(bucket);
    }

    /// The bucket waits to be shared. Where too many wait already, it will when something is next taken from it.
    pub(super) fn wait(&self, bucket: &Arc<Bucket>) {
        if bucket.waits.swap(true, Ordering::AcqRel) {
            return;
        }
        let Some(lane) = self.waiting.get(lane::here()).or_else(|| self.waiting.last()) else {
            return;
        };
        // What it guards is a list; no panic leaves it half-written.
        let mut waiting = lane.0.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() < self.most {
            waiting.push(Arc::clone(bucket));
        } else {
            bucket.waits.store(false, Ordering::Release);
        }
    }

    /// Takes all that wait.
    pub(super) fn waiting(&self) -> Vec<Arc<Bucket>> {
        let mut all = Vec::new();
        for lane in &self.waiting {
            let taken = std::mem::take(&mut *lane.0.lock().unwrap_or_else(PoisonError::into_inner));
            all.extend(taken);
        }
        for bucket in &all {
            // Before its counts are looked at: what comes after that makes it wait anew.
            bucket.waits.store(false, Ordering::Release);
        }
        all
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> (usize, usize) {
        let waiting = |lane: &Lane| lane.0.lock().unwrap_or_else(PoisonError::into_inner).len();
        (self.held.len(), self.waiting.iter().map(waiting).sum())
    }
}
