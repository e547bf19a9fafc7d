//! Other front doors: whoever forwards by itself asks here, and is told the same.

use crate::scene::*;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use std::convert::Infallible;
use std::sync::Mutex;
use tollgate_gateway::{Caller, GateLayer, Settings};
use tower::{Service, ServiceBuilder, ServiceExt, service_fn};

async fn scene() -> Scene {
    let settings = Settings {
        forward_auth: true,
        ..Settings::default()
    };
    Scene::with(
        |_| {},
        Props {
            settings,
            ..Props::default()
        },
    )
    .await
}

/// How proxies say which request they mean.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Dialect {
    Nginx,
    /// Traefik and Caddy.
    Others,
}

const DIALECTS: [Dialect; 2] = [Dialect::Nginx, Dialect::Others];

impl Dialect {
    fn asks(self, method: &str, target: &str) -> Vec<(&'static str, String)> {
        let (by_method, by_target) = match self {
            Self::Nginx => ("x-original-method", "x-original-uri"),
            Self::Others => ("x-forwarded-method", "x-forwarded-uri"),
        };
        vec![
            (by_method, method.to_owned()),
            (by_target, target.to_owned()),
            ("x-forwarded-host", "api.example".to_owned()),
            ("x-forwarded-proto", "https".to_owned()),
        ]
    }
}

/// What the proxy is answered about a request, whose own headers come last.
async fn asked(scene: &Scene, dialect: Dialect, method: &str, target: &str, headers: &[(&str, &str)]) -> Answered {
    let mut request = scene.request("GET", "/.tollgate/auth");
    for (name, value) in dialect.asks(method, target) {
        request = request.header(name, value);
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    scene.send(request, "").await
}

/// The status that a refusal means, whatever the proxy can read.
fn meant(answer: &Answered, dialect: Dialect) -> u16 {
    match dialect {
        Dialect::Nginx if answer.status != 200 => {
            let status = answer.header("tollgate-status").parse().unwrap();
            let shown = if status == 401 { 401 } else { 403 };
            assert_eq!(answer.status, shown, "{answer:?}");
            assert_eq!(answer.header("tollgate-code"), answer.code(), "{answer:?}");
            status
        }
        _ => answer.status,
    }
}

/// RS2, RS9: the proxy is told what a caller of the gateway itself would be, in the statuses that it can read.
#[tokio::test]
async fn a_proxy_is_told_what_its_caller_would_be() {
    let scene = scene().await;
    let (good, small) = (bearer(&signicat("document_read")), bearer(&signicat("")));
    for dialect in DIALECTS {
        for (method, target, headers, status, code) in [
            (
                "GET",
                "/documents/1?x=1",
                vec![("authorization", good.as_str())],
                200,
                "",
            ),
            ("HEAD", "/documents/1", vec![("authorization", &good)], 200, ""),
            ("GET", "/open/x", vec![], 200, ""),
            ("GET", "/documents/1", vec![], 401, "token_missing"),
            ("GET", "/documents/1?access_token=a.b.c", vec![], 401, "token_missing"),
            (
                "GET",
                "/documents/1",
                vec![("authorization", "Bearer a.b.c")],
                401,
                "token_malformed",
            ),
            (
                "GET",
                "/documents/1",
                vec![("authorization", &small)],
                403,
                "scope_insufficient",
            ),
            (
                "GET",
                "/documents/1",
                vec![("authorization", &good), ("authorization", &good)],
                400,
                "tokens_several",
            ),
            (
                "DELETE",
                "/documents/1",
                vec![("authorization", &good)],
                405,
                "method_not_allowed",
            ),
            ("GET", "/nothing", vec![], 404, "route_unknown"),
            ("GET", "/openx", vec![], 404, "route_unknown"),
        ] {
            let answer = asked(&scene, dialect, method, target, &headers).await;
            assert_eq!(
                meant(&answer, dialect),
                status,
                "{dialect:?} {method} {target}: {answer:?}"
            );
            assert_eq!(answer.code(), code, "{dialect:?} {method} {target}");
            if status == 200 {
                assert!(answer.body.is_empty(), "{answer:?}");
            }
            assert_eq!(answer.header("tollgate-request-id").len(), 32);
        }
        let answer = asked(&scene, dialect, "GET", "/documents/1", &[]).await;
        assert!(
            answer.header("www-authenticate").starts_with("Bearer realm="),
            "{answer:?}"
        );
    }
    assert_eq!(scene.behind.count(), 0, "nothing was forwarded");
}

/// A proxy of the other kind that knows no more than nginx says so.
#[tokio::test]
async fn statuses_that_nginx_cannot_read_are_mapped_on_request() {
    let scene = scene().await;
    let answer = asked(
        &scene,
        Dialect::Others,
        "GET",
        "/nothing",
        &[("x-tollgate-statuses", "nginx")],
    )
    .await;
    assert_eq!((answer.status, answer.header("tollgate-status")), (403, "404"));
}

/// RS5: who asks is said by us alone, and what came from outside is not said back.
#[tokio::test]
async fn a_proxy_is_told_who_asks() {
    let scene = scene().await;
    let good = bearer(&safesend());
    for dialect in DIALECTS {
        let headers = [
            ("authorization", good.as_str()),
            ("x-email", "dev@firm.test"),
            ("tollgate-account", "acc_forged"),
            ("tollgate-person", "forged"),
            ("tollgate_client", "forged"),
            ("connection", "tollgate-client"),
        ];
        let answer = asked(&scene, dialect, "POST", "/ssr/v2/return/upload", &headers).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        for (name, value) in [
            ("tollgate-account", "acc_firm"),
            ("tollgate-client", "client_1"),
            ("tollgate-environment", "live"),
            ("tollgate-acting-user", "dev@firm.test"),
            ("tollgate-acting-user-id", "mem_dev@firm.test"),
            ("tollgate-person", ""),
            ("tollgate_client", ""),
            ("authorization", ""),
        ] {
            assert_eq!(answer.header(name), value, "{name}");
        }
        let public = asked(&scene, dialect, "GET", "/open/x", &headers).await;
        assert_eq!(public.status, 200);
        assert_eq!(public.header("tollgate-account"), "", "a public route names nobody");
    }
}

/// RS5: a proxy that writes nonsense for what an answer lacks gets each header, empty where nothing is said.
#[tokio::test]
async fn a_proxy_may_ask_for_every_identity_header() {
    let scene = scene().await;
    let forged = ("tollgate-account", "acc_forged".to_owned());
    let said = Dialect::Others.asks("GET", "/open/x").into_iter().chain([forged]);
    let request = said.fold(
        scene.request("GET", "/.tollgate/auth?unsaid=empty"),
        |request, (name, value)| request.header(name, value),
    );
    let answer = scene.send(request, "").await;
    assert_eq!(answer.status, 200);
    for name in [
        "account",
        "client",
        "subject",
        "person",
        "scopes",
        "environment",
        "acting-user",
        "acting-user-id",
        "assertion",
    ] {
        let all: Vec<_> = answer.headers.get_all(format!("tollgate-{name}")).iter().collect();
        assert_eq!(all, [""], "{name}");
    }
    assert_eq!(answer.header("tollgate-request-id").len(), 32);
}

/// RS6: a question that does not mean one request is refused, and the field is named.
#[tokio::test]
async fn a_question_means_one_request() {
    let scene = scene().await;
    for dialect in DIALECTS {
        for left in 0..3 {
            let mut fields = dialect.asks("GET", "/open/x");
            let (name, value) = fields.remove(left);
            let lacking = fields
                .iter()
                .fold(scene.request("GET", "/.tollgate/auth"), |request, (name, value)| {
                    request.header(*name, value)
                });
            let answer = scene.send(lacking, "").await;
            assert!(matches!(answer.status, 400 | 403), "{answer:?}");
            assert!(
                String::from_utf8_lossy(&answer.body).contains(name),
                "{name}: {answer:?}"
            );
            let doubled = asked(&scene, dialect, "GET", "/open/x", &[(name, &value)]).await;
            assert_eq!(meant(&doubled, dialect), 400, "{doubled:?}");
            assert!(
                String::from_utf8_lossy(&doubled.body).contains(name),
                "{name}: {doubled:?}"
            );
        }
        // What the caller adds of the other dialect is not taken for the proxy's word.
        let other = DIALECTS.into_iter().find(|other| *other != dialect).unwrap();
        for (name, value) in &other.asks("GET", "/open/x")[..2] {
            let both = asked(&scene, dialect, "GET", "/documents/1", &[(name, value)]).await;
            assert_eq!(meant(&both, Dialect::Nginx), 400, "{dialect:?} {name}: {both:?}");
        }
        let url = [("x-original-url", "https://api.example/open/x")];
        let both = asked(&scene, dialect, "GET", "/documents/1", &url).await;
        assert_eq!(meant(&both, Dialect::Nginx), 400, "{both:?}");
    }
}

/// RS6, AT23: a path that can be read in two ways is refused through this door, too; an escape that changes nothing is not.
#[tokio::test]
async fn ambiguous_paths_stay_outside() {
    let scene = scene().await;
    for dialect in DIALECTS {
        for target in AMBIGUOUS {
            let answer = asked(&scene, dialect, "GET", target, &[]).await;
            assert_eq!(meant(&answer, dialect), 400, "{target}: {answer:?}");
        }
        for target in ["/%6fpen/x", "/open/x?y=%2e%2e%2f", "/open/%c3%a9"] {
            assert_eq!(asked(&scene, dialect, "GET", target, &[]).await.status, 200, "{target}");
        }
        let hosts = [("a/b", 400), ("user@a", 400), ("a, b", 400), ("api.example:8443", 200)];
        for (host, status) in hosts {
            let mut request = scene.request("GET", "/.tollgate/auth");
            for (name, value) in dialect.asks("GET", "/open/x") {
                let value = if name == "x-forwarded-host" { host } else { &value };
                request = request.header(name, value);
            }
            let answer = scene.send(request, "").await;
            assert_eq!(meant(&answer, dialect), status, "{host}: {answer:?}");
        }
    }
}

const AMBIGUOUS: [&str; 25] = [
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
    "/open/x#/../documents/1",
    "http://api.example/open/x",
    "open/x",
    "*",
];

/// A route for one host is judged by the host that the caller asked for, not by the gateway's own.
#[tokio::test]
async fn the_host_that_counts_is_the_caller_s() {
    let scene = scene().await;
    let mut claims = claims("https://api-ext.signeasy.com/", "user:read");
    claims.subject = Some("client_1".into());
    let token = bearer(&sign(key(), tollgate_protocol::claims::Profile::Rfc9068, &claims));
    for (host, status) in [
        ("api.signeasy.com", 200),
        ("API.signeasy.com:443", 200),
        ("api.example", 404),
    ] {
        let request = scene
            .request("GET", "/.tollgate/auth")
            .header("x-forwarded-method", "GET")
            .header("x-forwarded-uri", "/v3/me")
            .header("x-forwarded-host", host)
            .header("authorization", &token);
        assert_eq!(scene.send(request, "").await.status, status, "{host}");
        let request = scene
            .request("GET", "/.tollgate/auth")
            .header("x-original-method", "GET")
            .header("x-original-url", format!("https://{host}/v3/me"))
            .header("authorization", &token);
        let answer = scene.send(request, "").await;
        assert_eq!(meant(&answer, Dialect::Nginx), status, "{host}");
    }
}

/// It is there only where it was switched on.
#[tokio::test]
async fn the_door_is_shut_unless_it_was_opened() {
    let scene = Scene::open().await;
    asked(&scene, Dialect::Others, "GET", "/open/x", &[])
        .await
        .is(404, "route_unknown");
}

/// Requests that go through other doors are told of as well.
#[tokio::test]
async fn the_issuer_is_told_of_what_was_asked() {
    let scene = scene().await;
    let token = bearer(&signicat("document_read"));
    asked(
        &scene,
        Dialect::Others,
        "GET",
        "/documents/1",
        &[("authorization", &token)],
    )
    .await;
    asked(&scene, Dialect::Others, "DELETE", "/documents/1?secret=1", &[]).await;
    scene.gateway.tell_now().await;
    let told = std::mem::take(&mut scene.desk.state.lock().unwrap().told);
    let calls: Vec<_> = told.iter().flat_map(|told| &told.calls).collect();
    let refused = calls
        .iter()
        .find(|call| call.status == 405)
        .expect("the refusal is told");
    assert_eq!(
        (refused.method.as_str(), refused.path.as_str()),
        ("DELETE", "/documents/1")
    );
    let counted: i64 = told.iter().flat_map(|told| &told.counts).map(|line| line.count).sum();
    assert_eq!(counted, 1, "{told:?}");
}

/// What the service behind a layer saw.
#[derive(Debug, Default)]
struct Inside {
    seen: Mutex<Vec<Request<()>>>,
}

async fn through(scene: &Scene, inside: &std::sync::Arc<Inside>, request: http::request::Builder) -> (u16, String) {
    let held = std::sync::Arc::clone(inside);
    let inner = service_fn(move |request: Request<()>| {
        held.seen.lock().unwrap().push(request);
        async { Ok::<_, Infallible>(Response::new(Full::new(Bytes::from("inside")))) }
    });
    let gate = GateLayer::new(scene.gateway.clone());
    let mut service = ServiceBuilder::new().layer(gate).service(inner);
    let request = request.header("host", "api.example").body(()).unwrap();
    let answer = service.ready().await.unwrap().call(request).await.unwrap();
    assert_eq!(answer.headers()["tollgate-request-id"].len(), 32);
    let status = answer.status().as_u16();
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

/// RS2, RS9: the service in the same process sees no request that the gateway would not forward.
#[tokio::test]
async fn a_layer_refuses_as_the_gateway_does() {
    let scene = Scene::open().await;
    let inside = std::sync::Arc::new(Inside::default());
    let (good, small) = (bearer(&signicat("document_read")), bearer(&signicat("")));
    for (request, status, code) in [
        (Request::get("/documents/1"), 401, "token_missing"),
        (Request::get("/documents/1?access_token=a.b.c"), 401, "token_missing"),
        (
            Request::get("/documents/1").header("authorization", &small),
            403,
            "scope_insufficient",
        ),
        (
            Request::get("/documents/1")
                .header("authorization", &good)
                .header("authorization", &good),
            400,
            "tokens_several",
        ),
        (
            Request::delete("/documents/1").header("authorization", &good),
            405,
            "method_not_allowed",
        ),
        (Request::get("/openx"), 404, "route_unknown"),
        (Request::get("http://other.example/open/x"), 400, "host_mismatch"),
    ] {
        let (was, body) = through(&scene, &inside, request).await;
        assert_eq!(was, status, "{body}");
        assert!(body.contains(&format!("\"code\":\"{code}\"")), "{body}");
    }
    // The rest of these an `http::Uri` cannot hold, or reads otherwise by itself.
    let mut ambiguous = 0;
    for target in AMBIGUOUS
        .iter()
        .filter(|target| target.starts_with('/') && !target.contains('#'))
    {
        let request = Request::get(*target);
        if request.uri_ref().is_some() {
            let (was, body) = through(&scene, &inside, request).await;
            assert_eq!(was, 400, "{target}: {body}");
            ambiguous += 1;
        }
    }
    assert!(ambiguous >= 20, "{ambiguous}");
    assert!(inside.seen.lock().unwrap().is_empty());
}

/// RS5, RS6: what gets through says who asks, as we say it, and its path as it was checked.
#[tokio::test]
async fn a_service_behind_a_layer_knows_who_asks() {
    let scene = Scene::open().await;
    let inside = std::sync::Arc::new(Inside::default());
    let request = Request::post("/ssr/v2/return/uplo%61d?a=%62")
        .header("authorization", bearer(&safesend()))
        .header("x-email", "dev@firm.test")
        .header("tollgate-account", "acc_forged")
        .header("tollgate_person", "forged")
        .header("tollgate.client", "forged")
        .header("x_email", "other@other.test")
        .header("x-http-method-override", "DELETE")
        .header("connection", "tollgate-account")
        .header("accept", "text/plain");
    assert_eq!(through(&scene, &inside, request).await, (200, "inside".to_owned()));
    let seen = inside.seen.lock().unwrap().pop().unwrap();
    assert_eq!(seen.uri(), "/ssr/v2/return/upload?a=%62");
    let caller: &Caller = seen.extensions().get().unwrap();
    assert_eq!(caller.client.as_ref().unwrap().as_str(), "client_1");
    assert_eq!(caller.account.as_ref().unwrap().as_str(), "acc_firm");
    assert_eq!(caller.acting_user.as_ref().unwrap().email, "dev@firm.test");
    assert_eq!(caller.person, None);
    assert_eq!(seen.headers()["tollgate-account"], "acc_firm");
    assert_eq!(seen.headers()["tollgate-acting-user"], "dev@firm.test");
    assert_eq!(seen.headers()["tollgate-request-id"], caller.request_id.as_str());
    assert_eq!(
        (&seen.headers()["accept"], &seen.headers()["x-email"]),
        (&"text/plain".parse().unwrap(), &"dev@firm.test".parse().unwrap())
    );
    for gone in [
        "authorization",
        "tollgate_person",
        "tollgate.client",
        "x_email",
        "x-http-method-override",
    ] {
        assert!(!seen.headers().contains_key(gone), "{gone}");
    }
    let (status, _) = through(
        &scene,
        &inside,
        Request::get("/open/x").header("tollgate-client", "forged"),
    )
    .await;
    let seen = inside.seen.lock().unwrap().pop().unwrap();
    let caller: &Caller = seen.extensions().get().unwrap();
    assert_eq!((status, &caller.client, &caller.account), (200, &None, &None));
    assert!(!seen.headers().contains_key("tollgate-client"));
}
