//! The source of the gateway in this process: the same for it, whoever is behind.

use arc_swap::ArcSwap;
use std::sync::Arc;
use tollgate_model::feed::{ActingKey, Told};
use tollgate_model::legacy::LegacyName;
use tollgate_model::{
    AccountId, ActingUser, Answer, Fault, Followed, LegacyKnown, PlanId, Seq, Snapshot, Source, Spent,
};

/// A source that can be replaced by another on the same store.
pub(super) struct Behind(ArcSwap<Arc<dyn Source>>);

impl Behind {
    pub(super) fn new(source: Arc<dyn Source>) -> Self {
        Self(ArcSwap::from_pointee(source))
    }

    /// Asks `source` from now on.
    pub(super) fn replace(&self, source: Arc<dyn Source>) {
        self.0.store(Arc::new(source));
    }
}

impl Source for Behind {
    fn snapshot(&self) -> Answer<'_, Result<Snapshot, Fault>> {
        let source = self.0.load_full();
        Box::pin(async move { source.snapshot().await })
    }

    fn follow(&self, seq: Seq) -> Answer<'_, Result<Followed, Fault>> {
        let source = self.0.load_full();
        Box::pin(async move { source.follow(seq).await })
    }

    fn acting_user<'a>(
        &'a self,
        account: &'a AccountId,
        key: &'a ActingKey,
    ) -> Answer<'a, Result<Option<ActingUser>, Fault>> {
        let source = self.0.load_full();
        Box::pin(async move { source.acting_user(account, key).await })
    }

    fn legacy<'a>(&'a self, name: &'a LegacyName) -> Answer<'a, Result<Option<LegacyKnown>, Fault>> {
        let source = self.0.load_full();
        Box::pin(async move { source.legacy(name).await })
    }

    fn plan<'a>(&'a self, account: &'a AccountId) -> Answer<'a, Result<Option<PlanId>, Fault>> {
        let source = self.0.load_full();
        Box::pin(async move { source.plan(account).await })
    }

    fn spend<'a>(&'a self, spent: &'a [Spent]) -> Answer<'a, Result<Vec<i64>, Fault>> {
        let source = self.0.load_full();
        Box::pin(async move { source.spend(spent).await })
    }

    fn tell(&self, told: Told) -> Answer<'_, Result<(), Fault>> {
        let source = self.0.load_full();
        Box::pin(async move { source.tell(told).await })
    }
}
