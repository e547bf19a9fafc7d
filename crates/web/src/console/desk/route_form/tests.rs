use super::*;
use crate::console::desk::routes::tests::route;
use tollgate_issuer::people::Origin;
use tollgate_model::Moment;
use tollgate_model::route::IdTokenRule;

pub(in crate::console::desk) fn sent(pairs: &[(&str, &str)]) -> Ask {
    let mut ask = Ask {
        path: String::new(),
        query: Vec::new(),
        form: Vec::new(),
        origin: Origin {
            address: None,
            device: String::new(),
            request: String::new(),
        },
        now: Moment(0),
        method: http::Method::POST,
        token: None,
        link: None,
        browser: None,
        languages: String::new(),
        ours: true,
    };
    ask.form = pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    ask
}

/// What a form shows comes back as the same route, whatever it demands.
#[test]
fn a_route_comes_back_as_it_was_shown() {
    let mut held = route(
        "r",
        &["api.example", "b.example"],
        &["GET", "POST"],
        "/v3/{id}/{rest...}",
    );
    held.upstream.http2 = true;
    held.upstream.health_path = Some("/up".to_owned());
    held.upstream.max_body = 1 << 20;
    held.upstream.in_flight = 200;
    held.upstream.failures = 5;
    held.upstream.rest = 30;
    held.opaque = true;
    held.legacy = vec![LegacyMethodId::new("login")];
    held.limits = limits::read("burst client 20 10\nmonth account 100000 month").unwrap();
    held.assertion = Some(AssertionRule {
        audience: "https://api.internal".to_owned(),
    });
    let acting = |by| ActingRule {
        by,
        roles: vec!["Suite - API Developer".to_owned(), "System Admin".to_owned()],
    };
    for access in [
        Access::Public {
            opens: vec![RouteId::new("a"), RouteId::new("b")],
        },
        Access::Token {
            api: ApiId::new("docs"),
            scopes: ["read", "write"].into_iter().collect(),
            any_scopes: ["admin", "audit"].into_iter().collect(),
            acting_user: None,
        },
        Access::Token {
            api: ApiId::new("docs"),
            scopes: std::iter::empty::<&str>().collect(),
            any_scopes: tollgate_protocol::scope::Scopes::default(),
            acting_user: Some(acting(ActingBy::Header("x-email".to_owned()))),
        },
        Access::Token {
            api: ApiId::new("docs"),
            scopes: std::iter::empty::<&str>().collect(),
            any_scopes: tollgate_protocol::scope::Scopes::default(),
            acting_user: Some(acting(ActingBy::Owner)),
        },
    ] {
        held.id_token = matches!(access, Access::Token { .. }).then(|| IdTokenRule {
            header: "x-id-token".to_owned(),
            required: true,
        });
        held.access = access;
        let shown = filled(&held);
        let pairs: Vec<(&str, &str)> = NAMES
            .iter()
            .map(|name| (*name, shown.value(name)))
            .filter(|(_, value)| !value.is_empty())
            .collect();
        let read = read(&sent(&pairs), &mut Form::new()).unwrap();
        assert_eq!(
            read,
            Typed {
                hosts: held.hosts.clone(),
                methods: held.methods.clone(),
                path: held.path.clone(),
                access: held.access.clone(),
                upstream: held.upstream.clone(),
                id_token: held.id_token.clone(),
                opaque: held.opaque,
                legacy: held.legacy.clone(),
                limits: held.limits.clone(),
                assertion: held.assertion.clone(),
            }
        );
    }
}

const NAMES: [&str; 26] = [
    "hosts",
    "methods",
    "path",
    "access",
    "opens",
    "api",
    "scopes",
    "acting",
    "header",
    "roles",
    "upstream",
    "health_path",
    "connect_timeout",
    "response_timeout",
    "max_body",
    "http2",
    "id_token",
    "id_token_header",
    "any_scopes",
    "opaque",
    "legacy",
    "limits",
    "assertion",
    "in_flight",
    "failures",
    "rest",
];

#[test]
fn what_cannot_be_read_is_said_beside_its_field() {
    for (pairs, field) in [
        (vec![("access", "x")], "access"),
        (vec![("access", "token")], "api"),
        (vec![("access", "token"), ("api", "docs"), ("acting", "x")], "acting"),
        (
            vec![("access", "token"), ("api", "docs"), ("acting", "header")],
            "header",
        ),
        (
            vec![("access", "public"), ("connect_timeout", "five")],
            "connect_timeout",
        ),
        (vec![("access", "public"), ("max_body", "-1")], "max_body"),
        (vec![("access", "public"), ("in_flight", "many")], "in_flight"),
        (vec![("access", "public"), ("failures", "-1")], "failures"),
        (vec![("access", "public"), ("rest", "")], "rest"),
        (vec![("access", "public"), ("limits", "burst client")], "limits"),
    ] {
        let mut form = Form::new();
        assert_eq!(read(&sent(&pairs), &mut form), None, "{field}");
        assert!(!form.fault(field).is_empty(), "{field}");
    }
}
