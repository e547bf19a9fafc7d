//! What a route takes beside access tokens, how much may be asked, and how the server behind is told who asks.

use super::check::few;
use crate::registry::{No, value};
use crate::terms::transition::TransitionTerms;
use std::collections::BTreeSet;
use tollgate_model::limit::Window;
use tollgate_model::route::{Access, AssertionRule, Upstream};
use tollgate_model::{LegacyMethodId, Limit, Route};

/// The most limits of one route.
const MOST_LIMITS: usize = 20;
/// The longest name of a limit.
const NAME: usize = 64;
/// The largest count of a limit.
const COUNT: i64 = 1_000_000_000_000;
/// The longest window that slides, in seconds.
const WINDOW: i64 = 86_400;
/// The longest audience of an assertion.
const AUDIENCE: usize = 1000;
/// The most failures after which a target may rest, and the longest rest in seconds.
const FAILURES: u32 = 1000;
const REST: u32 = 3600;

/// What goes beyond access tokens is for routes that want one: there nobody gets in by less.
pub(super) fn checked(route: &Route, terms: &TransitionTerms) -> Result<(), No> {
    let token = matches!(route.access, Access::Token { .. });
    let wants = |field| Err(No::invalid(field, "needs a route that wants an access token"));
    if route.opaque && !token {
        return wants("opaque");
    }
    if !route.legacy.is_empty() && !token {
        return wants("legacy");
    }
    if route.assertion.is_some() && !token {
        return wants("assertion");
    }
    legacy(&route.legacy, terms)?;
    limits("limits", &route.limits)?;
    resting(&route.upstream)?;
    route.assertion.as_ref().map_or(Ok(()), assertion)
}

fn legacy(list: &[LegacyMethodId], terms: &TransitionTerms) -> Result<(), No> {
    value::distinct("legacy", list)?;
    few("legacy", list.len())?;
    match list.iter().find(|id| terms.method(id).is_none()) {
        Some(unknown) => {
            let problem = format!("there is no legacy method {:?}", unknown.as_str());
            Err(No::invalid("legacy", problem))
        }
        None => Ok(()),
    }
}

/// Names go into headers (a key of RFC 9651 §3.1.2, more or less) and count apart.
fn limits(field: &'static str, list: &[Limit]) -> Result<(), No> {
    let no = |problem: String| Err(No::invalid(field, problem));
    if list.len() > MOST_LIMITS {
        return no(format!("must have at most {MOST_LIMITS} entries"));
    }
    let mut names = BTreeSet::new();
    for limit in list {
        let name = limit.name.as_str();
        let word = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if !word || !(1..=NAME).contains(&name.len()) {
            return no(format!("a limit's name is 1 to {NAME} letters, digits and dashes"));
        }
        if !names.insert(name) {
            return no(format!("{name:?} is there twice"));
        }
        if !(1..=COUNT).contains(&limit.count) {
            return no(format!("{name:?}: count must be 1 to {COUNT}"));
        }
        if let Window::Seconds(seconds) = limit.window
            && !(1..=WINDOW).contains(&seconds)
        {
            return no(format!("{name:?}: window must be 1 to {WINDOW} seconds, day or month"));
        }
    }
    Ok(())
}

fn assertion(rule: &AssertionRule) -> Result<(), No> {
    let plain = rule.audience.bytes().all(|b| b.is_ascii_graphic());
    if plain && (1..=AUDIENCE).contains(&rule.audience.len()) {
        return Ok(());
    }
    let problem = format!("its audience must be 1 to {AUDIENCE} printable ASCII characters without spaces");
    Err(No::invalid("assertion", problem))
}

fn resting(upstream: &Upstream) -> Result<(), No> {
    if upstream.failures > FAILURES {
        return Err(No::invalid("upstream", format!("failures must be at most {FAILURES}")));
    }
    if !(1..=REST).contains(&upstream.rest) {
        return Err(No::invalid("upstream", format!("rest must be 1 to {REST} seconds")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tests::protected;
    use super::*;
    use crate::legacy::facts::{method, terms};
    use tollgate_model::limit::Per;

    fn limit(name: &str, count: i64, window: Window) -> Limit {
        Limit {
            name: name.into(),
            per: Per::Client,
            count,
            window,
        }
    }

    fn field(change: impl FnOnce(&mut Route)) -> Option<&'static str> {
        let mut route = protected("read", "/v3/read");
        change(&mut route);
        match checked(&route, &terms()) {
            Ok(()) => None,
            Err(No::Invalid { field, .. }) => Some(field),
            Err(other) => panic!("{other}"),
        }
    }

    /// SS-53: an old way is taken where an access token is wanted, and only one that there is.
    #[test]
    fn what_stands_in_for_a_token_stands_where_one_is_wanted() {
        let old = || vec![method().id];
        assert_eq!(field(|route| (route.legacy, route.opaque) = (old(), true)), None);
        assert_eq!(
            field(|route| route.legacy = vec![LegacyMethodId::new("other")]),
            Some("legacy")
        );
        assert_eq!(field(|route| route.legacy = [old(), old()].concat()), Some("legacy"));
        let open = || Access::Public { opens: Vec::new() };
        assert_eq!(
            field(|route| (route.access, route.legacy) = (open(), old())),
            Some("legacy")
        );
        assert_eq!(
            field(|route| (route.access, route.opaque) = (open(), true)),
            Some("opaque")
        );
        let rule = |audience: &str| {
            Some(AssertionRule {
                audience: audience.into(),
            })
        };
        assert_eq!(field(|route| route.assertion = rule("https://api.internal")), None);
        assert_eq!(field(|route| route.assertion = rule("a b")), Some("assertion"));
        assert_eq!(
            field(|route| (route.access, route.assertion) = (open(), rule("x"))),
            Some("assertion")
        );
    }

    #[test]
    fn limits_have_names_counts_and_windows() {
        let of = |limits: Vec<Limit>| field(|route| route.limits = limits);
        let burst = || limit("burst", 20, Window::Seconds(10));
        assert_eq!(of(vec![burst(), limit("month", 100_000, Window::Month)]), None);
        for wrong in [
            vec![burst(), burst()],
            vec![limit("", 1, Window::Day)],
            vec![limit("a b", 1, Window::Day)],
            vec![limit("x", 0, Window::Day)],
            vec![limit("x", i64::MAX, Window::Day)],
            vec![limit("x", 1, Window::Seconds(0))],
            vec![limit("x", 1, Window::Seconds(86_401))],
            (0..21).map(|n| limit(&format!("x{n}"), 1, Window::Day)).collect(),
        ] {
            assert_eq!(of(wrong.clone()), Some("limits"), "{wrong:?}");
        }
    }

    #[test]
    fn a_target_rests_for_a_while() {
        assert_eq!(field(|route| route.upstream.rest = 0), Some("upstream"));
        assert_eq!(field(|route| route.upstream.rest = 3601), Some("upstream"));
        assert_eq!(field(|route| route.upstream.failures = 1001), Some("upstream"));
    }
}
