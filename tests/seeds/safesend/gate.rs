//! SafeSend's API behind the gateway: the token, the acting user in `x-email`, and 401 before 400 before 403.

use super::{SCOPE, four, send};
use crate::firm::{self, Wish};
use crate::{paste, token};
use reqwest::RequestBuilder;
use serde_json::{Value, json};
use tollgate_issuer::registry::{Asker, member};
use tollgate_model::State;
use tollgate_tests::{World, until};

on_both_stores! { "safesend":
    the_documented_call_is_forwarded_unchanged,
    a_token_anywhere_else_is_not_seen,
    every_endpoint_wants_an_acting_user,
    who_cannot_be_found_is_400,
    one_of_three_roles_may_act,
    a_user_of_another_firm_is_not_found,
    a_token_that_is_not_good_is_401,
    an_expired_token_is_401_and_renewed_by_the_same_request,
    it_is_401_before_400_before_403,
}

const UPLOAD: &str = "http://api.safesend.com/ssr/v2/return/upload";
/// The sample body; `bool` and `int` stand for a value of that type.
const BODY: &str = r#"{
    "documents": [
      "string"
    ],
    "fileURLs": [
      "string"
    ],
    "correlationId": "string",
    "rid": "string",
    "clientId": "string",
    "delayRecognition": true,
    "taxSoftware": 1,
    "callbackUri": "string"
  }"#;

/// Status and refusal code of a call.
async fn outcome(request: RequestBuilder) -> (u16, String) {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let body: Value = response.json().await.unwrap();
    (status, body["code"].as_str().unwrap_or_default().to_owned())
}

fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

/// A call with this token and nobody named.
fn bare(world: &World, token: &str) -> RequestBuilder {
    world
        .http
        .get(format!("{}{}", world.env("GATEWAY"), world.env("API_PATH")))
        .bearer_auth(token)
}

/// A call with this token as this user.
fn as_user(world: &World, token: &str, email: &str) -> RequestBuilder {
    bare(world, token).header("x-email", email)
}

/// A token for this client.
async fn token_of(world: &World, client: &firm::Client) -> String {
    let mut body = four(world);
    body["client_id"] = json!(client.id);
    body["client_secret"] = json!(client.secret);
    token::of(&send(world, &body).await.json().await.unwrap())
}

/// SS-36, SS-37, SS-42: the documented call reaches the API octet for octet, however the header's name is written.
/// The body's `clientId` is the firm's own affair.
async fn the_documented_call_is_forwarded_unchanged(world: World) {
    let bearer = format!("Authorization: Bearer {}", world.token().await);
    for name in ["x-email", "X-Email", "X-EMAIL"] {
        let email = paste::filled(&world, &format!("{name}: <X_EMAIL>"));
        let answer = paste::at_gateway(
            &world,
            &[
                "--request",
                "POST",
                UPLOAD,
                "--header",
                &bearer,
                "--header",
                "Content-Type: application/json",
                "--header",
                &email,
                "--data",
                BODY,
            ],
        )
        .await;
        assert_eq!(answer.status, 200, "{name}: {}", answer.body);
        assert!(answer.body.contains(BODY), "{}", answer.body);
        let told = answer.json();
        assert_eq!(told["received"], serde_json::from_str::<Value>(BODY).unwrap());
        assert_eq!(told["uploadedBy"], world.env("USER_EMAIL"), "{name}");
        assert_eq!(
            told["firm"],
            firm::own(&world).await.as_str(),
            "the firm is the token's, not the body's"
        );
    }
}

/// SS-31, SS-46: the token is read from the Authorization header and nowhere else; without it the answer is 401 and
/// names the scheme.
async fn a_token_anywhere_else_is_not_seen(world: World) {
    let token = world.token().await;
    let url = format!("{}{}", world.env("GATEWAY"), world.env("API_PATH"));
    let call = || world.http.get(&url).header("x-email", world.env("USER_EMAIL"));
    let elsewhere = [
        ("nowhere", call()),
        (
            "the query",
            world
                .http
                .get(format!("{url}?access_token={token}"))
                .header("x-email", world.env("USER_EMAIL")),
        ),
        ("the subscription key's header", call().header("x-api-key", &token)),
        ("a cookie", call().header("cookie", format!("access_token={token}"))),
        (
            "a form",
            world
                .http
                .post(&url)
                .header("x-email", world.env("USER_EMAIL"))
                .form(&[("access_token", &token)]),
        ),
        ("another scheme", call().basic_auth("token", Some(&token))),
        ("no scheme", call().header("authorization", &token)),
    ];
    for (place, request) in elsewhere {
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 401, "{place}");
        let challenge = response.headers()["www-authenticate"].to_str().unwrap();
        assert!(
            challenge.starts_with("Bearer realm=\"SafeSend\", resource_metadata=") && !challenge.contains("error"),
            "{place}: {challenge}"
        );
        let problem: Value = response.json().await.unwrap();
        assert_eq!(problem["code"], "token_missing", "{place}");
    }
    assert_eq!(outcome(call().bearer_auth(&token)).await.0, 200);
}

/// SS-34, SS-43: on every endpoint, in its existing version, a call without x-email is 400.
async fn every_endpoint_wants_an_acting_user(world: World) {
    let token = world.token().await;
    let endpoints = [
        ("GET", "/ssr/v2/returns"),
        ("POST", "/ssr/v2/return/upload"),
        ("POST", "/sse/v1/message/send/"),
        ("DELETE", "/v1/anything"),
        ("GET", "/"),
    ];
    for (method, path) in endpoints {
        let url = format!("{}{path}", world.env("GATEWAY"));
        let request = world.http.request(method.parse().unwrap(), url).bearer_auth(&token);
        assert_eq!(
            outcome(request).await,
            refused(400, "acting_user_missing"),
            "{method} {path}"
        );
    }
}

/// SS-44, SS-45: what is no single address, and whom nobody knows, is 400.
async fn who_cannot_be_found_is_400(world: World) {
    let token = world.token().await;
    for text in [
        "",
        " ",
        "somebody",
        "a@",
        "@firm.example",
        "a b@firm.example",
        "<a@firm.example>",
    ] {
        assert_eq!(
            outcome(as_user(&world, &token, text)).await,
            refused(400, "acting_user_malformed"),
            "{text:?}"
        );
    }
    let email = world.env("USER_EMAIL");
    let twice = as_user(&world, &token, email).header("x-email", email);
    assert_eq!(outcome(twice).await, refused(400, "acting_user_several"));
    let listed = as_user(&world, &token, &format!("{email}, {email}"));
    assert_eq!(outcome(listed).await, refused(400, "acting_user_several"));
    assert_eq!(
        outcome(as_user(&world, &token, "nobody@firm.example")).await,
        refused(400, "acting_user_unknown")
    );
}

/// SS-38, SS-39, SS-40: any one of the three roles suffices, and the API is told who acts; a real user of the firm
/// without any of them is 403. Who is switched off is nobody's user.
async fn one_of_three_roles_may_act(world: World) {
    let own = firm::own(&world).await;
    let token = world.token().await;
    let permitted = [
        ("developer@firm.example", "Suite - API Developer"),
        ("sys@firm.example", "System Admin"),
        ("admin@firm.example", "Admin user group"),
    ];
    for (email, role) in permitted {
        let member = firm::member(&world, &own, email, &[role]).await;
        let response = as_user(&world, &token, &email.to_uppercase()).send().await.unwrap();
        assert_eq!(response.status(), 200, "{role}");
        let told: Value = response.json().await.unwrap();
        assert_eq!(
            (&told["requestedBy"], &told["firm"]),
            (&json!(email), &json!(own)),
            "{role}"
        );

        let off = member::Revise {
            state: Some(State::Disabled),
            ..member::Revise::default()
        };
        firm::done(member::revise(firm::desk(&world), &Asker::system(), &member, &off).await);
        until("a member who is switched off is not found", async || {
            outcome(as_user(&world, &token, email)).await == refused(400, "acting_user_unknown")
        })
        .await;
    }
    firm::member(&world, &own, "staff@firm.example", &["Staff"]).await;
    firm::member(&world, &own, "new@firm.example", &[]).await;
    for email in ["staff@firm.example", "new@firm.example"] {
        assert_eq!(
            outcome(as_user(&world, &token, email)).await,
            refused(403, "acting_user_role"),
            "{email}"
        );
    }
}

/// SS-41: a user of another firm is "not found" in just the words for a user who does not exist.
async fn a_user_of_another_firm_is_not_found(world: World) {
    let other = firm::new(&world, "Another firm").await;
    firm::member(&world, &other, "admin@other.example", &["System Admin"]).await;
    let theirs = firm::client(
        &world,
        &other,
        Wish {
            grants: &[("safesend", &[SCOPE])],
            ..Wish::default()
        },
    )
    .await;
    let (our_token, their_token) = (world.token().await, token_of(&world, &theirs).await);

    let problem = async |email: &str| {
        let response = as_user(&world, &our_token, email).send().await.unwrap();
        let mut problem: Value = response.json().await.unwrap();
        assert!(problem.as_object_mut().unwrap().remove("request_id").is_some());
        problem
    };
    let foreign = problem("admin@other.example").await;
    assert_eq!(
        (&foreign["status"], &foreign["title"]),
        (&json!(400), &json!("User not found"))
    );
    assert_eq!(foreign, problem("nobody@other.example").await);
    assert_eq!(
        outcome(as_user(&world, &their_token, world.env("USER_EMAIL"))).await,
        refused(400, "acting_user_unknown")
    );
    assert_eq!(
        outcome(as_user(&world, &their_token, "admin@other.example")).await.0,
        200,
        "in the own firm it is a user"
    );
}

/// SS-47: a token that is none, that was changed, or that is for somebody else's issuer or API is 401.
async fn a_token_that_is_not_good_is_401(world: World) {
    let good = world.token().await;
    let same = token::altered(&world, &good, |_| {});
    assert_eq!(
        outcome(world.call(&same)).await.0,
        200,
        "what is altered below is all that is wrong there"
    );
    let unsigned = format!(
        "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{}.",
        good.split('.').nth(1).unwrap()
    );
    let bad = [
        ("not a token", "token_malformed", "0123456789abcdef".to_owned()),
        ("the secret", "token_malformed", world.env("CLIENT_SECRET").to_owned()),
        (
            "half a token",
            "token_malformed",
            good.rsplit_once('.').unwrap().0.to_owned(),
        ),
        ("no signature", "token_algorithm", unsigned),
        (
            "another's claims",
            "token_signature",
            token::tampered(&good, |claims| claims["sub"] = json!("other@clients")),
        ),
        (
            "another issuer",
            "token_issuer",
            token::altered(&world, &good, |claims| {
                claims["iss"] = json!("https://elsewhere.example/")
            }),
        ),
        (
            "the issuer without its slash",
            "token_issuer",
            token::altered(&world, &good, |claims| {
                claims["iss"] = json!(world.env("ISSUER").trim_end_matches('/'))
            }),
        ),
        (
            "another audience",
            "token_audience",
            token::altered(&world, &good, |claims| claims["aud"] = json!("elsewhere")),
        ),
    ];
    for (what, code, token) in bad {
        let response = world.call(&token).send().await.unwrap();
        assert_eq!(response.status(), 401, "{what}");
        let challenge = response.headers()["www-authenticate"].to_str().unwrap().to_owned();
        assert!(challenge.contains("error=\"invalid_token\""), "{what}: {challenge}");
        let problem: Value = response.json().await.unwrap();
        assert_eq!(problem["code"], code, "{what}");
    }
    assert_eq!(outcome(world.call(&good)).await.0, 200);
}

/// SS-32, SS-48: at the second of its expiry a token is 401, and the same request, with nobody at hand, buys the
/// next one.
async fn an_expired_token_is_401_and_renewed_by_the_same_request(world: World) {
    let first = world.token().await;
    world.clock.forward(86_399);
    assert_eq!(outcome(world.call(&first)).await.0, 200);
    world.clock.forward(1);
    assert_eq!(outcome(world.call(&first)).await, refused(401, "token_expired"));
    let second = world.token().await;
    assert_eq!(outcome(world.call(&second)).await.0, 200);
    assert_eq!(outcome(world.call(&first)).await, refused(401, "token_expired"));
}

/// SS-49: 401 before 400 before 403: a request that is wrong in all three ways is told them in this order.
async fn it_is_401_before_400_before_403(world: World) {
    let own = firm::own(&world).await;
    firm::member(&world, &own, "staff@firm.example", &["Staff"]).await;
    let scopeless = firm::client(
        &world,
        &own,
        Wish {
            grants: &[("safesend", &[])],
            ..Wish::default()
        },
    )
    .await;
    let token = token_of(&world, &scopeless).await;

    let expired = token::altered(&world, &token, |claims| claims["exp"] = claims["iat"].clone());
    assert_eq!(
        outcome(bare(&world, &expired)).await,
        refused(401, "token_expired"),
        "all three"
    );
    assert_eq!(
        outcome(as_user(&world, "nonsense", "nonsense")).await,
        refused(401, "token_malformed"),
        "all three"
    );
    assert_eq!(
        outcome(bare(&world, &token)).await,
        refused(400, "acting_user_missing"),
        "the request and the right"
    );
    assert_eq!(
        outcome(as_user(&world, &token, "nonsense")).await,
        refused(400, "acting_user_malformed"),
        "the request and the right"
    );
    assert_eq!(
        outcome(as_user(&world, &token, "nobody@firm.example")).await,
        refused(400, "acting_user_unknown"),
        "the request and the right"
    );
    assert_eq!(
        outcome(as_user(&world, &token, world.env("USER_EMAIL"))).await,
        refused(403, "scope_insufficient"),
        "the right"
    );
    assert_eq!(
        outcome(as_user(&world, &world.token().await, "staff@firm.example")).await,
        refused(403, "acting_user_role"),
        "the right"
    );
}
