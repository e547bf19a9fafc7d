//! Credentials of old kinds that were looked up.

use super::elsewhere::Elsewhere;
use super::{Who, on_record};
use quick_cache::sync::Cache;
use rustls_pki_types::CertificateDer;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tollgate_model::legacy::LegacyKind;
use tollgate_model::{AccountId, Fault, LegacyMethodId, Moment};

/// For how many seconds it is remembered that there is no such credential.
pub(super) const NOBODY: i64 = 10;
/// How long a request waits for an answer, with all that it waits for before its question is asked.
const PATIENCE: Duration = Duration::from_secs(2);
/// So many questions are under way at once, to our records as to any vendor's. A stranger who tries texts makes one of
/// each, and others must not be kept from answers by it.
const AT_ONCE: usize = 64;
/// How many seconds lie between two lines in the log about questions without an answer.
const COMPLAIN_EVERY: i64 = 60;

/// The answers to "whose credential is this", by SHA-256 of what was shown. What is on record stays remembered until the
/// feed tells of its account, so it is as fresh as the feed, and while the source is silent it stays.
pub(crate) struct Credentials {
    held: Cache<[u8; 32], Held>,
    /// Counts the droppings: an answer that was under way during one is not kept.
    drops: AtomicU64,
    /// Where questions are asked: the connections they open are shared by all lanes, and outlive any of them.
    home: OnceLock<Handle>,
    pub(super) on_record: Arc<Semaphore>,
    pub(super) elsewhere: Arc<Elsewhere>,
    complained: AtomicI64,
}

/// A credential that is good, as far as it is alive.
pub(crate) struct Credential {
    pub(crate) method: LegacyMethodId,
    /// None: the vendor's old system vouches for all that was shown.
    pub(crate) kind: Option<LegacyKind>,
    pub(crate) expires: Option<Moment>,
    pub(crate) who: Arc<Who>,
}

impl Credential {
    /// Whether it opens anything.
    pub(crate) fn lives(&self, now: Moment) -> bool {
        self.expires.is_none_or(|end| now < end)
    }
}

/// An answer. None: there is no such credential.
#[derive(Clone)]
pub(super) struct Held {
    pub(super) credential: Option<Arc<Credential>>,
    /// Until when it is believed; none: until there is news.
    pub(super) until: Option<Moment>,
}

impl Held {
    pub(super) const fn nobody(now: Moment) -> Self {
        Self {
            credential: None,
            until: Some(now.plus(NOBODY)),
        }
    }

    fn is_fresh(&self, now: Moment) -> bool {
        self.until.is_none_or(|end| now < end)
    }
}

/// Whoever was asked gave no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Silent;

impl Credentials {
    pub(crate) fn new(most: usize, roots: &[CertificateDer<'static>]) -> Self {
        Self {
            held: Cache::new(most.max(1)),
            drops: AtomicU64::new(0),
            home: OnceLock::new(),
            on_record: Arc::new(Semaphore::new(AT_ONCE)),
            elsewhere: Arc::new(Elsewhere::new(roots, AT_ONCE)),
            complained: AtomicI64::new(i64::MIN),
        }
    }

    /// Asks from this runtime from now on. Only the first time counts.
    pub(crate) fn settle(&self) {
        self.home.get_or_init(Handle::current);
    }

    /// What is remembered under `name`, or else what `question` answers: one at a time for a name.
    pub(super) async fn get<F>(
        &self,
        name: [u8; 32],
        now: Moment,
        question: impl FnOnce() -> F,
    ) -> Result<Option<Arc<Credential>>, Silent>
    where
        F: Future<Output = Result<Held, Fault>> + Send + 'static,
    {
        if let Some(held) = self.held.get(&name).filter(|held| held.is_fresh(now)) {
            return Ok(held.credential);
        }
        match tokio::time::timeout(PATIENCE, self.ask(name, now, question)).await {
            Ok(Ok(held)) => Ok(held.credential),
            Ok(Err(fault)) => Err(self.silent(&fault, now)),
            Err(late) => Err(self.silent(&Fault::unavailable(on_record::DOING, late), now)),
        }
    }

    async fn ask<F>(&self, name: [u8; 32], now: Moment, question: impl FnOnce() -> F) -> Result<Held, Fault>
    where
        F: Future<Output = Result<Held, Fault>> + Send + 'static,
    {
        self.held.remove_if(&name, |held| !held.is_fresh(now));
        // Whoever waits here and is left without an answer asks for itself, for as long as its patience lasts.
        let place = match self.held.get_value_or_guard_async(&name).await {
            Ok(held) => return Ok(held),
            Err(place) => place,
        };
        let drops = self.drops.load(Ordering::SeqCst);
        let held = match self.home.get() {
            None => question().await?,
            Some(home) => home
                .spawn(question())
                .await
                .map_err(|gone| Fault::unavailable(on_record::DOING, gone))??,
        };
        // News that came meanwhile may be of this one. Looked at again after the insertion: a dropping is either seen
        // here, or it sees the insertion.
        if self.drops.load(Ordering::SeqCst) == drops {
            // It fails where the place was cleared meanwhile, and then nothing is to be kept.
            let _cleared = place.insert(held.clone());
            if self.drops.load(Ordering::SeqCst) != drops {
                self.held.remove(&name);
            }
        }
        Ok(held)
    }

    /// The log says so now and then: strangers can ask for much that gets no answer.
    fn silent(&self, fault: &Fault, now: Moment) -> Silent {
        let last = self.complained.load(Ordering::Relaxed);
        if now.0.saturating_sub(last) >= COMPLAIN_EVERY {
            self.complained.store(now.0, Ordering::Relaxed);
            tracing::warn!(error = %fault, source = %fault.source, "credentials of an old kind cannot be looked up");
        }
        Silent
    }

    /// Drops what is remembered of an account.
    pub(crate) fn drop_account(&self, account: &AccountId) {
        self.drops.fetch_add(1, Ordering::SeqCst);
        let of_another = |held: &Held| held.credential.as_ref().is_none_or(|held| held.who.account != *account);
        self.held.retain(|_, held| of_another(held));
    }

    /// Drops everything.
    pub(crate) fn clear(&self) {
        self.drops.fetch_add(1, Ordering::SeqCst);
        self.held.clear();
    }
}
