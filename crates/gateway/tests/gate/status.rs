//! What those who run a gateway see of it.

use crate::scene::*;
use http::Request;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::net::TcpListener;

async fn status(scene: &Scene) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    tokio::spawn(Arc::clone(&scene.gateway).status(listener, scene.stop.clone()));
    at
}

async fn ask(scene: &Scene, at: SocketAddr, method: &str, path: &str) -> Answered {
    let request = Request::builder().method(method).uri(format!("http://{at}{path}"));
    scene.send(request, "").await
}

fn said(answer: &Answered) -> serde_json::Value {
    serde_json::from_slice(&answer.body).unwrap()
}

/// RS10, RL23: whether it knows anything, and how old that is, stands in its health.
#[tokio::test]
async fn health_tells_how_old_its_knowledge_is() {
    let scene = Scene::with(
        |_| {},
        Props {
            gone: true,
            ..Props::default()
        },
    )
    .await;
    let at = status(&scene).await;
    let starting = ask(&scene, at, "GET", "/health").await;
    assert_eq!(
        (starting.status, said(&starting)["status"].as_str()),
        (503, Some("starting"))
    );
    scene.desk.change(|state| state.gone = false);
    scene.gateway.ready().await;
    let well = ask(&scene, at, "GET", "/health").await;
    assert_eq!(well.status, 200);
    assert_eq!(
        said(&well),
        serde_json::json!({"status": "ok", "staleness": 0, "seq": 1})
    );
    scene.clock.0.store(NOW + 61, Ordering::SeqCst);
    let stale = said(&ask(&scene, at, "GET", "/health").await);
    assert_eq!(stale, serde_json::json!({"status": "stale", "staleness": 61, "seq": 1}));
}

/// Counts by class and code, and nothing of anybody's request (OP5).
#[tokio::test]
async fn metrics_count_answers_and_refusals() {
    let scene = Scene::open().await;
    let at = status(&scene).await;
    assert_eq!(scene.get("/identify", &signicat("identify")).await.status, 200);
    scene.get("/identify", "no-token").await.is(401, "token_malformed");
    scene.get("/identify", "no-token").await.is(401, "token_malformed");
    let metrics = ask(&scene, at, "GET", "/metrics").await;
    assert_eq!(metrics.status, 200);
    assert!(
        metrics
            .header("content-type")
            .starts_with("application/openmetrics-text")
    );
    let text = String::from_utf8(metrics.body.to_vec()).unwrap();
    for line in [
        "tollgate_gateway_requests_total{status=\"2xx\"} 1",
        "tollgate_gateway_requests_total{status=\"4xx\"} 2",
        "tollgate_gateway_refusals_total{code=\"token_malformed\"} 2",
        "tollgate_gateway_staleness_seconds 0",
        "tollgate_gateway_in_flight 0",
        "tollgate_gateway_remembered_tokens 1",
        "# EOF",
    ] {
        assert!(text.lines().any(|held| held == line), "{line} is not in\n{text}");
    }
    assert!(!text.contains("client_1") && !text.contains("identify"));
}

#[tokio::test]
async fn the_status_listener_answers_nothing_else() {
    let scene = Scene::open().await;
    let at = status(&scene).await;
    for (method, path, status) in [
        ("GET", "/", 404),
        ("GET", "/identify", 404),
        ("POST", "/health", 405),
        ("DELETE", "/metrics", 405),
        ("HEAD", "/health", 200),
    ] {
        assert_eq!(ask(&scene, at, method, path).await.status, status, "{method} {path}");
    }
}
