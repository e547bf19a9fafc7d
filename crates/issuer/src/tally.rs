//! What is counted as it happens and kept a little later: uses of secrets, of aliases and of old ways of authenticating,
//! requests and what became of them.
//!
//! A token request must not wait for a write that only tells when it was made. What was counted in the last
//! seconds is lost when the power is.

use crate::inspect::lookalike;
use crate::known::KnownSecret;
use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use tollgate_model::call::Place;
use tollgate_model::feed::{Sieve, Told, is_bad};
use tollgate_model::{
    AccountId, Call, Change, ClientId, LegacyCredentialId, LegacyMethodId, LegacyUse, MemberId, Moment, SecretId, Usage,
};

/// How many different things are counted between two writes; more than that are not counted.
const MOST: usize = 50_000;

/// How many secrets' uses, and how many requests, are written at once.
const AT_ONCE: usize = 500;

/// How many requests wait to be written; more than that are dropped.
const WAITING: usize = 5_000;

/// How many requests that name a client without proof are looked into in one second: an attack must not buy a look
/// into the store with each invention.
const LOOKS: u32 = 50;

/// How much of a path is told.
pub const LONGEST_PATH: usize = 300;
/// How much of any other text is told.
pub const LONGEST_TEXT: usize = 200;

/// Counts since they were last kept.
#[derive(Default)]
pub struct Tally {
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    secrets: Vec<(SecretId, Moment)>,
    uses: HashMap<(ClientId, String, i64), (i64, Moment)>,
    legacy: HashMap<Old, (i64, i64, Moment)>,
    calls: VecDeque<Call>,
    dropped: u64,
    sieve: Sieve,
    looks: (Option<Moment>, u32),
    refused: HashMap<ClientId, Refused>,
}

/// Who came by an old way, on one day.
type Old = (
    LegacyMethodId,
    AccountId,
    Option<MemberId>,
    Option<LegacyCredentialId>,
    i64,
);

/// How often a client was refused since it was last asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    /// How often.
    pub count: i64,
    /// When last.
    pub last: Moment,
}

impl Tally {
    /// A secret bought a token. Told to the store once a minute.
    pub fn secret_used(&self, secret: &KnownSecret, now: Moment) {
        if !secret.tells(now) {
            return;
        }
        let mut open = self.open();
        if open.secrets.len() < MOST {
            open.secrets.push((secret.id.clone(), now));
        }
    }

    /// A client did something that is counted.
    pub fn count(&self, client: &ClientId, what: &str, now: Moment) {
        self.open().count(client, what.to_owned(), 1, now);
    }

    /// A request was answered here, with this status and, unless it went well, this code. Of many of one client in one
    /// second some are told ([`Sieve`]); `call` makes the record of one that is.
    pub fn answered(
        &self,
        client: Option<&ClientId>,
        (status, code): (u16, Option<&str>),
        now: Moment,
        call: impl FnOnce() -> Call,
    ) {
        let mut open = self.open();
        // What is our own failure is no refusal.
        if let (Some(client), Some(_), 400..=499) = (client, code, status) {
            open.refused(client, 1, now);
        }
        let wanted = open.sieve.takes(client, is_bad(status), now);
        drop(open);
        if wanted {
            let call = call();
            self.open().wait(call);
        }
    }

    /// A request was answered here.
    pub fn call(&self, call: Call) {
        let (client, code) = (call.client.clone(), call.code.clone());
        self.answered(client.as_ref(), (call.status, code.as_deref()), call.at, || call);
    }

    /// A gateway answered requests.
    pub fn told(&self, mut told: Told) {
        // A gateway sifts on its own; one that does not, or several of its tellings at once, are held to the same.
        told.sift();
        let mut open = self.open();
        for call in told.calls {
            open.wait(fitted(call));
        }
        for counted in told.counts {
            let what = format!("call:{}:{}", counted.api, counted.status);
            if counted.refused > 0 {
                open.refused(&counted.client, counted.refused, counted.last);
            }
            open.count(&counted.client, what, counted.count.max(0), counted.last);
        }
        for used in &told.legacy {
            open.legacy_used(used);
        }
    }

    /// Somebody came by an old way.
    pub fn legacy_used(&self, used: &LegacyUse) {
        self.open().legacy_used(used);
    }

    /// Whether it may be looked up just now who it is that named a client without proving it.
    pub fn may_look(&self, now: Moment) -> bool {
        let mut open = self.open();
        if open.looks.0 != Some(now) {
            open.looks = (Some(now), 0);
        }
        open.looks.1 += 1;
        open.looks.1 <= LOOKS
    }

    /// Takes how often each client was refused since this was last asked.
    #[must_use]
    pub fn refused(&self) -> Vec<(ClientId, Refused)> {
        std::mem::take(&mut self.open().refused).into_iter().collect()
    }

    /// Takes what was counted, to be kept. Of secrets and requests no more than a moderate write holds; the rest waits
    /// its turn ([`Tally::waits`]).
    #[must_use]
    pub fn take(&self) -> Vec<Change> {
        let mut open = self.open();
        let many = open.secrets.len().min(AT_ONCE);
        let secrets: Vec<_> = open.secrets.drain(..many).collect();
        let uses = std::mem::take(&mut open.uses);
        let many: Vec<Old> = open.legacy.keys().take(AT_ONCE).cloned().collect();
        let legacy: Vec<_> = many
            .into_iter()
            .filter_map(|key| open.legacy.remove_entry(&key))
            .collect();
        let many = open.calls.len().min(AT_ONCE);
        let calls: Vec<_> = open.calls.drain(..many).collect();
        let dropped = std::mem::take(&mut open.dropped);
        drop(open);
        if dropped > 0 {
            tracing::warn!(
                dropped,
                "more requests to tell of than can be kept; they are counted, and not told one by one"
            );
        }
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
        let legacy = legacy
            .into_iter()
            .map(|((method, account, member, credential, day), told)| {
                let (count, refused, last) = told;
                Change::LegacyUsed(LegacyUse {
                    method,
                    account,
                    member,
                    credential,
                    day,
                    count,
                    refused,
                    last,
                })
            });
        let calls = calls.into_iter().map(Change::Called);
        secrets.chain(uses).chain(legacy).chain(calls).collect()
    }

    /// Whether something waits to be kept.
    #[must_use]
    pub fn waits(&self) -> bool {
        let open = self.open();
        !(open.secrets.is_empty() && open.uses.is_empty() && open.legacy.is_empty() && open.calls.is_empty())
    }

    fn open(&self) -> std::sync::MutexGuard<'_, Open> {
        // What it guards are counts; a panic leaves at worst one that is not counted.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    fn count(&mut self, client: &ClientId, what: String, many: i64, last: Moment) {
        if self.uses.len() >= MOST {
            return;
        }
        let entry = self.uses.entry((client.clone(), what, last.day())).or_insert((0, last));
        entry.0 = entry.0.saturating_add(many);
        entry.1 = entry.1.max(last);
    }

    /// The day is that of the last: what a gateway says of it need not agree.
    fn legacy_used(&mut self, used: &LegacyUse) {
        let day = used.last.day();
        let key: Old = (
            used.method.clone(),
            used.account.clone(),
            used.member.clone(),
            used.credential.clone(),
            day,
        );
        if self.legacy.len() >= MOST && !self.legacy.contains_key(&key) {
            return;
        }
        let (count, refused) = (used.count.max(0), used.refused.clamp(0, used.count.max(0)));
        let held = self.legacy.entry(key).or_insert((0, 0, used.last));
        held.0 = held.0.saturating_add(count);
        held.1 = held.1.saturating_add(refused);
        held.2 = held.2.max(used.last);
    }

    fn refused(&mut self, client: &ClientId, many: i64, last: Moment) {
        let full = self.refused.len() >= MOST;
        match self.refused.get_mut(client) {
            Some(held) => {
                held.count = held.count.saturating_add(many);
                held.last = held.last.max(last);
            }
            None if full => {}
            None => {
                self.refused.insert(client.clone(), Refused { count: many, last });
            }
        }
    }

    fn wait(&mut self, call: Call) {
        if self.calls.len() < WAITING {
            self.calls.push_back(call);
        } else {
            self.dropped += 1;
        }
    }
}

/// A request that a gateway told of, within our measures whatever it said.
fn fitted(mut call: Call) -> Call {
    call.seq = 0;
    call.place = Place::Gateway;
    call.path = without_secrets(call.path);
    for (text, most) in [
        (&mut call.request, LONGEST_TEXT),
        (&mut call.method, 20),
        (&mut call.path, LONGEST_PATH),
    ] {
        cut(text, most);
    }
    for text in [&mut call.route, &mut call.api, &mut call.code, &mut call.acting_user]
        .into_iter()
        .flatten()
    {
        cut(text, 254);
    }
    call.presented = match call.presented {
        serde_json::Value::Object(members) => members
            .into_iter()
            .take(10)
            .filter_map(|(name, value)| match value {
                serde_json::Value::String(mut text) if name.len() <= 64 => {
                    cut(&mut text, LONGEST_TEXT);
                    Some((name, serde_json::Value::String(text)))
                }
                _ => None,
            })
            .collect(),
        _ => serde_json::json!({}),
    };
    call
}

/// A path in which a secret or a token was put by mistake is told without it (OP5).
fn without_secrets(path: String) -> String {
    if lookalike::of(&path.replace('/', " ")).is_none() {
        return path;
    }
    let told = path.split('/').map(|part| match lookalike::of(part) {
        Some(kind) => format!("({kind})"),
        None => part.to_owned(),
    });
    told.collect::<Vec<_>>().join("/")
}

/// Leaves at most so many characters.
pub(crate) fn cut(text: &mut String, most: usize) {
    if let Some((end, _)) = text.char_indices().nth(most) {
        text.truncate(end);
    }
}

#[cfg(test)]
mod tests;
