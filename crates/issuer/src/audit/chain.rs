//! The checker: fed with a log, says where it was touched.

use std::collections::BTreeMap;
use std::fmt;
use tollgate_model::{AuditHead, Checkpoint, Event, audit};

/// How many findings are told one by one.
const MOST_FINDINGS: usize = 100;
/// How many events are held back to see whether they only stand in another order.
const WINDOW: usize = 32;

/// What is wrong with a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The event's hash does not fit its text and the hash before it: it, or the hash of the one before, was changed.
    Edited {
        /// Its place.
        seq: i64,
    },
    /// Events are gone.
    Missing {
        /// The first that is gone.
        from: i64,
        /// The last that is gone.
        to: i64,
    },
    /// An event stands where another belongs.
    Moved {
        /// Where it stands.
        seq: i64,
        /// Where it belongs.
        belongs: i64,
    },
    /// A place comes twice, or after a later one.
    Repeated {
        /// The place.
        seq: i64,
    },
    /// The log ends before something that was signed, or before where it says that it ends.
    CutOff {
        /// The last event there is.
        ends: i64,
        /// What there was.
        had: i64,
    },
    /// The log has another hash at this place than was signed, or than it says itself of its end: it was computed anew.
    Rewritten {
        /// The place.
        seq: i64,
    },
    /// A checkpoint that this key did not sign.
    Forged {
        /// Its place.
        seq: i64,
    },
    /// An event that cannot be written as it was chained.
    Unreadable {
        /// Its place.
        seq: i64,
    },
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Edited { seq } => write!(f, "event {seq} was edited, or the hash of the one before it"),
            Self::Missing { from, to } if from == to => write!(f, "event {from} was deleted"),
            Self::Missing { from, to } => write!(f, "events {from} to {to} were deleted"),
            Self::Moved { seq, belongs } => write!(f, "the event at place {seq} was moved; it belongs at {belongs}"),
            Self::Repeated { seq } => write!(f, "place {seq} comes a second time"),
            Self::CutOff { ends, had } => write!(f, "the log was cut off: it ends at {ends} and had {had}"),
            Self::Rewritten { seq } => write!(
                f,
                "the log up to event {seq} is not the one it was: another hash is known"
            ),
            Self::Forged { seq } => write!(f, "the checkpoint at {seq} was not signed with this key"),
            Self::Unreadable { seq } => write!(f, "event {seq} cannot be written as it was chained"),
        }
    }
}

impl Finding {
    /// The stable word for what it is.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Edited { .. } => "edited",
            Self::Missing { .. } => "missing",
            Self::Moved { .. } => "moved",
            Self::Repeated { .. } => "repeated",
            Self::CutOff { .. } => "cut_off",
            Self::Rewritten { .. } => "rewritten",
            Self::Forged { .. } => "forged",
            Self::Unreadable { .. } => "unreadable",
        }
    }
}

/// What a walk over a log came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// How many events are chained.
    pub chained: u64,
    /// How many were kept before there was a chain; nothing is known of these.
    pub unchained: u64,
    /// How many checkpoints were signed with the key.
    pub checkpoints: u64,
    /// The newest of them that fits the log.
    pub signed: Option<Checkpoint>,
    /// The end of the log as it was read.
    pub end: AuditHead,
    /// What is wrong, a hundred at most.
    pub findings: Vec<Finding>,
    /// How many more findings there are.
    pub more: u64,
}

impl Report {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn whole(&self) -> bool {
        self.findings.is_empty()
    }
}

/// What somebody says of the hash at a place: a signed checkpoint, or the log of its own end.
type Said = (String, Option<Checkpoint>);

/// An event held back because it does not fit where it stands.
struct Held {
    seq: i64,
    text: String,
    hash: String,
}

/// The checker. Fed with checkpoints, then with the events up to them in their order, and so on.
///
/// An event that does not fit its place may be edited, or only stand elsewhere. So it is held back until a few more
/// have come: when one of them fits there, it was moved; when none does, the place was edited, and the walk goes on
/// from the hash that stands there.
pub struct Chain {
    key: String,
    begun: bool,
    /// The place expected next, and the hash before it.
    next: i64,
    hash: String,
    /// The last place that was given.
    seen: i64,
    held: Vec<Held>,
    said: BTreeMap<i64, Vec<Said>>,
    report: Report,
}

impl Chain {
    /// A checker of a log from its beginning; `key` is the public key of its checkpoints, base64url.
    #[must_use]
    pub fn new(key: String) -> Self {
        Self::after(
            key,
            AuditHead {
                seq: 0,
                hash: String::new(),
            },
        )
    }

    /// A checker of the log after a place whose hash is known.
    #[must_use]
    pub fn after(key: String, start: AuditHead) -> Self {
        Self {
            key,
            begun: !start.hash.is_empty(),
            next: start.seq.saturating_add(1),
            hash: start.hash.clone(),
            seen: start.seq,
            held: Vec::new(),
            said: BTreeMap::new(),
            report: Report {
                chained: 0,
                unchained: 0,
                checkpoints: 0,
                signed: None,
                end: start,
                findings: Vec::new(),
                more: 0,
            },
        }
    }

    /// Up to which place events were taken: the next ones are those after it.
    #[must_use]
    pub const fn read(&self) -> i64 {
        self.next.saturating_sub(1)
    }

    /// Where the log says that it ends. Comes before the events.
    pub fn ends(&mut self, head: &AuditHead) {
        if head.seq > self.read() {
            let said = (head.hash.clone(), None);
            self.said.entry(head.seq).or_default().push(said);
        }
    }

    /// A checkpoint, of the log itself or from where it cannot be reached. Comes before the event that it signs.
    pub fn checkpoint(&mut self, checkpoint: &Checkpoint) {
        let Checkpoint {
            seq,
            hash,
            at,
            signature,
        } = checkpoint;
        let text = Checkpoint::text(*seq, hash, *at);
        if !tollgate_keys::audit::verify(&self.key, text.as_bytes(), signature) {
            return self.found(Finding::Forged { seq: *seq });
        }
        self.report.checkpoints += 1;
        // One that lies before the start says nothing of what is read here.
        if *seq > self.read() {
            let said = (hash.clone(), Some(checkpoint.clone()));
            self.said.entry(*seq).or_default().push(said);
        }
    }

    /// The next event.
    pub fn event(&mut self, event: &Event) {
        if event.seq <= self.seen {
            return self.found(Finding::Repeated { seq: event.seq });
        }
        self.seen = event.seq;
        if !self.begun && event.hash.is_empty() {
            self.report.unchained += 1;
            return self.stands(event.seq, String::new());
        }
        self.begun = true;
        self.report.chained += 1;
        let text = audit::text(event).unwrap_or_else(|_| {
            self.found(Finding::Unreadable { seq: event.seq });
            String::new()
        });
        self.held.push(Held {
            seq: event.seq,
            text,
            hash: event.hash.clone(),
        });
        // Those held before were tried at this place already.
        self.settle(self.held.len().saturating_sub(1));
        while self.held.len() >= WINDOW {
            self.give_up();
        }
    }

    /// What it came to, once every event was given.
    #[must_use]
    pub fn finish(mut self) -> Report {
        while !self.held.is_empty() {
            self.give_up();
        }
        let ends = self.read();
        let had = self.said.keys().next_back().copied();
        if let Some(had) = had {
            self.found(Finding::CutOff { ends, had });
        }
        self.report.end = AuditHead {
            seq: ends,
            hash: self.hash,
        };
        self.report
    }

    /// Takes every held event, from `from` on, that fits the place expected, as far as that goes.
    fn settle(&mut self, mut from: usize) {
        while let Some(fits) = self.held.iter().skip(from).position(|held| self.fits(held)) {
            let held = self.held.remove(from + fits);
            if held.seq != self.next {
                self.found(Finding::Moved {
                    seq: held.seq,
                    belongs: self.next,
                });
            }
            self.stands(self.next, held.hash);
            from = 0;
        }
    }

    fn fits(&self, held: &Held) -> bool {
        let body = format!("{} {}", self.next, held.text);
        tollgate_keys::audit::chain(&self.hash, &body) == held.hash
    }

    /// Nothing fits the place expected: says why, and goes on behind it.
    fn give_up(&mut self) {
        let Some(place) = self.held.iter().map(|held| held.seq).min() else {
            return;
        };
        // What was moved away may have left its own place to nobody.
        if place > self.next {
            self.found(Finding::Missing {
                from: self.next,
                to: place - 1,
            });
        }
        let at = self.held.iter().position(|held| held.seq == place);
        let Some(held) = at.map(|at| self.held.remove(at)) else {
            return;
        };
        // Behind a gap nobody knows the hash before, so nothing more is said of the first.
        if place <= self.next {
            self.found(Finding::Edited { seq: place });
        }
        self.stands(place.max(self.next), held.hash);
        self.settle(0);
    }

    /// An event stands at this place, with this hash: goes on behind it.
    fn stands(&mut self, seq: i64, hash: String) {
        let later = self.said.split_off(&seq.saturating_add(1));
        for (place, said) in std::mem::replace(&mut self.said, later) {
            for (other, checkpoint) in said {
                if place == seq && other == hash {
                    self.report.signed = checkpoint.or(self.report.signed.take());
                } else if place == seq {
                    self.found(Finding::Rewritten { seq });
                }
                // Of a place that is missing the gap was told.
            }
        }
        self.next = seq.saturating_add(1);
        self.hash = hash;
    }

    fn found(&mut self, finding: Finding) {
        if self.report.findings.contains(&finding) {
            return;
        }
        if self.report.findings.len() < MOST_FINDINGS {
            self.report.findings.push(finding);
        } else {
            self.report.more += 1;
        }
    }
}
