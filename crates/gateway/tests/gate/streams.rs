//! Bodies, trailers, versions and upgrades.

use crate::scene::*;
use bytes::Bytes;
use http::{HeaderMap, Request, Version};
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Frame;
use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tollgate_gateway::Settings;

/// A certificate for `localhost`, and a server with it.
pub(crate) fn certificate() -> (CertificateDer<'static>, rustls::ServerConfig) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let certificate = made.cert.der().clone();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], key)
        .unwrap();
    (certificate, config)
}

fn roots(certificate: &CertificateDer<'static>) -> rustls::ClientConfig {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(certificate.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth()
}

fn http2() -> Client<HttpConnector, Outgoing> {
    Client::builder(TokioExecutor::new()).http2_only(true).build_http()
}

fn trailing() -> Outgoing {
    let mut trailers = HeaderMap::new();
    trailers.insert("x-sum", "42".parse().unwrap());
    trailers.insert("tollgate-account", "forged".parse().unwrap());
    let frames = [
        Frame::data(Bytes::from("one ")),
        Frame::data(Bytes::from("two")),
        Frame::trailers(trailers),
    ]
    .map(Ok);
    Outgoing::new(StreamBody::new(futures_util::stream::iter(frames)))
}

/// Trailers go both ways over HTTP/1.1 and HTTP/2; RS5: but no identity in them.
#[tokio::test]
async fn trailers_go_both_ways() {
    for over_http2 in [false, true] {
        let scene = Scene::with(
            |snapshot| {
                snapshot
                    .routes
                    .iter_mut()
                    .for_each(|route| route.upstream.http2 = over_http2)
            },
            Props::default(),
        )
        .await;
        let client = if over_http2 {
            http2()
        } else {
            Client::builder(TokioExecutor::new()).build_http()
        };
        let request = Request::post(format!("http://{}/open/x", scene.at)).header("trailer", "x-sum, tollgate-account");
        let answer = client.request(request.body(trailing()).unwrap()).await.unwrap();
        assert_eq!(answer.status(), 200);
        let seen = scene.behind.last();
        assert_eq!(&*seen.body, b"one two");
        assert_eq!(
            seen.version,
            if over_http2 { Version::HTTP_2 } else { Version::HTTP_11 }
        );
        let trailers = seen.trailers.expect("trailers arrive");
        assert_eq!(trailers.get("x-sum").unwrap(), "42");
        assert!(!trailers.contains_key("tollgate-account"), "{trailers:?}");

        let request = Request::get(format!("http://{}/open/trailers", scene.at)).header("te", "trailers");
        let answer = Answered::of(client.request(request.body(whole("")).unwrap()).await.unwrap()).await;
        assert_eq!(&*answer.body, b"data");
        assert_eq!(answer.trailers.expect("trailers come back").get("x-sum").unwrap(), "42");
        assert_eq!(scene.behind.last().header("te"), Some("trailers"));
    }
}

/// HTTP/2 in, HTTP/1.1 to the server behind: one token, several cookies, one connection in.
#[tokio::test]
async fn http2_comes_in_and_http1_goes_out() {
    let scene = Scene::open().await;
    let client = http2();
    let request = Request::post(format!("http://{}/documents", scene.at))
        .version(Version::HTTP_2)
        .header("authorization", bearer(&signicat("document_write")))
        .header("cookie", "a=1")
        .header("cookie", "b=2");
    let answer = Answered::of(client.request(request.body(whole("body")).unwrap()).await.unwrap()).await;
    assert_eq!((answer.status, &*answer.body), (200, b"body".as_slice()));
    let seen = scene.behind.last();
    assert_eq!(seen.version, Version::HTTP_11);
    assert_eq!(seen.header("cookie"), Some("a=1; b=2"));
    assert_eq!(seen.header("host"), Some(&*scene.behind.at.to_string()));
    assert_eq!(seen.header("via"), Some("2 tollgate"));

    let refused = client
        .request(
            Request::get(format!("http://{}/documents/1", scene.at))
                .body(whole(""))
                .unwrap(),
        )
        .await
        .unwrap();
    Answered::of(refused).await.is(401, "token_missing");
}

/// TLS in and out: HTTP/2 is negotiated on both sides; an unknown authority is not trusted.
#[tokio::test]
async fn tls_is_spoken_on_both_sides() {
    let (certificate, mut inside) = certificate();
    inside.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let behind = Behind::open(Some(Arc::new(inside.clone()))).await;
    let target = format!("https://localhost:{}", behind.at.port());
    for trusted in [true, false] {
        let mut settings = Settings::default();
        if trusted {
            settings.upstream_roots.push(certificate.clone());
        }
        let mut outside = inside.clone();
        outside.alpn_protocols = Vec::new();
        let scene = Scene::with(
            |snapshot| {
                snapshot
                    .routes
                    .iter_mut()
                    .for_each(|route| route.upstream.targets = vec![target.clone()])
            },
            Props {
                settings,
                tls: Some(outside),
                ..Props::default()
            },
        )
        .await;
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(roots(&certificate))
            .https_only()
            .enable_all_versions()
            .build();
        let client: Client<_, Outgoing> = Client::builder(TokioExecutor::new()).build(connector);
        let request = Request::get(format!("https://localhost:{}/identify", scene.at.port()));
        let request = request.header("authorization", bearer(&signicat("identify")));
        let answer = client.request(request.body(whole("")).unwrap()).await.unwrap();
        assert_eq!(answer.version(), Version::HTTP_2, "negotiated");
        let answer = Answered::of(answer).await;
        if trusted {
            assert_eq!(answer.status, 200, "{answer:?}");
            let seen = behind.last();
            assert_eq!(seen.version, Version::HTTP_2, "negotiated");
            assert_eq!(seen.header("x-forwarded-proto"), Some("https"));
        } else {
            answer.is(503, "upstream_unreachable");
        }
    }
}

/// A connection is upgraded where its route allows it, and bytes go both ways.
#[tokio::test]
async fn a_websocket_is_passed_on_where_allowed() {
    let scene = Scene::open().await;
    let stream = tokio::net::TcpStream::connect(scene.at).await.unwrap();
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .unwrap();
    tokio::spawn(connection.with_upgrades());
    let request = Request::get("/socket")
        .header("host", "a")
        .header("connection", "Upgrade")
        .header("upgrade", "websocket");
    let request = request
        .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
        .body(whole(""))
        .unwrap();
    let answer = sender.send_request(request).await.unwrap();
    assert_eq!(answer.status(), 101);
    assert_eq!(answer.headers().get("upgrade").unwrap(), "websocket");
    assert_eq!(
        scene.behind.last().header("sec-websocket-key"),
        Some("dGhlIHNhbXBsZSBub25jZQ==")
    );
    let mut socket = TokioIo::new(hyper::upgrade::on(answer).await.unwrap());
    for word in ["hello", "again"] {
        socket.write_all(word.as_bytes()).await.unwrap();
        let mut echo = [0; 5];
        socket.read_exact(&mut echo).await.unwrap();
        assert_eq!(&echo, word.to_ascii_uppercase().as_bytes());
    }
}

/// Connections to the server behind are used again.
#[tokio::test]
async fn connections_are_used_again() {
    let scene = Scene::open().await;
    let token = signicat("identify");
    for _ in 0..20 {
        assert_eq!(scene.get("/identify", &token).await.status, 200);
    }
    assert_eq!(scene.behind.connections.load(Ordering::SeqCst), 1);
    assert_eq!(scene.behind.count(), 20);
}

/// A body goes on while it comes: the server behind answers before the caller has finished.
#[tokio::test]
async fn bodies_are_not_collected() {
    let scene = Scene::open().await;
    let (first, rest) = (Bytes::from("first"), Bytes::from("rest"));
    let mut arrived = scene.behind.arrived.subscribe();
    let begun = futures_util::stream::once(async move { Ok(Frame::data(first)) });
    let ended = futures_util::stream::once(async move {
        // Not before the server behind has the head: were bodies collected, it would never come.
        arrived.wait_for(|count| *count > 0).await.unwrap();
        Ok(Frame::data(rest))
    });
    let body = Outgoing::new(StreamBody::new(Box::pin(tokio_stream(begun, ended))));
    let client: Client<HttpConnector, Outgoing> = Client::builder(TokioExecutor::new()).build_http();
    let answer = client
        .request(Request::post(format!("http://{}/open/x", scene.at)).body(body).unwrap())
        .await
        .unwrap();
    assert_eq!(&*answer.into_body().collect().await.unwrap().to_bytes(), b"firstrest");
}

fn tokio_stream<T>(
    one: impl futures_util::Stream<Item = T> + Send + Sync + 'static,
    other: impl futures_util::Stream<Item = T> + Send + Sync + 'static,
) -> impl futures_util::Stream<Item = T> + Send + Sync + 'static {
    use futures_util::StreamExt;
    one.chain(other)
}

/// RL14: a body over the cap is refused by its length before anything is sent, and cut when it has none.
#[tokio::test]
async fn a_body_over_the_cap_is_refused_or_cut() {
    let scene = Scene::open().await;
    assert_eq!(
        scene
            .send(scene.request("POST", "/small"), "a".repeat(1000))
            .await
            .status,
        200
    );
    let count = scene.behind.count();
    scene
        .send(scene.request("POST", "/small"), "a".repeat(1001))
        .await
        .is(413, "body_too_large");
    let huge = scene
        .raw("POST /small HTTP/1.1\r\nhost: a\r\ncontent-length: 9999999999999\r\n\r\n")
        .await;
    assert!(huge.starts_with("HTTP/1.1 413"), "{huge}");

    let chunk = "a".repeat(600);
    let sent = format!(
        "POST /small HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n258\r\n{chunk}\r\n258\r\n{chunk}\r\n0\r\n\r\n"
    );
    let cut = scene.raw(&sent).await;
    assert!(
        cut.starts_with("HTTP/1.1 413") && cut.contains("body_too_large"),
        "{cut}"
    );
    assert_eq!(scene.behind.count(), count, "none arrived whole");
    // A GET with a body keeps it, too.
    let client: Client<HttpConnector, Outgoing> = Client::builder(TokioExecutor::new()).build_http();
    let frames = [Ok(Frame::data(Bytes::from("body")))];
    let body = Outgoing::new(StreamBody::new(futures_util::stream::iter(frames)));
    let request = Request::get(format!("http://{}/open/x", scene.at))
        .header("transfer-encoding", "chunked")
        .body(body)
        .unwrap();
    assert_eq!(client.request(request).await.unwrap().status(), 200);
    assert_eq!(&*scene.behind.last().body, b"body");
}

/// RL14: the cap is told as such over HTTP/2 to the server behind, too, where a cut body only resets its stream.
#[tokio::test]
async fn a_body_cut_on_its_way_over_http2_is_too_large() {
    let over_http2 = |snapshot: &mut tollgate_model::Snapshot| {
        snapshot.routes.iter_mut().for_each(|route| route.upstream.http2 = true);
    };
    let scene = Scene::with(over_http2, Props::default()).await;
    let chunk = "a".repeat(600);
    let sent = format!(
        "POST /small HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n258\r\n{chunk}\r\n258\r\n{chunk}\r\n0\r\n\r\n"
    );
    let cut = scene.raw(&sent).await;
    assert!(
        cut.starts_with("HTTP/1.1 413") && cut.contains("body_too_large"),
        "{cut}"
    );
    assert_eq!(scene.behind.count(), 0, "it did not arrive whole");
}

/// A GET of unknown length keeps its body over TLS, whatever version is negotiated there.
#[tokio::test]
async fn a_get_keeps_its_body_over_tls() {
    for version in ["http/1.1", "h2"] {
        let (certificate, mut inside) = certificate();
        inside.alpn_protocols = vec![version.into()];
        let behind = Behind::open(Some(Arc::new(inside))).await;
        let target = format!("https://localhost:{}", behind.at.port());
        let change = |snapshot: &mut tollgate_model::Snapshot| {
            let routes = snapshot.routes.iter_mut();
            routes.for_each(|route| route.upstream.targets = vec![target.clone()]);
        };
        let settings = Settings {
            upstream_roots: vec![certificate],
            ..Settings::default()
        };
        let props = Props {
            settings,
            ..Props::default()
        };
        let scene = Scene::with(change, props).await;
        let sent = "GET /open/x HTTP/1.1\r\nhost: a\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n";
        let answer = scene.raw(sent).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert_eq!(&*behind.last().body, b"body", "{version}");
    }
}
