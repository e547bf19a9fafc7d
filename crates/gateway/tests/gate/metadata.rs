//! What the gateway says of the APIs behind it (RFC 9728).

use crate::scene::*;
use serde_json::json;
use tollgate_gateway::{Introspection, Settings};
use tollgate_model::api::ScopeWord;

const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

async fn scene(url: &str) -> Scene {
    let asked = Introspection::new("http://127.0.0.1:1/", "a", "b").unwrap();
    let settings = Settings {
        public_url: Some(url.to_owned()),
        introspection: Some(asked.with_issuer(Some("https://elsewhere.example".to_owned()))),
        ..Settings::default()
    };
    let props = Props {
        settings,
        ..Props::default()
    };
    Scene::with(
        |snapshot| {
            snapshot.apis[3].name = "Documents".into();
            snapshot.apis[3].scopes = ["document_read", "document_write"]
                .map(|name| ScopeWord {
                    name: name.into(),
                    description: String::new(),
                })
                .to_vec();
            for route in &mut snapshot.routes {
                route.opaque = route.id.as_str() == "signer";
            }
        },
        props,
    )
    .await
}

/// RFC 9728 §2, §3.2: whoever knows an address learns whose tokens open it.
#[tokio::test]
async fn each_address_says_whose_tokens_open_it() {
    let scene = scene("https://gate.example:8443").await;
    let answer = scene
        .send(scene.request("GET", &format!("{WELL_KNOWN}/documents/1")), "")
        .await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert_eq!(answer.header("cache-control"), "public, max-age=300");
    let said: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(
        said,
        json!({
            "resource": "https://gate.example:8443/documents/1",
            "authorization_servers": [ISSUER],
            "scopes_supported": ["document_read", "document_write"],
            "bearer_methods_supported": ["header"],
            "resource_name": "Documents",
            "audience": "https://api.signicat.com",
        })
    );
    // Where opaque tokens are taken, their server issues them, too. One spelling of the path.
    let answer = scene
        .send(scene.request("GET", &format!("{WELL_KNOWN}/signer/%61")), "")
        .await;
    let said: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(
        said["authorization_servers"],
        json!([ISSUER, "https://elsewhere.example"])
    );
    assert_eq!(said["resource"], "https://gate.example:8443/signer/a");
    assert_eq!(scene.behind.count(), 0);
}

/// DI2, AT12: the answer is not built from the request's own `Host`; a host that a route names is named.
#[tokio::test]
async fn a_host_of_somebody_s_own_is_not_repeated() {
    let scene = scene("https://gate.example").await;
    let resource = async |host: &str, path: &str| {
        let request = scene
            .request("GET", &format!("{WELL_KNOWN}{path}"))
            .header("host", host);
        let answer = scene.send(request, "").await;
        let said: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
        said["resource"].as_str().map(str::to_owned)
    };
    assert_eq!(
        resource("evil.example", "/documents/1").await.as_deref(),
        Some("https://gate.example/documents/1")
    );
    assert_eq!(
        resource("API.signeasy.com:443", "/v3/me").await.as_deref(),
        Some("https://api.signeasy.com/v3/me")
    );
    assert_eq!(resource("evil.example", "/v3/me").await, None);
}

/// RS6, RS9: a path that no protected route takes, or that can be read in two ways, has no metadata.
#[tokio::test]
async fn what_is_not_protected_says_nothing() {
    let scene = scene("https://gate.example").await;
    for (path, status, code) in [
        ("/nowhere", 404, "route_unknown"),
        ("/open/x", 404, "route_unknown"),
        ("", 404, "route_unknown"),
        ("/", 404, "route_unknown"),
        ("er/documents/1", 404, "route_unknown"),
        ("/a/../documents/1", 400, "path_ambiguous"),
        ("/documents%2f1", 400, "path_ambiguous"),
    ] {
        let answer = scene
            .send(scene.request("GET", &format!("{WELL_KNOWN}{path}")), "")
            .await;
        answer.is(status, code);
        assert_eq!(answer.header("content-type"), "application/problem+json", "{path}");
    }
    let posted = scene
        .send(scene.request("POST", &format!("{WELL_KNOWN}/documents/1")), "x")
        .await;
    posted.is(405, "method_not_allowed");
    assert_eq!(posted.header("allow"), "GET, HEAD, OPTIONS");
    let asked = scene
        .send(scene.request("OPTIONS", &format!("{WELL_KNOWN}/documents/1")), "")
        .await;
    assert_eq!((asked.status, asked.header("access-control-allow-origin")), (204, "*"));
    let head = scene
        .send(scene.request("HEAD", &format!("{WELL_KNOWN}/documents/1")), "")
        .await;
    assert_eq!((head.status, head.body.len()), (200, 0));
}

/// RFC 9728 §3: where there is one API, the address alone is enough.
#[tokio::test]
async fn the_one_api_is_found_by_the_address_alone() {
    let props = Props {
        settings: Settings {
            public_url: Some("https://gate.example/".into()),
            ..Settings::default()
        },
        ..Props::default()
    };
    let scene = Scene::with(
        |snapshot| {
            snapshot.apis.truncate(1);
        },
        props,
    )
    .await;
    let answer = scene.send(scene.request("GET", WELL_KNOWN), "").await;
    let said: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(said["resource"], "https://gate.example");
    assert_eq!(said["audience"], "https://api.safesend.com/");
}

/// RS1, RFC 9728 §5.1: a challenge says where to read on, without the query; and nothing where there is no address.
#[tokio::test]
async fn a_challenge_points_to_the_metadata() {
    let scene = scene("https://gate.example").await;
    let pointer = |path: &str| format!("resource_metadata=\"https://gate.example{WELL_KNOWN}{path}\"");
    let missing = scene.send(scene.request("GET", "/documents/1?secret=x"), "").await;
    missing.is(401, "token_missing");
    let challenge = missing.header("www-authenticate");
    assert_eq!(
        challenge,
        format!("Bearer realm=\"tollgate\", {}", pointer("/documents/1"))
    );
    // Whoever follows it finds metadata of the very address that was called.
    let there = scene
        .send(scene.request("GET", &format!("{WELL_KNOWN}/documents/1")), "")
        .await;
    let said: serde_json::Value = serde_json::from_slice(&there.body).unwrap();
    assert_eq!(said["resource"], "https://gate.example/documents/1");

    let lacking = scene.get("/documents/1", &signicat("identify")).await;
    lacking.is(403, "scope_insufficient");
    let challenge = lacking.header("www-authenticate");
    assert!(
        challenge.contains("scope=\"document_read\"") && challenge.ends_with(&pointer("/documents/1")),
        "{challenge}"
    );
    let quoted = scene.send(scene.request("GET", "/documents/%22x"), "").await;
    quoted.is(401, "token_missing");
    assert!(
        quoted.header("www-authenticate").ends_with(&pointer("/documents/%22x")),
        "{quoted:?}"
    );
    // No challenge, no pointer.
    let unknown = scene.send(scene.request("GET", "/nowhere"), "").await;
    assert_eq!((unknown.status, unknown.header("www-authenticate")), (404, ""));

    let quiet = Scene::open().await;
    let missing = quiet.send(quiet.request("GET", "/documents/1"), "").await;
    assert_eq!(missing.header("www-authenticate"), "Bearer realm=\"tollgate\"");
    quiet
        .send(quiet.request("GET", WELL_KNOWN), "")
        .await
        .is(404, "route_unknown");
}
