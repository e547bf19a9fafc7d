//! Tokens that say nothing by themselves (RFC 7662).

use crate::memory::Remembered;
use crate::phase::Stop;
use crate::routes::TokenGate;
use crate::{Gateway, Refusal};
use std::sync::Arc;
use tollgate_model::Moment;

/// What the authorization server says of the token.
#[expect(clippy::unused_async, reason = "not there yet")]
pub(crate) async fn look_up(
    _gateway: &Gateway,
    _text: &str,
    _gate: &TokenGate,
    _now: Moment,
) -> Result<Arc<Remembered>, Stop> {
    Err(Refusal::TokenMalformed.into())
}
