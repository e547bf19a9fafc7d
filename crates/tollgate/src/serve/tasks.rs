//! What an issuer does on its own, again and again.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tollgate_issuer::outbox::{self, Postman, Queue};
use tollgate_issuer::{Desk, alerts};
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
        keep_counts(&desk).await;
    }
}

/// Keeps all that was counted and told so far, in moderate writes.
pub(super) async fn keep_counts(desk: &Desk) {
    while desk.tally.waits() {
        if let Err(fault) = desk.memory.keep(desk.tally.take()).await {
            tracing::warn!(doing = fault.doing, source = %fault.source, "counts were not kept");
            return;
        }
    }
}

/// Keeps what requests still count that a desk took before another took its place, until the last of them has ended.
pub(super) async fn leave(desk: Arc<Desk>, stop: CancellationToken) {
    while Arc::strong_count(&desk) > 1 {
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(1)) => {}
            () = stop.cancelled() => break,
        }
        keep_counts(&desk).await;
    }
    keep_counts(&desk).await;
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

/// Signs the end of the audit log, once a minute while it grows.
pub(super) async fn checkpoint(desk: Arc<Desk>, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(60)) => {}
            () = stop.cancelled() => return,
        }
        if let Err(fault) = tollgate_issuer::audit::checkpoint(&desk).await {
            tracing::warn!(doing = fault.doing, source = %fault.source, "the audit log was not signed");
        }
    }
}

/// How long a round of the outbox may take to end when the process does.
const FAREWELL: Duration = Duration::from_secs(3);

/// Sends mails, webhooks and logout tokens as they fall due, looking once a second; none waits for the others.
pub(super) async fn send(desk: Arc<Desk>, postman: impl Postman + 'static, stop: CancellationToken) {
    let postman: Arc<dyn Postman> = Arc::new(postman);
    tokio::join!(
        rounds(&desk, &postman, Queue::Mails, &stop),
        rounds(&desk, &postman, Queue::Messages, &stop),
        farewells(&desk, &postman, &stop),
    );
}

/// So many rounds of logout tokens may be under way at once.
const ROUNDS: usize = 8;

/// A round every second, whether the one before has ended or not: a client that is slow to take its logout tokens delays
/// nobody else's (OC5).
async fn farewells(desk: &Arc<Desk>, postman: &Arc<dyn Postman>, stop: &CancellationToken) {
    let mut rounds = JoinSet::new();
    loop {
        if rounds.len() < ROUNDS {
            let (desk, postman) = (Arc::clone(desk), Arc::clone(postman));
            rounds.spawn(async move { outbox::run(&desk, &postman, Queue::Farewells).await });
        }
        let mut pause = tokio::time::Instant::now() + Duration::from_secs(1);
        loop {
            tokio::select! {
                Some(Ok(Err(fault))) = rounds.join_next(), if !rounds.is_empty() => {
                    tracing::warn!(doing = fault.doing, source = %fault.source, "logouts are not told");
                    pause = tokio::time::Instant::now() + Duration::from_secs(5);
                }
                () = tokio::time::sleep_until(pause) => break,
                () = stop.cancelled() => {
                    let ended = async { while rounds.join_next().await.is_some() {} };
                    let _ended = tokio::time::timeout(FAREWELL, ended).await;
                    return;
                }
            }
        }
    }
}

async fn rounds(desk: &Arc<Desk>, postman: &Arc<dyn Postman>, queue: Queue, stop: &CancellationToken) {
    loop {
        let tried = {
            let mut round = pin!(outbox::run(desk, postman, queue));
            tokio::select! {
                tried = &mut round => tried,
                () = stop.cancelled() => {
                    // What is on its way arrives and is noted, or its claim runs out and another try is made.
                    let _ended = tokio::time::timeout(FAREWELL, round).await;
                    return;
                }
            }
        };
        let pause = match tried {
            // There may be more than one round takes.
            Ok(tried) if tried > 0 => Duration::ZERO,
            Ok(_) => Duration::from_secs(1),
            Err(fault) => {
                tracing::warn!(doing = fault.doing, source = %fault.source, ?queue, "what is to leave waits");
                Duration::from_secs(5)
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = stop.cancelled() => return,
        }
    }
}

/// How often what was refused is looked at, and how often everything is.
const BURSTS: Duration = Duration::from_secs(10);
const SCAN: Duration = Duration::from_secs(3600);
/// How long a scan that failed is waited with.
const SCAN_AGAIN: Duration = Duration::from_secs(60);

/// Tells accounts what they should know: bursts of refusals as they are seen, everything else at once and then every
/// hour.
pub(super) async fn alert(desk: Arc<Desk>, stop: CancellationToken) {
    tokio::select! {
        () = watch(&desk) => {}
        () = stop.cancelled() => {}
    }
}

async fn watch(desk: &Desk) {
    let (bursts, told) = (alerts::Bursts::default(), alerts::Told::default());
    let mut due = tokio::time::Instant::now();
    loop {
        if due <= tokio::time::Instant::now() {
            let pause = match alerts::scan(desk, &told).await {
                Ok(_) => SCAN,
                Err(fault) => {
                    tracing::warn!(doing = fault.doing, source = %fault.source, "not everything was looked at that may be due");
                    SCAN_AGAIN
                }
            };
            due = tokio::time::Instant::now() + pause;
        }
        for (client, refused) in desk.tally.refused() {
            let Some(burst) = bursts.refused(&client, refused.count, refused.last) else {
                continue;
            };
            if let Err(fault) = alerts::burst(desk, &burst).await {
                bursts.untold(&client);
                tracing::warn!(doing = fault.doing, source = %fault.source, %client, "a burst of refusals was not told");
            }
        }
        tokio::time::sleep(BURSTS).await;
    }
}
