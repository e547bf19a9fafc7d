//! The feed of a gateway that lives in the same process as the issuer, and the source of the one that
//! is served to gateways elsewhere.

use crate::desk::Desk;
use crate::legacy;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;
use tollgate_model::feed::{ActingKey, Told};
use tollgate_model::legacy::LegacyName;
use tollgate_model::{
    AccountId, ActingUser, Answer, Change, Fault, Followed, LegacyKnown, Member, News, PlanId, Seq, Snapshot, Source,
    Spent, State, Store,
};

/// How long a follower is kept waiting for news.
const WAIT: Duration = Duration::from_secs(20);

/// The feed, read from the store.
pub struct Feed {
    /// The issuer's side.
    pub desk: Arc<Desk>,
    /// When this is cancelled, nobody is kept waiting any longer.
    pub stop: CancellationToken,
}

impl Source for Feed {
    fn snapshot(&self) -> Answer<'_, Result<Snapshot, Fault>> {
        Box::pin(async move {
            let (desk, store) = (&self.desk, &*self.desk.store);
            // The place is read first: what changes meanwhile is told again, and telling twice is harmless.
            let seq = store.head().await?;
            desk.memory.keyring().learn(store).await?;
            let now = desk.now();
            let keys = serde_json::to_value(desk.memory.keyring().published(now))
                .map_err(|e| Fault::defect("writing the published keys", e))?;
            Ok(Snapshot {
                seq,
                issuer: desk.terms.issuer.clone(),
                keys,
                apis: store.apis().await?,
                routes: store.routes().await?,
                revocations: store.revocations(now).await?,
                legacy: desk.terms.transition.methods.clone(),
                transitions: store.transitions().await?,
                plans: desk.terms.transition.plans.clone(),
            })
        })
    }

    fn follow(&self, seq: Seq) -> Answer<'_, Result<Followed, Fault>> {
        Box::pin(async move {
            let began = Instant::now();
            loop {
                let followed = self.desk.store.log_after(seq).await?;
                let nothing = matches!(&followed, Followed::News { notices } if notices.is_empty());
                if !nothing || began.elapsed() >= WAIT || self.stop.is_cancelled() {
                    return Ok(told(followed));
                }
                tokio::select! {
                    () = self.desk.store.stirred(seq) => {}
                    () = self.stop.cancelled() => {}
                }
            }
        })
    }

    fn acting_user<'a>(
        &'a self,
        account: &'a AccountId,
        key: &'a ActingKey,
    ) -> Answer<'a, Result<Option<ActingUser>, Fault>> {
        Box::pin(async move {
            let store = &*self.desk.store;
            let member = match key {
                ActingKey::Email(email) => store.member_by_email(account, email).await?,
                ActingKey::OwnerOf(client) => owner(store, client).await?,
            };
            Ok(member
                .filter(|member| member.state == State::Active && member.account == *account)
                .map(|member| ActingUser {
                    id: member.id,
                    account: member.account,
                    email: member.email,
                    roles: member.roles,
                }))
        })
    }

    fn tell(&self, told: Told) -> Answer<'_, Result<(), Fault>> {
        self.desk.tally.told(told);
        Box::pin(std::future::ready(Ok(())))
    }

    fn legacy<'a>(&'a self, name: &'a LegacyName) -> Answer<'a, Result<Option<LegacyKnown>, Fault>> {
        Box::pin(legacy::known(&self.desk, name))
    }

    fn plan<'a>(&'a self, account: &'a AccountId) -> Answer<'a, Result<Option<PlanId>, Fault>> {
        Box::pin(async move { Ok(self.desk.store.account(account).await?.and_then(|account| account.plan)) })
    }

    fn spend<'a>(&'a self, spent: &'a [Spent]) -> Answer<'a, Result<Vec<i64>, Fault>> {
        Box::pin(async move {
            let store = &*self.desk.store;
            // Adding is always possible, so there is nothing to decide anew.
            let _kept = store.keep(spent.iter().cloned().map(Change::Spend).collect()).await?;
            let slots: Vec<_> = spent.iter().map(|one| (one.bucket.clone(), one.slot)).collect();
            store.spent(&slots).await
        })
    }
}

async fn owner(store: &dyn Store, client: &tollgate_model::ClientId) -> Result<Option<Member>, Fault> {
    match store.client(client).await?.and_then(|record| record.client.owner) {
        Some(owner) => store.member(&owner).await,
        None => Ok(None),
    }
}

/// A gateway has no business with operators' credentials.
fn told(followed: Followed) -> Followed {
    match followed {
        Followed::News { notices } => {
            // The place of what is left out still counts as told: the last notice stays, whatever it is.
            let last = notices.last().map(|notice| notice.seq);
            let kept = notices
                .into_iter()
                .filter(|notice| !matches!(notice.news, News::Operator) || Some(notice.seq) == last)
                .collect();
            Followed::News { notices: kept }
        }
        Followed::TooOld => Followed::TooOld,
    }
}
