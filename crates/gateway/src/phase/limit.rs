//! Whether there is room for one more request.

use super::admit::Permit;
use super::route::Routed;
use super::{Detail, Notes, Stop};
use crate::limit::{self, Bucket, Rule, Slot, Whose};
use crate::serve::Peer;
use crate::{Gateway, Refusal};
use http::HeaderMap;
use std::net::IpAddr;
use std::sync::Arc;
use tollgate_model::Moment;
use tollgate_model::limit::{Left, Per};

/// From where a request came.
#[derive(Clone, Copy)]
pub(crate) struct Came<'a> {
    pub(crate) peer: &'a Peer,
    pub(crate) headers: &'a HeaderMap,
}

impl Came<'_> {
    fn address(&self, gateway: &Gateway) -> IpAddr {
        limit::address(self.peer.address, self.headers, &gateway.settings.trusted_proxies)
    }
}

/// A request was counted here.
struct Taken<'v> {
    rule: &'v Rule,
    bucket: Arc<Bucket>,
    slot: Slot,
    left: Left,
}

/// Where a request was counted so far.
#[derive(Default)]
pub(crate) struct Counted<'v>(Vec<Taken<'v>>);

/// Counts it by the address it came from, before anything costly is done for it: so a request counts here whether or not
/// its token is good.
pub(crate) fn address<'v>(
    gateway: &Gateway,
    routed: &Routed<'v>,
    came: Came<'_>,
    now: Moment,
    notes: &mut Notes,
) -> Result<Counted<'v>, Stop> {
    let rules = &routed.route.limits.address;
    if rules.is_empty() {
        return Ok(Counted::default());
    }
    let whose = Whose::Address(came.address(gateway));
    let taken = count(gateway, rules.iter().map(|rule| (rule, whose)), now);
    let taken = taken.map_err(|full| full.stop(gateway, now, notes))?;
    tell(gateway, &taken, now, notes);
    Ok(Counted(taken))
}

/// Counts it by client, account and route, once it is known whose it is. One that is refused here counts nowhere: not by
/// its address either.
pub(crate) fn take<'v>(
    gateway: &Gateway,
    permit: &Permit<'v>,
    came: Came<'_>,
    counted: Counted<'v>,
    notes: &mut Notes,
) -> Result<(), Stop> {
    let routed = permit.routed();
    let plans = &routed.view.catalogue.plans;
    let token = permit.carried().map(|carried| &*carried.token);
    let old = permit.legacy().map(|old| &old.who.account);
    let account = token.and_then(|token| token.account.as_ref()).or(old);
    // What a public route lets through is nobody's, and nobody has no plan.
    let has_plan = token.is_some() || old.is_some();
    let of_route = routed.route.limits.others.as_slice();
    if of_route.is_empty() && !(has_plan && plans.any()) {
        return Ok(());
    }
    // Read anew: a slot may be as short as a second, and whom a request is from may have been asked for.
    let now = gateway.clock.now();
    let known = match account {
        Some(account) if plans.differ() => Some(gateway.limits.plans.of(account, &gateway.source, now)),
        _ => None,
    };
    let of_plan = if has_plan {
        plans.of(known.as_ref().and_then(|known| known.plan.as_ref()))
    } else {
        &[]
    };
    let client = token.map(|token| Whose::Client(token.client.as_str()));
    let account = account.map(|account| Whose::Account(account.as_str()));
    let address = || Whose::Address(came.address(gateway));
    // Whoever is not known as what a limit counts is counted as what is known of him: no request escapes a limit.
    let whose = |per: Per| match per {
        Per::Client => client.or(account).unwrap_or_else(address),
        Per::Account => account.or(client).unwrap_or_else(address),
        Per::Address => address(),
        Per::All => Whose::All,
    };
    let rules = of_route.iter().chain(of_plan);
    match count(gateway, rules.map(|rule| (rule, whose(rule.limit.per))), now) {
        Ok(taken) => {
            let all = counted.0.into_iter().chain(taken).collect::<Vec<_>>();
            tell(gateway, &all, now, notes);
            Ok(())
        }
        Err(full) => {
            for taken in &counted.0 {
                taken.bucket.give_back_spent(taken.slot);
            }
            Err(full.stop(gateway, now, notes))
        }
    }
}

/// A limit that has nothing left.
struct Full<'v> {
    rule: &'v Rule,
    left: Left,
}

impl Full<'_> {
    fn stop(&self, gateway: &Gateway, now: Moment, notes: &mut Notes) -> Stop {
        limit::say(gateway.settings.rate_limit_headers, self.rule, self.left, now, notes);
        Stop {
            refusal: if self.rule.limit.window.slides() {
                Refusal::RateLimited
            } else {
                Refusal::QuotaExceeded
            },
            detail: Detail::RetryAfter(self.left.reset),
        }
    }
}

/// Takes one from each, or from none.
fn count<'v, 'w>(
    gateway: &Gateway,
    wanted: impl Iterator<Item = (&'v Rule, Whose<'w>)>,
    now: Moment,
) -> Result<Vec<Taken<'v>>, Full<'v>> {
    let buckets = &gateway.limits.buckets;
    // All are looked at before one is touched. Where several have nothing left, the asker is told of the one that has
    // nothing for the longest.
    let mut full: Option<Full<'v>> = None;
    let mut found = Vec::new();
    for (rule, whose) in wanted {
        let bucket = buckets.of(rule, whose);
        let slot = Slot::at(rule.limit.window, now);
        let left = bucket.left(&rule.limit, slot, now);
        if left.remaining == 0 && full.as_ref().is_none_or(|full| full.left.reset < left.reset) {
            full = Some(Full { rule, left });
        }
        found.push(Taken {
            rule,
            bucket,
            slot,
            left,
        });
    }
    if let Some(full) = full {
        return Err(full);
    }
    for place in 0..found.len() {
        let Some(next) = found.get_mut(place) else {
            continue;
        };
        match next.bucket.take(&next.rule.limit, next.slot, now) {
            Ok(left) => next.left = left,
            // Another took the last one just now.
            Err(left) => {
                let full = Full { rule: next.rule, left };
                for taken in found.iter().take(place) {
                    taken.bucket.give_back(taken.slot);
                }
                return Err(full);
            }
        }
    }
    for taken in &found {
        buckets.spend(&taken.bucket, taken.slot);
    }
    Ok(found)
}

/// Says what is left of the limit that is closest to its end.
fn tell(gateway: &Gateway, taken: &[Taken<'_>], now: Moment, notes: &mut Notes) {
    let closest = taken
        .iter()
        .min_by_key(|taken| (taken.left.remaining, -taken.left.reset));
    if let Some(closest) = closest {
        limit::say(
            gateway.settings.rate_limit_headers,
            closest.rule,
            closest.left,
            now,
            notes,
        );
    }
}
