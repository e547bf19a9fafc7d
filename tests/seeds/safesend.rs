//! SafeSend: how a firm's software gets its token. Who gets none is in `refusals`, what the
//! token opens in `gate`.

mod gate;
mod log;
mod refusals;

use crate::firm::{self, Wish};
use crate::{paste, token};
use reqwest::Response;
use serde_json::{Value, json};
use tollgate_issuer::registry::secret;
use tollgate_model::event::EventFilter;
use tollgate_model::{ClientId, Page};
use tollgate_tests::World;

on_both_stores! { "safesend":
    the_documented_request_buys_a_token,
    the_host_that_is_asked_does_not_change_the_issuer,
    bodies_of_the_field_buy_the_same_token,
    the_secret_is_repeated_nowhere,
    the_41st_request_of_an_hour_is_too_many,
}

const URL: &str = "http://auth-prod.thomsonreuters.com/oauth/token";
const BODY: &str = r#"{
  "client_id": "<YOUR_CLIENT_ID>",
  "client_secret": "<YOUR_CLIENT_SECRET>",
  "audience": "<TARGET_API_AUDIENCE>",
  "grant_type": "client_credentials"
}"#;
const SCOPE: &str = "https://api.tr.com/auth/safesend.all";

/// The four members, filled in.
fn four(world: &World) -> Value {
    serde_json::from_str(&paste::filled(world, BODY)).unwrap()
}

async fn send(world: &World, body: &Value) -> Response {
    world.http.post(world.env("TOKEN_URL")).json(body).send().await.unwrap()
}

/// Status and body of what such a request is answered.
async fn answer(world: &World, body: &Value) -> (u16, Value) {
    told(send(world, body).await).await
}

async fn told(response: Response) -> (u16, Value) {
    (response.status().as_u16(), response.json().await.unwrap())
}

fn no(status: u16, error: &str, description: &str) -> (u16, Value) {
    (status, json!({ "error": error, "error_description": description }))
}

/// SS-18, SS-19, SS-24, SS-25, SS-26, SS-28: the documented request is answered 200 with the four members and
/// nothing else, and the token says what they say.
async fn the_documented_request_buys_a_token(world: World) {
    let body = paste::filled(&world, BODY);
    let answer = paste::at_issuer(
        &world,
        &[
            "--request",
            "POST",
            URL,
            "--header",
            "Content-Type: application/json",
            "--data",
            &body,
        ],
    )
    .await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let told = answer.json();
    let token = token::of(&told);
    assert_eq!(
        told,
        json!({ "access_token": token, "scope": SCOPE, "expires_in": 86400, "token_type": "Bearer" })
    );
    assert!(
        told["expires_in"].is_i64(),
        "a whole number, not {}",
        told["expires_in"]
    );

    let claims = token::verified(&world, &token).await;
    let (id, now) = (world.env("CLIENT_ID"), firm::desk(&world).now().0);
    assert_eq!(token::header(&token)["alg"], "RS256");
    assert_eq!(claims["sub"], format!("{id}@clients"));
    assert_eq!(claims["azp"], id);
    assert_eq!(claims["aud"], world.env("AUDIENCE"));
    assert_eq!(claims["scope"], SCOPE);
    assert_eq!(claims["gty"], "client-credentials");
    assert_eq!(
        (claims["iat"].as_i64(), claims["exp"].as_i64()),
        (Some(now), Some(now + 86400))
    );
}

/// SS-18: auth-prod, its field aliases and any other name lead to one issuer; the token and the metadata name that
/// issuer and never the host that was asked.
async fn the_host_that_is_asked_does_not_change_the_issuer(world: World) {
    let body = paste::filled(&world, BODY);
    for host in [
        "auth-prod.thomsonreuters.com",
        "auth.thomsonreuters.com",
        "auth-nonprod.thomsonreuters.com",
        "AUTH-PROD.thomsonreuters.com:80",
    ] {
        let url = format!("http://{host}/oauth/token");
        let answer = paste::at_issuer(
            &world,
            &["--header", "Content-Type: application/json", "--data", &body, &url],
        )
        .await;
        assert_eq!(answer.status, 200, "{host}: {}", answer.body);
        let token = token::of(&answer.json());
        assert_eq!(
            token::verified(&world, &token).await["iss"],
            world.env("ISSUER"),
            "{host}"
        );
        assert_eq!(answer.header("deprecation"), None, "{host}");

        let metadata = paste::at_issuer(&world, &[&format!("http://{host}/.well-known/openid-configuration")])
            .await
            .json();
        assert_eq!(metadata["issuer"], world.env("ISSUER"), "{host}");
        assert_eq!(metadata["token_endpoint"], world.env("TOKEN_URL"), "{host}");
    }
    assert!(
        world.env("ISSUER").ends_with('/'),
        "this family's issuer ends with a slash"
    );
}

/// SS-19: beside the documented body, those that software in the field sends: a form, a charset, `null` and empty
/// members, Basic raw and form-encoded, Basic and body at once.
async fn bodies_of_the_field_buy_the_same_token(world: World) {
    let (id, secret, audience) = (
        world.env("CLIENT_ID"),
        world.env("CLIENT_SECRET"),
        world.env("AUDIENCE"),
    );
    let post = || world.http.post(world.env("TOKEN_URL"));
    let rest = [("grant_type", "client_credentials"), ("audience", audience)];
    let form = [("client_id", id), ("client_secret", secret), rest[0], rest[1]];
    let mut nulls = four(&world);
    nulls["organization"] = Value::Null;
    nulls["scope"] = json!("");
    let raw = paste::filled(&world, BODY);
    let encoded = |text: &str| text.bytes().map(|b| format!("%{b:02X}")).collect::<String>();
    let requests = [
        ("a form", post().form(&form)),
        (
            "a form with charset",
            post()
                .header("content-type", "application/x-www-form-urlencoded;charset=UTF-8")
                .body(form.map(|(name, value)| format!("{name}={value}")).join("&")),
        ),
        (
            "JSON with charset",
            post()
                .header("content-type", "application/json;charset=UTF-8")
                .body(raw),
        ),
        ("null and empty members", post().json(&nulls)),
        ("Basic raw", post().basic_auth(id, Some(secret)).form(&rest)),
        (
            "Basic form-encoded",
            post().basic_auth(encoded(id), Some(encoded(secret))).form(&rest),
        ),
        (
            "Basic and JSON",
            post()
                .basic_auth(id, Some(secret))
                .json(&json!({ "grant_type": "client_credentials", "audience": audience })),
        ),
        (
            "Basic and body at once",
            post().basic_auth(id, Some(secret)).form(&form),
        ),
    ];
    for (what, request) in requests {
        let (status, told) = told(request.send().await.unwrap()).await;
        assert_eq!((status, &told["scope"]), (200, &json!(SCOPE)), "{what}: {told}");
        assert_eq!(token::claims(&token::of(&told))["azp"], id, "{what}");
    }
    let mut wrong = form;
    wrong[1].1 = "other";
    for disagreeing in [
        post().basic_auth(id, Some("other")).form(&form),
        post().basic_auth(id, Some(secret)).form(&wrong),
    ] {
        let answer = told(disagreeing.send().await.unwrap()).await;
        assert_eq!(
            answer,
            no(401, "access_denied", "Unauthorized"),
            "two secrets that disagree"
        );
    }
}

/// SS-23: the server repeats the secret nowhere, not in answers, events or logs, and never honours it in a URL.
async fn the_secret_is_repeated_nowhere(world: World) {
    let log = log::listen();
    let (id, secret) = (world.env("CLIENT_ID"), world.env("CLIENT_SECRET"));
    let url = world.env("TOKEN_URL");
    let audience = world.env("AUDIENCE");
    let exposed =
        format!("{url}?client_id={id}&client_secret={secret}&audience={audience}&grant_type=client_credentials");
    let mut swapped = four(&world);
    swapped["client_id"] = json!(secret);
    let mut elsewhere = four(&world);
    elsewhere["audience"] = json!("elsewhere");
    let broken = format!("{{\"client_secret\": \"{secret}\"");
    let requests = [
        (400, world.http.post(&exposed)),
        (400, world.http.post(&exposed).json(&four(&world))),
        (400, world.http.get(&exposed)),
        (
            400,
            world
                .http
                .post(url)
                .header("content-type", "application/json")
                .body(broken),
        ),
        (401, world.http.post(url).json(&swapped)),
        (403, world.http.post(url).json(&elsewhere)),
        (200, world.http.post(url).json(&four(&world))),
    ];
    let mut named = Vec::new();
    for (status, request) in requests {
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), status);
        assert!(!format!("{:?}", response.headers()).contains(secret));
        named.push(response.headers()["tollgate-request-id"].to_str().unwrap().to_owned());
        let text = response.text().await.unwrap();
        assert!(!text.contains(secret), "{text}");
        assert_eq!(text.contains("access_token"), status == 200, "{text}");
    }
    let desk = firm::desk(&world);
    let held = firm::done(secret::list(desk, &ClientId::new(id)).await);
    assert!(!format!("{held:?}").contains(secret));
    let events = desk
        .store
        .events(&EventFilter::default(), &Page::first())
        .await
        .unwrap();
    assert!(!events.items.is_empty());
    assert!(!format!("{events:?}").contains(secret));
    let log = log.text();
    assert!(
        named.iter().any(|request| log.contains(request.as_str())),
        "the log is heard"
    );
    assert!(!log.contains(secret));
}

/// The vendor's limit: 40 token requests an hour for each client. The 41st is told when to come back, and refused
/// requests do not make it later.
async fn the_41st_request_of_an_hour_is_too_many(world: World) {
    let number = |response: &Response, name: &str| response.headers()[name].to_str().unwrap().parse::<i64>().unwrap();
    let start = firm::desk(&world).now().0;
    for left in (0..40).rev() {
        let response = send(&world, &four(&world)).await;
        assert_eq!(response.status(), 200, "{left} are left");
        let told =
            ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"].map(|name| number(&response, name));
        assert_eq!(told, [40, left, start + 3600]);
    }
    let spent = send(&world, &four(&world)).await;
    let told_then = [
        "x-ratelimit-limit",
        "x-ratelimit-remaining",
        "x-ratelimit-reset",
        "retry-after",
    ]
    .map(|name| number(&spent, name));
    assert_eq!(told_then, [40, 0, start + 3600, 3600]);
    assert_eq!(told(spent).await, no(429, "too_many_requests", "Rate limit exceeded."));

    let other = firm::client(
        &world,
        &firm::own(&world).await,
        Wish {
            grants: &[("safesend", &[SCOPE])],
            ..Wish::default()
        },
    )
    .await;
    let mut body = four(&world);
    body["client_id"] = json!(other.id);
    body["client_secret"] = json!(other.secret);
    assert_eq!(answer(&world, &body).await.0, 200, "another client has its own forty");

    world.clock.forward(3599);
    let almost = send(&world, &four(&world)).await;
    assert_eq!((almost.status().as_u16(), number(&almost, "retry-after")), (429, 1));
    world.clock.forward(1);
    let again = send(&world, &four(&world)).await;
    assert_eq!(
        (again.status().as_u16(), number(&again, "x-ratelimit-remaining")),
        (200, 39)
    );
}
