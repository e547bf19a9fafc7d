//! What is counted as it happens and kept a little later: uses of secrets and of aliases.
//!
//! A token request must not wait for a write that only tells when it was made. Counts of the last
//! seconds are lost when the power is.

use crate::known::KnownSecret;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use tollgate_model::{Change, ClientId, Moment, SecretId, Usage};

/// How many different things are counted between two writes; more than that are not counted.
const MOST: usize = 50_000;

/// How many secrets' uses are written at once.
const AT_ONCE: usize = 500;

/// Counts since they were last kept.
#[derive(Default)]
pub struct Tally {
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    secrets: Vec<(SecretId, Moment)>,
    uses: HashMap<(ClientId, String, i64), (i64, Moment)>,
}

impl Tally {
    /// A secret bought a token. Told to the store once a minute.
    pub fn secret_used(&self, secret: &KnownSecret, now: Moment) {
        if !secret.tells(now) {
            return;
        }
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.secrets.len() < MOST {
            open.secrets.push((secret.id.clone(), now));
        }
    }

    /// A client did something that is counted.
    pub fn count(&self, client: &ClientId, what: &str, now: Moment) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.uses.len() >= MOST {
            return;
        }
        let entry = open
            .uses
            .entry((client.clone(), what.to_owned(), now.day()))
            .or_insert((0, now));
        entry.0 += 1;
        entry.1 = now;
    }

    /// Takes what was counted, to be kept. Of secrets no more than a moderate write holds; the rest waits its turn.
    #[must_use]
    pub fn take(&self) -> Vec<Change> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let many = open.secrets.len().min(AT_ONCE);
        let secrets: Vec<_> = open.secrets.drain(..many).collect();
        let uses = std::mem::take(&mut open.uses);
        drop(open);
        let secrets = secrets.into_iter().map(|(id, at)| Change::SecretUsed { id, at });
        let uses = uses.into_iter().map(|((client, what, day), (count, last))| {
            Change::Count(Usage {
                client,
                what,
                day,
                count,
                last,
            })
        });
        secrets.chain(uses).collect()
    }
}
