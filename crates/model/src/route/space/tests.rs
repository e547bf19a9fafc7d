use super::*;
use crate::route::Upstream;
use crate::{ApiId, RouteId};

fn route(id: &str, path: &str, access: Access) -> Route {
    let upstream = Upstream {
        targets: Vec::new(),
        http2: false,
        health_path: None,
        connect_timeout: 5,
        response_timeout: 60,
        upgrades: false,
        max_body: 0,
        in_flight: 0,
        failures: 0,
        rest: 10,
    };
    Route {
        id: RouteId::new(id),
        hosts: Vec::new(),
        methods: Vec::new(),
        path: path.into(),
        access,
        upstream,
        id_token: None,
        opaque: false,
        legacy: Vec::new(),
        limits: Vec::new(),
        assertion: None,
        declared: false,
        version: 1,
    }
}

fn protected(path: &str) -> Route {
    let access = Access::Token {
        api: ApiId::new("docs"),
        scopes: ["read"].into_iter().collect(),
        any_scopes: tollgate_protocol::scope::Scopes::default(),
        acting_user: None,
    };
    route("protected", path, access)
}

fn public(path: &str, opens: &[&str]) -> Route {
    let opens = opens.iter().map(|id| RouteId::new(*id)).collect();
    route("public", path, Access::Public { opens })
}

fn at(mut route: Route, host: &str, method: &str) -> Route {
    route.hosts = vec![host.into()];
    route.methods = vec![method.into()];
    route
}

/// Whether the public route is found to open the protected one, in either order of the two.
fn opens(public: &Route, protected: &Route) -> bool {
    let one = unnamed(&[public.clone(), protected.clone()]).len();
    let other = unnamed(&[protected.clone(), public.clone()]).len();
    assert_eq!(
        one, other,
        "the order in which the two are written down makes no difference"
    );
    one == 1
}

/// RS12: what a public route takes from a protected one is what the gateway would let through.
#[test]
fn a_public_route_takes_what_the_more_specific_path_takes() {
    for (open, guarded, taken) in [
        ("/docs/health", "/docs/{rest...}", true),
        ("/docs", "/docs/{rest...}", true),
        ("/docs/{x}", "/{y}/read", true),
        ("/docs/{x}", "/docs/{x}", true),
        ("/{y}/read", "/docs/{x}", false),
        ("/{rest...}", "/docs/{rest...}", false),
        ("/health", "/docs/{rest...}", false),
        // Unreadable: the space of its beginning.
        ("/docs/a{b}", "/docs/{rest...}", true),
    ] {
        assert_eq!(
            opens(&public(open, &[]), &protected(guarded)),
            taken,
            "{open} in {guarded}"
        );
    }
}

/// RS12: the route that is opened is named, and no other name will do.
#[test]
fn naming_the_protected_route_is_enough() {
    let guarded = protected("/docs/{rest...}");
    assert!(!opens(&public("/docs/health", &["protected"]), &guarded));
    assert!(opens(&public("/docs/health", &["other"]), &guarded));
}

/// RS12: a server behind may take `/Docs` for `/docs`, whichever of them is more specific here.
#[test]
fn case_does_not_open_a_space() {
    for (open, guarded, taken) in [
        ("/Docs/health", "/docs/{rest...}", true),
        ("/Docs/{rest...}", "/docs/{rest...}", true),
        ("/Docs/{rest...}", "/docs/health", true),
        ("/Site/{rest...}", "/docs/health", false),
    ] {
        assert_eq!(
            opens(&public(open, &[]), &protected(guarded)),
            taken,
            "{open} in {guarded}"
        );
    }
}

/// RS12: a named host is asked before any host; `HEAD` goes with `GET`.
#[test]
fn spaces_are_told_apart_by_host_and_method() {
    let guarded = at(protected("/{rest...}"), "a.example", "GET");
    let open = |host: &str, method: &str| opens(&at(public("/x", &[]), host, method), &guarded);
    assert!(!open("b.example", "GET"));
    assert!(!open("a.example", "POST"));
    assert!(open("a.example", "GET"));
    assert!(open("a.example", "HEAD"));
    // Under any host the public route is asked after the protected one, and before it the other way round.
    assert!(!opens(&public("/x", &[]), &guarded));
    assert!(opens(
        &at(public("/{rest...}", &[]), "a.example", "GET"),
        &protected("/x")
    ));
}

#[test]
fn of_two_routes_for_the_same_requests_the_later_is_told() {
    let routes = [
        route("one", "/docs/{x}", Access::Public { opens: Vec::new() }),
        route("other", "/docs/{y}/", Access::Public { opens: Vec::new() }),
        route("narrow", "/docs/read", Access::Public { opens: Vec::new() }),
    ];
    let told: Vec<_> = same(&routes)
        .iter()
        .map(|same| (same.route.id.as_str(), same.earlier.id.as_str()))
        .collect();
    assert_eq!(told, [("other", "one")]);
}

/// RS12: looking at few of them finds what looking at all finds.
#[test]
fn of_many_routes_the_same_are_found_as_two_by_two() {
    let paths = [
        "/",
        "/a",
        "/A",
        "/{x}",
        "/{rest...}",
        "/a/{x}",
        "/a/{rest...}",
        "/b/a",
        "/{x}/a",
        "/a/b",
        "/A/{y}",
    ];
    let of = |access: &dyn Fn(&str) -> Route, kind: &str| -> Vec<Route> {
        let named = |path: &&str| Route {
            id: RouteId::new(format!("{kind} {path}")),
            ..access(path)
        };
        paths.iter().map(named).collect()
    };
    let (open, guarded) = (of(&|path| public(path, &[]), "public"), of(&protected, "protected"));
    let all: Vec<Route> = open.iter().chain(&guarded).cloned().collect();
    let mut expected = Vec::new();
    for one in &open {
        for other in &guarded {
            if opens(one, other) {
                expected.push((one.id.clone(), other.id.clone()));
            }
        }
    }
    let mut found: Vec<_> = unnamed(&all)
        .iter()
        .map(|found| (found.public.id.clone(), found.protected.id.clone()))
        .collect();
    expected.sort();
    found.sort();
    assert!(expected.len() > paths.len());
    assert_eq!(found, expected);
}
