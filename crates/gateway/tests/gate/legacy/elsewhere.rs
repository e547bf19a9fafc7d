//! Credentials for which the vendor's old system vouches.

use super::*;
use http::{HeaderMap, Request, Response};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use tollgate_model::News;
use tollgate_model::legacy::VerifyElsewhere;

/// The vendor's old system: it knows some tokens, and keeps what it was asked.
struct System {
    at: SocketAddr,
    asked: Mutex<Vec<(String, HeaderMap)>>,
}

impl System {
    async fn open() -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let system = Arc::new(Self {
            at: listener.local_addr().unwrap(),
            asked: Mutex::default(),
        });
        let held = Arc::clone(&system);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let held = Arc::clone(&held);
                tokio::spawn(async move {
                    let service = service_fn(move |request| {
                        let answer = held.answer(&request);
                        async move { Ok::<_, Infallible>(answer) }
                    });
                    let builder = hyper_util::server::conn::auto::Builder::new(TokioExecutor::new());
                    drop(builder.serve_connection(TokioIo::new(stream), service).await);
                });
            }
        });
        system
    }

    fn answer(&self, request: &Request<Incoming>) -> Response<Outgoing> {
        let word = |name: &str| {
            let value = request.headers().get(name);
            value
                .map(|value| value.to_str().unwrap().to_owned())
                .unwrap_or_default()
        };
        let path = request.uri().path().to_owned();
        let asked = format!("{} {path}", request.method());
        self.asked.lock().unwrap().push((asked, request.headers().clone()));
        let say = |status: u16, body: &str| Response::builder().status(status).body(whole(body)).unwrap();
        let good = r#"{"firm":{"id":"acc_firm"},"user":{"email":"Dev@Firm.Test"}}"#;
        match word("authorization").strip_prefix("Bearer ").unwrap_or_default() {
            _ if path != "/me" => say(200, good),
            "good" => say(200, good),
            "number" => say(200, r#"{"firm":{"id":4711}}"#),
            "stranger" => say(200, r#"{"firm":{"id":"acc_firm"},"user":{"email":"other@other.test"}}"#),
            "nobody" => say(200, r#"{"firm":{"id":"acc_firm"},"user":{"email":"gone@firm.test"}}"#),
            "unnamed" => say(200, r#"{"firm":{}}"#),
            "forger" => say(200, "{\"firm\":{\"id\":\"acc_firm\\r\\ntollgate-scopes: all\"}}"),
            "huge" => say(
                200,
                &format!(
                    "{{\"firm\":{{\"id\":\"acc_firm\"}},\"more\":\"{}\"}}",
                    "x".repeat(70_000)
                ),
            ),
            "broken" => say(500, good),
            "moved" => Response::builder()
                .status(302)
                .header("location", "/elsewhere")
                .body(whole(""))
                .unwrap(),
            "forbidden" => say(403, good),
            _ => say(401, good),
        }
    }

    fn count(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

/// The house, whose old login is asked at the vendor's old system.
async fn scene(system: &System) -> Scene {
    let verify = VerifyElsewhere {
        url: format!("http://{}/me", system.at),
        account: "/firm/id".into(),
        member: Some("/user/email".into()),
        remembered: 60,
    };
    Scene::old(|snapshot| snapshot.legacy[0].verify = Some(verify)).await
}

/// SS-51: the old system is asked with the credentials as they came, and what it names is whom the request is of.
#[tokio::test]
async fn the_old_system_says_whose_a_credential_is() {
    let system = System::open().await;
    let scene = scene(&system).await;
    assert_eq!(scene.old_upload("good", "any").await.status, 200);
    let seen = scene.behind.last();
    assert_eq!(seen.header("tollgate-account"), Some("acc_firm"));
    assert_eq!(seen.header("tollgate-acting-user"), Some("dev@firm.test"));
    assert_eq!((seen.header("authorization"), seen.header("x-api-key")), (None, None));
    {
        let asked = system.asked.lock().unwrap();
        let (line, headers) = asked.last().unwrap();
        assert_eq!(line, "GET /me");
        assert_eq!(headers.get("authorization").unwrap(), "Bearer good");
        assert_eq!(headers.get("x-api-key").unwrap(), "any");
    }
    assert_eq!(scene.old_upload("number", "any").await.status, 200);
    let seen = scene.behind.last();
    assert_eq!(seen.header("tollgate-account"), Some("4711"));
    assert_eq!(seen.header("tollgate-acting-user"), None);
    // Whoever is named and is no active member here, or another account's, is nobody: not the firm's own either.
    scene.old_upload("nobody", "any").await.is(401, "legacy_unknown");
    scene.old_upload("stranger", "any").await.is(401, "legacy_unknown");
    assert_eq!(scene.asked(), 0, "our records are not asked");
}

/// CO7, SS-53: each way in which the old system does not vouch. Only 401 and 403 are a no; credentials are not carried
/// after a redirect.
#[tokio::test]
async fn each_answer_that_does_not_vouch_is_refused() {
    let system = System::open().await;
    let scene = scene(&system).await;
    for (text, status, code) in [
        ("unknown", 401, "legacy_unknown"),
        ("forbidden", 401, "legacy_unknown"),
        ("broken", 503, "legacy_unverified"),
        ("moved", 503, "legacy_unverified"),
        ("huge", 503, "legacy_unverified"),
        ("unnamed", 503, "legacy_unverified"),
        ("forger", 503, "legacy_unverified"),
    ] {
        let answer = scene.old_upload(text, "any").await;
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{text}");
    }
    assert_eq!(system.count(), 7, "each was asked once");
    // What cannot be good is not asked about.
    scene
        .upload(&[("authorization", "Bearer good")])
        .await
        .is(401, "legacy_key_missing");
    let long = "a".repeat(5000);
    scene.old_upload(&long, "any").await.is(401, "legacy_unknown");
    assert_eq!((system.count(), scene.behind.count()), (7, 0));
    let nobody = Scene::old(|snapshot| {
        snapshot.legacy[0].verify = Some(VerifyElsewhere {
            url: "http://127.0.0.1:1/me".into(),
            account: "/id".into(),
            member: None,
            remembered: 60,
        });
    })
    .await;
    nobody.old_upload("good", "any").await.is(503, "legacy_unverified");
}

/// An answer is believed for as long as the setting says, a no for ten seconds, and each set of credentials is a
/// question of its own.
#[tokio::test]
async fn an_answer_of_the_old_system_is_believed_for_a_while() {
    let system = System::open().await;
    let scene = scene(&system).await;
    for _ in 0..3 {
        assert_eq!(scene.old_upload("good", "any").await.status, 200);
        scene.old_upload("unknown", "any").await.is(401, "legacy_unknown");
    }
    assert_eq!(system.count(), 2);
    assert_eq!(scene.old_upload("good", "other").await.status, 200);
    let by_other_name = [("authorization", "Bearer good"), ("ocp-apim-subscription-key", "any")];
    assert_eq!(scene.upload(&by_other_name).await.status, 200);
    assert_eq!(system.count(), 4);
    scene.at(NOW + 10);
    assert_eq!(scene.old_upload("good", "any").await.status, 200);
    scene.old_upload("unknown", "any").await.is(401, "legacy_unknown");
    assert_eq!(system.count(), 5, "the no was asked again");
    scene.at(NOW + 60);
    assert_eq!(scene.old_upload("good", "any").await.status, 200);
    assert_eq!(system.count(), 6);
    let seq = scene.desk.tell(News::Member {
        account: AccountId::new("acc_firm"),
    });
    scene.gateway.reached(seq).await;
    assert_eq!(scene.old_upload("good", "any").await.status, 200);
    assert_eq!(system.count(), 7, "news of its account drop it");
}

/// SS-54, SS-56: what the old system still vouches for ends all the same.
#[tokio::test]
async fn what_the_old_system_vouches_for_ends_all_the_same() {
    let system = System::open().await;
    let scene = scene(&system).await;
    scene.at(ENDS - 1);
    assert_eq!(scene.old_upload("good", "any").await.status, 200);
    scene.at(ENDS);
    scene.old_upload("good", "any").await.is(401, "legacy_ended");
}

/// A route may take several old ways: a token that our records do not know may be one that the old system knows, though
/// its key is on record; and what neither knows is refused once.
#[tokio::test]
async fn a_route_may_take_several_old_ways() {
    let system = System::open().await;
    let url = format!("http://{}/me", system.at);
    let scene = Scene::old(|snapshot| {
        let mut second = method("second", true, &["x-api-key"]);
        second.verify = Some(VerifyElsewhere {
            url,
            account: "/firm/id".into(),
            member: None,
            remembered: 60,
        });
        snapshot.legacy.push(second);
        snapshot
            .transitions
            .push(ends("second", of_method("second"), &[("acc_firm", LATE)]));
        take(snapshot, &["upload"], "second");
    })
    .await;
    assert_eq!(scene.old_upload(BEARER, KEY).await.status, 200);
    assert_eq!(system.count(), 0, "the first way lets it through");
    assert_eq!(scene.old_upload("good", KEY).await.status, 200);
    assert_eq!(scene.old_upload("good", "any").await.status, 200);
    scene.old_upload("unknown", "any").await.is(401, "legacy_unknown");
    scene.old_upload("broken", "any").await.is(503, "legacy_unverified");
    // Each way has its own end.
    scene.at(ENDS);
    scene.old_upload(BEARER, KEY).await.is(401, "legacy_ended");
    let second = scene.old_upload("good", "any").await;
    assert_eq!(
        (second.status, second.header("sunset")),
        (200, "Tue, 25 May 2027 08:00:00 GMT")
    );
}
