//! The table that requests are looked up in: one tree of segments per host.

use super::compile::Gate;
use crate::legacy::Way;
use crate::limit::Rules;
use crate::upstream::Pool;
use http::{HeaderValue, Method};
use std::collections::HashMap;
use std::sync::Arc;
use tollgate_model::route::{AssertionRule, Pattern, Segment};
use tollgate_model::{ApiId, Dated, RouteId};

/// A route, ready to be followed.
#[derive(Debug)]
pub(crate) struct CompiledRoute {
    pub(crate) id: RouteId,
    /// The methods it takes; `None`: any.
    pub(crate) methods: Option<Vec<Method>>,
    pub(crate) gate: Gate,
    pub(crate) pool: Arc<Pool>,
    /// Old ways of authenticating that it takes as well.
    pub(crate) legacy: Vec<Way>,
    /// Transitions that end it.
    pub(crate) endings: Vec<Arc<Dated>>,
    pub(crate) limits: Rules,
    pub(crate) assertion: Option<AssertionRule>,
}

impl CompiledRoute {
    /// The API that it is about.
    pub(crate) const fn api(&self) -> Option<&ApiId> {
        match &self.gate {
            Gate::Token(gate) => Some(&gate.api),
            Gate::Public | Gate::Closed => None,
        }
    }
}

/// What was found for a request.
#[derive(Debug)]
pub(crate) enum Found<'t> {
    Route(&'t CompiledRoute),
    /// The path is known, the method is not; these are (RFC 9110 §15.5.6).
    OtherMethods(&'t HeaderValue),
    Nothing,
}

/// The routes at one path.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Place<'t> {
    pub(crate) routes: &'t [Arc<CompiledRoute>],
    /// Whether they are of this host alone.
    pub(crate) by_host: bool,
}

/// All routes.
#[derive(Debug, Default)]
pub(crate) struct Table {
    anywhere: Node,
    hosts: HashMap<Box<str>, Node>,
}

impl Table {
    pub(super) fn add(&mut self, hosts: &[String], pattern: &Pattern, route: &Arc<CompiledRoute>) {
        if hosts.is_empty() {
            self.anywhere.add(pattern, route);
        }
        for host in hosts {
            self.hosts
                .entry(host.to_ascii_lowercase().into())
                .or_default()
                .add(pattern, route);
        }
    }

    /// Writes the `Allow` of each place.
    pub(super) fn finish(&mut self) {
        self.anywhere.finish();
        self.hosts.values_mut().for_each(Node::finish);
    }

    /// The route for a canonical path. `host` is in lower case, without port.
    pub(crate) fn find(&self, host: &str, method: &Method, path: &str) -> Found<'_> {
        let Some((leaf, _)) = self.leaf(host, path) else {
            return Found::Nothing;
        };
        let takes = |route: &&Arc<CompiledRoute>| route.methods.as_ref().is_none_or(|held| held.contains(method));
        match leaf.routes.iter().find(takes) {
            Some(route) => Found::Route(route),
            None => Found::OtherMethods(&leaf.allow),
        }
    }

    /// All that is at a canonical path, whatever the method.
    pub(crate) fn at(&self, host: &str, path: &str) -> Place<'_> {
        match self.leaf(host, path) {
            Some((leaf, by_host)) => Place {
                routes: &leaf.routes,
                by_host,
            },
            None => Place::default(),
        }
    }

    fn leaf(&self, host: &str, path: &str) -> Option<(&Leaf, bool)> {
        let path = path.strip_prefix('/').unwrap_or(path);
        let path = path.strip_suffix('/').unwrap_or(path);
        let named = self.hosts.get(host).and_then(|node| node.find(path));
        match named {
            Some(leaf) => Some((leaf, true)),
            None => self.anywhere.find(path).map(|leaf| (leaf, false)),
        }
    }
}

#[derive(Debug, Default)]
struct Node {
    here: Leaf,
    rest: Leaf,
    literals: HashMap<Box<str>, Self>,
    one: Option<Box<Self>>,
}

#[derive(Debug)]
struct Leaf {
    routes: Vec<Arc<CompiledRoute>>,
    allow: HeaderValue,
}

impl Default for Leaf {
    fn default() -> Self {
        Self {
            routes: Vec::new(),
            allow: HeaderValue::from_static(""),
        }
    }
}

impl Node {
    fn add(&mut self, pattern: &Pattern, route: &Arc<CompiledRoute>) {
        let mut node = self;
        for segment in &pattern.segments {
            node = match segment {
                Segment::Literal(text) => node.literals.entry(text.as_str().into()).or_default(),
                Segment::One => node.one.get_or_insert_default(),
            };
        }
        let leaf = if pattern.rest { &mut node.rest } else { &mut node.here };
        leaf.routes.push(Arc::clone(route));
    }

    fn finish(&mut self) {
        for leaf in [&mut self.here, &mut self.rest] {
            let mut words: Vec<&str> = leaf
                .routes
                .iter()
                .flat_map(|r| r.methods.iter().flatten())
                .map(Method::as_str)
                .collect();
            words.sort_unstable();
            words.dedup();
            leaf.allow = HeaderValue::from_str(&words.join(", ")).unwrap_or_else(|_| HeaderValue::from_static(""));
        }
        self.literals.values_mut().for_each(Self::finish);
        self.one.iter_mut().for_each(|node| node.finish());
    }

    /// Each node is reached on one way only, so this looks at no node twice. As deep as the longest pattern, not
    /// as the path.
    fn find(&self, path: &str) -> Option<&Leaf> {
        if path.is_empty() {
            return self.here.any().or_else(|| self.rest.any());
        }
        let (segment, after) = path.split_once('/').unwrap_or((path, ""));
        let literal = self.literals.get(segment).and_then(|node| node.find(after));
        literal
            .or_else(|| self.one.as_ref().and_then(|node| node.find(after)))
            .or_else(|| self.rest.any())
    }
}

impl Leaf {
    fn any(&self) -> Option<&Self> {
        (!self.routes.is_empty()).then_some(self)
    }
}
