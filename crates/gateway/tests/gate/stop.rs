//! A gateway that stops breaks nothing off and turns nobody away who was there.

use crate::scene::*;
use http::{Request, Response};
use hyper::client::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tollgate_gateway::{Gateway, Settings, Timeouts};

/// An hour to say goodbye: whoever goes before has had an answer that said so.
fn patient() -> Settings {
    Settings {
        timeouts: Timeouts {
            goodbye: Duration::from_secs(3600),
            ..Timeouts::default()
        },
        // The server behind is a part of this test, and slow beside a hundred callers: that is not what it is about.
        least_in_flight: 0,
        ..Settings::default()
    }
}

/// A gateway of its own before the scene's issuer, on a listener that is given.
async fn gateway(scene: &Scene, settings: Settings, listener: TcpListener, stop: CancellationToken) -> JoinHandle<()> {
    let gateway = Gateway::new(settings, scene.desk.clone(), scene.clock.clone());
    let (following, until) = (Arc::clone(&gateway), scene.stop.clone());
    tokio::spawn(async move { following.follow(until).await });
    gateway.ready().await;
    tokio::spawn(gateway.serve(listener, None, stop))
}

fn shared(at: SocketAddr) -> TcpListener {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_reuseport(true).unwrap();
    socket.bind(at).unwrap();
    socket.listen(1024).unwrap()
}

/// One caller: asks on and on over one connection, and over another when it is told that the one ends.
async fn calls(at: SocketAddr, answered: Arc<watch::Sender<usize>>, until: CancellationToken) -> usize {
    let mut connections = 0;
    loop {
        let stream = TcpStream::connect(at).await.expect("nobody is refused");
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
        let connection = tokio::spawn(connection);
        connections += 1;
        loop {
            let request = Request::post("/open/x")
                .header("host", "a")
                .body(whole("body"))
                .unwrap();
            let answer = Answered::of(sender.send_request(request).await.expect("nobody is cut off")).await;
            assert_eq!((answer.status, &*answer.body), (200, b"body".as_slice()));
            answered.send_modify(|count| *count += 1);
            if answer.header("connection") == "close" {
                break;
            }
            if until.is_cancelled() {
                return connections;
            }
        }
        connection.await.unwrap().unwrap();
    }
}

/// RL17: of two that share a port one stops under the load of a hundred connections: none is refused, none broken off.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_takes_over_from_another_under_load() {
    let scene = Scene::open().await;
    let old = shared("127.0.0.1:0".parse().unwrap());
    let at = old.local_addr().unwrap();
    let (stop_old, stop_new, enough) = (
        CancellationToken::new(),
        CancellationToken::new(),
        CancellationToken::new(),
    );
    let old = gateway(&scene, patient(), old, stop_old.clone()).await;
    let answered = Arc::new(watch::Sender::new(0));
    let callers: Vec<_> = (0..100)
        .map(|_| tokio::spawn(calls(at, Arc::clone(&answered), enough.clone())))
        .collect();
    let mut count = answered.subscribe();
    count.wait_for(|count| *count > 300).await.unwrap();
    let new = gateway(&scene, patient(), shared(at), stop_new.clone()).await;
    stop_old.cancel();
    old.await.unwrap();
    let when_gone = *answered.borrow();
    count.wait_for(|count| *count > when_gone + 500).await.unwrap();
    enough.cancel();
    for caller in callers {
        assert_eq!(caller.await.unwrap(), 2, "each went from the one to the other");
    }
    stop_new.cancel();
    new.await.unwrap();
}

/// RL17: who was connected and not yet taken when the gateway stopped is answered, and told that it was the last.
#[tokio::test]
async fn who_waits_in_the_queue_is_still_answered() {
    let scene = Scene::open().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let mut waiting = Vec::new();
    for _ in 0..50 {
        let mut stream = TcpStream::connect(at).await.unwrap();
        stream
            .write_all(b"GET /open/x HTTP/1.1\r\nhost: a\r\n\r\n")
            .await
            .unwrap();
        waiting.push(stream);
    }
    let stop = CancellationToken::new();
    stop.cancel();
    let gateway = gateway(&scene, patient(), listener, stop).await;
    for mut stream in waiting {
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert!(answer.contains("connection: close"), "{answer}");
    }
    gateway.await.unwrap();
    assert!(TcpStream::connect(at).await.is_err(), "nobody is taken any more");
}

/// A server that answers when it is let.
async fn slow(lets: Arc<Semaphore>, come: watch::Sender<usize>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let come = Arc::new(come);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (lets, come) = (Arc::clone(&lets), Arc::clone(&come));
            let service = service_fn(move |_| {
                let (lets, come) = (Arc::clone(&lets), Arc::clone(&come));
                async move {
                    come.send_modify(|count| *count += 1);
                    lets.acquire().await.unwrap().forget();
                    Ok::<_, Infallible>(Response::new(whole("late")))
                }
            });
            let builder = hyper::server::conn::http1::Builder::new();
            tokio::spawn(async move { builder.serve_connection(TokioIo::new(stream), service).await });
        }
    });
    at
}

/// RL17: requests that were under way end as they would have, over HTTP/1.1 and HTTP/2, and their connections with them.
#[tokio::test]
async fn what_was_under_way_ends_well() {
    let (lets, come) = (Arc::new(Semaphore::new(0)), watch::Sender::new(0));
    let mut coming = come.subscribe();
    let target = slow(Arc::clone(&lets), come).await;
    let change = |snapshot: &mut tollgate_model::Snapshot| {
        let routes = snapshot.routes.iter_mut();
        routes.for_each(|route| route.upstream.targets = vec![format!("http://{target}")]);
    };
    let scene = Scene::with(change, Props::default()).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let gateway = gateway(&scene, patient(), listener, stop.clone()).await;

    let stream = TcpStream::connect(at).await.unwrap();
    let (mut one, first) = http1::handshake(TokioIo::new(stream)).await.unwrap();
    let first = tokio::spawn(first);
    let request = Request::get("/open/x").header("host", "a").body(whole("")).unwrap();
    let over_http1 = tokio::spawn(async move { Answered::of(one.send_request(request).await.unwrap()).await });

    let stream = TcpStream::connect(at).await.unwrap();
    let (two, second) = http2::handshake(TokioExecutor::new(), TokioIo::new(stream))
        .await
        .unwrap();
    let second = tokio::spawn(second);
    let streams: Vec<_> = (0..5)
        .map(|_| {
            let mut two = two.clone();
            let request = Request::get("http://a/open/x").body(whole("")).unwrap();
            tokio::spawn(async move { Answered::of(two.send_request(request).await.unwrap()).await })
        })
        .collect();
    coming.wait_for(|count| *count == 6).await.unwrap();
    stop.cancel();
    lets.add_permits(6);
    let answer = over_http1.await.unwrap();
    assert_eq!((answer.status, answer.header("connection")), (200, "close"));
    for stream in streams {
        assert_eq!(stream.await.unwrap().status, 200);
    }
    // Neither waits to be asked for another request.
    first.await.unwrap().unwrap();
    second.await.unwrap().unwrap();
    gateway.await.unwrap();
    drop(two);
}

/// A connection on which nothing comes is closed after its goodbye, and a request that came in time was answered.
#[tokio::test]
async fn an_idle_connection_is_closed_after_a_while() {
    let scene = Scene::open().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let mut settings = patient();
    settings.timeouts.goodbye = Duration::from_millis(20);
    let gateway = gateway(&scene, settings, listener, stop.clone()).await;
    let asked = Arc::new(AtomicUsize::new(0));
    let mut idle = TcpStream::connect(at).await.unwrap();
    idle.write_all(b"GET /open/x HTTP/1.1\r\nhost: a\r\n\r\n")
        .await
        .unwrap();
    let mut answer = [0; 12];
    idle.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200");
    asked.fetch_add(1, Ordering::SeqCst);
    stop.cancel();
    let mut rest = String::new();
    idle.read_to_string(&mut rest).await.unwrap();
    assert!(!rest.contains("connection: close"), "{rest}");
    gateway.await.unwrap();
    assert_eq!(scene.behind.count(), asked.load(Ordering::SeqCst));
}
