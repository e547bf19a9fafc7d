//! Tokens that say nothing by themselves: an authorization server is asked about them (RFC 7662).

use crate::scene::*;
use http::{HeaderMap, Request, Response};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use tollgate_gateway::{Introspection, Settings};
use tollgate_model::revocation::Target;
use tollgate_model::route::IdTokenRule;
use tollgate_model::{AccountId, ClientId, Snapshot};
use tollgate_protocol::claims::Profile;

const ELSEWHERE: &str = "https://elsewhere.example";

/// An authorization server: what it says of each token, and what it was asked.
#[derive(Default)]
struct Authority {
    says: Mutex<HashMap<String, Value>>,
    asked: Mutex<Vec<(HeaderMap, String)>>,
    /// Answers with this in place of what it would say; empty: not at all.
    broken: Mutex<Option<(u16, String)>>,
}

impl Authority {
    async fn open() -> (Arc<Self>, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/introspect", listener.local_addr().unwrap());
        let authority = Arc::new(Self::default());
        let held = Arc::clone(&authority);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let held = Arc::clone(&held);
                tokio::spawn(async move {
                    let service = service_fn(move |request| Arc::clone(&held).answer(request));
                    let builder = hyper_util::server::conn::auto::Builder::new(TokioExecutor::new());
                    drop(builder.serve_connection(TokioIo::new(stream), service).await);
                });
            }
        });
        (authority, url)
    }

    async fn answer(self: Arc<Self>, request: Request<Incoming>) -> Result<Response<Outgoing>, Infallible> {
        assert_eq!(
            (request.method().as_str(), request.uri().path()),
            ("POST", "/introspect")
        );
        let (head, body) = request.into_parts();
        let form = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
        let token = form
            .strip_prefix("token=")
            .and_then(|rest| rest.split_once('&'))
            .map(|(token, _)| token.replace("%2D", "-"))
            .unwrap();
        self.asked.lock().unwrap().push((head.headers, form));
        let broken = self.broken.lock().unwrap().clone();
        match broken {
            Some((_, text)) if text.is_empty() => std::future::pending().await,
            Some((status, text)) => Ok(Response::builder().status(status).body(whole(&text)).unwrap()),
            None => {
                let said = self.says.lock().unwrap().get(&token).cloned();
                Ok(Response::new(whole(
                    &said.unwrap_or(json!({"active": false})).to_string(),
                )))
            }
        }
    }

    fn says(&self, token: &str, what: Value) {
        self.says.lock().unwrap().insert(token.to_owned(), what);
    }

    fn asked(&self) -> usize {
        self.asked.lock().unwrap().len()
    }

    fn breaks(&self, status: u16, text: &str) {
        *self.broken.lock().unwrap() = Some((status, text.to_owned()));
    }
}

/// What a server says of a good token.
fn good(audience: &str, scope: &str) -> Value {
    json!({
        "active": true, "client_id": "client_1", "aud": audience, "scope": scope, "token_type": "Bearer",
        "iss": ELSEWHERE, "iat": NOW - 5, "exp": NOW + 3600, "sub": "somebody", "firm": "acc_firm",
    })
}

fn with(mut said: Value, name: &str, value: Value) -> Value {
    said[name] = value;
    said
}

async fn scene(change: impl FnOnce(&mut Snapshot), remembered: i64) -> (Scene, Arc<Authority>) {
    let (authority, url) = Authority::open().await;
    let asked = Introspection::new(&url, "gate", "s3cret/+").unwrap();
    let settings = Settings {
        introspection: Some(
            asked
                .with_issuer(Some(ELSEWHERE.to_owned()))
                .with_account(Some("firm".to_owned()))
                .remembered(remembered),
        ),
        ..Settings::default()
    };
    let opaque = |snapshot: &mut Snapshot| {
        for route in &mut snapshot.routes {
            route.opaque = matches!(route.access, tollgate_model::route::Access::Token { .. });
        }
        change(snapshot);
    };
    let scene = Scene::with(
        opaque,
        Props {
            settings,
            ..Props::default()
        },
    )
    .await;
    (scene, authority)
}

/// RFC 7662 §2.1: the server is asked by our client, once, and the API learns for whom the call is.
#[tokio::test]
async fn an_opaque_token_opens_what_its_server_says() {
    let (scene, authority) = scene(|_| {}, 30).await;
    authority.says("op-1", good("signer", "read write"));
    for _ in 0..3 {
        assert_eq!(scene.get("/signer/a", "op-1").await.status, 200);
    }
    assert_eq!(authority.asked(), 1);
    let (headers, form) = authority.asked.lock().unwrap()[0].clone();
    assert_eq!(form, "token=op%2D1&token_type_hint=access_token");
    assert_eq!(headers["authorization"], "Basic Z2F0ZTpzM2NyZXQlMkYlMkI=");
    assert_eq!(headers["content-type"], "application/x-www-form-urlencoded");
    assert_eq!(headers["accept"], "application/json");
    let seen = scene.behind.last();
    assert_eq!(seen.header("tollgate-client"), Some("client_1"));
    assert_eq!(seen.header("tollgate-account"), Some("acc_firm"));
    assert_eq!(seen.header("tollgate-subject"), Some("somebody"));
    assert_eq!(seen.header("tollgate-scopes"), Some("read write"));
    assert_eq!(seen.header("tollgate-environment"), None);
    assert_eq!(seen.header("authorization"), None);
}

/// RS1, RS3, AT21, DP5: whatever is missing or wrong in an answer, its token opens nothing.
#[tokio::test]
async fn each_flaw_of_an_opaque_token_is_refused_by_its_name() {
    let (scene, authority) = scene(|_| {}, 30).await;
    let good = good("signer", "");
    let table = [
        (json!({"active": false}), "token_inactive"),
        (with(good.clone(), "aud", json!("another")), "token_audience"),
        (with(good.clone(), "aud", json!(["a", "Signer"])), "token_audience"),
        (with(good.clone(), "aud", Value::Null), "token_audience"),
        (with(good.clone(), "iss", json!(ISSUER)), "token_issuer"),
        (with(good.clone(), "exp", json!(NOW)), "token_expired"),
        (with(good.clone(), "nbf", json!(NOW + 61)), "token_not_yet_valid"),
        (with(good.clone(), "iat", json!(NOW + 61)), "token_not_yet_valid"),
        (with(good.clone(), "token_type", json!("DPoP")), "token_type"),
        (with(good.clone(), "cnf", json!({"jkt": "x"})), "token_type"),
        (with(good.clone(), "token_use", json!("refresh_token")), "token_type"),
        (with(good.clone(), "client_id", Value::Null), "token_malformed"),
        (with(good.clone(), "client_id", json!("a\nb")), "token_malformed"),
    ];
    for (place, (said, code)) in table.into_iter().enumerate() {
        let token = format!("flaw-{place}");
        authority.says(&token, said);
        // From memory as well.
        for _ in 0..2 {
            let answer = scene.get("/signer/a", &token).await;
            answer.is(401, code);
            assert!(answer.header("www-authenticate").contains("error=\"invalid_token\""));
        }
        assert_eq!(scene.behind.count(), 0, "{code}");
    }
    scene
        .get("/signer/a", &"x".repeat(4097))
        .await
        .is(401, "token_malformed");
    // What the RFC leaves to the server may be missing.
    let mut bare = good;
    for name in ["iss", "exp", "iat", "sub", "scope", "token_type", "firm"] {
        bare.as_object_mut().unwrap().remove(name);
    }
    authority.says("bare", bare);
    assert_eq!(scene.get("/signer/a", "bare").await.status, 200);
    assert_eq!(scene.behind.last().header("tollgate-account"), None);
}

/// RS3, AT19: what is remembered of a token at one API is no answer at another, and its scopes are looked at each time.
#[tokio::test]
async fn what_is_remembered_crosses_neither_audience_nor_scope() {
    let (scene, authority) = scene(|_| {}, 30).await;
    authority.says("op-1", good("https://api.signicat.com", "document_read"));
    for _ in 0..2 {
        assert_eq!(scene.get("/documents/1", "op-1").await.status, 200);
        let lacking = scene.get("/documents/1/file", "op-1").await;
        lacking.is(403, "scope_insufficient");
        assert!(lacking.header("www-authenticate").contains("scope=\"document_file\""));
        scene.get("/signer/a", "op-1").await.is(401, "token_audience");
    }
    assert_eq!(authority.asked(), 2, "once for each API");
}

/// RS3, SS-41: a token is of the account that its server names, and acts for that account's members alone.
#[tokio::test]
async fn what_is_remembered_crosses_no_account() {
    let (scene, authority) = scene(|_| {}, 30).await;
    let safesend = good("https://api.safesend.com/", "");
    authority.says("ours", safesend.clone());
    authority.says("theirs", with(safesend.clone(), "firm", json!("acc_other")));
    authority.says("nobodys", with(safesend, "firm", Value::Null));
    for (token, status) in [("ours", 200), ("theirs", 400), ("nobodys", 400), ("ours", 200)] {
        let headers = [("authorization", &*bearer(token)), ("x-email", "dev@firm.test")];
        let answer = scene.upload(&headers).await;
        assert_eq!(answer.status, status, "{token}: {answer:?}");
        if status == 400 {
            answer.is(400, "acting_user_unknown");
        }
    }
    assert_eq!(scene.behind.last().header("tollgate-account"), Some("acc_firm"));
}

/// RS11: a revoked token is refused once its answer is no longer believed, and each time where none is.
#[tokio::test]
async fn a_revoked_token_ends_with_what_is_remembered() {
    let (slow, authority) = scene(|_| {}, 30).await;
    authority.says("op-1", good("signer", ""));
    assert_eq!(slow.get("/signer/a", "op-1").await.status, 200);
    authority.says("op-1", json!({"active": false}));
    slow.clock.0.store(NOW + 29, Ordering::SeqCst);
    assert_eq!(slow.get("/signer/a", "op-1").await.status, 200);
    slow.clock.0.store(NOW + 30, Ordering::SeqCst);
    slow.get("/signer/a", "op-1").await.is(401, "token_inactive");
    // For five seconds nobody asks again; then it may be good.
    authority.says("op-1", good("signer", ""));
    slow.clock.0.store(NOW + 34, Ordering::SeqCst);
    slow.get("/signer/a", "op-1").await.is(401, "token_inactive");
    slow.clock.0.store(NOW + 35, Ordering::SeqCst);
    assert_eq!(slow.get("/signer/a", "op-1").await.status, 200);

    let (each, authority) = scene(|_| {}, 0).await;
    authority.says("op-1", good("signer", ""));
    assert_eq!(each.get("/signer/a", "op-1").await.status, 200);
    assert_eq!(each.get("/signer/a", "op-1").await.status, 200);
    assert_eq!(authority.asked(), 2);
    authority.says("op-1", json!({"active": false}));
    each.get("/signer/a", "op-1").await.is(401, "token_inactive");
}

/// SG-36: a token that ends earlier than what is remembered ends then.
#[tokio::test]
async fn an_opaque_token_is_refused_in_the_second_it_expires() {
    let (scene, authority) = scene(|_| {}, 300).await;
    authority.says("op-1", with(good("signer", ""), "exp", json!(NOW + 10)));
    scene.clock.0.store(NOW + 9, Ordering::SeqCst);
    assert_eq!(scene.get("/signer/a", "op-1").await.status, 200);
    scene.clock.0.store(NOW + 10, Ordering::SeqCst);
    scene.get("/signer/a", "op-1").await.is(401, "token_expired");
}

/// RS10: without an answer nothing passes but what is remembered; what cannot be read is no answer.
#[tokio::test]
async fn a_server_that_does_not_answer_opens_nothing() {
    let (scene, authority) = scene(|_| {}, 30).await;
    authority.says("known", good("signer", ""));
    authority.says("new", good("signer", ""));
    assert_eq!(scene.get("/signer/a", "known").await.status, 200);
    for (status, text) in [
        (200, "{"),
        (200, "[]"),
        (200, r#"{"active": "true"}"#),
        (401, r#"{"error": "invalid_client"}"#),
        (302, r#"{"active": true}"#),
        (500, r#"{"active": true}"#),
        (200, &format!(r#"{{"active": false, "x": "{}"}}"#, "y".repeat(70_000))),
        (200, ""),
    ] {
        authority.breaks(status, text);
        let answer = scene.get("/signer/a", "new").await;
        answer.is(503, "introspection_unreachable");
        assert_eq!(answer.header("retry-after"), "1");
        assert_eq!(answer.header("www-authenticate"), "");
    }
    assert_eq!(scene.get("/signer/a", "known").await.status, 200);
    *authority.broken.lock().unwrap() = None;
    assert_eq!(
        scene.get("/signer/a", "new").await.status,
        200,
        "it is asked again at once"
    );
}

/// RS3: nobody is asked about a token of the issuer's, and none is asked about where a route takes no opaque ones.
#[tokio::test]
async fn only_what_is_opaque_is_asked_about_and_only_where_it_is_taken() {
    let closed = |snapshot: &mut Snapshot| {
        snapshot.routes.iter_mut().for_each(|route| {
            if route.path.starts_with("/identify") {
                route.opaque = false;
            }
        });
    };
    let (scene, authority) = scene(closed, 30).await;
    let ours = sign(key(), Profile::Hydra, &claims("signer", ""));
    assert_eq!(scene.get("/signer/a", &ours).await.status, 200);
    let strangers = sign(stranger(), Profile::Hydra, &claims("signer", ""));
    scene.get("/signer/a", &strangers).await.is(401, "token_key_unknown");
    authority.says("op-1", good("https://api.signicat.com", "identify"));
    scene.get("/identify", "op-1").await.is(401, "token_malformed");
    assert_eq!(authority.asked(), 0);
}

/// RS12, SO-14: an opaque token drops nothing else that its route wants.
#[tokio::test]
async fn an_opaque_token_does_not_do_without_the_id_token() {
    let both = |snapshot: &mut Snapshot| {
        let signer = snapshot.routes.iter_mut().find(|route| route.id.as_str() == "signer");
        signer.unwrap().id_token = Some(IdTokenRule {
            header: "x-id-token".into(),
            required: true,
        });
    };
    let (scene, authority) = scene(both, 30).await;
    authority.says("op-1", good("signer", ""));
    scene.get("/signer/a", "op-1").await.is(401, "id_token_missing");
    assert_eq!(scene.behind.count(), 0);
}

/// RS11: whom the issuer revoked is out at once, whatever is remembered.
#[tokio::test]
async fn the_issuer_s_revocations_hold_for_opaque_tokens() {
    let (scene, authority) = scene(|_| {}, 300).await;
    authority.says("op-1", good("signer", ""));
    authority.says("op-2", with(good("signer", ""), "client_id", json!("client_2")));
    for token in ["op-1", "op-2"] {
        assert_eq!(scene.get("/signer/a", token).await.status, 200);
    }
    let seq = scene.desk.revoke(Target::Client(ClientId::new("client_1")));
    scene.gateway.reached(seq).await;
    scene.get("/signer/a", "op-1").await.is(401, "token_revoked");
    assert_eq!(scene.get("/signer/a", "op-2").await.status, 200);
    let seq = scene.desk.revoke(Target::Account(AccountId::new("acc_firm")));
    scene.gateway.reached(seq).await;
    scene.get("/signer/a", "op-2").await.is(401, "token_revoked");
}

/// OP5: what is told of a call holds neither the token nor our secret.
#[tokio::test]
async fn what_is_told_holds_no_opaque_token() {
    let (scene, authority) = scene(|_| {}, 30).await;
    authority.says("op-secret", good("another", ""));
    scene.get("/signer/a", "op-secret").await.is(401, "token_audience");
    scene.gateway.tell_now().await;
    let told = format!("{:?}", scene.desk.state.lock().unwrap().told);
    assert!(told.contains("Bearer, opaque, good for"), "{told}");
    assert!(!told.contains("op-secret") && !told.contains("s3cret"), "{told}");
}
