//! Which call a recipe shows: a route of the gateway that the client's token opens.

use tollgate_model::route::path::canonical;
use tollgate_model::route::{Access, ActingBy, Chosen, choose};
use tollgate_model::{Api, Route};
use tollgate_protocol::scope::Scopes;

/// Where calls go when nobody knows where the gateway is: an address to be replaced.
pub(super) const SOMEWHERE: &str = "https://api.example";

/// A call of the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Call {
    /// Its method.
    pub(super) method: String,
    /// Its address.
    pub(super) url: String,
    /// The header that names the acting user, and whom it names.
    pub(super) acting: Option<(String, String)>,
}

impl Call {
    /// Whether it carries a body.
    pub(super) fn body(&self) -> bool {
        matches!(self.method.as_str(), "POST" | "PUT" | "PATCH")
    }
}

/// A route of an API, as an integrator needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place<'a> {
    pub(super) route: &'a Route,
    pub(super) scopes: &'a Scopes,
    /// The header that must name the acting user.
    pub(super) header: Option<&'a str>,
}

/// The routes of an API.
pub(super) fn places<'a>(routes: &'a [Route], api: &Api) -> Vec<Place<'a>> {
    let place = |route: &'a Route| match &route.access {
        Access::Token {
            api: held,
            scopes,
            acting_user,
            ..
        } if *held == api.id => Some(Place {
            route,
            scopes,
            header: acting_user.as_ref().and_then(|rule| match &rule.by {
                ActingBy::Header(name) => Some(name.as_str()),
                ActingBy::Owner => None,
            }),
        }),
        _ => None,
    };
    routes.iter().filter_map(place).collect()
}

impl Place<'_> {
    /// The method of an example: GET where it is taken.
    pub(super) fn method(&self) -> &str {
        let methods = &self.route.methods;
        match methods.first() {
            Some(first) if !methods.iter().any(|held| held == "GET") => first,
            _ => "GET",
        }
    }

    /// Every method that it takes, as far as descriptions name them.
    pub(super) fn methods(&self) -> Vec<String> {
        if self.route.methods.is_empty() {
            ["GET", "POST", "PUT", "PATCH", "DELETE"].map(str::to_owned).to_vec()
        } else {
            self.route.methods.clone()
        }
    }

    /// A path that takes this route: `1` for a variable, and nothing for the rest.
    pub(super) fn path(&self) -> String {
        let part = |part: &str| match part.strip_prefix('{') {
            Some(name) if name.ends_with("...}") => None,
            Some(_) => Some("1".to_owned()),
            None => Some(part.to_owned()),
        };
        let parts: Vec<String> = self.route.path.split('/').skip(1).filter_map(part).collect();
        format!("/{}", parts.join("/"))
    }

    /// Where a path of this route is, seen from outside.
    pub(super) fn url(&self, gateway: Option<&str>, path: &str) -> String {
        let base = gateway.unwrap_or(SOMEWHERE);
        match self.route.hosts.first() {
            Some(host) => match base.split_once("://") {
                Some((scheme, authority)) => {
                    let port = authority.rsplit_once(':').map_or("", |(_, port)| port);
                    let numeric = !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit());
                    let port = if numeric { format!(":{port}") } else { String::new() };
                    format!("{scheme}://{host}{port}{path}")
                }
                None => format!("https://{host}{path}"),
            },
            None => format!("{base}{path}"),
        }
    }

    /// The call of this route at a path.
    pub(super) fn call(&self, gateway: Option<&str>, method: &str, path: &str, user: &str) -> Call {
        Call {
            method: method.to_owned(),
            url: self.url(gateway, path),
            acting: self.header.map(|header| (header.to_owned(), user.to_owned())),
        }
    }
}

/// The route that shows best what a token is for: opened by the scopes granted, a GET, without variables.
pub(super) fn best<'a, 'b>(places: &'b [Place<'a>], granted: &Scopes) -> Option<&'b Place<'a>> {
    places
        .iter()
        .filter(|place| place.scopes.beyond(granted).is_empty())
        .min_by_key(|place| {
            (
                place.method() != "GET",
                place.path().matches("/1").count(),
                place.route.path.len(),
            )
        })
}

/// The route of this API that a path leads to, and with which method; none when there is no such.
pub(super) fn at<'a, 'b>(
    places: &'b [Place<'a>],
    routes: &'a [Route],
    path: &str,
) -> Option<(&'b Place<'a>, String, String)> {
    // What a quote or a space could do in a recipe it need not try: a path is sent escaped.
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"/-._~%!$&()*+,;=:@".contains(&b);
    if !path.starts_with('/') || path.len() > 300 || !path.bytes().all(plain) {
        return None;
    }
    let canonical = canonical(path).ok()?;
    let hosts = places
        .iter()
        .flat_map(|place| place.route.hosts.iter().map(String::as_str));
    for host in std::iter::once("").chain(hosts) {
        let methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];
        let found = methods
            .into_iter()
            .find_map(|method| match choose(routes, host, method, &canonical) {
                Chosen::Route(route) => Some((route, method)),
                _ => None,
            });
        let Some((route, method)) = found else { continue };
        let place = places.iter().find(|place| place.route.id == route.id)?;
        return Some((place, method.to_owned(), path.to_owned()));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::facts::tests::api;
    use super::*;
    use tollgate_model::api::Unasked;
    use tollgate_model::route::{ActingRule, Upstream};
    use tollgate_model::{ApiId, RouteId};

    fn route(id: &str, methods: &[&str], path: &str, scopes: &[&str]) -> Route {
        Route {
            id_token: None,
            opaque: false,
            legacy: Vec::new(),
            limits: Vec::new(),
            assertion: None,
            id: RouteId::new(id),
            hosts: vec![],
            methods: methods.iter().map(|method| (*method).to_owned()).collect(),
            path: path.into(),
            access: Access::Token {
                api: ApiId::new("docs"),
                scopes: scopes.iter().copied().collect(),
                any_scopes: tollgate_protocol::scope::Scopes::default(),
                acting_user: Some(ActingRule {
                    by: ActingBy::Header("x-email".into()),
                    roles: vec![],
                }),
            },
            upstream: serde_json::from_str::<Upstream>(r#"{"targets":[]}"#).unwrap(),
            declared: false,
            version: 1,
        }
    }

    #[test]
    fn the_example_is_a_call_that_the_token_opens() {
        let routes = [
            route("admin", &["GET"], "/a", &["admin"]),
            route("write", &["POST"], "/docs", &["read"]),
            route("one", &["GET"], "/docs/{id}/files/{rest...}", &["read"]),
            route("list", &[], "/documents/{rest...}", &["read"]),
        ];
        let api = api(Unasked::Granted);
        let places = places(&routes, &api);
        let granted = ["read"].into_iter().collect();
        let best = best(&places, &granted).unwrap();
        assert_eq!(
            (best.route.id.as_str(), best.method(), best.path().as_str()),
            ("list", "GET", "/documents")
        );
        assert_eq!(
            best.call(Some("http://localhost:8081"), "GET", &best.path(), "ann@firm.example"),
            Call {
                method: "GET".into(),
                url: "http://localhost:8081/documents".into(),
                acting: Some(("x-email".into(), "ann@firm.example".into())),
            }
        );
        let one = places.get(2).unwrap();
        assert_eq!(one.path(), "/docs/1/files");
    }

    #[test]
    fn a_path_that_was_typed_finds_its_route_or_nothing() {
        let mut routes = vec![route("list", &["POST"], "/docs/{rest...}", &[])];
        let api = api(Unasked::Granted);
        let found = |routes: &[Route], path: &str| {
            let places = places(routes, &api);
            at(&places, routes, path).map(|(place, method, _)| (place.route.id.to_string(), method))
        };
        assert_eq!(found(&routes, "/docs/1"), Some(("list".into(), "POST".into())));
        for path in [
            "",
            "docs",
            "/other",
            "/docs/../other",
            "/docs/\"",
            "/docs/a b",
            "/docs/'",
            "/docs/\n",
        ] {
            assert_eq!(found(&routes, path), None, "{path:?}");
        }
        routes
            .iter_mut()
            .for_each(|route| route.hosts = vec!["api.firm.example".into()]);
        assert_eq!(found(&routes, "/docs/1"), Some(("list".into(), "POST".into())));
        let places = places(&routes, &api);
        let url = places.first().unwrap().url(Some("http://localhost:8081"), "/docs/1");
        assert_eq!(url, "http://api.firm.example:8081/docs/1");
    }
}
