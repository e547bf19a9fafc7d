//! Which plan an account has.

use quick_cache::sync::Cache;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tollgate_model::{AccountId, Moment, PlanId, Source};

/// After so many seconds a question that was not answered is asked again.
const AGAIN: i64 = 5;
/// No question was asked.
const NEVER: i64 = i64::MIN;
/// The turn of what has to be asked for.
const STALE: u64 = u64::MAX;
/// So many questions are asked at once: with a new catalogue all accounts have to be asked for again.
const AT_ONCE: usize = 64;

/// The plans that accounts were given. Nobody waits for an answer: until there is one, an account has the default plan; a
/// plan that may have changed holds until it is known what it changed to.
pub(crate) struct AccountPlans {
    cache: Cache<AccountId, Arc<Known>>,
    /// Grows when all has to be asked for again.
    turn: AtomicU64,
    /// Counts what was dropped: an answer that was under way meanwhile has to be asked for again.
    drops: AtomicU64,
    /// Questions that may still be asked now.
    room: Arc<Semaphore>,
    /// Where the source is asked. Not on a lane, which ends before others do who share what a question opens.
    home: OnceLock<Handle>,
}

/// What is known of an account.
pub(crate) struct Known {
    /// The plan that it was given, as far as is known.
    pub(crate) plan: Option<PlanId>,
    /// The turn in which that was said.
    turn: AtomicU64,
    /// When it was last asked for.
    asked: AtomicI64,
}

impl AccountPlans {
    pub(super) fn new(most: usize) -> Self {
        Self {
            cache: Cache::new(most.max(1)),
            turn: AtomicU64::new(0),
            drops: AtomicU64::new(0),
            room: Arc::new(Semaphore::new(AT_ONCE)),
            home: OnceLock::new(),
        }
    }

    /// Asks from this runtime from now on. Only the first time counts.
    pub(crate) fn settle(&self) {
        self.home.get_or_init(Handle::current);
    }

    /// What is known of this account; what is not is asked for.
    pub(crate) fn of(self: &Arc<Self>, account: &AccountId, source: &Arc<dyn Source>, now: Moment) -> Arc<Known> {
        let known = self.cache.get(account.as_str()).unwrap_or_else(|| {
            let unknown = Arc::new(Known {
                plan: None,
                turn: AtomicU64::new(STALE),
                asked: AtomicI64::new(NEVER),
            });
            self.cache.insert(account.clone(), Arc::clone(&unknown));
            unknown
        });
        if known.turn.load(Ordering::SeqCst) != self.turn.load(Ordering::SeqCst) && known.may_ask(now) {
            self.ask(account.clone(), Arc::clone(source), &known);
        }
        known
    }

    fn ask(self: &Arc<Self>, account: AccountId, source: Arc<dyn Source>, known: &Known) {
        let Some(home) = self.home.get().cloned().or_else(|| Handle::try_current().ok()) else {
            return;
        };
        let Ok(room) = Arc::clone(&self.room).try_acquire_owned() else {
            // The next request of this account may find some.
            known.asked.store(NEVER, Ordering::SeqCst);
            return;
        };
        let plans = Arc::clone(self);
        home.spawn(async move {
            let _room = room;
            let drops = plans.drops.load(Ordering::SeqCst);
            let turn = plans.turn.load(Ordering::SeqCst);
            match source.plan(&account).await {
                Ok(plan) => {
                    let known = Arc::new(Known {
                        plan,
                        turn: AtomicU64::new(turn),
                        asked: AtomicI64::new(NEVER),
                    });
                    plans.cache.insert(account, Arc::clone(&known));
                    // Looked at after the insertion: a dropping is either seen here, or it sees the insertion.
                    if plans.drops.load(Ordering::SeqCst) != drops {
                        known.turn.store(STALE, Ordering::SeqCst);
                    }
                }
                // It is asked again in a while.
                Err(fault) => {
                    tracing::debug!(error = %fault, source = %fault.source, "looking up a plan");
                }
            }
        });
    }

    /// The account's plan may have changed.
    pub(crate) fn drop_account(&self, account: &AccountId) {
        self.drops.fetch_add(1, Ordering::SeqCst);
        if let Some(known) = self.cache.get(account.as_str()) {
            known.turn.store(STALE, Ordering::SeqCst);
            known.asked.store(NEVER, Ordering::SeqCst);
        }
    }

    /// Every account's plan may have changed.
    pub(crate) fn clear(&self) {
        self.turn.fetch_add(1, Ordering::SeqCst);
    }
}

impl Known {
    /// Whether it is this one's turn to ask.
    fn may_ask(&self, now: Moment) -> bool {
        let asked = self.asked.load(Ordering::SeqCst);
        let due = asked == NEVER || now.since(Moment(asked)) >= AGAIN || now.0 < asked;
        due && self
            .asked
            .compare_exchange(asked, now.0, Ordering::SeqCst, Ordering::SeqCst)
            .is_ok()
    }
}
