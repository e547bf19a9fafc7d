//! Which requests a route is about, compared with another's.
//!
//! The gateway prefers the more specific of two routes that both match. This file knows nothing of how it
//! ranks them; it only tells apart the one case in which any sane ranking gives the protected route its
//! requests: when that one lies wholly and strictly inside the public one.

use tollgate_model::Route;
use tollgate_model::route::Access;

/// A public route that takes requests of a protected one which it does not name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unnamed<'a> {
    /// The public route.
    pub public: &'a Route,
    /// The protected route.
    pub protected: &'a Route,
}

/// Every public route in the space of a protected one that its `opens` does not name (RS12).
#[must_use]
pub fn unnamed<'a>(routes: &[&'a Route]) -> Vec<Unnamed<'a>> {
    let mut found = Vec::new();
    for public in routes {
        let Access::Public { opens } = &public.access else {
            continue;
        };
        for protected in routes {
            let named = opens.contains(&protected.id);
            if matches!(protected.access, Access::Token { .. }) && !named && takes(public, protected) {
                found.push(Unnamed { public, protected });
            }
        }
    }
    found
}

/// Whether requests of `protected` may end at `public`.
fn takes(public: &Route, protected: &Route) -> bool {
    meet(public, protected) && (within(public, protected) || !within(protected, public))
}

/// Whether some request belongs to both.
fn meet(one: &Route, other: &Route) -> bool {
    hosts_meet(one, other) && methods_meet(one, other) && paths_meet(&pattern(&one.path), &pattern(&other.path))
}

/// Whether every request of `inner` belongs to `outer` too.
fn within(inner: &Route, outer: &Route) -> bool {
    let host = |host: &String| outer.hosts.contains(host);
    let hosts = outer.hosts.is_empty() || (!inner.hosts.is_empty() && inner.hosts.iter().all(host));
    let methods =
        outer.methods.is_empty() || (!inner.methods.is_empty() && inner.methods.iter().all(|m| answers(outer, m)));
    hosts && methods && path_within(&pattern(&inner.path), &pattern(&outer.path))
}

fn hosts_meet(one: &Route, other: &Route) -> bool {
    one.hosts.is_empty() || other.hosts.is_empty() || one.hosts.iter().any(|host| other.hosts.contains(host))
}

fn methods_meet(one: &Route, other: &Route) -> bool {
    let any = one.methods.is_empty() || other.methods.is_empty();
    any || one.methods.iter().any(|method| answers(other, method)) || other.methods.iter().any(|m| answers(one, m))
}

/// HEAD goes wherever GET goes (RFC 9110 §9.3.2).
fn answers(route: &Route, method: &str) -> bool {
    let has = |method: &str| route.methods.iter().any(|held| held == method);
    has(method) || (method == "HEAD" && has("GET"))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Segment<'a> {
    Literal(&'a str),
    One,
    Rest,
}

fn pattern(path: &str) -> Vec<Segment<'_>> {
    let segment = |text: &'_ str| match text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) {
        Some(name) if name.ends_with("...") => Segment::Rest,
        Some(_) => Segment::One,
        None => Segment::Literal(""),
    };
    path.split('/')
        .skip(1)
        .map(|text| match segment(text) {
            Segment::Literal(_) => Segment::Literal(text),
            other => other,
        })
        .collect()
}

fn paths_meet(one: &[Segment<'_>], other: &[Segment<'_>]) -> bool {
    use Segment::{Literal, One, Rest};
    match (one, other) {
        // `{rest...}` is taken for any number of segments, none included: rather too wide than too narrow.
        ([Rest, ..], _) | (_, [Rest, ..]) | ([], []) => true,
        ([], _) | (_, []) => false,
        ([Literal(a), one @ ..], [Literal(b), other @ ..]) => same(a, b) && paths_meet(one, other),
        ([One | Literal(_), one @ ..], [One | Literal(_), other @ ..]) => paths_meet(one, other),
    }
}

fn path_within(inner: &[Segment<'_>], outer: &[Segment<'_>]) -> bool {
    use Segment::{Literal, One, Rest};
    match (inner, outer) {
        (_, [Rest, ..]) | ([], []) => true,
        ([], _) | (_, []) | ([Rest, ..], _) => false,
        ([Literal(a), inner @ ..], [Literal(b), outer @ ..]) => a == b && path_within(inner, outer),
        ([One, ..], [Literal(_), ..]) => false,
        ([One | Literal(_), inner @ ..], [One, outer @ ..]) => path_within(inner, outer),
    }
}

/// Servers behind the gateway may not mind case: `/Admin` counts as `/admin` when spaces are compared.
fn same(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meets(one: &str, other: &str) -> bool {
        paths_meet(&pattern(one), &pattern(other))
    }

    fn inside(inner: &str, outer: &str) -> bool {
        path_within(&pattern(inner), &pattern(outer))
    }

    #[test]
    fn patterns_meet_where_one_path_matches_both() {
        for (one, other, meet) in [
            ("/a", "/a", true),
            ("/a", "/b", false),
            ("/a", "/A", true),
            ("/a", "/a/", false),
            ("/a", "/{x}", true),
            ("/a/b", "/{x}", false),
            ("/a/{x}", "/{y}/b", true),
            ("/a/{x}", "/b/{y}", false),
            ("/{rest...}", "/a/b/c", true),
            ("/a/{rest...}", "/a", true),
            ("/a/{rest...}", "/b/{rest...}", false),
        ] {
            assert_eq!(meets(one, other), meet, "{one} {other}");
            assert_eq!(meets(other, one), meet, "{other} {one}");
        }
    }

    #[test]
    fn a_pattern_lies_within_one_that_matches_all_its_paths() {
        for (inner, outer, within) in [
            ("/a", "/a", true),
            ("/a", "/{x}", true),
            ("/{x}", "/a", false),
            ("/a/b", "/a/{rest...}", true),
            ("/a/{rest...}", "/a/{x}", false),
            ("/a/{x}", "/a/{rest...}", true),
            ("/{rest...}", "/{rest...}", true),
            ("/a/{x}", "/{y}/b", false),
        ] {
            assert_eq!(inside(inner, outer), within, "{inner} in {outer}");
        }
    }
}
