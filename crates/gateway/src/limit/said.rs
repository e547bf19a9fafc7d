//! What an answer says of the limit that is closest to its end.

use super::Rule;
use crate::phase::Notes;
use crate::settings::RateLimitHeaders;
use http::{HeaderName, HeaderValue};
use tollgate_model::Moment;
use tollgate_model::limit::Left;

/// draft-ietf-httpapi-ratelimit-headers: the quota, and its window.
const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
/// The same: what is left, and for how long.
const LIMIT: HeaderName = HeaderName::from_static("ratelimit");
/// As many an API says it: how many, how many more, and the second (since 1970) in which there are more.
const X_LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const X_REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const X_RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// Says what is `left` of `rule`, in the words of `kind`. What was said before is said no more.
pub(crate) fn say(kind: RateLimitHeaders, rule: &Rule, left: Left, now: Moment, notes: &mut Notes) {
    let limit = &rule.limit;
    if matches!(kind, RateLimitHeaders::Standard | RateLimitHeaders::Both) {
        let (begin, end) = limit.window.slot(now);
        // A word of letters, digits and dashes (RFC 9651 §3.3.3 would have quotes and backslashes escaped).
        let name = &limit.name;
        let policy = format!("\"{name}\";q={};w={}", limit.count, end.since(begin));
        let state = format!("\"{name}\";r={};t={}", left.remaining, left.reset);
        if let (Ok(policy), Ok(state)) = (HeaderValue::try_from(policy), HeaderValue::try_from(state)) {
            notes.add(POLICY, policy);
            notes.add(LIMIT, state);
        }
    }
    if matches!(kind, RateLimitHeaders::XRateLimit | RateLimitHeaders::Both) {
        notes.add(X_LIMIT, limit.count.into());
        notes.add(X_REMAINING, left.remaining.into());
        notes.add(X_RESET, now.plus(left.reset).0.into());
    }
}
