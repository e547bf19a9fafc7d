//! Signicat Express behind the gateway: each scope opens its own part, 403 without it, 401 without a good token.

use super::{URL, own, request, token_for, told};
use crate::firm;
use crate::{paste, token};
use serde_json::{Value, json};
use tollgate_tests::World;

on_both_stores! { "signicat":
    each_scope_opens_its_own_calls,
    the_documented_call_is_answered,
    one_token_serves_until_it_ends,
    an_expired_or_missing_token_is_401,
}

/// Which scope opens which calls.
const OPENS: &[(&str, &[(&str, &str)])] = &[
    (
        "document_read",
        &[("GET", "/signature/documents"), ("GET", "/signature/documents/1")],
    ),
    (
        "document_write",
        &[
            ("POST", "/signature/documents"),
            ("PATCH", "/signature/documents/1"),
            ("DELETE", "/signature/documents/1"),
        ],
    ),
    ("document_file", &[("GET", "/signature/documents/1/files")]),
    (
        "event",
        &[("GET", "/notification/webhooks"), ("POST", "/notification/webhooks")],
    ),
    (
        "identify",
        &[
            ("GET", "/identification/sessions/1"),
            ("POST", "/identification/sessions"),
        ],
    ),
];

/// Status, challenge and body of a call.
async fn call(world: &World, token: &str, method: &str, path: &str) -> (u16, String, Value) {
    let url = format!("{}{path}", world.env("GATEWAY"));
    let response = world
        .http
        .request(method.parse().unwrap(), url)
        .bearer_auth(token)
        .send()
        .await
        .unwrap();
    let challenge = response
        .headers()
        .get("www-authenticate")
        .map(|value| value.to_str().unwrap().to_owned());
    (
        response.status().as_u16(),
        challenge.unwrap_or_default(),
        response.json().await.unwrap(),
    )
}

/// SG-15, SG-16, SG-17, SG-18, SG-19, SG-37: document_read, document_write, document_file, event and identify
/// each open their own calls; on all others a token of the same API is 403 and is told the scope that is missing.
async fn each_scope_opens_its_own_calls(world: World) {
    let client = own(&world);
    firm::grant(
        &world,
        &client.id,
        "signature",
        &["document_read", "document_write", "document_file"],
    )
    .await;
    firm::grant(&world, &client.id, "notification", &["event"]).await;
    firm::grant(&world, &client.id, "identification", &["identify"]).await;
    for (scope, opened) in OPENS {
        let token = token_for(&world, &client, scope).await;
        for (method, path) in *opened {
            let (status, _, body) = call(&world, &token, method, path).await;
            assert_eq!(status, 200, "{scope}: {method} {path}: {body}");
        }
        let documents = |scope: &str| scope.starts_with("document_");
        for (missing, closed) in OPENS.iter().filter(|(other, _)| other != scope) {
            for (method, path) in *closed {
                let (status, challenge, problem) = call(&world, &token, method, path).await;
                if documents(scope) && documents(missing) {
                    assert_eq!(
                        (status, &problem["code"]),
                        (403, &json!("scope_insufficient")),
                        "{scope}: {method} {path}"
                    );
                    assert!(
                        challenge.contains("error=\"insufficient_scope\"")
                            && challenge.contains(&format!("scope=\"{missing}\"")),
                        "{challenge}"
                    );
                } else {
                    // Another API altogether: the token is not for it.
                    assert_eq!(
                        (status, &problem["code"]),
                        (401, &json!("token_audience")),
                        "{scope}: {method} {path}"
                    );
                }
            }
        }
    }
    let pair = token_for(&world, &client, "document_read event").await;
    assert_eq!(call(&world, &pair, "GET", "/signature/documents").await.0, 200);
    assert_eq!(call(&world, &pair, "GET", "/notification/webhooks").await.0, 200);
    assert_eq!(call(&world, &pair, "POST", "/signature/documents").await.0, 403);
}

/// SG-31: the documented call, with the token in the Authorization header.
async fn the_documented_call_is_answered(world: World) {
    let token = token::of(&request(&world, URL, "document_read").await.json());
    let answer = paste::at_gateway(
        &world,
        &[
            "--header",
            &format!("Authorization: Bearer {token}"),
            "http://api.signicat.io/signature/documents",
        ],
    )
    .await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.json()["scopes"], "document_read");
    assert_eq!(answer.json()["account"], firm::own(&world).await.as_str());
}

/// SG-32, SG-33, SG-35, SG-36: one token serves for as many calls as its hour has room for, also after a new one
/// was fetched by the same request; at its last second it ends at once.
async fn one_token_serves_until_it_ends(world: World) {
    let first = world.token().await;
    for _ in 0..10 {
        assert_eq!(told(world.call(&first)).await.0, 200);
        world.clock.forward(300);
    }
    world.clock.forward(599);
    let second = world.token().await;
    assert_ne!(first, second);
    assert_eq!(
        (told(world.call(&first)).await.0, told(world.call(&second)).await.0),
        (200, 200),
        "a second before its end"
    );
    world.clock.forward(1);
    let (status, problem) = told(world.call(&first)).await;
    assert_eq!((status, &problem["code"]), (401, &json!("token_expired")));
    assert_eq!(told(world.call(&second)).await.0, 200);
}

/// SG-38: 401 is an expired token or none.
async fn an_expired_or_missing_token_is_401(world: World) {
    let url = format!("{}{}", world.env("GATEWAY"), world.env("API_PATH"));
    let (status, problem) = told(world.http.get(&url)).await;
    assert_eq!((status, &problem["code"]), (401, &json!("token_missing")));
    let token = world.token().await;
    world.clock.forward(3600);
    let (status, challenge, problem) = call(&world, &token, "GET", world.env("API_PATH")).await;
    assert_eq!((status, &problem["code"]), (401, &json!("token_expired")));
    assert!(challenge.contains("error=\"invalid_token\""), "{challenge}");
    let (status, _, problem) = call(&world, &token, "POST", "/signature/documents").await;
    assert_eq!(
        (status, &problem["code"]),
        (401, &json!("token_expired")),
        "whatever scope it lacks"
    );
}
