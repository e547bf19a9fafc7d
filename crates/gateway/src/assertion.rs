//! A short-lived signed statement of who asks, for the server behind (a JWT of the gateway's own key).

use crate::phase::admit::Permit;
use http::HeaderValue;
use tollgate_model::Moment;

/// Makes statements, and remembers them for a few seconds.
#[derive(Debug, Default)]
pub(crate) struct Assertions;

impl Assertions {
    /// The statement for this request, where its route wants one.
    #[expect(clippy::unused_self, reason = "not there yet")]
    pub(crate) const fn of(&self, _permit: &Permit<'_>, _now: Moment) -> Option<HeaderValue> {
        None
    }
}
