//! What an issuer does on its own, again and again.

use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tollgate_issuer::Desk;
use tollgate_model::Change;

/// Follows the change log, and keeps trying while the store cannot be reached.
pub(super) async fn follow(desk: Arc<Desk>, stop: CancellationToken) {
    loop {
        let followed = tokio::select! {
            followed = desk.memory.follow(desk.now()) => followed,
            () = stop.cancelled() => return,
        };
        if let Err(fault) = followed {
            tracing::warn!(doing = fault.doing, source = %fault.source, "the change log cannot be followed");
            tokio::select! {
                () = tokio::time::sleep(Duration::from_millis(200)) => {}
                () = stop.cancelled() => return,
            }
        }
    }
}

/// Keeps what was counted, once a second.
pub(super) async fn count(desk: Arc<Desk>, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(1)) => {}
            () = stop.cancelled() => return,
        }
        if let Err(fault) = desk.memory.keep(desk.tally.take()).await {
            tracing::warn!(doing = fault.doing, source = %fault.source, "counts were not kept");
        }
    }
}

/// How many entries the change log keeps for followers that were away.
const LOG_KEPT: i64 = 100_000;

/// Forgets what nobody needs any more, once a minute.
pub(super) async fn tidy(desk: Arc<Desk>, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(60)) => {}
            () = stop.cancelled() => return,
        }
        let now = desk.now();
        desk.memory.tidy(now);
        let forget = Change::Forget {
            now,
            log_up_to: desk.memory.reached() - LOG_KEPT,
        };
        if let Err(fault) = desk.memory.keep(vec![forget]).await {
            tracing::warn!(doing = fault.doing, source = %fault.source, "old records were not cleared away");
        }
    }
}
