//! What is ours to mend.

use std::error::Error;

/// A failure of ours: said to the log with its source, and to the asker only as "unavailable" or "fault".
#[derive(Debug, thiserror::Error)]
#[error("{doing}")]
pub struct Fault {
    /// What we were doing, as "reading a client".
    pub doing: &'static str,
    /// Whether trying again soon may help.
    pub kind: FaultKind,
    /// What went wrong beneath.
    #[source]
    pub source: Box<dyn Error + Send + Sync>,
}

/// Whether trying again may help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// Something we need cannot be reached or is too busy: 503.
    Unavailable,
    /// A defect or a damaged record: 500.
    Defect,
}

impl Fault {
    /// Something we need cannot be reached.
    pub fn unavailable(doing: &'static str, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self {
            doing,
            kind: FaultKind::Unavailable,
            source: source.into(),
        }
    }

    /// A defect or a damaged record.
    pub fn defect(doing: &'static str, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self {
            doing,
            kind: FaultKind::Defect,
            source: source.into(),
        }
    }
}
