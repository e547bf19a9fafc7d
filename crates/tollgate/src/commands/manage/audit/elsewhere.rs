//! The audit log of a server, read over its management API.

use super::super::connection::Connection;
use anyhow::Context as _;
use serde::Deserialize;
use tollgate_issuer::audit::Log;
use tollgate_model::{AuditHead, Checkpoint, Event};

/// How many events are asked for at once.
const AT_ONCE: usize = 1000;

/// A server's log.
pub(super) struct Elsewhere<'a>(pub(super) &'a Connection);

#[derive(Deserialize)]
struct Head {
    seq: i64,
    hash: String,
}

#[derive(Deserialize)]
struct Key {
    algorithm: String,
    public_key: String,
}

#[derive(Deserialize)]
struct Page {
    items: Vec<Checkpoint>,
}

impl Elsewhere<'_> {
    /// The key that the server names.
    pub(super) async fn key(&self) -> anyhow::Result<String> {
        let key: Key = self.0.get(&["audit", "key"], &[]).await?;
        anyhow::ensure!(
            key.algorithm == "Ed25519",
            "the server signs with {:?}, which is not known here",
            key.algorithm
        );
        Ok(key.public_key)
    }
}

impl Log for Elsewhere<'_> {
    type Error = anyhow::Error;

    async fn head(&self) -> anyhow::Result<AuditHead> {
        let Head { seq, hash } = self.0.get(&["audit", "head"], &[]).await?;
        Ok(AuditHead { seq, hash })
    }

    async fn events(&self, after: i64) -> anyhow::Result<Vec<Event>> {
        let query = [("after", after.to_string()), ("limit", AT_ONCE.to_string())];
        let text = self.0.text(&["events", "export"], &query).await?;
        let line = |line| serde_json::from_str(line).context("reading an event");
        text.lines().map(line).collect()
    }

    async fn checkpoints(&self, after: i64) -> anyhow::Result<Vec<Checkpoint>> {
        let query = [("after", after.to_string())];
        let page: Page = self.0.get(&["audit", "checkpoints"], &query).await?;
        Ok(page.items)
    }
}
