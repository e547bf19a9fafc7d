//! What every door of the issuer has at hand.

use crate::guessing::Guesses;
use crate::memory::Memory;
use crate::people::bench::Bench;
use crate::tally::Tally;
use crate::terms::Terms;
use std::sync::Arc;
use tollgate_keys::audit::AuditKey;
use tollgate_keys::chance::Entropy;
use tollgate_keys::digest::DigestKey;
use tollgate_keys::seal::Sealer;
use tollgate_model::moment::Clock;
use tollgate_model::{Moment, Store};

/// What every door of the issuer has at hand: the terms, the store and what is remembered of it, and
/// where time and chance come from. Pages, management API and command line share one.
pub struct Desk {
    /// The terms.
    pub terms: Terms,
    /// What is on record.
    pub store: Arc<dyn Store>,
    /// What is remembered of it.
    pub memory: Memory,
    /// Wrong secrets of late.
    pub guesses: Guesses,
    /// What is counted and kept a little later.
    pub tally: Tally,
    /// Digests of credentials.
    pub digests: DigestKey,
    /// What is kept sealed: texts of mails, second factors, webhook keys.
    pub sealer: Sealer,
    /// What signs the audit log's checkpoints.
    pub audit: AuditKey,
    /// Where passwords are hashed, a few at a time.
    pub bench: Bench,
    /// Chance.
    pub entropy: Arc<dyn Entropy>,
    /// Time.
    pub clock: Arc<dyn Clock>,
}

impl Desk {
    /// Now, read once per request by whoever handles it.
    #[must_use]
    pub fn now(&self) -> Moment {
        self.clock.now()
    }
}
