//! Whether there is room for one more request.

use super::admit::Permit;
use super::route::Routed;
use super::{Notes, Stop};
use crate::Gateway;
use crate::serve::Peer;
use tollgate_model::Moment;

/// Counts it by the address it came from, before anything costly is done for it.
#[expect(clippy::unnecessary_wraps, reason = "not there yet")]
pub(crate) fn address(
    _gateway: &Gateway,
    _routed: &Routed<'_>,
    _peer: &Peer,
    _now: Moment,
    _notes: &mut Notes,
) -> Result<(), Stop> {
    Ok(())
}

/// Counts it by client, account and route, once it is known whose it is.
#[expect(clippy::unused_async, reason = "not there yet")]
pub(crate) async fn take(
    _gateway: &Gateway,
    _permit: &Permit<'_>,
    _now: Moment,
    _notes: &mut Notes,
) -> Result<(), Stop> {
    Ok(())
}
