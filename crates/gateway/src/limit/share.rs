//! Sharing with the other gateways what was let through.
//!
//! Once a second a gateway tells the issuer what it let through since, and is told how much that is at all gateways
//! together. Between two times it knows of its own alone. That is the error: a limit may be exceeded by what each gateway
//! lets through before it hears of the others. One whose issuer is silent goes on with what it knew and what it counts
//! itself, and tells of it later.

use super::bucket::Line;
use crate::Gateway;
use std::cmp::Reverse;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tollgate_model::{Fault, Spent};

/// How often it is shared.
const EVERY: Duration = Duration::from_secs(1);
/// The most that is shared at one time: what was asked for most goes first, the others wait.
const MOST: usize = 5_000;
/// So much of it at once: less than the issuer reads of one body.
const AT_ONCE: usize = 250;

impl Gateway {
    /// Shares what is counted with the other gateways, once a second until `shutdown`. What came after the last time is
    /// shared by [`share_now`](Self::share_now), once nothing is served any more.
    pub async fn share(&self, shutdown: CancellationToken) {
        loop {
            tokio::select! {
                () = tokio::time::sleep(EVERY) => {}
                () = shutdown.cancelled() => return,
            }
            self.share_now().await;
        }
    }

    /// Tells the issuer what was let through since the last time, and learns what all gateways let through. What it
    /// cannot be told now it is told the next time, as long as the slot or the one after it lasts.
    pub async fn share_now(&self) {
        let buckets = &self.limits.buckets;
        let waiting = buckets.waiting();
        let now = self.clock.now();
        let mut lines = Vec::with_capacity(waiting.len());
        for bucket in &waiting {
            bucket.lines(now, &mut lines);
        }
        drop(waiting);
        let put_back = |lines: &[Line]| {
            for line in lines {
                line.back();
                buckets.wait(&line.bucket);
            }
        };
        if lines.len() > MOST {
            lines.select_nth_unstable_by_key(MOST, |line| Reverse(line.count));
            put_back(&lines.split_off(MOST));
        }
        let mut rest = lines.as_slice();
        while !rest.is_empty() {
            let (part, others) = rest.split_at(rest.len().min(AT_ONCE));
            match self.spend(part).await {
                Ok(totals) => part.iter().zip(totals).for_each(|(line, total)| line.told(total)),
                Err(fault) => {
                    put_back(rest);
                    return self.alone(&fault);
                }
            }
            rest = others;
        }
        if !lines.is_empty() && self.limits.alone.swap(false, Ordering::Relaxed) {
            tracing::info!("limits are shared with the other gateways again");
        }
    }

    async fn spend(&self, lines: &[Line]) -> Result<Vec<i64>, Fault> {
        let spent: Vec<_> = lines
            .iter()
            .map(|line| Spent {
                bucket: line.bucket.name(),
                slot: line.slot.begin,
                ends: line.slot.end,
                count: line.count,
            })
            .collect();
        let totals = self.source.spend(&spent).await?;
        if totals.len() == lines.len() {
            Ok(totals)
        } else {
            Err(Fault::defect(
                "sharing limits",
                "the issuer did not answer line by line",
            ))
        }
    }

    /// The issuer cannot be reached. The log says so once.
    fn alone(&self, fault: &Fault) {
        if !self.limits.alone.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                error = %fault,
                source = %fault.source,
                "limits cannot be shared with the other gateways; each counts for itself until they can"
            );
        }
    }
}
