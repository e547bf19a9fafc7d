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
    /// The same with all literals in lower case: how a server behind finds its way to which case is nothing.
    lower: Option<Box<Self>>,
    /// Whether a literal has a letter in upper case.
    cased: bool,
}

impl Table {
    pub(super) fn add(&mut self, hosts: &[String], pattern: &Pattern, route: &Arc<CompiledRoute>) {
        let mut lower = pattern.clone();
        for segment in &mut lower.segments {
            if let Segment::Literal(text) = segment {
                self.cased |= text.bytes().any(|b| b.is_ascii_uppercase());
                text.make_ascii_lowercase();
            }
        }
        self.lower.get_or_insert_default().put(hosts, &lower, route);
        self.put(hosts, pattern, route);
    }

    fn put(&mut self, hosts: &[String], pattern: &Pattern, route: &Arc<CompiledRoute>) {
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
        if let Some(lower) = &mut self.lower {
            lower.anywhere.fold();
            lower.hosts.values_mut().for_each(Node::fold);
        }
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

    /// Whether the path that led to `route` leads to it as well where case is nothing. Else a server behind that takes
    /// `/Admin` for `/admin` would let in by the rule of the one what is under the rule of the other (RS6).
    pub(crate) fn in_any_case(&self, host: &str, path: &str, route: &CompiledRoute) -> bool {
        if !self.cased && !path.bytes().any(|b| b.is_ascii_uppercase()) {
            return true;
        }
        let leaf = self.lower.as_ref().and_then(|lower| lower.leaf(host, path));
        leaf.is_some_and(|(leaf, _)| leaf.routes.iter().any(|held| std::ptr::eq(&**held, route)))
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
    /// Whether literals are in lower case, and found in any; and the length of the longest.
    lower: Option<usize>,
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

    /// Finds literals in any case from now on.
    fn fold(&mut self) {
        self.lower = Some(self.literals.keys().map(|text| text.len()).max().unwrap_or_default());
        self.literals.values_mut().for_each(Self::fold);
        self.one.iter_mut().for_each(|node| node.fold());
    }

    fn literal(&self, segment: &str) -> Option<&Self> {
        match self.lower {
            // What is longer than every literal is an id, as most that have upper case are: nothing is copied for them.
            Some(longest) if segment.len() > longest => None,
            Some(_) if segment.bytes().any(|b| b.is_ascii_uppercase()) => {
                self.literals.get(segment.to_ascii_lowercase().as_str())
            }
            _ => self.literals.get(segment),
        }
    }

    /// Each node is reached on one way only, so this looks at no node twice. As deep as the longest pattern, not
    /// as the path.
    fn find(&self, path: &str) -> Option<&Leaf> {
        if path.is_empty() {
            return self.here.any().or_else(|| self.rest.any());
        }
        let (segment, after) = path.split_once('/').unwrap_or((path, ""));
        let literal = self.literal(segment).and_then(|node| node.find(after));
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
