use super::*;
use crate::registry::facts::{self, NOW, api, asker};
use crate::terms::transition::TransitionTerms;
use tollgate_model::route::{ActingBy, ActingRule};

fn upstream() -> Upstream {
    Upstream {
        targets: vec!["http://127.0.0.1:9000".into()],
        http2: false,
        health_path: None,
        connect_timeout: 5,
        response_timeout: 60,
        upgrades: false,
        max_body: 0,
        in_flight: 0,
        failures: 0,
        rest: 10,
    }
}

fn route(id: &str, path: &str, access: Access) -> Route {
    Route {
        id: RouteId::new(id),
        hosts: Vec::new(),
        methods: Vec::new(),
        path: path.into(),
        access,
        upstream: upstream(),
        id_token: None,
        opaque: false,
        legacy: Vec::new(),
        limits: Vec::new(),
        assertion: None,
        declared: false,
        version: 1,
    }
}

pub(crate) fn protected(id: &str, path: &str) -> Route {
    let access = Access::Token {
        api: api().id,
        scopes: ["read"].into_iter().collect(),
        any_scopes: tollgate_protocol::scope::Scopes::default(),
        acting_user: None,
    };
    route(id, path, access)
}

fn public(id: &str, path: &str, opens: &[&str]) -> Route {
    let opens = opens.iter().map(|id| RouteId::new(*id)).collect();
    route(id, path, Access::Public { opens })
}

fn add(route: &Route, table: &[Route]) -> Result<Decision<Route>, No> {
    let ask = Add {
        id: None,
        hosts: route.hosts.clone(),
        methods: route.methods.clone(),
        path: route.path.clone(),
        access: route.access.clone(),
        upstream: route.upstream.clone(),
        id_token: route.id_token.clone(),
        opaque: route.opaque,
        legacy: route.legacy.clone(),
        limits: route.limits.clone(),
        assertion: route.assertion.clone(),
    };
    let facts = Facts {
        routes: table.to_vec(),
        apis: vec![api()],
        roles: &["Developer".to_owned()],
        link_local: false,
        transition: &TransitionTerms::default(),
    };
    decide_add(&route.id, &ask, &facts, &asker(), NOW)
}

/// RS12: a public route inside a protected one's space names it, or is refused.
#[test]
fn a_public_route_opens_a_protected_one_only_by_name() {
    let table = [protected("all", "/docs/{rest...}")];
    let no = add(&public("health", "/docs/health", &[]), &table).unwrap_err();
    assert!(matches!(&no, No::Invalid { field: "access", problem } if problem.contains("all")));
    assert!(add(&public("health", "/docs/health", &["all"]), &table).is_ok());
    assert!(add(&public("health", "/docs/health", &["other"]), &table).is_err());
    assert!(add(&public("health", "/docs/health", &["all", "a b"]), &table).is_err());
    let given = [protected("rte_0aZ", "/docs/{rest...}")];
    assert!(add(&public("health", "/docs/health", &["rte_0aZ"]), &given).is_ok());
    assert!(add(&public("health", "/health", &[]), &table).is_ok());
    let shouted = public("health", "/Docs/health", &[]);
    assert!(add(&shouted, &table).is_err(), "a server behind may not mind case");
}

/// RS12: the order in which the two are written down makes no difference.
#[test]
fn a_protected_route_is_not_laid_over_an_open_one_unnamed() {
    let table = [public("health", "/docs/health", &[])];
    assert!(add(&protected("all", "/docs/{rest...}"), &table).is_err());
    let table = [public("health", "/docs/health", &["all"])];
    assert!(add(&protected("all", "/docs/{rest...}"), &table).is_ok());
}

/// RS12: a protected route within a public one keeps its requests and needs no naming.
#[test]
fn a_protected_route_inside_a_public_one_is_safe() {
    let table = [public("site", "/{rest...}", &[])];
    assert!(add(&protected("docs", "/docs/{rest...}"), &table).is_ok());
    // Neither within the other: which of them is preferred must not matter.
    let table = [public("site", "/docs/{x}", &[])];
    assert!(add(&protected("any", "/{y}/read"), &table).is_err());
}

/// RS12: hosts and methods count; HEAD goes with GET.
#[test]
fn spaces_are_told_apart_by_host_and_method() {
    let with = |mut route: Route, host: &str, method: &str| {
        route.hosts = vec![host.into()];
        route.methods = vec![method.into()];
        route
    };
    let table = [with(protected("all", "/{rest...}"), "a.example", "GET")];
    let open = |host: &str, method: &str| add(&with(public("p", "/x", &[]), host, method), &table).is_ok();
    assert!(open("b.example", "GET"));
    assert!(open("a.example", "POST"));
    assert!(!open("a.example", "GET"));
    assert!(!open("a.example", "HEAD"));
    assert!(!open("A.EXAMPLE", "get"));
}

/// RS12: what the gateway would have to close is not written down, whichever of the two is the later there.
#[test]
fn no_route_takes_just_the_requests_of_another() {
    let table = [protected("b", "/docs/{x}")];
    for id in ["a", "c"] {
        let no = add(&protected(id, "/docs/{y}/"), &table).unwrap_err();
        assert_eq!(no, No::Taken { field: "path" });
    }
    assert!(add(&protected("c", "/docs/read"), &table).is_ok());
}

#[test]
fn a_wrong_value_is_named_by_its_field() {
    let field = |change: &dyn Fn(&mut Route)| {
        let mut route = protected("r", "/x");
        change(&mut route);
        match add(&route, &[]) {
            Err(No::Invalid { field, .. }) => field,
            other => panic!("{other:?}"),
        }
    };
    for host in ["a.example:80", "", "a b", "-a.example", "*.example"] {
        assert_eq!(field(&|route| route.hosts = vec![host.into()]), "hosts", "{host:?}");
    }
    for method in ["", "GE T", "CONNECT"] {
        assert_eq!(
            field(&|route| route.methods = vec![method.into()]),
            "methods",
            "{method:?}"
        );
    }
    for path in [
        "x",
        "",
        "//x",
        "/a/../b",
        "/a/./b",
        "/{rest...}/x",
        "/{}",
        "/{a b}",
        "/{x}/{x}",
        "/a;b",
        "/a+b",
        "//",
        "/a%2Fb",
        "/a?b",
        "/a#b",
        "/ü",
    ] {
        assert_eq!(field(&|route| route.path = path.into()), "path", "{path:?}");
    }
    for target in [
        "",
        "127.0.0.1:80",
        "ftp://a.example",
        "http://",
        "http://a.example/x",
        "http://a.example/",
        "http://a.example?x",
        "http://u@a.example",
        "http://a.example:0",
        "http://a.example:99999",
        "http://a.example:+8",
        "http://[::1",
        "http://[x]:1",
    ] {
        assert_eq!(
            field(&|route| route.upstream.targets = vec![target.into()]),
            "upstream",
            "{target:?}"
        );
    }
    assert_eq!(field(&|route| route.upstream.targets.clear()), "upstream");
    assert_eq!(field(&|route| route.upstream.connect_timeout = 0), "upstream");
    assert_eq!(
        field(&|route| route.upstream.health_path = Some("x".into())),
        "upstream"
    );
}

#[test]
fn sane_values_are_taken_in_one_spelling() {
    let mut asked = protected("r", "/v1/{id}/{rest...}");
    asked.hosts = vec!["API.example".into(), "api.example".into()];
    asked.methods = vec!["get".into(), "GET".into()];
    asked.upstream.targets = ["http://[::1]:80", "https://a.example", "http://127.0.0.1:9000"]
        .map(str::to_owned)
        .to_vec();
    let made = add(&asked, &[]).unwrap();
    assert_eq!(
        (made.answer.hosts, made.answer.methods),
        (vec!["api.example".into()], vec!["GET".to_owned()])
    );
    assert_eq!(facts::told(&made.changes), ["route.added"]);
}

#[test]
fn access_names_an_api_with_its_own_scopes_and_roles_of_the_terms() {
    let with = |name: &str, scope: &str, header: &str, role: &str| {
        let access = Access::Token {
            api: tollgate_model::ApiId::new(name),
            scopes: [scope].into_iter().collect(),
            any_scopes: tollgate_protocol::scope::Scopes::default(),
            acting_user: Some(ActingRule {
                by: ActingBy::Header(header.into()),
                roles: vec![role.into()],
            }),
        };
        add(&route("r", "/x", access), &[])
    };
    assert!(with("docs", "read", "X-Email", "Developer").is_ok());
    for no in [
        with("none", "read", "x-email", "Developer"),
        with("docs", "admin", "x-email", "Developer"),
        with("docs", "read", "authorization", "Developer"),
        with("docs", "read", "x email", "Developer"),
        with("docs", "read", "x-forwarded-for", "Developer"),
        with("docs", "read", "Forwarded", "Developer"),
        with("docs", "read", "Tollgate-Account", "Developer"),
        with("docs", "read", "x-email", "Owner"),
    ] {
        assert!(matches!(no, Err(No::Invalid { field: "access", .. })));
    }
}

#[test]
fn declared_stale_and_missing_routes_are_left_alone() {
    let declared = Route {
        declared: true,
        ..protected("d", "/d")
    };
    let table = [declared, protected("r", "/r")];
    let facts = Facts {
        routes: table.to_vec(),
        apis: vec![api()],
        roles: &[],
        link_local: false,
        transition: &TransitionTerms::default(),
    };
    let revise = |id: &str, seen: Option<i64>| {
        let ask = Revise {
            path: Some("/other".into()),
            seen,
            ..Revise::default()
        };
        decide_revise(&RouteId::new(id), &ask, &facts, &asker(), NOW)
    };
    let remove = |id: &str, seen| decide_remove(&table, &RouteId::new(id), seen, &asker(), NOW);
    assert_eq!(revise("d", None).unwrap_err(), No::Declared("route"));
    assert_eq!(revise("r", Some(7)).unwrap_err(), No::Stale("route"));
    assert_eq!(revise("x", None).unwrap_err(), No::NotFound("route"));
    assert_eq!(remove("d", None).unwrap_err(), No::Declared("route"));
    assert_eq!(remove("r", Some(7)).unwrap_err(), No::Stale("route"));
    let made = revise("r", Some(1)).unwrap();
    assert_eq!((made.answer.path.as_str(), made.answer.version), ("/other", 2));
    assert_eq!(facts::told(&remove("r", None).unwrap().changes), ["route.removed"]);
}

/// SO-14: an ID token is looked for in a header of its own, beside an access token.
#[test]
fn an_id_token_has_a_header_of_its_own() {
    let rule = |header: &str| {
        Some(IdTokenRule {
            header: header.into(),
            required: true,
        })
    };
    let with = |mut route: Route, header: &str| {
        route.id_token = rule(header);
        add(&route, &[]).map(|made| made.answer.id_token)
    };
    assert_eq!(with(protected("r", "/r"), "X-Id-Token").unwrap(), rule("x-id-token"));
    let named = |no: Result<Option<IdTokenRule>, No>| matches!(no, Err(No::Invalid { field: "id_token", .. }));
    assert!(named(with(public("p", "/p", &[]), "x-id-token")));
    for header in ["authorization", "cookie", "", "x y", "tollgate-person"] {
        assert!(named(with(protected("r", "/r"), header)), "{header:?}");
    }
    let mut acting = protected("r", "/r");
    if let Access::Token { acting_user, .. } = &mut acting.access {
        *acting_user = Some(ActingRule {
            by: ActingBy::Header("x-person".into()),
            roles: Vec::new(),
        });
    }
    assert!(named(with(acting, "x_person")));
}

/// CO7: nobody has the gateway ask a cloud's metadata service, however its address is spelled; who means it says so.
#[test]
fn no_route_leads_to_a_link_local_address() {
    let to = |target: &str| {
        let mut route = public("x", "/x", &[]);
        route.upstream.targets = vec!["http://10.0.0.1".into(), target.into()];
        route
    };
    for target in [
        "http://169.254.169.254",
        "https://169.254.169.254:443",
        "http://2852039166",
        "http://0xa9fea9fe:80",
        "http://0251.0376.0251.0376",
        "http://0.0.0.0:9000",
        "http://0:9000",
        "http://224.0.0.1",
        "http://255.255.255.255",
        "http://[fe80::1]:9000",
        "http://[::]:9000",
        "http://[::ffff:169.254.169.254]",
        "http://[ff02::1]",
    ] {
        match add(&to(target), &[]) {
            Err(No::Invalid { field: "upstream", .. }) => {}
            other => panic!("{target}: {other:?}"),
        }
        let allowed = check::checked(to(target), &[api()], &[], true);
        assert!(allowed.is_ok(), "{target}: {allowed:?}");
    }
    for target in [
        "http://127.0.0.1:9000",
        "http://[::1]:9000",
        "http://[fd00::1]",
        "http://api.internal",
    ] {
        assert!(add(&to(target), &[]).is_ok(), "{target}");
    }
}
