//! How many tokens a client may ask for.

use crate::terms::Limit;
use tollgate_model::{Allowance, Change, ClientId, Decision, Moment};
use tollgate_protocol::refusal::{Code, Refusal};

/// What is left of a limit after a request was counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    /// The limit.
    pub limit: Limit,
    /// How many more.
    pub left: i64,
    /// Seconds until it is whole again.
    pub reset: i64,
}

/// The bucket of a client's token requests.
#[must_use]
pub fn bucket(client: &ClientId) -> String {
    format!("token:{client}")
}

/// Counts one request, or refuses it when the window is spent. The change carries the condition, so of
/// two requests for the last one on two nodes one is `Stale` and decides anew.
///
/// # Errors
/// [`Code::RateLimited`], with the seconds until the window is over.
pub fn decide(
    client: &ClientId,
    taken: Option<Allowance>,
    limit: Limit,
    now: Moment,
) -> Result<Decision<Left>, Refusal> {
    let open = taken.filter(|taken| now.since(taken.started) < limit.window);
    let used = open.map_or(0, |taken| taken.used);
    let reset = open
        .map_or(limit.window, |taken| limit.window - now.since(taken.started))
        .max(1);
    if used >= limit.count {
        return Err(Refusal::of(Code::RateLimited).after(reset));
    }
    let take = Change::Take {
        bucket: bucket(client),
        limit: limit.count,
        window: limit.window,
        now,
    };
    Ok(Decision::with(
        Left {
            limit,
            left: limit.count - used - 1,
            reset,
        },
        vec![take],
    ))
}
