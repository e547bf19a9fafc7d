//! Which requests a route takes from another.
//!
//! Host first, then path, then method: a route for a named host is asked before one for any host, and of two paths
//! that match the more specific one decides alone, whatever the method. The gateway finds routes in this order, so
//! what is judged here is what happens there.

use super::{Access, Pattern, Route};
use std::cmp::Ordering;

/// A public route that takes requests of a protected one which it does not name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unnamed<'a> {
    /// The public route.
    pub public: &'a Route,
    /// The protected route.
    pub protected: &'a Route,
}

/// A route that takes just the requests that an earlier one takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Same<'a> {
    /// The later of the two.
    pub route: &'a Route,
    /// The earlier.
    pub earlier: &'a Route,
}

/// Every public route in the space of a protected one that its `opens` does not name: whoever wrote it may not know
/// that it takes the protection away (RS12). A path that cannot be read counts as the space that its readable
/// beginning spans.
#[must_use]
pub fn unnamed(routes: &[Route]) -> Vec<Unnamed<'_>> {
    let spaces = spaces(routes);
    let mut found = Vec::new();
    for public in &spaces {
        let Access::Public { opens } = &public.route.access else {
            continue;
        };
        let taken = spaces.iter().filter(|inside| {
            matches!(inside.route.access, Access::Token { .. })
                && !opens.contains(&inside.route.id)
                && public.takes_from(inside)
        });
        found.extend(taken.map(|inside| Unnamed {
            public: public.route,
            protected: inside.route,
        }));
    }
    found
}

/// Every two routes between which nothing decides.
#[must_use]
pub fn same(routes: &[Route]) -> Vec<Same<'_>> {
    let spaces = spaces(routes);
    let mut found = Vec::new();
    for (place, space) in spaces.iter().enumerate() {
        let earlier = spaces.iter().take(place).filter(|earlier| space.ties_with(earlier));
        found.extend(earlier.map(|earlier| Same {
            route: space.route,
            earlier: earlier.route,
        }));
    }
    found
}

/// A route and the paths that it is about.
struct Space<'a> {
    route: &'a Route,
    paths: Pattern,
}

fn spaces(routes: &[Route]) -> Vec<Space<'_>> {
    let each = routes.iter().map(|route| Space {
        route,
        paths: Pattern::space(&route.path),
    });
    each.collect()
}

impl Space<'_> {
    /// Whether this route answers requests that `inside` is meant for.
    fn takes_from(&self, inside: &Self) -> bool {
        if !self.methods_meet(inside) || !self.paths.overlaps_in_any_case(&inside.paths) {
            return false;
        }
        if !self.beside(inside) {
            // A named host is asked before any host, whatever the paths are.
            return !self.route.hosts.is_empty() && inside.route.hosts.is_empty();
        }
        // Paths that differ in case alone are two places here, so neither route is asked before the other; but a
        // server behind may take them for one.
        !self.paths.overlaps(&inside.paths) || self.paths.precedence(&inside.paths) != Ordering::Less
    }

    fn ties_with(&self, earlier: &Self) -> bool {
        self.beside(earlier)
            && self.methods_meet(earlier)
            && self.paths.overlaps(&earlier.paths)
            && self.paths.precedence(&earlier.paths) == Ordering::Equal
    }

    /// Whether both are looked for under one host, or both under any.
    fn beside(&self, other: &Self) -> bool {
        let (ours, theirs) = (&self.route.hosts, &other.route.hosts);
        (ours.is_empty() && theirs.is_empty()) || ours.iter().any(|host| theirs.contains(host))
    }

    /// Whether some method is taken by both.
    fn methods_meet(&self, other: &Self) -> bool {
        let (ours, theirs) = (&self.route.methods, &other.route.methods);
        ours.is_empty()
            || theirs.is_empty()
            || ours.iter().any(|method| takes(theirs, method))
            || theirs.iter().any(|method| takes(ours, method))
    }
}

/// `HEAD` goes wherever `GET` goes (RFC 9110 §9.3.2).
fn takes(methods: &[String], method: &str) -> bool {
    let has = |method: &str| methods.iter().any(|held| held == method);
    has(method) || (method == "HEAD" && has("GET"))
}

#[cfg(test)]
mod tests;
