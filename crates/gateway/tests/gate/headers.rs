//! What the server behind gets to see.

use crate::scene::*;
use tollgate_gateway::Settings;

/// RS5, AT18: no identity header from outside passes, in no spelling, and `Connection` cannot remove ours.
#[tokio::test]
async fn identity_headers_are_ours_alone() {
    let scene = Scene::open().await;
    let token = bearer(&safesend());
    let answer = scene
        .upload(&[
            ("authorization", &token),
            ("x-email", "dev@firm.test"),
            ("x_email", "admin@firm.test"),
            ("Tollgate-Account", "acc_forged"),
            ("tollgate_account", "acc_forged"),
            ("TOLLGATE-Client", "forged"),
            ("Tollgate_Acting-User", "forged"),
            ("tollgate.scopes", "forged"),
            ("tollgate-unheard-of", "forged"),
            ("tollgate_unheard_of", "forged"),
            ("tollgate-request-id", "forged"),
            (
                "connection",
                "close, tollgate-account, tollgate-acting-user, x-secret, x-email",
            ),
            ("x-secret", "1"),
        ])
        .await;
    assert_eq!(answer.status, 200);
    let seen = scene.behind.last();
    let told = |name: &str| {
        seen.headers
            .get_all(name)
            .iter()
            .map(|value| value.to_str().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(told("tollgate-account"), ["acc_firm"]);
    assert_eq!(told("tollgate-client"), ["client_1"]);
    assert_eq!(told("tollgate-subject"), ["client_1"]);
    assert_eq!(told("tollgate-scopes"), [""]);
    assert_eq!(told("tollgate-environment"), ["live"]);
    assert_eq!(told("tollgate-acting-user"), ["dev@firm.test"]);
    assert_eq!(told("x-email"), ["dev@firm.test"]);
    assert!(
        seen.headers
            .values()
            .all(|value| !value.as_bytes().windows(6).any(|part| part == b"forged")),
        "{seen:?}"
    );
    for gone in [
        "x_email",
        "x-secret",
        "connection",
        "authorization",
        "tollgate-unheard-of",
    ] {
        assert!(seen.header(gone).is_none(), "{gone}");
    }
    // The id is ours, the same for the server behind and for the caller, whatever either says.
    assert_eq!(
        seen.header("tollgate-request-id"),
        Some(answer.header("tollgate-request-id"))
    );
    assert_eq!(answer.header("tollgate-request-id").len(), 32);
}

/// SS-36: the upload goes on as it came; its `clientId` is not the OAuth client.
#[tokio::test]
async fn the_upload_is_forwarded_unchanged() {
    let scene = Scene::open().await;
    let sample = r#"{"documents":["a"],"fileURLs":["b"],"correlationId":"c","rid":"r","clientId":"someone","delayRecognition":true,"taxSoftware":1,"callbackUri":"https://x"}"#;
    let request = scene
        .request("POST", "/ssr/v2/return/upload?a=%2F&b=1")
        .header("authorization", bearer(&safesend()))
        .header("x-email", "dev@firm.test")
        .header("content-type", "application/json");
    let answer = scene.send(request, sample).await;
    assert_eq!((answer.status, &*answer.body), (200, sample.as_bytes()));
    let seen = scene.behind.last();
    assert_eq!(&*seen.body, sample.as_bytes());
    assert_eq!(seen.uri, "/ssr/v2/return/upload?a=%2F&b=1");
    assert_eq!(seen.header("content-type"), Some("application/json"));
    assert_eq!(seen.header("tollgate-client"), Some("client_1"));
    assert_eq!(seen.header("host"), Some(&*scene.behind.at.to_string()));
}

/// RS8: what a stranger says of the way it came is dropped; a trusted proxy is believed and added to.
#[tokio::test]
async fn forwarded_headers_are_believed_from_trusted_proxies_alone() {
    let sent = |scene: &Scene| {
        scene
            .request("GET", "/open/x")
            .header("x-forwarded-for", "203.0.113.7")
            .header("x-forwarded-proto", "https")
            .header("x-forwarded-host", "public.test")
            .header("x_forwarded_for", "203.0.113.8")
            .header("x-real-ip", "203.0.113.9")
            .header("forwarded", "for=203.0.113.7")
    };
    let scene = Scene::open().await;
    scene.send(sent(&scene), "").await;
    let seen = scene.behind.last();
    let all = |seen: &Seen, name: &str| {
        seen.headers
            .get_all(name)
            .iter()
            .map(|v| v.to_str().unwrap().to_owned())
            .collect::<Vec<_>>()
            .join(", ")
    };
    assert_eq!(all(&seen, "x-forwarded-for"), "127.0.0.1");
    assert_eq!(all(&seen, "x-forwarded-proto"), "http");
    assert_eq!(all(&seen, "x-forwarded-host"), scene.at.to_string());
    for gone in ["forwarded", "x-real-ip", "x_forwarded_for"] {
        assert!(seen.header(gone).is_none(), "{gone}");
    }

    let settings = Settings {
        trusted_proxies: vec!["127.0.0.0/8".parse().unwrap()],
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
    scene.send(sent(&scene), "").await;
    let seen = scene.behind.last();
    assert_eq!(all(&seen, "x-forwarded-for"), "203.0.113.7, 127.0.0.1");
    assert_eq!(all(&seen, "x-forwarded-proto"), "https");
    assert_eq!(all(&seen, "x-forwarded-host"), "public.test");
    assert_eq!(all(&seen, "forwarded"), "for=203.0.113.7, for=127.0.0.1;proto=http");
    assert!(seen.header("x_forwarded_for").is_none());
}

/// RFC 9110 §7.6.1: what the target says for the next hop stays on that hop.
#[tokio::test]
async fn hop_by_hop_fields_of_an_answer_do_not_go_on() {
    let scene = Scene::open().await;
    let answer = scene.send(scene.request("GET", "/open/hop"), "").await;
    assert_eq!(answer.header("x-kept"), "1");
    for gone in ["x-hop", "keep-alive"] {
        assert!(!answer.headers.contains_key(gone), "{gone}");
    }
}

/// RL14: too many fields, too long heads and addresses are 4xx.
#[tokio::test]
async fn huge_heads_are_refused() {
    let scene = Scene::open().await;
    let mut many = scene.request("GET", "/open/x");
    for count in 0..101 {
        many = many.header(format!("x-{count}"), "1");
    }
    assert_eq!(scene.send(many, "").await.status, 431);
    let long = scene
        .raw(&format!(
            "GET /open/x HTTP/1.1\r\nhost: a\r\nx: {}\r\n\r\n",
            "a".repeat(60_000)
        ))
        .await;
    assert!(long.starts_with("HTTP/1.1 431"), "{long}");
    scene
        .send(scene.request("GET", &format!("/open/{}", "a".repeat(9000))), "")
        .await
        .is(414, "uri_too_long");
    let longer = scene
        .raw(&format!("GET /open/{} HTTP/1.1\r\nhost: a\r\n\r\n", "a".repeat(70_000)))
        .await;
    assert!(longer.starts_with("HTTP/1.1 4"), "{longer}");
    assert_eq!(scene.behind.count(), 0);
}
