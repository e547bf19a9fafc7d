//! Which path takes which route.

use crate::scene::*;
use tollgate_gateway::routes::{RouteFault, faults};
use tollgate_model::RouteId;

/// RS6, AT23: the path that is checked is the path that is forwarded; what could be read in two ways is refused.
#[tokio::test]
async fn policy_and_server_see_the_same_path() {
    let scene = Scene::open().await;
    let token = bearer(&signicat("document_read"));
    for (sent, seen) in [
        ("/documents/1", "/documents/1"),
        ("/documents/1/", "/documents/1/"),
        ("/%64ocuments/%31", "/documents/1"),
        ("/documents/a%20b?x=%2e%2e%2f", "/documents/a%20b?x=%2e%2e%2f"),
        ("/documents/%7e", "/documents/~"),
        ("/documents/%c3%a9", "/documents/%C3%A9"),
    ] {
        let answer = scene
            .raw(&format!(
                "GET {sent} HTTP/1.1\r\nhost: a\r\nauthorization: {token}\r\nconnection: close\r\n\r\n"
            ))
            .await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{sent}: {answer}");
        assert_eq!(scene.behind.last().uri, seen);
    }
    let count = scene.behind.count();
    for sent in [
        "/open/../documents/1",
        "/open/%2e%2e/documents/1",
        "/open/.%2e/documents/1",
        "/open/%2E./documents/1",
        "/open/..%2fdocuments/1",
        "/open/..%5cdocuments",
        "/open/..\\documents",
        "//documents/1",
        "/open//documents",
        "/open/./x",
        "/open/x;/../documents/1",
        "/open;x/documents",
        "/open/%252e%252e/documents",
        "/open/%25%32%65",
        "/open/%00",
        "/open/%0a",
        "/open/%c0%ae%c0%ae/",
        "/open/%",
        "/open/%zz",
        "/open/%2f",
        "/documents%2f1",
        "*",
    ] {
        let answer = scene.raw(&format!("GET {sent} HTTP/1.1\r\nhost: a\r\n\r\n")).await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{sent}: {answer}");
    }
    assert_eq!(scene.behind.count(), count, "nothing ambiguous was forwarded");
}

/// RS9, AT19: a public rule holds for the normalised path, and for nothing that only looks like it.
#[tokio::test]
async fn a_public_rule_is_not_stretched() {
    let scene = Scene::open().await;
    assert_eq!(scene.send(scene.request("GET", "/%6fpen/x"), "").await.status, 200);
    assert_eq!(scene.behind.last().uri, "/open/x");
    for path in ["/openx", "/OPEN/x", "/opens/x"] {
        scene
            .send(scene.request("GET", path), "")
            .await
            .is(404, "route_unknown");
    }
    for path in ["/documents/open", "/documents/1?/open/x", "/ssr/open/x"] {
        scene
            .send(scene.request("GET", path), "")
            .await
            .is(401, "token_missing");
    }
}

/// RS6, RS9: a server behind may take `/Admin` for `/admin`. What is under another rule in other letters is refused; an id
/// may have any.
#[tokio::test]
async fn capitals_lead_around_no_rule() {
    let scene = Scene::with(
        |snapshot| {
            let to = snapshot.routes[0].upstream.clone();
            let rule = |id: &str, path: &str| route(id, &["GET"], path, public(&[]), &to);
            let mut hosted = rule("hosted", "/free/Shop/{rest...}");
            hosted.hosts = vec!["site.test".into()];
            snapshot.routes.extend([
                rule("any", "/free/{rest...}"),
                rule("admin", "/free/admin/{rest...}"),
                rule("item", "/free/items/{id}"),
                rule("deep", "/free/items/{id}/Parts"),
                rule("upper", "/free/Both"),
                rule("lower", "/free/both"),
                hosted,
            ]);
        },
        Props::default(),
    )
    .await;
    let send = async |path: &str, host: &str| scene.send(scene.request("GET", path).header("host", host), "").await;
    for path in [
        "/free/admin/1",
        "/free/admin/AbC",
        "/free/items/01HZXADMIN",
        "/free/items/Admin",
        "/free/items/x/Parts",
        "/free/Both",
        "/free/both",
        "/free/Elsewhere/Admin",
        "/free/%C3%A9",
    ] {
        assert_eq!(send(path, "a").await.status, 200, "{path}");
    }
    assert_eq!(send("/free/Shop/1", "site.test").await.status, 200);
    let count = scene.behind.count();
    for path in [
        "/free/Admin/1",
        "/free/ADMIN",
        "/free/%41dmin/1",
        "/free/Items/1",
        "/free/items/x/PARTS",
        "/free/BOTH",
    ] {
        send(path, "a").await.is(400, "path_ambiguous");
    }
    send("/free/shop/1", "site.test").await.is(400, "path_ambiguous");
    assert_eq!(scene.behind.count(), count);
}

/// RS6: the host is named once; where two name it they agree.
#[tokio::test]
async fn a_request_names_one_host() {
    let scene = Scene::open().await;
    for head in [
        "GET /open/x HTTP/1.1\r\n\r\n",
        "GET /open/x HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n",
        "GET http://a/open/x HTTP/1.1\r\nhost: b\r\n\r\n",
        "GET /open/x HTTP/1.1\r\nhost: user@a\r\n\r\n",
        "GET /open/x HTTP/1.1\r\nhost: a/b\r\n\r\n",
    ] {
        let answer = scene.raw(head).await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{head}: {answer}");
    }
    let agreed = scene
        .raw("GET http://a/open/x HTTP/1.1\r\nhost: A\r\nconnection: close\r\n\r\n")
        .await;
    assert!(agreed.starts_with("HTTP/1.1 200"), "{agreed}");
    assert_eq!(scene.behind.last().uri, "/open/x");
}

/// RS12, AT27: a public route in the space of a protected one that it does not name is closed, not open.
#[tokio::test]
async fn a_child_rule_never_silently_drops_the_token() {
    let scene = Scene::with(
        |snapshot| {
            let to = snapshot.routes[0].upstream.clone();
            snapshot
                .routes
                .push(route("leak", &["GET"], "/ssr/health", public(&[]), &to));
            snapshot
                .routes
                .push(route("meant", &["GET"], "/ssr/status", public(&["returns"]), &to));
            let mut hosted = route("hosted", &[], "/{rest...}", public(&[]), &to);
            hosted.hosts = vec!["site.test".into()];
            snapshot.routes.push(hosted);
            snapshot
                .routes
                .push(route("broken", &["GET"], "/shut/a{b}", public(&[]), &to));
            snapshot
                .routes
                .push(route("lost", &["GET"], "/lost", token("no-such-api", &[], None), &to));
        },
        Props::default(),
    )
    .await;
    scene
        .send(scene.request("GET", "/ssr/health"), "")
        .await
        .is(403, "route_closed");
    assert_eq!(scene.send(scene.request("GET", "/ssr/status"), "").await.status, 200);
    scene
        .send(scene.request("GET", "/ssr/v2/x").header("host", "site.test"), "")
        .await
        .is(403, "route_closed");
    scene
        .send(scene.request("GET", "/lost"), "")
        .await
        .is(403, "route_closed");
    // What cannot be read closes the space that its beginning spans.
    scene
        .send(scene.request("GET", "/shut/ab"), "")
        .await
        .is(403, "route_closed");
    // The narrow path decides alone: another method does not fall through to the rule around it.
    scene
        .send(scene.request("POST", "/ssr/health"), "")
        .await
        .is(405, "method_not_allowed");
}

/// RS12: the faults can be asked for beforehand.
#[test]
fn faults_of_routes_are_named() {
    let to = upstream("127.0.0.1:1".parse().unwrap());
    let nowhere = tollgate_model::route::Upstream {
        targets: vec!["ftp://x".into()],
        ..to.clone()
    };
    let inside = |id: &str, methods: &[&str], path: &str| route(id, methods, path, public(&[]), &to);
    let mut upper = inside("upper", &["GET"], "/z");
    upper.hosts = vec!["Site.test".into()];
    let routes = [
        route("space", &["GET", "POST"], "/a/{rest...}", token("x", &[], None), &to),
        inside("root", &["GET"], "/a"),
        inside("deep", &["HEAD"], "/a/b/{c}"),
        inside("other-method", &["DELETE"], "/a/b"),
        inside("beside", &[], "/b"),
        inside("wider", &[], "/{rest...}"),
        inside("again", &["GET"], "/b/"),
        inside("odd", &["get"], "/c"),
        upper,
        route("nowhere", &["GET"], "/d", public(&[]), &nowhere),
        inside("beside", &["GET"], "/e"),
        inside("unreadable", &["GET"], "no-slash"),
    ];
    let id = |text: &str| RouteId::new(text);
    let unnamed = |public: &str| RouteFault::Unnamed {
        public: id(public),
        inside: id("space"),
    };
    let found = faults(&routes);
    for expected in [
        unnamed("root"),
        unnamed("deep"),
        RouteFault::Same {
            route: id("again"),
            earlier: id("beside"),
        },
        RouteFault::Method(id("odd")),
        RouteFault::Host(id("upper")),
        RouteFault::Target(id("nowhere")),
        RouteFault::Id(id("beside")),
        RouteFault::Pattern(id("unreadable")),
    ] {
        assert!(found.contains(&expected), "{expected} in {found:?}");
    }
    for fine in ["space", "other-method", "wider"] {
        assert!(
            found.iter().all(|fault| fault.route() != &id(fine)),
            "{fine}: {found:?}"
        );
    }
}

/// The most specific path wins: literal before one segment before the rest, and a named host before any.
#[tokio::test]
async fn the_most_specific_path_wins() {
    let scene = Scene::with(
        |snapshot| {
            let to = snapshot.routes[0].upstream.clone();
            let rule =
                |id: &str, path: &str, scope: &str| route(id, &["GET"], path, token("signicat", &[scope], None), &to);
            snapshot.routes.extend([
                rule("r1", "/t/{rest...}", "rest"),
                rule("r2", "/t/{x}", "one"),
                rule("r3", "/t/a", "a"),
                rule("r4", "/t/a/b/c", "abc"),
                rule("r5", "/t/{x}/b/d", "xbd"),
            ]);
        },
        Props::default(),
    )
    .await;
    let token = signicat("");
    for (path, scope) in [
        ("/t", "rest"),
        ("/t/", "rest"),
        ("/t/a", "a"),
        ("/t/a/", "a"),
        ("/t/%61", "a"),
        ("/t/z", "one"),
        ("/t/z/z", "rest"),
        ("/t/a/b/c", "abc"),
        ("/t/a/b/d", "xbd"),
        ("/t/a/b/e", "rest"),
    ] {
        let answer = scene.get(path, &token).await;
        assert!(
            answer
                .header("www-authenticate")
                .ends_with(&format!("scope=\"{scope}\"")),
            "{path}: {answer:?}"
        );
    }
}
