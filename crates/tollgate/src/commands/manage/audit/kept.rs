//! What somebody keeps of the audit log elsewhere: the key, and checkpoints.

use super::super::connection::read_capped;
use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use std::path::Path;
use tollgate_model::Checkpoint;

/// How many checkpoints a file keeps: the newest says all that the others do, these are for people.
const MOST: usize = 100;

/// A key and checkpoints, as a file holds them.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Kept {
    /// The public half of the key that signs checkpoints, base64url.
    pub(super) public_key: String,
    /// Checkpoints, the oldest first.
    pub(super) checkpoints: Vec<Checkpoint>,
}

impl Kept {
    /// What is to be kept from now on: what was kept, and the newest.
    pub(super) fn with(before: Option<Self>, public_key: String, newest: Checkpoint) -> Self {
        let mut checkpoints = before.map(|before| before.checkpoints).unwrap_or_default();
        checkpoints.retain(|checkpoint| checkpoint.seq < newest.seq);
        checkpoints.push(newest);
        let too_many = checkpoints.len().saturating_sub(MOST);
        checkpoints.drain(..too_many);
        Self {
            public_key,
            checkpoints,
        }
    }

    /// Reads a file.
    pub(super) fn read(path: &Path) -> anyhow::Result<Self> {
        let read = Self::parse(&read_capped(path)?);
        read.with_context(|| format!("{} is no file that `audit verify --save` wrote", path.display()))
    }

    fn parse(text: &str) -> serde_json::Result<Self> {
        serde_json::from_str(text)
    }

    fn text(&self) -> serde_json::Result<String> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// Writes a file beside the old one and puts it in its place, so that there is always a whole one.
    pub(super) fn write(&self, path: &Path) -> anyhow::Result<()> {
        let text = self.text().context("writing checkpoints")?;
        let mut fresh = path.as_os_str().to_owned();
        fresh.push(".new");
        std::fs::write(&fresh, text).with_context(|| format!("writing {}", path.display()))?;
        std::fs::rename(&fresh, path).with_context(|| format!("writing {}", path.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tollgate_model::Moment;

    fn checkpoint(seq: i64) -> Checkpoint {
        Checkpoint {
            seq,
            hash: "00".into(),
            at: Moment(1),
            signature: "AA".into(),
        }
    }

    #[test]
    fn the_newest_is_kept_with_those_before() {
        let mut kept = Kept::with(None, "key".into(), checkpoint(1));
        for seq in 2..=150 {
            kept = Kept::with(Some(kept), "key".into(), checkpoint(seq));
        }
        let places: Vec<_> = kept.checkpoints.iter().map(|checkpoint| checkpoint.seq).collect();
        assert_eq!(places, (51..=150).collect::<Vec<_>>());
    }

    #[test]
    fn what_was_written_is_read_and_something_else_is_refused() {
        let text = Kept::with(None, "key".into(), checkpoint(7)).text().unwrap();
        let kept = Kept::parse(&text).unwrap();
        assert_eq!(
            (kept.public_key.as_str(), kept.checkpoints),
            ("key", vec![checkpoint(7)])
        );
        for other in ["", "{}", "[]", &text.replace("public_key", "key")] {
            assert!(Kept::parse(other).is_err(), "{other}");
        }
    }
}
