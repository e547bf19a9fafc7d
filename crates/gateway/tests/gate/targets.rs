//! Servers behind that are slow, broken or gone.

use crate::scene::*;
use std::collections::HashSet;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tollgate_gateway::{Settings, Timeouts};

/// An address where nobody listens.
async fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

async fn before(targets: Vec<String>, health: bool) -> Scene {
    let settings = Settings {
        timeouts: Timeouts {
            health: Duration::from_millis(20),
            ..Timeouts::default()
        },
        ..Settings::default()
    };
    let change = |snapshot: &mut tollgate_model::Snapshot| {
        for route in &mut snapshot.routes {
            route.upstream.targets.clone_from(&targets);
            route.upstream.health_path = health.then(|| "/health".to_owned());
            route.upstream.response_timeout = 1;
        }
    };
    Scene::with(
        change,
        Props {
            settings,
            ..Props::default()
        },
    )
    .await
}

/// Calls are spread over all targets.
#[tokio::test]
async fn calls_are_spread_over_the_targets() {
    let (one, two) = (Behind::open(None).await, Behind::open(None).await);
    let scene = before(vec![format!("http://{}", one.at), format!("http://{}", two.at)], false).await;
    for _ in 0..10 {
        assert_eq!(scene.send(scene.request("POST", "/open/x"), "").await.status, 200);
    }
    assert_eq!((one.count(), two.count()), (5, 5));
}

/// A harmless request whose connection failed goes to the next target; another says that nothing was sent.
#[tokio::test]
async fn a_failed_connection_is_made_up_for_once() {
    let behind = Behind::open(None).await;
    let scene = before(vec![nobody().await, format!("http://{}", behind.at)], false).await;
    for _ in 0..4 {
        assert_eq!(scene.send(scene.request("GET", "/open/x"), "").await.status, 200);
    }
    let mut statuses = HashSet::new();
    for _ in 0..4 {
        let answer = scene.send(scene.request("POST", "/open/x"), "body").await;
        if answer.status != 200 {
            answer.is(503, "upstream_unreachable");
        }
        statuses.insert(answer.status);
    }
    assert_eq!(statuses, HashSet::from([200, 503]));
}

/// A target that fails its checks rests, and comes back when it is well.
#[tokio::test]
async fn a_sick_target_rests_until_it_is_well() {
    let (one, two) = (Behind::open(None).await, Behind::open(None).await);
    let scene = before(vec![format!("http://{}", one.at), format!("http://{}", two.at)], true).await;
    let from = async || {
        let mut ports = HashSet::new();
        for _ in 0..4 {
            ports.insert(
                scene
                    .send(scene.request("POST", "/open/x"), "")
                    .await
                    .header("x-from")
                    .to_owned(),
            );
        }
        ports
    };
    let both = HashSet::from([one.at.port().to_string(), two.at.port().to_string()]);
    let until = async |expected: HashSet<String>| {
        let reached = async { while from().await != expected {} };
        tokio::time::timeout(Duration::from_secs(20), reached)
            .await
            .expect("the checks are heeded");
    };
    until(both.clone()).await;
    *one.status.lock().unwrap() = http::StatusCode::INTERNAL_SERVER_ERROR;
    until(HashSet::from([two.at.port().to_string()])).await;
    *one.status.lock().unwrap() = http::StatusCode::OK;
    until(both).await;
}

/// A silent server is a 504, a broken one a 502, an absent one a 503: each with an id and no word of what is behind.
#[tokio::test]
async fn trouble_behind_is_told_without_details() {
    let behind = Behind::open(None).await;
    let scene = before(vec![format!("http://{}", behind.at)], false).await;
    let silent = scene.send(scene.request("GET", "/open/silent"), "").await;
    silent.is(504, "upstream_timeout");

    let gone = before(vec![nobody().await], false).await;
    let gone = gone.send(gone.request("GET", "/open/x"), "").await;
    gone.is(503, "upstream_unreachable");

    for text in [
        "HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello",
        "nonsense\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n",
        "",
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut head = [0; 1024];
            let _ = stream.read(&mut head).await;
            let _ = stream.write_all(text.as_bytes()).await;
        });
        let scene = before(vec![format!("http://{at}")], false).await;
        let broken = scene.send(scene.request("GET", "/open/x"), "").await;
        broken.is(502, "upstream_broken");
        let told = String::from_utf8(broken.body.to_vec()).unwrap();
        assert!(told.contains(broken.header("tollgate-request-id")), "{told}");
        assert!(!told.contains(&at.port().to_string()), "{told}");
    }
}
