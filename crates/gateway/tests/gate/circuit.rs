//! Targets that have enough to do, that fail again and again, or that break off.

use crate::scene::*;
use http::Response;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, AtomicUsize, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tollgate_model::Snapshot;
use tollgate_model::route::Upstream;

/// A server that answers with the status of the moment, each time one is let.
struct Api {
    at: SocketAddr,
    status: AtomicU16,
    lets: Semaphore,
    come: watch::Sender<usize>,
}

impl Api {
    async fn open(status: u16) -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let api = Arc::new(Self {
            at: listener.local_addr().unwrap(),
            status: AtomicU16::new(status),
            lets: Semaphore::new(0),
            come: watch::Sender::new(0),
        });
        let held = Arc::clone(&api);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let held = Arc::clone(&held);
                let service = service_fn(move |_| {
                    let held = Arc::clone(&held);
                    async move {
                        held.come.send_modify(|count| *count += 1);
                        held.lets.acquire().await.unwrap().forget();
                        let status = held.status.load(Ordering::SeqCst);
                        let answer = Response::builder().status(status).header("x-from", held.at.port());
                        Ok::<_, Infallible>(answer.body(whole("answer")).unwrap())
                    }
                });
                tokio::spawn(async move {
                    let builder = hyper::server::conn::http1::Builder::new();
                    builder.serve_connection(TokioIo::new(stream), service).await
                });
            }
        });
        api
    }

    async fn come(&self, expected: usize) {
        self.come
            .subscribe()
            .wait_for(|count| *count >= expected)
            .await
            .unwrap();
    }

    fn count(&self) -> usize {
        *self.come.borrow()
    }
}

async fn before(apis: &[&Api], change: impl Fn(&mut Upstream)) -> Arc<Scene> {
    let targets: Vec<_> = apis.iter().map(|api| format!("http://{}", api.at)).collect();
    before_all(targets, change).await
}

async fn before_all(targets: Vec<String>, change: impl Fn(&mut Upstream)) -> Arc<Scene> {
    let change = |snapshot: &mut Snapshot| {
        for route in &mut snapshot.routes {
            route.upstream.targets.clone_from(&targets);
            change(&mut route.upstream);
        }
    };
    Arc::new(Scene::with(change, Props::default()).await)
}

async fn post(scene: &Scene) -> Answered {
    scene.send(scene.request("POST", "/open/x"), "").await
}

fn later(scene: &Arc<Scene>) -> tokio::task::JoinHandle<Answered> {
    let scene = Arc::clone(scene);
    tokio::spawn(async move { post(&scene).await })
}

/// RL10: over its cap a target gets nothing more, and another is tried first; a place is free again when its answer ends.
#[tokio::test]
async fn a_target_has_no_more_at_once_than_its_cap() {
    let (one, two) = (Api::open(200).await, Api::open(200).await);
    let scene = before(&[&one, &two], |upstream| upstream.in_flight = 2).await;
    let waiting: Vec<_> = (0..4).map(|_| later(&scene)).collect();
    one.come(2).await;
    two.come(2).await;
    for _ in 0..5 {
        let away = post(&scene).await;
        away.is(503, "upstream_busy");
        assert_eq!(away.header("retry-after"), "1");
    }
    assert_eq!((one.count(), two.count()), (2, 2), "nothing was sent to them");
    one.lets.add_permits(100);
    for _ in 0..10 {
        // Both of the first are answered; whichever's turn it is, the other has no room.
        while post(&scene).await.header("x-from") != one.at.port().to_string() {}
    }
    two.lets.add_permits(2);
    for one in waiting {
        assert_eq!(one.await.unwrap().status, 200);
    }
}

/// RL10: after its failures in a row a target rests, and it says for how long; the other works on.
#[tokio::test]
async fn a_target_that_fails_again_and_again_rests() {
    for status in [502, 503, 504] {
        let api = Api::open(status).await;
        api.lets.add_permits(1000);
        let scene = before(&[&api], |upstream| {
            upstream.failures = 3;
            upstream.rest = 3600;
        })
        .await;
        for _ in 0..2 {
            assert_eq!(post(&scene).await.status, status);
        }
        api.status.store(500, Ordering::SeqCst);
        assert_eq!(
            post(&scene).await.status,
            500,
            "an answer of its own, and no sign of being gone"
        );
        api.status.store(status, Ordering::SeqCst);
        for _ in 0..3 {
            assert_eq!(post(&scene).await.status, status);
        }
        let resting = post(&scene).await;
        resting.is(503, "upstream_resting");
        let seconds: u32 = resting.header("retry-after").parse().unwrap();
        assert!((3000..=3600).contains(&seconds), "{seconds}");
        assert_eq!(api.count(), 6, "nothing was sent to it");
    }
}

#[tokio::test]
async fn while_one_rests_the_other_has_all() {
    let (sick, well) = (Api::open(503).await, Api::open(200).await);
    sick.lets.add_permits(1000);
    well.lets.add_permits(1000);
    let scene = before(&[&sick, &well], |upstream| {
        upstream.failures = 2;
        upstream.rest = 3600;
    })
    .await;
    for _ in 0..20 {
        post(&scene).await;
    }
    assert_eq!((sick.count(), well.count()), (2, 18));
}

/// A target where nobody listens rests as well, and a rest is over with the first request that goes well.
#[tokio::test]
async fn one_request_tries_it_and_the_others_wait() {
    let api = Api::open(504).await;
    let scene = before(&[&api], |upstream| {
        upstream.failures = 1;
        upstream.rest = 0;
    })
    .await;
    api.lets.add_permits(1);
    assert_eq!(post(&scene).await.status, 504);
    // The rest was for no time at all: the next is the trial.
    let trial = later(&scene);
    api.come(2).await;
    for _ in 0..3 {
        let resting = post(&scene).await;
        resting.is(503, "upstream_resting");
        assert_eq!(resting.header("retry-after"), "1");
    }
    api.status.store(200, Ordering::SeqCst);
    api.lets.add_permits(100);
    assert_eq!(trial.await.unwrap().status, 200);
    assert_eq!(post(&scene).await.status, 200);
    assert_eq!(api.count(), 3);

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let nobody = listener.local_addr().unwrap();
    drop(listener);
    let scene = before_all(vec![format!("http://{nobody}")], |upstream| {
        upstream.failures = 2;
        upstream.rest = 3600;
    })
    .await;
    for _ in 0..2 {
        post(&scene).await.is(503, "upstream_unreachable");
    }
    post(&scene).await.is(503, "upstream_resting");
}

/// A caller who goes away in the middle of the trial does not leave the target resting for ever.
#[tokio::test]
async fn a_trial_that_is_given_up_is_followed_by_another() {
    let api = Api::open(502).await;
    let scene = before(&[&api], |upstream| {
        upstream.failures = 1;
        upstream.rest = 0;
    })
    .await;
    api.lets.add_permits(1);
    assert_eq!(post(&scene).await.status, 502);
    let mut trial = tokio::net::TcpStream::connect(scene.at).await.unwrap();
    trial
        .write_all(b"POST /open/x HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n")
        .await
        .unwrap();
    api.come(2).await;
    drop(trial);
    api.status.store(200, Ordering::SeqCst);
    api.lets.add_permits(100);
    // Until the gateway has seen that the caller is gone, the next are turned away.
    let mut next = post(&scene).await;
    while next.status == 503 {
        next.is(503, "upstream_resting");
        next = post(&scene).await;
    }
    assert_eq!(next.status, 200);
}

/// What the server does with each connection it takes: answers so many requests, then reads one and hangs up.
async fn hangs_up_after(answers: usize) -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let read = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&read);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let count = Arc::clone(&count);
            tokio::spawn(async move {
                let mut head = [0; 4096];
                for _ in 0..answers {
                    if !stream.read(&mut head).await.is_ok_and(|read| read > 0) {
                        return;
                    }
                    count.fetch_add(1, Ordering::SeqCst);
                    let _ = stream
                        .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
                        .await;
                }
                if stream.read(&mut head).await.is_ok_and(|read| read > 0) {
                    count.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
    });
    (at, read)
}

/// RL10: what a kept connection's end swallowed is asked again where that is harmless, and never else.
#[tokio::test]
async fn a_kept_connection_that_ended_is_made_up_for() {
    let (at, read) = hangs_up_after(1).await;
    let scene = before_all(vec![format!("http://{at}")], |_| {}).await;
    assert_eq!(scene.send(scene.request("GET", "/open/x"), "").await.status, 200);
    for method in ["GET", "OPTIONS", "GET"] {
        let before = read.load(Ordering::SeqCst);
        assert_eq!(
            scene.send(scene.request(method, "/open/x"), "").await.status,
            200,
            "{method}"
        );
        assert_eq!(read.load(Ordering::SeqCst), before + 2, "{method}");
    }
    let before = read.load(Ordering::SeqCst);
    post(&scene).await.is(502, "upstream_broken");
    assert_eq!(read.load(Ordering::SeqCst), before + 1, "a POST is sent once");
}

/// RL10: a request that is broken off every time is sent twice at most, and only as long as such are few.
#[tokio::test]
async fn tries_are_few() {
    let (at, read) = hangs_up_after(0).await;
    let scene = before_all(vec![format!("http://{at}")], |_| {}).await;
    scene
        .send(scene.request("GET", "/open/x"), "")
        .await
        .is(502, "upstream_broken");
    assert_eq!(read.load(Ordering::SeqCst), 2);
    for _ in 0..99 {
        scene
            .send(scene.request("GET", "/open/x"), "")
            .await
            .is(502, "upstream_broken");
    }
    let sent = read.load(Ordering::SeqCst);
    assert!(
        (110..=121).contains(&sent),
        "{sent}: ten saved up, and one more for each ten"
    );
    // An answer in no time is not asked for again: it may yet be on its way.
    let silent = Api::open(200).await;
    let scene = before(&[&silent], |upstream| upstream.response_timeout = 1).await;
    scene
        .send(scene.request("GET", "/open/x"), "")
        .await
        .is(504, "upstream_timeout");
    assert_eq!(silent.count(), 1);
}
