//! Whether the gateway takes on one more request.

use crate::Refusal;

/// Counts what is under way, and turns away what would only wait.
#[derive(Debug, Default)]
pub(crate) struct Admission;

/// A request that is under way.
#[derive(Debug)]
pub(crate) struct Ticket;

impl Admission {
    /// Takes a request on, until the ticket is dropped.
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "not there yet")]
    pub(crate) const fn enter(&self) -> Result<Ticket, Refusal> {
        Ok(Ticket)
    }
}
