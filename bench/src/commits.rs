//! The ceiling of what is kept: commits of one change each, in a store of their own at the same place.

use anyhow::Context as _;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use tollgate_model::{Change, Kept, Moment, Store};

/// One change, which touches one row and no log: of all that can be kept, the least.
pub(crate) fn least(bucket: &str) -> Change {
    Change::Take {
        bucket: bucket.to_owned(),
        limit: i64::MAX,
        window: i64::MAX / 2,
        now: Moment(1_000),
    }
}

/// Durable commits a second, when this many keep without a pause.
pub(crate) async fn rate(store: &Arc<dyn Store>, connections: u32, seconds: u32) -> anyhow::Result<f64> {
    let began = Instant::now();
    let length = Duration::from_secs(u64::from(seconds));
    let mut keepers = JoinSet::new();
    for number in 0..connections {
        let (store, bucket) = (Arc::clone(store), format!("bench:{number}"));
        keepers.spawn(async move {
            let mut kept = 0_u32;
            while began.elapsed() < length {
                let done = store.keep(vec![least(&bucket)]).await?;
                anyhow::ensure!(done == Kept::Done, "nothing was kept");
                kept += 1;
            }
            Ok(kept)
        });
    }
    let mut kept = 0.0;
    while let Some(told) = keepers.join_next().await {
        kept += f64::from(told.context("a keeper ended")??);
    }
    Ok(kept / began.elapsed().as_secs_f64())
}
