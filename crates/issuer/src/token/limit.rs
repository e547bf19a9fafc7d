//! How many tokens a client may ask for.

use crate::desk::Desk;
use crate::terms::Limit;
use tollgate_model::{Allowance, Change, ClientId, Decision, Fault, Kept, Moment};
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

/// What this request of a client costs, to be kept together with what it brings about. A request that is refused for
/// another reason costs nothing.
///
/// # Errors
/// A [`Fault`] of the store.
pub(super) async fn cost(
    desk: &Desk,
    client: &ClientId,
    now: Moment,
) -> Result<Result<Decision<Option<Left>>, Refusal>, Fault> {
    let Some(limit) = desk.terms.token_limit else {
        return Ok(Ok(Decision::just(None)));
    };
    let taken = desk.store.allowance(&bucket(client)).await?;
    Ok(decide(client, taken, limit, now).map(|decided| Decision::with(Some(decided.answer), decided.changes)))
}

/// Counts a request of a client against its limit, where there is one. Kept before the token is signed, so that no
/// restart and no second node gives more. For the client credentials grant; where a token speaks for a person it is
/// counted in the transaction that spends the code or turns the refresh token, and [`super::answer::TokenAnswer::left`]
/// says what is left.
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn take(desk: &Desk, client: &ClientId, now: Moment) -> Result<Result<Option<Left>, Refusal>, Fault> {
    loop {
        let decision = match cost(desk, client, now).await? {
            Ok(decision) => decision,
            Err(refusal) => return Ok(Err(refusal)),
        };
        // Stale: others took the last ones in between; the next look refuses.
        if desk.memory.keep(decision.changes).await? == Kept::Done {
            return Ok(Ok(decision.answer));
        }
    }
}
