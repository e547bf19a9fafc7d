//! More than there is room for: callers, requests, connections.

use crate::scene::*;
use http_body_util::Full;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tollgate_gateway::{Settings, Timeouts};
use tollgate_model::Snapshot;

fn to(target: std::net::SocketAddr) -> impl FnOnce(&mut Snapshot) {
    move |snapshot| {
        for route in &mut snapshot.routes {
            route.upstream.targets = vec![format!("http://{target}")];
        }
    }
}

/// A server that works on so many requests at once as it has permits; the others wait in line. It counts who has come.
async fn server(permits: Arc<Semaphore>, takes: Duration) -> (std::net::SocketAddr, watch::Receiver<usize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let (come, coming) = watch::channel(0);
    let come = Arc::new(come);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (permits, come) = (Arc::clone(&permits), Arc::clone(&come));
            let service = hyper::service::service_fn(move |_| {
                let (permits, come) = (Arc::clone(&permits), Arc::clone(&come));
                async move {
                    come.send_modify(|count| *count += 1);
                    let permit = permits.acquire().await.unwrap();
                    // This is the server's work.
                    tokio::time::sleep(takes).await;
                    drop(permit);
                    Ok::<_, std::convert::Infallible>(http::Response::new(whole("done")))
                }
            });
            let builder = hyper::server::conn::http1::Builder::new();
            tokio::spawn(async move { builder.serve_connection(TokioIo::new(stream), service).await });
        }
    });
    (at, coming)
}

fn client() -> Client<HttpConnector, Outgoing> {
    Client::builder(TokioExecutor::new()).build_http()
}

async fn ask(client: &Client<HttpConnector, Outgoing>, at: std::net::SocketAddr) -> Answered {
    let request = http::Request::get(format!("http://{at}/open/x"))
        .body(Outgoing::new(Full::default()))
        .unwrap();
    Answered::of(client.request(request).await.unwrap()).await
}

/// RL10: over its cap the gateway says at once when to come again, and takes on the next as soon as one has gone.
#[tokio::test]
async fn a_full_gateway_says_so_at_once() {
    let gate = Arc::new(Semaphore::new(0));
    let (at, mut coming) = server(Arc::clone(&gate), Duration::ZERO).await;
    let settings = Settings {
        most_in_flight: 2,
        ..Settings::default()
    };
    let scene = Scene::with(
        to(at),
        Props {
            settings,
            ..Props::default()
        },
    )
    .await;
    let address = scene.at;
    let waiting: Vec<_> = (0..2)
        .map(|_| tokio::spawn(async move { ask(&client(), address).await.status }))
        .collect();
    coming.wait_for(|count| *count == 2).await.unwrap();
    let away = ask(&client(), address).await;
    away.is(503, "overloaded");
    assert_eq!(away.header("retry-after"), "1");
    // Nothing is verified for one who is turned away: not even that the token is none.
    scene.get("/identify", "nonsense").await.is(503, "overloaded");
    gate.add_permits(2);
    for one in waiting {
        assert_eq!(one.await.unwrap(), 200);
    }
    assert_eq!(ask(&client(), address).await.status, 200);
}

/// RL10: with many more callers than the API can answer, the queue stays with the callers; with fewer, all are served.
#[tokio::test]
async fn a_line_before_the_api_is_kept_short() {
    let permits = Arc::new(Semaphore::new(4));
    let (at, _) = server(Arc::clone(&permits), Duration::from_millis(20)).await;
    let settings = Settings {
        least_in_flight: 8,
        ..Settings::default()
    };
    let scene = Scene::with(
        to(at),
        Props {
            settings,
            ..Props::default()
        },
    )
    .await;
    let address = scene.at;
    for _ in 0..20 {
        assert_eq!(ask(&client(), address).await.status, 200);
    }
    let (busy, served) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let callers: Vec<_> = (0..100)
        .map(|_| {
            let (busy, served) = (Arc::clone(&busy), Arc::clone(&served));
            tokio::spawn(async move {
                let client = client();
                while busy.load(Ordering::SeqCst) < 200 || served.load(Ordering::SeqCst) < 200 {
                    let answer = ask(&client, address).await;
                    if answer.status == 200 {
                        served.fetch_add(1, Ordering::SeqCst);
                    } else {
                        answer.is(503, "upstream_busy");
                        assert_eq!(answer.header("retry-after"), "1");
                        busy.fetch_add(1, Ordering::SeqCst);
                        // It heeds Retry-After, if only a little.
                        tokio::time::sleep(Duration::from_millis(5)).await;
                    }
                }
            })
        })
        .collect();
    for caller in callers {
        caller.await.unwrap();
    }
    // The floor is theirs whatever was before.
    let mut few = Vec::new();
    for _ in 0..4 {
        few.push(tokio::spawn(async move {
            let client = client();
            for _ in 0..10 {
                assert_eq!(ask(&client, address).await.status, 200);
            }
        }));
    }
    for one in few {
        one.await.unwrap();
    }
}

/// RL10: switched off, everybody waits as long as they like.
#[tokio::test]
async fn without_a_floor_nobody_is_measured() {
    let gate = Arc::new(Semaphore::new(0));
    let (at, mut coming) = server(Arc::clone(&gate), Duration::ZERO).await;
    let settings = Settings {
        least_in_flight: 0,
        ..Settings::default()
    };
    let scene = Scene::with(
        to(at),
        Props {
            settings,
            ..Props::default()
        },
    )
    .await;
    let address = scene.at;
    let waiting: Vec<_> = (0..200)
        .map(|_| tokio::spawn(async move { ask(&client(), address).await.status }))
        .collect();
    coming.wait_for(|count| *count == 200).await.unwrap();
    gate.add_permits(200);
    for one in waiting {
        assert_eq!(one.await.unwrap(), 200);
    }
}

/// RL12: connections that bring nothing do not keep others out: the oldest of them makes room.
#[tokio::test]
async fn silent_connections_make_room() {
    let settings = Settings {
        most_connections: 8,
        ..Settings::default()
    };
    let scene = Scene::with(
        |_| {},
        Props {
            settings,
            ..Props::default()
        },
    )
    .await;
    let mut silent = Vec::new();
    for said in ["", "GET /open/x HT", "PRI * HT"].iter().cycle().take(30) {
        let mut stream = TcpStream::connect(scene.at).await.unwrap();
        stream.write_all(said.as_bytes()).await.unwrap();
        silent.push(stream);
        // A caller of good will gets through at any moment: again, if there was no room for it just then.
        let answered = async || {
            loop {
                let answer = scene
                    .raw("GET /open/x HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
                    .await;
                if answer.starts_with("HTTP/1.1 200") {
                    return;
                }
                assert_eq!(answer, "", "it was closed, not refused");
            }
        };
        answered().await;
    }
    let mut read = Vec::new();
    let _closed = silent[0].read_to_end(&mut read).await;
    assert_eq!(read, b"", "the first has made room");
}

/// RL12: a connection that brings no request is closed, in the clear before its first octet and in a TLS handshake.
#[tokio::test]
async fn a_connection_that_brings_no_request_is_closed() {
    for (tls, said) in [
        (false, ""),
        (false, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        (false, "GET / HT"),
        (true, "\u{16}"),
    ] {
        let settings = Settings {
            timeouts: Timeouts {
                head: Duration::from_millis(20),
                ..Timeouts::default()
            },
            ..Settings::default()
        };
        let tls = tls.then(|| crate::streams::certificate().1);
        let scene = Scene::with(
            |_| {},
            Props {
                settings,
                tls,
                ..Props::default()
            },
        )
        .await;
        // It ends: that is the test.
        let answer = scene.raw(said).await;
        assert!(!answer.starts_with("HTTP/1.1 200"), "{said:?}: {answer}");
    }
}

/// RL12: a server that is silent in the middle of its answer does not hold the caller for ever.
#[tokio::test]
async fn an_answer_that_stops_halfway_is_broken_off() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let halfway = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut head = [0; 1024];
        let _ = stream.read(&mut head).await;
        stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf")
            .await
            .unwrap();
        // Until the gateway hangs up.
        while stream.read(&mut head).await.is_ok_and(|read| read > 0) {}
    });
    let settings = Settings {
        timeouts: Timeouts {
            body: Duration::from_millis(50),
            ..Timeouts::default()
        },
        ..Settings::default()
    };
    let scene = Scene::with(
        to(at),
        Props {
            settings,
            ..Props::default()
        },
    )
    .await;
    let answer = scene.raw("GET /open/x HTTP/1.1\r\nhost: a\r\n\r\n").await;
    assert!(
        answer.starts_with("HTTP/1.1 200") && answer.ends_with("half"),
        "{answer}"
    );
    halfway.await.unwrap();
}

/// RL14: a head over the caps is a 4xx, however it is over them, and is not read to its end.
#[tokio::test]
async fn a_head_over_the_caps_is_refused() {
    let scene = Scene::open().await;
    let long = "a".repeat(1 << 20);
    let many: String = (0..5000).map(|number| format!("x-{number}: 1\r\n")).collect();
    for (request, statuses) in [
        (format!("GET /open/{long} HTTP/1.1\r\nhost: a\r\n\r\n"), ["414", "431"]),
        (
            format!("GET /open/x HTTP/1.1\r\nhost: a\r\nx-long: {long}\r\n\r\n"),
            ["431", "431"],
        ),
        (format!("GET /open/x HTTP/1.1\r\nhost: a\r\n{many}\r\n"), ["431", "431"]),
    ] {
        let mut stream = TcpStream::connect(scene.at).await.unwrap();
        let (mut reading, mut writing) = stream.split();
        let mut answer = [0; 12];
        // It may stop reading before all is written.
        let (_, read) = tokio::join!(writing.write_all(request.as_bytes()), reading.read_exact(&mut answer));
        read.unwrap();
        let answer = String::from_utf8_lossy(&answer);
        assert!(statuses.iter().any(|status| answer.ends_with(status)), "{answer}");
    }
    assert_eq!(scene.behind.count(), 0);
}
