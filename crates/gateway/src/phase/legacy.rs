//! Whether the request came by an old way, and whether that still works.

use super::route::Routed;
use super::{Notes, Stop};
use crate::Gateway;
use crate::legacy::Old;
use crate::routes::TokenGate;
use http::request::Parts;
use tollgate_model::Moment;

/// Who it is that came by an old way; none when the request did not come by one.
#[expect(clippy::unused_async, reason = "not there yet")]
pub(crate) async fn look<'v>(
    _gateway: &Gateway,
    _routed: &Routed<'v>,
    _gate: &'v TokenGate,
    _head: &Parts,
    _now: Moment,
    _notes: &mut Notes,
) -> Result<Option<Old<'v>>, Stop> {
    Ok(None)
}
