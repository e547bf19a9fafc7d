//! The gateway's routes, in the order in which they are tried.

use super::{answer, frame};
use crate::console::Console;
use crate::console::door::AtDesk;
use crate::console::page::{Frame, respond};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_model::Route;
use tollgate_model::route::{Access, ActingBy, Pattern, Segment};

#[derive(Template)]
#[template(path = "desk/routes.html")]
struct Page {
    frame: Frame,
    lines: Vec<Line>,
    gateway: String,
}

/// A route in a list.
pub(super) struct Line {
    pub(super) id: String,
    pub(super) hosts: String,
    pub(super) methods: String,
    pub(super) path: String,
    pub(super) public: bool,
    /// The API whose token it wants, or empty.
    pub(super) api: String,
    pub(super) scopes: String,
    /// Scopes of which one is needed, or empty.
    pub(super) any_scopes: String,
    /// Old ways of authenticating that are taken as well, or empty.
    pub(super) legacy: String,
    pub(super) acting: String,
    /// The header of the person's ID token, or empty.
    pub(super) id_token: String,
    pub(super) targets: String,
    pub(super) declared: bool,
}

/// The list.
pub(super) async fn get(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let mut routes = answer::known(&console, &at, console.desk.store.routes().await)?;
    routes.sort_by_cached_key(order);
    let mut frame = frame(&console, &at, "Routes", &[]);
    frame.lead =
        "Where the gateway lets a call through. Of the routes that fit a request, the first in this list takes \
                  it; what fits none is answered 404."
            .to_owned();
    let page = Page {
        frame,
        lines: routes.iter().map(line).collect(),
        gateway: console.gateway.clone().unwrap_or_default(),
    };
    Ok(respond(StatusCode::OK, &page.frame, &page))
}

/// A route's place among the others, in the order in which the gateway tries them: those of a host first, then by what
/// is more specific, segment by segment.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    any_host: bool,
    hosts: Vec<String>,
    path: Vec<(u8, String)>,
    methods: Vec<String>,
    id: String,
}

fn order(route: &Route) -> Place {
    let pattern = Pattern::space(&route.path);
    let mut path: Vec<(u8, String)> = pattern
        .segments
        .iter()
        .map(|segment| match segment {
            Segment::Literal(text) => (0, text.clone()),
            Segment::One => (1, String::new()),
        })
        .collect();
    path.push((if pattern.rest { 3 } else { 2 }, String::new()));
    // Of two at one place the one that names its methods stands first: the other takes what is left.
    let methods = if route.methods.is_empty() {
        vec!["~".to_owned()]
    } else {
        route.methods.clone()
    };
    Place {
        any_host: route.hosts.is_empty(),
        hosts: route.hosts.clone(),
        path,
        methods,
        id: route.id.to_string(),
    }
}

pub(super) fn line(route: &Route) -> Line {
    let (public, api, scopes, any_scopes, acting) = match &route.access {
        Access::Public { .. } => (true, String::new(), String::new(), String::new(), String::new()),
        Access::Token {
            api,
            scopes,
            any_scopes,
            acting_user,
        } => {
            let acting = acting_user.as_ref().map(|rule| match &rule.by {
                ActingBy::Header(name) => name.clone(),
                ActingBy::Owner => "the client's owner".to_owned(),
            });
            (
                false,
                api.to_string(),
                scopes.as_slice().join(" "),
                any_scopes.as_slice().join(" "),
                acting.unwrap_or_default(),
            )
        }
    };
    Line {
        id: route.id.to_string(),
        hosts: route.hosts.join(", "),
        methods: route.methods.join(" "),
        path: route.path.clone(),
        public,
        api,
        scopes,
        any_scopes,
        legacy: route
            .legacy
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(", "),
        acting,
        id_token: route.id_token.as_ref().map_or_else(String::new, |rule| {
            let may = if rule.required { "" } else { ", if it is there" };
            format!("in {}{may}", rule.header)
        }),
        targets: route.upstream.targets.join(", "),
        declared: route.declared,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use tollgate_model::RouteId;
    use tollgate_model::route::Upstream;

    pub(in crate::console::desk) fn route(id: &str, hosts: &[&str], methods: &[&str], path: &str) -> Route {
        Route {
            id: RouteId::new(id),
            hosts: hosts.iter().map(|host| (*host).to_owned()).collect(),
            methods: methods.iter().map(|method| (*method).to_owned()).collect(),
            path: path.to_owned(),
            access: Access::Public { opens: Vec::new() },
            id_token: None,
            opaque: false,
            legacy: Vec::new(),
            limits: Vec::new(),
            assertion: None,
            upstream: Upstream {
                targets: vec!["http://127.0.0.1:9000".to_owned()],
                http2: false,
                health_path: None,
                connect_timeout: 5,
                response_timeout: 60,
                upgrades: false,
                max_body: 0,
                in_flight: 0,
                failures: 0,
                rest: 10,
            },
            declared: false,
            version: 1,
        }
    }

    /// The list's order is the gateway's: of two that fit a request, the upper takes it.
    #[test]
    fn the_upper_of_two_routes_takes_the_request() {
        let mut routes: Vec<Route> = [
            ("rest", "/v3/{rest...}"),
            ("one", "/v3/{id}"),
            ("me", "/v3/me"),
            ("deep", "/v3/{id}/lines"),
            ("root", "/"),
            ("all", "/{all...}"),
        ]
        .iter()
        .map(|(id, path)| route(id, &[], &[], path))
        .collect();
        routes.push(route("host", &["api.example"], &[], "/{all...}"));
        routes.push(route("get", &[], &["GET"], "/v3/me"));
        routes.sort_by_cached_key(order);
        let ids: Vec<_> = routes.iter().map(|route| route.id.as_str()).collect();
        assert_eq!(ids, ["host", "get", "me", "deep", "one", "rest", "root", "all"]);
        for (place, upper) in routes.iter().enumerate() {
            for lower in routes.iter().skip(place + 1).filter(|lower| lower.hosts == upper.hosts) {
                let (upper, lower) = (Pattern::space(&upper.path), Pattern::space(&lower.path));
                if upper.overlaps(&lower) {
                    assert!(upper.precedence(&lower).is_ge(), "{upper:?} stands above {lower:?}");
                }
            }
        }
    }
}
