//! The audit log's checkpoints, and whether it is whole.
//!
//! The store chains every event to the one before (`tollgate_model::audit`). Here the end of that chain is signed now
//! and then, and the whole of it is walked again: by the server over its own store, or by the command over HTTP, on a
//! machine that the server's operators have no hand in.

pub mod chain;

use crate::desk::Desk;
pub use chain::{Chain, Finding, Report};
use std::sync::Arc;
use tollgate_model::{AuditHead, Change, Checkpoint, Event, Fault, Kept, Store};

/// Signs the end of the log, if anything came since the checkpoint before. Of several nodes that do so at once, one has
/// its checkpoint kept; the others answer nothing.
///
/// # Errors
/// A [`Fault`] of the store, or of the signing itself.
pub async fn checkpoint(desk: &Desk) -> Result<Option<Checkpoint>, Fault> {
    checkpoint_after(desk, 1).await
}

/// Signs the end of the log, if at least `fresh` events came since the checkpoint before.
///
/// # Errors
/// A [`Fault`] of the store, or of the signing itself.
pub async fn checkpoint_after(desk: &Desk, fresh: i64) -> Result<Option<Checkpoint>, Fault> {
    let head = desk.store.audit_head().await?;
    // A log whose every line is from before the chain has no hash to sign.
    if head.hash.is_empty() {
        return Ok(None);
    }
    let since = head.seq.saturating_sub(fresh.max(1));
    if !desk.store.checkpoints(since).await?.is_empty() {
        return Ok(None);
    }
    let at = desk.now();
    let text = Checkpoint::text(head.seq, &head.hash, at);
    let signature = desk.audit.sign(text.as_bytes());
    let checkpoint = Checkpoint {
        signature: signature.map_err(|e| Fault::defect("signing a checkpoint of the audit log", e))?,
        seq: head.seq,
        hash: head.hash,
        at,
    };
    let kept = desk.store.keep(vec![Change::AddCheckpoint(checkpoint.clone())]).await?;
    Ok((kept == Kept::Done).then_some(checkpoint))
}

/// Where a log is read from: the store itself, or a server elsewhere.
pub trait Log: Sync {
    /// What can go wrong with reading.
    type Error;

    /// Where the log says that it ends.
    fn head(&self) -> impl Future<Output = Result<AuditHead, Self::Error>> + Send;
    /// Events after a place, in order; none after the last.
    fn events(&self, after: i64) -> impl Future<Output = Result<Vec<Event>, Self::Error>> + Send;
    /// Checkpoints after a place, in order; none after the last.
    fn checkpoints(&self, after: i64) -> impl Future<Output = Result<Vec<Checkpoint>, Self::Error>> + Send;
}

/// The log of this house.
struct Ours(Arc<dyn Store>);

impl Log for Ours {
    type Error = Fault;

    async fn head(&self) -> Result<AuditHead, Fault> {
        self.0.audit_head().await
    }

    async fn events(&self, after: i64) -> Result<Vec<Event>, Fault> {
        self.0.audit_after(after).await
    }

    async fn checkpoints(&self, after: i64) -> Result<Vec<Checkpoint>, Fault> {
        self.0.checkpoints(after).await
    }
}

/// Walks the whole log of this house. Reads every event: for a log of millions that takes minutes.
///
/// # Errors
/// A [`Fault`] of the store; an event that cannot be read is one.
pub async fn verify(desk: &Desk) -> Result<Report, Fault> {
    walk(&Ours(Arc::clone(&desk.store)), Chain::new(desk.audit.public())).await
}

/// Feeds a log to a checker: head first, checkpoints before the events that they sign, all in pages.
///
/// # Errors
/// Whatever reading the log answers.
pub async fn walk<L: Log>(log: &L, mut chain: Chain) -> Result<Report, L::Error> {
    // Asked first: what is written meanwhile comes after it, and cannot look as if it were missing.
    chain.ends(&log.head().await?);
    let (mut signed, mut read) = (0, chain.read());
    loop {
        let checkpoints = log.checkpoints(signed).await?;
        for checkpoint in &checkpoints {
            chain.checkpoint(checkpoint);
        }
        let last = checkpoints.last().map(|checkpoint| checkpoint.seq);
        // A server that answers out of order must not keep anybody here for ever.
        let goes_on = last.filter(|last| *last > signed);
        signed = goes_on.unwrap_or(signed);
        // Not beyond what these checkpoints sign: those of the next page sign events that are not read yet.
        let upto = if goes_on.is_none() { i64::MAX } else { signed };
        while read < upto {
            let events = log.events(read).await?;
            let mut last = None;
            for event in events.iter().take_while(|event| event.seq <= upto) {
                chain.event(event);
                last = Some(event.seq);
            }
            match last {
                Some(last) if last > read => read = last,
                _ => break,
            }
        }
        if goes_on.is_none() {
            return Ok(chain.finish());
        }
    }
}

#[cfg(test)]
mod tests;
