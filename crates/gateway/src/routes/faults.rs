//! What is wrong with a list of routes.

use crate::upstream::Origin;
use http::{HeaderName, Method};
use std::collections::HashSet;
use std::fmt;
use tollgate_model::RouteId;
use tollgate_model::route::{Access, ActingBy, IdTokenRule, Pattern, Route, same, unnamed};

/// What is wrong with a route. A route with a fault answers 403 until it is mended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RouteFault {
    /// Its path pattern cannot be read.
    Pattern(RouteId),
    /// A method of it is not a method in upper case.
    Method(RouteId),
    /// A host of it is not a host name in lower case without port.
    Host(RouteId),
    /// It has no target, or one that is not `http://host:port` or `https://host:port`.
    Target(RouteId),
    /// A header that says for whom a request is, the acting user's or that of an ID token, cannot have that name; or the
    /// two have one name, or the route is public, where nobody looks at an ID token.
    Header(RouteId),
    /// It is public, lies in the space of a protected route, and does not name that route in `opens`: whoever wrote
    /// it may not know that it takes the protection away.
    Unnamed {
        /// The public route.
        public: RouteId,
        /// The protected route in whose space it lies.
        inside: RouteId,
    },
    /// It takes just the requests that another takes.
    Same {
        /// The route, the later of the two.
        route: RouteId,
        /// The earlier.
        earlier: RouteId,
    },
    /// It has the id of another.
    Id(RouteId),
}

impl RouteFault {
    /// The route at fault.
    #[must_use]
    pub const fn route(&self) -> &RouteId {
        match self {
            Self::Pattern(route)
            | Self::Method(route)
            | Self::Host(route)
            | Self::Target(route)
            | Self::Header(route)
            | Self::Unnamed { public: route, .. }
            | Self::Same { route, .. }
            | Self::Id(route) => route,
        }
    }
}

impl fmt::Display for RouteFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pattern(route) => write!(
                f,
                "route {route}: the path is no pattern such as /v3/{{name}} or /v3/{{rest...}}"
            ),
            Self::Method(route) => write!(f, "route {route}: a method is not a method name in upper case"),
            Self::Host(route) => write!(f, "route {route}: a host is not a name in lower case without port"),
            Self::Target(route) => write!(
                f,
                "route {route}: a target is not http://host:port or https://host:port, or there is none"
            ),
            Self::Header(route) => write!(f, "route {route}: this header cannot say for whom a request is"),
            Self::Unnamed { public, inside } => write!(
                f,
                "route {public} is public and lies inside the protected route {inside}: name it in `opens` if that is meant"
            ),
            Self::Same { route, earlier } => write!(f, "route {route} takes the same requests as route {earlier}"),
            Self::Id(route) => write!(f, "route {route}: another route has this id"),
        }
    }
}

/// Everything that is wrong with `routes`, as far as can be seen from them alone.
#[must_use]
pub fn faults(routes: &[Route]) -> Vec<RouteFault> {
    let mut found = Vec::new();
    let mut ids = HashSet::new();
    for route in routes {
        own(route, &mut found);
        if !ids.insert(&route.id) {
            found.push(RouteFault::Id(route.id.clone()));
        }
    }
    found.extend(same(routes).into_iter().map(|same| RouteFault::Same {
        route: same.route.id.clone(),
        earlier: same.earlier.id.clone(),
    }));
    found.extend(unnamed(routes).into_iter().map(|unnamed| RouteFault::Unnamed {
        public: unnamed.public.id.clone(),
        inside: unnamed.protected.id.clone(),
    }));
    found
}

fn own(route: &Route, found: &mut Vec<RouteFault>) {
    let id = || route.id.clone();
    if Pattern::parse(&route.path).is_err() {
        found.push(RouteFault::Pattern(id()));
    }
    let is_method =
        |word: &String| !word.bytes().any(|b| b.is_ascii_lowercase()) && Method::from_bytes(word.as_bytes()).is_ok();
    if !route.methods.iter().all(is_method) {
        found.push(RouteFault::Method(id()));
    }
    let is_host = |host: &String| {
        !host.is_empty()
            && host
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-._[]:".contains(&b))
            && (host.starts_with('[') || !host.contains(':'))
    };
    if !route.hosts.iter().all(is_host) {
        found.push(RouteFault::Host(id()));
    }
    let targets = &route.upstream.targets;
    if targets.is_empty() || targets.iter().any(|target| Origin::parse(target).is_none()) {
        found.push(RouteFault::Target(id()));
    }
    if !says_for_whom(&route.access, route.id_token.as_ref()) {
        found.push(RouteFault::Header(id()));
    }
}

/// Whether each header that says for whom a request is can be used, and means one thing.
fn says_for_whom(access: &Access, id_token: Option<&IdTokenRule>) -> bool {
    let Access::Token { acting_user, .. } = access else {
        return id_token.is_none();
    };
    let acting = acting_user.as_ref().and_then(|rule| match &rule.by {
        ActingBy::Header(name) => Some(name.as_str()),
        ActingBy::Owner => None,
    });
    let shown = id_token.map(|rule| rule.header.as_str());
    // `x_email` and `x-email` are one name to some servers behind (RS5).
    let plain = |name: &str| name.to_ascii_lowercase().replace('_', "-");
    acting.into_iter().chain(shown).all(|name| named_header(name).is_some())
        && (acting.is_none() || acting.map(plain) != shown.map(plain))
}

/// A header that may say for whom a request is.
pub(super) fn named_header(name: &str) -> Option<HeaderName> {
    let header = HeaderName::from_bytes(name.as_bytes()).ok()?;
    ActingBy::may_be_header(name).then_some(header)
}
