//! What a node remembers: clients, the catalogue of APIs and routes, the signing ring, revocations.
//!
//! Everything here follows the change log of the store. What this node changed itself it forgets before
//! it answers; what another node changed it forgets when the log tells, a fraction of a second later.
//! When the log cannot be followed, what is remembered of clients and operators is not used for longer than
//! [`TRUSTED`]: the question then goes to the store, and fails with it. Every request that issues, revokes or tells
//! something begins with that question, so none is decided on an older catalogue, ring or list of revocations.

use crate::catalogue::Catalogue;
use crate::keyring::Keyring;
use crate::known::Known;
use arc_swap::{ArcSwap, ArcSwapOption};
use quick_cache::sync::Cache;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tollgate_model::{Change, ClientId, Fault, Followed, Kept, Moment, News, Operator, Revocations, Seq, Store};

/// How old the last look at the change log may be while memory is still believed.
pub const TRUSTED: Duration = Duration::from_millis(900);

/// How long a follower waits for news before it looks at the log anyway.
const LOOK: Duration = Duration::from_millis(400);

/// How many clients are remembered at once: some 60 MB, since one takes about half a kilobyte.
const CLIENTS: usize = 120_000;

/// How many operators' credentials are remembered.
const OPERATORS: usize = 1_000;

/// What a node remembers of the store.
pub struct Memory {
    store: Arc<dyn Store>,
    clients: Cache<ClientId, Arc<Known>>,
    latest: ArcSwapOption<Known>,
    operators: Cache<String, Arc<Operator>>,
    catalogue: ArcSwap<Catalogue>,
    revocations: ArcSwap<Revocations>,
    keyring: Arc<Keyring>,
    /// Held while the catalogue is read: who read earlier must not have the last word.
    learning: tokio::sync::Mutex<()>,
    /// Counts what was forgotten, so that a record read before does not come back after.
    forgotten: Mutex<u64>,
    reached: AtomicI64,
    began: Instant,
    looked: AtomicU64,
}

impl Memory {
    /// An empty memory; [`Memory::learn`] fills it.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, keyring: Arc<Keyring>) -> Self {
        Self {
            store,
            clients: Cache::new(CLIENTS),
            latest: ArcSwapOption::empty(),
            operators: Cache::new(OPERATORS),
            catalogue: ArcSwap::default(),
            revocations: ArcSwap::default(),
            keyring,
            learning: tokio::sync::Mutex::new(()),
            forgotten: Mutex::new(0),
            reached: AtomicI64::new(0),
            began: Instant::now(),
            looked: AtomicU64::new(0),
        }
    }

    /// Reads what is always in memory: catalogue, keys, revocations. Forgets everything else.
    ///
    /// # Errors
    /// A [`Fault`] of the store.
    pub async fn learn(&self, now: Moment) -> Result<(), Fault> {
        let looked = self.began.elapsed();
        let head = self.store.head().await?;
        self.learn_catalogue().await?;
        self.learn_revocations(now).await?;
        self.forget(|memory| {
            memory.clients.clear();
            memory.operators.clear();
        });
        self.reached.store(head, Ordering::Release);
        self.saw(looked);
        Ok(())
    }

    async fn learn_catalogue(&self) -> Result<(), Fault> {
        let _one_at_a_time = self.learning.lock().await;
        self.keyring.learn(&*self.store).await?;
        self.catalogue.store(Arc::new(Catalogue::read(&*self.store).await?));
        Ok(())
    }

    async fn learn_revocations(&self, now: Moment) -> Result<(), Fault> {
        let mut list = Revocations::default();
        for revocation in self.store.revocations(now).await? {
            list.add(&revocation);
        }
        self.revocations.store(Arc::new(list));
        Ok(())
    }

    /// Takes in what the log has after the place reached, and waits for more when there is nothing.
    ///
    /// # Errors
    /// A [`Fault`] of the store.
    pub async fn follow(&self, now: Moment) -> Result<(), Fault> {
        let reached = self.reached.load(Ordering::Acquire);
        let looked = self.began.elapsed();
        match self.store.log_after(reached).await? {
            Followed::TooOld => self.learn(now).await,
            Followed::News { notices } if notices.is_empty() => {
                self.saw(looked);
                // Whoever waits also looks again in time to keep memory trusted.
                let _elapsed = tokio::time::timeout(LOOK, self.store.stirred(reached)).await;
                Ok(())
            }
            Followed::News { notices } => {
                let news: Vec<News> = notices.iter().map(|notice| notice.news.clone()).collect();
                self.take_in(&news).await?;
                if let Some(last) = notices.last() {
                    self.reached.fetch_max(last.seq, Ordering::AcqRel);
                }
                self.saw(looked);
                Ok(())
            }
        }
    }

    async fn take_in(&self, news: &[News]) -> Result<(), Fault> {
        let mut catalogue = false;
        let mut revoked = Vec::new();
        self.forget(|memory| {
            for item in news {
                match item {
                    News::Catalogue => catalogue = true,
                    News::Revoked { revocation } => revoked.push(revocation),
                    News::Client { id } => {
                        memory.clients.remove(id);
                    }
                    // An account's record stands in each of its clients' records.
                    News::Account { .. } => memory.clients.clear(),
                    News::Operator => memory.operators.clear(),
                    News::Member { .. } | News::Legacy { .. } => {}
                }
            }
        });
        if !revoked.is_empty() {
            self.revocations.rcu(|held| {
                let mut list = Revocations::clone(held);
                revoked.iter().for_each(|revocation| list.add(revocation));
                list
            });
        }
        if catalogue {
            self.learn_catalogue().await?;
        }
        Ok(())
    }

    /// Keeps changes, and forgets what they touch before anybody is answered.
    ///
    /// # Errors
    /// A [`Fault`] of the store: whether the changes were kept is then unknown.
    pub async fn keep(&self, changes: Vec<Change>) -> Result<Kept, Fault> {
        if changes.is_empty() {
            return Ok(Kept::Done);
        }
        let news: Vec<News> = changes.iter().filter_map(Change::news).collect();
        let kept = self.store.keep(changes).await?;
        if kept == Kept::Done && !news.is_empty() {
            self.take_in(&news).await?;
        }
        Ok(kept)
    }

    /// A client with its secrets and grants.
    ///
    /// # Errors
    /// A [`Fault`] of the store.
    pub async fn client(&self, id: &ClientId) -> Result<Option<Arc<Known>>, Fault> {
        if self.trusted()
            && let Some(client) = self.clients.get(id)
        {
            return Ok(Some(client));
        }
        let before = self.count();
        let Some(record) = self.store.client(id).await? else {
            return Ok(None);
        };
        // Neighbours in time are often neighbours in kind: of one account, with the same grants.
        let alike = self.latest.load_full();
        let client = Arc::new(match alike {
            Some(alike) => Known::of(record).sharing(&alike),
            None => Known::of(record),
        });
        self.latest.store(Some(Arc::clone(&client)));
        self.remember(before, |memory| {
            memory.clients.insert(client.id.clone(), Arc::clone(&client))
        });
        Ok(Some(client))
    }

    /// The operator whose token has this digest.
    ///
    /// # Errors
    /// A [`Fault`] of the store.
    pub async fn operator(&self, digest: &str) -> Result<Option<Arc<Operator>>, Fault> {
        if self.trusted()
            && let Some(operator) = self.operators.get(digest)
        {
            return Ok(Some(operator));
        }
        let before = self.count();
        let Some(operator) = self.store.operator(digest).await?.map(Arc::new) else {
            return Ok(None);
        };
        self.remember(before, |memory| {
            memory.operators.insert(digest.to_owned(), Arc::clone(&operator))
        });
        Ok(Some(operator))
    }

    /// APIs and routes.
    #[must_use]
    pub fn catalogue(&self) -> Arc<Catalogue> {
        self.catalogue.load_full()
    }

    /// The revocations in force.
    #[must_use]
    pub fn revocations(&self) -> Arc<Revocations> {
        self.revocations.load_full()
    }

    /// The signing keys.
    #[must_use]
    pub fn keyring(&self) -> &Keyring {
        &self.keyring
    }

    /// Drops revocations that no living token needs.
    pub fn tidy(&self, now: Moment) {
        self.revocations.rcu(|held| {
            let mut list = Revocations::clone(held);
            list.forget(now);
            list
        });
    }

    /// The place in the log up to which everything was taken in.
    #[must_use]
    pub fn reached(&self) -> Seq {
        self.reached.load(Ordering::Acquire)
    }

    /// Whether the log was looked at lately enough to believe what is remembered.
    #[must_use]
    pub fn trusted(&self) -> bool {
        let looked = Duration::from_micros(self.looked.load(Ordering::Acquire));
        self.began.elapsed().saturating_sub(looked) < TRUSTED
    }

    fn saw(&self, at: Duration) {
        let micros = u64::try_from(at.as_micros()).unwrap_or(u64::MAX);
        self.looked.fetch_max(micros, Ordering::AcqRel);
    }

    fn count(&self) -> u64 {
        *self.forgotten.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The lock is held for a few map operations and never across an await; hits do not take it.
    fn forget(&self, what: impl FnOnce(&Self)) {
        let mut count = self.forgotten.lock().unwrap_or_else(PoisonError::into_inner);
        *count += 1;
        what(self);
    }

    fn remember(&self, before: u64, what: impl FnOnce(&Self)) {
        let count = self.forgotten.lock().unwrap_or_else(PoisonError::into_inner);
        if *count == before {
            what(self);
        }
    }
}

#[cfg(test)]
mod tests;
