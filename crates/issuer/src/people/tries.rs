//! Counting wrong tries: one counter for each person, over every factor, every spelling of the address and every node
//! (SE8, AT14).
//!
//! Counted are wrong tries only. When the counter is full, a right password is refused too: otherwise the answer would
//! tell a guesser that it was found. A person who is kept out so gets in again
//!
//! - by waiting until the window is over (`terms.console.sessions.wrong`), or
//! - at once by a reset link: whoever reads the person's mail chooses a new password, and that begins a session without
//!   asking the counter. It does not clear it. Somebody with a second factor therefore still waits for the window, or
//!   else whoever reads the mail could ask for link after link and guess codes in between.
//!
//! Who is signed in stays signed in. Several nodes share the counter through the store; within a node the tries for one
//! person queue up ([`super::bench`]), so at most one try per node runs ahead of it.

use crate::desk::Desk;
use crate::people::{Origin, Refused};
use crate::terms::Limit;
use tollgate_model::link::LinkKind;
use tollgate_model::{Allowance, Change, Fault, Kept, Moment};

/// Letters to one address: so many in so long.
const LETTERS: Limit = Limit { count: 5, window: 3600 };

/// A count that is kept under a keyed digest of the address: the table tells nobody who tried to sign in.
#[derive(Clone, Debug)]
pub(super) struct Count {
    bucket: String,
    limit: Limit,
}

/// The counter of wrong tries of one person, by the address in lower case. Also of people who do not exist.
pub(super) fn wrong(desk: &Desk, address: &str) -> Count {
    Count {
        bucket: format!("wrong:{}", name(desk, address)),
        limit: desk.terms.console.sessions.wrong,
    }
}

/// The counter of letters with links of one kind to one address. Each kind has its own: a stranger who asks for reset
/// links does not keep an admin from inviting.
pub(super) fn letters(desk: &Desk, kind: LinkKind, address: &str) -> Count {
    Count {
        bucket: format!("letters:{}:{}", kind.as_str(), name(desk, address)),
        limit: LETTERS,
    }
}

fn name(desk: &Desk, address: &str) -> String {
    desk.digests.digest(&format!("address:{address}")).to_string()
}

impl Count {
    /// The seconds until the next try counts, when the counter is full.
    pub(super) async fn full(&self, desk: &Desk, now: Moment) -> Result<Option<i64>, Fault> {
        Ok(wait(desk.store.allowance(&self.bucket).await?, self.limit, now))
    }

    /// Counts one more; stale when it was full.
    pub(super) fn take(&self, now: Moment) -> Change {
        Change::Take {
            bucket: self.bucket.clone(),
            limit: self.limit.count,
            window: self.limit.window,
            now,
        }
    }

    /// Counts a wrong try and tells the log, the same for everybody; says what the asker is told.
    pub(super) async fn was_wrong(
        &self,
        desk: &Desk,
        origin: &Origin,
        subject: &str,
        why: Refused,
        now: Moment,
    ) -> Result<Refused, Fault> {
        let used = desk.store.allowance(&self.bucket).await?;
        let mut changes = vec![self.take(now), origin.refused("sign_in.refused", subject, &why, now)];
        if fills(used, self.limit, now) {
            let seconds = self.limit.window;
            changes.push(origin.refused("sign_in.suspended", subject, &Refused::TooMany { seconds }, now));
        }
        if desk.memory.keep(changes).await? == Kept::Done {
            return Ok(why.told());
        }
        // Another node's try was the last that fitted.
        let seconds = self.full(desk, now).await?.unwrap_or(1);
        Ok(Refused::TooMany { seconds })
    }
}

/// The seconds until a counter in this state takes another try; none: it does now.
fn wait(taken: Option<Allowance>, limit: Limit, now: Moment) -> Option<i64> {
    let open = open(taken, limit, now)?;
    (open.used >= limit.count).then(|| (limit.window - now.since(open.started)).max(1))
}

/// Whether one more try is the last that fits.
fn fills(taken: Option<Allowance>, limit: Limit, now: Moment) -> bool {
    open(taken, limit, now).map_or(0, |open| open.used) + 1 == limit.count
}

fn open(taken: Option<Allowance>, limit: Limit, now: Moment) -> Option<Allowance> {
    taken.filter(|taken| now.since(taken.started) < limit.window)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Limit = Limit { count: 3, window: 900 };

    fn used(used: i64) -> Option<Allowance> {
        Some(Allowance {
            started: Moment(1_000),
            used,
        })
    }

    /// SE8, AT14: a full counter refuses until its window is over, and says how long that is.
    #[test]
    fn a_full_counter_refuses_until_its_window_is_over() {
        let now = Moment(1_100);
        assert_eq!(wait(None, LIMIT, now), None);
        assert_eq!(wait(used(2), LIMIT, now), None);
        assert_eq!(wait(used(3), LIMIT, now), Some(800));
        assert_eq!(wait(used(4), LIMIT, Moment(1_899)), Some(1));
        assert_eq!(wait(used(4), LIMIT, Moment(1_900)), None);
    }

    /// SE8: the try that fills the counter is told as what it is, once.
    #[test]
    fn the_last_try_that_fits_is_known() {
        let told: Vec<bool> = (0..4).map(|n| fills(used(n), LIMIT, Moment(1_100))).collect();
        assert_eq!(told, [false, false, true, false]);
        assert!(!fills(used(2), LIMIT, Moment(2_000)), "the window is over");
    }
}
