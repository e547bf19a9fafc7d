//! Which requests a route takes from another.
//!
//! Host first, then path, then method: a route for a named host is asked before one for any host, and of two paths
//! that match the more specific one decides alone, whatever the method. The gateway finds routes in this order, so
//! what is judged here is what happens there.

use super::{Access, Pattern, Route, Segment};
use std::cmp::Ordering;
use std::collections::HashMap;

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
    // By their first segment: of ten thousand routes few begin as a public one does.
    let mut protected: HashMap<Option<String>, Vec<&Space<'_>>> = HashMap::new();
    for space in &spaces {
        if space.is_protected() {
            protected.entry(space.begins()).or_default().push(space);
        }
    }
    let mut found = Vec::new();
    for public in &spaces {
        let Access::Public { opens } = &public.route.access else {
            continue;
        };
        let begins = public.begins();
        let near: Vec<&Space<'_>> = match &begins {
            Some(_) => [&begins, &None]
                .into_iter()
                .filter_map(|begins| protected.get(begins))
                .flatten()
                .copied()
                .collect(),
            None => spaces.iter().filter(|space| space.is_protected()).collect(),
        };
        let taken = near
            .into_iter()
            .filter(|inside| !opens.contains(&inside.route.id) && public.takes_from(inside));
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
    // Nothing decides only between patterns of one shape.
    let mut alike: HashMap<&Pattern, Vec<&Space<'_>>> = HashMap::new();
    let mut found = Vec::new();
    for space in &spaces {
        let others = alike.entry(&space.paths).or_default();
        let earlier = others.iter().filter(|earlier| space.ties_with(earlier));
        found.extend(earlier.map(|earlier| Same {
            route: space.route,
            earlier: earlier.route,
        }));
        others.push(space);
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

    const fn is_protected(&self) -> bool {
        matches!(self.route.access, Access::Token { .. })
    }

    /// Of two with one pattern.
    fn ties_with(&self, earlier: &Self) -> bool {
        self.beside(earlier) && self.methods_meet(earlier)
    }

    /// The first segment in lower case; none when it may be anything, or is not there.
    fn begins(&self) -> Option<String> {
        match self.paths.segments.first() {
            Some(Segment::Literal(text)) => Some(text.to_ascii_lowercase()),
            Some(Segment::One) | None => None,
        }
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
