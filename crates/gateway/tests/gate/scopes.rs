//! What a token's scopes open.

use crate::scene::*;

/// SG-15, SG-16, SG-17, SG-18, SG-19, SG-37: each scope opens its own calls and no others.
#[tokio::test]
async fn each_scope_opens_its_own_calls() {
    let scene = Scene::open().await;
    let calls = [
        ("document_read", "GET", "/documents/1"),
        ("document_write", "POST", "/documents"),
        ("document_file", "GET", "/documents/1/file"),
        ("event", "PUT", "/events/hooks/1"),
        ("identify", "GET", "/identify"),
    ];
    for (held, ..) in calls {
        let token = signicat(held);
        for (needed, method, path) in calls {
            let request = scene.request(method, path).header("authorization", bearer(&token));
            let answer = scene.send(request, "").await;
            if held == needed {
                assert_eq!(answer.status, 200, "{held} on {path}");
                continue;
            }
            answer.is(403, "scope_insufficient");
            let challenge = answer.header("www-authenticate");
            assert!(challenge.contains("error=\"insufficient_scope\""), "RS1: {challenge}");
            assert!(challenge.ends_with(&format!("scope=\"{needed}\"")), "RS1: {challenge}");
        }
    }
}

/// RS4: HEAD goes where GET goes and under the same conditions; odd methods and overrides open nothing.
#[tokio::test]
async fn no_method_goes_around_the_scopes() {
    let scene = Scene::open().await;
    let (reads, writes) = (bearer(&signicat("document_read")), bearer(&signicat("document_write")));
    let send = async |method: &str, path: &str, token: &str| {
        scene
            .send(scene.request(method, path).header("authorization", token), "")
            .await
    };
    assert_eq!(send("HEAD", "/documents/1", &reads).await.status, 200);
    assert_eq!(send("HEAD", "/documents/1", &writes).await.status, 403);
    assert_eq!(send("HEAD", "/documents/1", "Bearer x").await.status, 401);
    for method in ["DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "get", "Get", "GETX"] {
        let answer = send(method, "/documents/1", &writes).await;
        answer.is(405, "method_not_allowed");
        assert_eq!(answer.header("allow"), "GET, HEAD");
    }
    let overridden = scene
        .request("GET", "/documents/1")
        .header("authorization", &reads)
        .header("x-http-method-override", "DELETE")
        .header("X-Method-Override", "DELETE")
        .header("x_http_method", "DELETE");
    assert_eq!(scene.send(overridden, "").await.status, 200);
    let seen = scene.behind.last();
    assert_eq!(seen.method, "GET");
    assert!(
        seen.headers.keys().all(|name| !name.as_str().contains("method")),
        "{seen:?}"
    );
}

/// RS3: a token remembered with its scopes gets no other scope from having passed elsewhere.
#[tokio::test]
async fn memory_never_crosses_scopes() {
    let scene = Scene::open().await;
    let token = signicat("document_read");
    for _ in 0..3 {
        assert_eq!(scene.get("/documents/1", &token).await.status, 200);
        scene
            .get("/documents/1/file", &token)
            .await
            .is(403, "scope_insufficient");
        scene.get("/identify", &token).await.is(403, "scope_insufficient");
    }
}
