//! What every request to the management API has: a name, and a body no larger than this.

/// The name of a request.
#[derive(Clone, Debug)]
pub(super) struct RequestId(pub(super) String);

/// The most bytes that a body may have.
pub(super) const MOST_BODY: usize = 256 * 1024;
