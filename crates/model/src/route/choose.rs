//! The route that a request takes, for those who look seldom. The gateway looks in a tree that it builds beforehand; a
//! test there holds that both find the same.

use super::{Pattern, Route, Segment};

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chosen<'a> {
    /// This one.
    Route(&'a Route),
    /// The path is known and the method is not; these are, in order (RFC 9110 §15.5.6).
    OtherMethods(Vec<&'a str>),
    /// There is nothing at this address.
    Nothing,
}

/// The route for a request: host first, then path, then method. `host` has no port; `path` is
/// [canonical](super::path::canonical).
#[must_use]
pub fn choose<'a>(routes: &'a [Route], host: &str, method: &str, path: &str) -> Chosen<'a> {
    let path = path.strip_prefix('/').unwrap_or(path);
    let path = path.strip_suffix('/').unwrap_or(path);
    let here: Vec<&str> = if path.is_empty() {
        Vec::new()
    } else {
        path.split('/').collect()
    };
    let named = |route: &&Route| route.hosts.iter().any(|held| held.eq_ignore_ascii_case(host));
    let mut place = most_specific(routes.iter().filter(named), &here);
    if place.is_empty() {
        place = most_specific(routes.iter().filter(|route| route.hosts.is_empty()), &here);
    }
    if place.is_empty() {
        return Chosen::Nothing;
    }
    match place.iter().find(|route| takes(route, method)) {
        Some(route) => Chosen::Route(route),
        None => Chosen::OtherMethods(methods(&place)),
    }
}

/// Every route of the most specific pattern that matches. They differ in their methods alone.
fn most_specific<'a>(routes: impl Iterator<Item = &'a Route>, here: &[&str]) -> Vec<&'a Route> {
    let mut best: Option<Pattern> = None;
    let mut place = Vec::new();
    for route in routes {
        let pattern = Pattern::space(&route.path);
        if !matches(&pattern, here) {
            continue;
        }
        let order = best.as_ref().map(|best| pattern.precedence(best));
        if order.is_none_or(std::cmp::Ordering::is_gt) {
            place.clear();
            best = Some(pattern);
        } else if order.is_some_and(std::cmp::Ordering::is_lt) {
            continue;
        }
        place.push(route);
    }
    place
}

fn matches(pattern: &Pattern, here: &[&str]) -> bool {
    let long_enough = if pattern.rest {
        here.len() >= pattern.segments.len()
    } else {
        here.len() == pattern.segments.len()
    };
    long_enough
        && pattern.segments.iter().zip(here).all(|(segment, here)| match segment {
            Segment::Literal(text) => text == here,
            Segment::One => true,
        })
}

/// `HEAD` goes wherever `GET` goes (RFC 9110 §9.3.2).
fn takes(route: &Route, method: &str) -> bool {
    let has = |method: &str| route.methods.iter().any(|held| held == method);
    route.methods.is_empty() || has(method) || (method == "HEAD" && has("GET"))
}

fn methods<'a>(place: &[&'a Route]) -> Vec<&'a str> {
    let held = place.iter().flat_map(|route| route.methods.iter().map(String::as_str));
    let mut methods: Vec<&str> = held.collect();
    if methods.contains(&"GET") {
        methods.push("HEAD");
    }
    methods.sort_unstable();
    methods.dedup();
    methods
}
