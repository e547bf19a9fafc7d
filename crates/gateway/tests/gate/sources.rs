//! An issuer across the network.

use crate::scene::*;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use tollgate_gateway::{BadSource, HttpSource};
use tollgate_model::call::Place;
use tollgate_model::fault::FaultKind;
use tollgate_model::feed::{ActingKey, Counted, Told};
use tollgate_model::{AccountId, ApiId, Call, ClientId, Followed, Moment, News, Notice, Source};

type Asked = Arc<Mutex<Vec<(String, String)>>>;

/// An issuer that answers with `answers(path)`, and what it was asked with which credential.
async fn issuer(answers: fn(&str) -> Option<String>) -> (String, Asked) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/base/", listener.local_addr().unwrap());
    let asked = Asked::default();
    let held = Arc::clone(&asked);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let held = Arc::clone(&held);
            tokio::spawn(async move {
                let service = service_fn(move |request: Request<Incoming>| {
                    let path = request.uri().path_and_query().unwrap().to_string();
                    let credential = request
                        .headers()
                        .get("authorization")
                        .unwrap()
                        .to_str()
                        .unwrap()
                        .to_owned();
                    let answer = answers(&path);
                    held.lock().unwrap().push((path, credential));
                    async move {
                        let status = match answer.as_deref() {
                            None => 404,
                            Some("broken") => 500,
                            Some(_) => 200,
                        };
                        let body = whole(&answer.unwrap_or_default());
                        Ok::<_, Infallible>(Response::builder().status(status).body(body).unwrap())
                    }
                });
                let builder = hyper_util::server::conn::auto::Builder::new(TokioExecutor::new());
                drop(builder.serve_connection(TokioIo::new(stream), service).await);
            });
        }
    });
    (base, asked)
}

/// The three questions, as they stand on the wire.
#[tokio::test]
async fn an_issuer_is_asked_over_http() {
    let (base, asked) = issuer(|path| match path {
        "/base/feed/v1/snapshot" => {
            Some(r#"{"seq":7,"issuer":"i","keys":{"keys":[]},"apis":[],"routes":[],"revocations":[]}"#.into())
        }
        "/base/feed/v1/news?after=7" => {
            Some(r#"{"kind":"news","notices":[{"seq":8,"news":{"about":"catalogue"}}]}"#.into())
        }
        "/base/feed/v1/news?after=0" => Some(r#"{"kind":"too_old"}"#.into()),
        "/base/feed/v1/acting-user?account=acc%5F1&email=a%2Bb%40firm%2Etest" => {
            Some(r#"{"id":"mem_1","account":"acc_1","email":"a+b@firm.test","roles":["r"]}"#.into())
        }
        _ => None,
    })
    .await;
    let source = HttpSource::new(&base, "tgg_secret", &[]).unwrap();
    assert_eq!(source.snapshot().await.unwrap().seq, 7);
    assert_eq!(
        source.follow(7).await.unwrap(),
        Followed::News {
            notices: vec![Notice {
                seq: 8,
                news: News::Catalogue
            }]
        }
    );
    assert_eq!(source.follow(0).await.unwrap(), Followed::TooOld);
    let account = AccountId::new("acc_1");
    let found = source
        .acting_user(&account, &ActingKey::Email("a+b@firm.test".into()))
        .await
        .unwrap();
    assert_eq!(found.unwrap().roles, ["r"]);
    let owner = source
        .acting_user(&account, &ActingKey::OwnerOf(ClientId::new("c&x")))
        .await
        .unwrap();
    assert_eq!(owner, None);
    let asked = asked.lock().unwrap();
    assert!(asked.iter().all(|(_, credential)| credential == "Bearer tgg_secret"));
    assert_eq!(
        asked.last().unwrap().0,
        "/base/feed/v1/acting-user?account=acc%5F1&owner_of=c%26x"
    );
    assert!(!format!("{source:?}").contains("secret"), "OP5");
}

/// What became of requests is told in parts that an issuer reads, each with the gateway's own credential.
#[tokio::test]
async fn an_issuer_is_told_in_moderate_parts() {
    let behind = Behind::open(None).await;
    let source = HttpSource::new(&format!("http://{}/base", behind.at), "tgg_secret", &[]).unwrap();
    // As long as they get.
    let call = |number: i64| Call {
        seq: 0,
        at: Moment(NOW),
        request: format!("{number:032}"),
        place: Place::Gateway,
        client: Some(ClientId::new("c".repeat(64))),
        account: Some(AccountId::new("a".repeat(64))),
        method: "M".repeat(20),
        path: "/".repeat(300),
        route: Some("r".repeat(64)),
        api: Some("s".repeat(64)),
        status: 401,
        code: Some("token_audience".into()),
        acting_user: Some("u".repeat(254)),
        presented: serde_json::json!({"authorization": "w".repeat(200), "x-email": "present more than once"}),
    };
    let count = |number: i64| Counted {
        client: ClientId::new(format!("{number:064}")),
        api: ApiId::new("s".repeat(64)),
        status: 200,
        count: 1,
        refused: 0,
        last: Moment(NOW),
    };
    let told = Told {
        calls: (0..230).map(call).collect(),
        counts: (0..300).map(count).collect(),
        legacy: Vec::new(),
    };
    source.tell(told.clone()).await.unwrap();
    let mut heard = Told::default();
    for seen in behind.seen.lock().unwrap().iter() {
        assert_eq!(
            (seen.method.as_str(), seen.uri.as_str()),
            ("POST", "/base/feed/v1/calls")
        );
        assert_eq!(seen.header("authorization"), Some("Bearer tgg_secret"));
        assert_eq!(seen.header("content-type"), Some("application/json"));
        // The management listener reads no body of more than 256 KiB.
        assert!(seen.body.len() <= 256 * 1024, "{}", seen.body.len());
        let part: Told = serde_json::from_slice(&seen.body).unwrap();
        heard.calls.extend(part.calls);
        heard.counts.extend(part.counts);
    }
    assert_eq!((behind.count(), heard), (3, told));

    let nobody = HttpSource::new("http://127.0.0.1:1", "t", &[]).unwrap();
    let told = Told {
        calls: vec![call(1)],
        counts: Vec::new(),
        legacy: Vec::new(),
    };
    assert_eq!(nobody.tell(told).await.unwrap_err().kind, FaultKind::Unavailable);
}

/// An issuer in trouble is unavailable; one that speaks nonsense is a defect. Neither is taken for an answer.
#[tokio::test]
async fn an_issuer_in_trouble_gives_no_answer() {
    let (base, _) = issuer(|path| Some(if path.ends_with("snapshot") { "broken" } else { "{}" }.to_owned())).await;
    let source = HttpSource::new(&base, "t", &[]).unwrap();
    assert_eq!(source.snapshot().await.unwrap_err().kind, FaultKind::Unavailable);
    assert_eq!(source.follow(1).await.unwrap_err().kind, FaultKind::Defect);
    let nobody = HttpSource::new("http://127.0.0.1:1", "t", &[]).unwrap();
    assert_eq!(nobody.snapshot().await.unwrap_err().kind, FaultKind::Unavailable);
}

/// RS10: a connection to the issuer on which nothing comes any more, though nobody closed it, is given up: a gateway
/// that waited on it would learn of no revocation. Over HTTP/2 all questions share one.
#[tokio::test]
async fn a_connection_that_fell_silent_is_given_up() {
    let (certificate, mut tls) = crate::streams::certificate();
    tls.alpn_protocols = vec![b"h2".to_vec()];
    let issuer = Behind::open(Some(Arc::new(tls))).await;
    // Between the two: passes everything on until told to stop, and then keeps its connections open.
    let between = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("https://localhost:{}", between.local_addr().unwrap().port());
    let silence = Arc::new(tokio::sync::Notify::new());
    let (held, at) = (Arc::clone(&silence), issuer.at);
    tokio::spawn(async move {
        while let Ok((mut one, _)) = between.accept().await {
            let held = Arc::clone(&held);
            tokio::spawn(async move {
                let mut other = tokio::net::TcpStream::connect(at).await.unwrap();
                tokio::select! {
                    _ = tokio::io::copy_bidirectional(&mut one, &mut other) => {}
                    () = held.notified() => std::future::pending().await,
                }
            });
        }
    });
    let source = HttpSource::new(&base, "t", &[certificate]).unwrap();
    // What stands there answers no snapshot: that it was asked is what counts.
    assert_eq!(source.snapshot().await.unwrap_err().kind, FaultKind::Defect);
    assert_eq!((issuer.count(), issuer.last().version), (1, http::Version::HTTP_2));
    silence.notify_waiters();
    let asked = async {
        while issuer.count() < 2 {
            source.snapshot().await.unwrap_err();
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), asked)
        .await
        .expect("a new connection is made");
}

#[test]
fn a_source_that_cannot_be_asked_is_refused() {
    for base in ["", "issuer", "ftp://x", "https://x/?q", "https://user@x/", "/path"] {
        assert_eq!(HttpSource::new(base, "t", &[]).unwrap_err(), BadSource::Base, "{base}");
    }
    assert_eq!(
        HttpSource::new("https://x", "a\nb", &[]).unwrap_err(),
        BadSource::Credential
    );
}
