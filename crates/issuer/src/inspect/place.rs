//! Where the request would go.

use super::{At, wants};
use std::borrow::Cow;
use tollgate_model::Route;
use tollgate_model::route::path::{Ambiguous, canonical};
use tollgate_model::route::{ActingRule, Chosen, Pattern, choose, same, unnamed};

/// Where the request would go.
#[derive(Clone, Debug)]
pub(super) enum Place<'a> {
    /// The path has no single meaning.
    Ambiguous(Ambiguous),
    /// There is nothing.
    Nowhere,
    /// The method is not one of these.
    OtherMethods(Vec<&'a str>),
    /// To this route, which is closed by a fault.
    Closed(&'a Route),
    /// To this route.
    Route(&'a Route),
}

impl<'a> Place<'a> {
    /// Finds it as the gateway does.
    pub(super) fn of(at: &At<'_>, routes: &'a [Route]) -> Self {
        let (host, path) = split(at.path);
        let path = match canonical(path) {
            Ok(path) => path,
            Err(reason) => return Self::Ambiguous(reason),
        };
        let method = at.method.trim().to_ascii_uppercase();
        let chosen = match &host {
            Some(host) => choose(routes, host, &method, &path),
            None => somewhere(routes, &method, &path),
        };
        match chosen {
            Chosen::Nothing => Self::Nowhere,
            Chosen::OtherMethods(methods) => Self::OtherMethods(methods),
            Chosen::Route(route) if is_closed(route, routes) => Self::Closed(route),
            Chosen::Route(route) => Self::Route(route),
        }
    }

    /// The route, open or closed.
    pub(super) fn route(&self) -> Option<&'a Route> {
        match self {
            Self::Route(route) | Self::Closed(route) => Some(route),
            _ => None,
        }
    }

    /// What it wants to know of an acting user.
    pub(super) fn rule(&self) -> Option<&'a ActingRule> {
        match self {
            Self::Route(route) => wants(&route.access).and_then(|wants| wants.rule),
            _ => None,
        }
    }
}

/// Without a host: under any, or else under the first that has such a place.
fn somewhere<'a>(routes: &'a [Route], method: &str, path: &str) -> Chosen<'a> {
    let hosts = routes.iter().flat_map(|route| route.hosts.iter().map(String::as_str));
    let found = std::iter::once("")
        .chain(hosts)
        .map(|host| choose(routes, host, method, path));
    let mut refused = Chosen::Nothing;
    for chosen in found {
        match chosen {
            Chosen::Route(_) => return chosen,
            Chosen::OtherMethods(_) if refused == Chosen::Nothing => refused = chosen,
            _ => {}
        }
    }
    refused
}

/// Host, if there is one, and path of what was pasted, without query and fragment.
fn split(text: &str) -> (Option<Cow<'_, str>>, &str) {
    let text = text.trim();
    let text = text.split(['?', '#']).next().unwrap_or(text);
    let Some((_, rest)) = text.split_once("://") else {
        return (None, text);
    };
    let (authority, path) = match rest.find('/') {
        Some(slash) => rest.split_at(slash),
        None => (rest, "/"),
    };
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
        _ => authority,
    };
    let host = host.strip_suffix('.').unwrap_or(host);
    (Some(host.to_ascii_lowercase().into()), path)
}

/// Whether the gateway keeps it closed for a fault that can be seen here. What else it looks at (targets, names of
/// headers) is not taken on record with a fault.
fn is_closed(route: &Route, routes: &[Route]) -> bool {
    Pattern::parse(&route.path).is_err()
        || unnamed(routes).iter().any(|fault| fault.public.id == route.id)
        || same(routes).iter().any(|fault| fault.route.id == route.id)
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn a_pasted_url_is_taken_apart() {
        for (text, host, path) in [
            ("/v3/me?x=1", None, "/v3/me"),
            ("https://API.example:8443/v3/me#x", Some("api.example"), "/v3/me"),
            ("http://api.example.", Some("api.example"), "/"),
            ("http://[::1]:80/a", Some("[::1]"), "/a"),
            ("v3", None, "v3"),
        ] {
            let (found, rest) = split(text);
            assert_eq!((found.as_deref(), rest), (host, path), "{text}");
        }
    }
}
