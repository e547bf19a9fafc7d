//! The tree that requests are looked up in here, and the list that others go through ([`choose`]): both find the same.

use super::{Book, Found, compile};
use crate::settings::Settings;
use crate::upstream::Upstreams;
use http::Method;
use proptest::prelude::*;
use tollgate_model::RouteId;
use tollgate_model::route::{Access, Chosen, Route, Upstream, choose};

fn route(number: usize, path: String, methods: Vec<String>, hosts: Vec<String>) -> Route {
    Route {
        id: RouteId::new(format!("r{number}")),
        hosts,
        methods,
        path,
        access: Access::Public { opens: Vec::new() },
        upstream: Upstream {
            targets: vec!["http://127.0.0.1:1".to_owned()],
            http2: false,
            health_path: None,
            connect_timeout: 5,
            response_timeout: 5,
            upgrades: false,
            max_body: 0,
            in_flight: 0,
            failures: 0,
            rest: 10,
        },
        id_token: None,
        opaque: false,
        legacy: Vec::new(),
        limits: Vec::new(),
        assertion: None,
        declared: false,
        version: 1,
    }
}

/// A few words, so that paths meet patterns often.
fn path(segments: &'static [&'static str], ends: &'static [&'static str]) -> impl Strategy<Value = String> {
    let within = prop::collection::vec(prop::sample::select(segments), 0..4);
    (within, prop::sample::select(ends)).prop_map(|(segments, end)| {
        let joined: String = segments.iter().map(|segment| format!("/{segment}")).collect();
        let whole = format!("{joined}{end}");
        if whole.is_empty() { "/".to_owned() } else { whole }
    })
}

fn some(words: &'static [&'static str]) -> impl Strategy<Value = Vec<String>> {
    prop::sample::subsequence(words, 0..=words.len()).prop_map(|words| words.into_iter().map(str::to_owned).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// RS3, RS12: what the inspector says of a route is what happens to the request.
    #[test]
    fn the_tree_and_the_list_find_the_same_route(
        patterns in prop::collection::vec(
            (path(&["a", "b", "{x}", "{y}", "x{"], &["", "/", "/{rest...}"]), some(&["GET", "POST"]), some(&["one.example", "Two.example"])),
            1..8,
        ),
        asked in prop::collection::vec(
            (path(&["a", "b", "c", "x{"], &["", "/"]), prop::sample::select(vec!["GET", "HEAD", "POST", "PUT"]), prop::sample::select(vec!["", "one.example", "two.example", "three.example"])),
            1..20,
        ),
    ) {
        let routes: Vec<Route> = patterns
            .into_iter()
            .enumerate()
            .map(|(number, (path, methods, hosts))| route(number, path, methods, hosts))
            .collect();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let _inside = runtime.enter();
        let table = compile(&Book { routes: &routes, ..Book::default() }, &mut Upstreams::new(&Settings::default()));
        for (path, method, host) in asked {
            let tree = match table.find(host, &Method::from_bytes(method.as_bytes()).unwrap(), &path) {
                Found::Route(route) => route.id.to_string(),
                Found::OtherMethods(allow) => format!("only {}", allow.to_str().unwrap()),
                Found::Nothing => "nothing".to_owned(),
            };
            let list = match choose(&routes, host, method, &path) {
                Chosen::Route(route) => route.id.to_string(),
                Chosen::OtherMethods(methods) => format!("only {}", methods.join(", ")),
                Chosen::Nothing => "nothing".to_owned(),
            };
            prop_assert_eq!(tree, list, "{} {} at {:?}", method, path, host);
        }
    }
}
