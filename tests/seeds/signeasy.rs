//! Signeasy: an app's own token for 30 days, and calls that count for the app's owner.

mod person;

use crate::firm::{self, Wish};
use crate::{paste, token};
use serde_json::{Value, json};
use tollgate_issuer::registry::{Asker, client};
use tollgate_model::ClientId;
use tollgate_tests::curl::Answer;
use tollgate_tests::{World, until};

on_both_stores! { "signeasy":
    the_documented_request_buys_a_token_for_30_days,
    each_of_the_four_is_required,
    no_other_audience_is_served,
    no_other_grant_type_is_served,
    the_token_acts_for_the_owner_of_the_app,
    an_app_without_owner_acts_for_nobody,
    scopes_open_what_they_name,
    the_token_is_renewed_by_the_same_request,
}

const URL: &str = "http://auth.signeasy.com/oauth/token";
const ME: &str = "http://api.signeasy.com/v3/me";
const AUDIENCE: &str = "https://api-ext.signeasy.com/";
const BODY: &str = r#"{
    "client_id": "<YOUR_CLIENT_ID>",
    "client_secret": "<YOUR_CLIENT_SECRET>",
    "audience": "https://api-ext.signeasy.com/",
    "grant_type": "client_credentials"
}"#;
const DAYS_30: i64 = 2_592_000;

/// The documented request.
async fn request(world: &World) -> Answer {
    let body = paste::filled(world, BODY);
    let arguments = [
        "--location",
        "--request",
        "POST",
        URL,
        "--header",
        "Content-Type: application/json",
        "--data-raw",
        &body,
    ];
    paste::at_issuer(world, &arguments).await
}

/// The documented call.
async fn me(world: &World, token: &str) -> Answer {
    paste::at_gateway(
        world,
        &["-X", "GET", "-H", &format!("Authorization: Bearer {token}"), ME],
    )
    .await
}

/// Status and body for the documented members with one changed, or taken away.
async fn with(world: &World, name: &str, value: Option<Value>) -> (u16, Value) {
    let mut body: Value = serde_json::from_str(&paste::filled(world, BODY)).unwrap();
    match value {
        Some(value) => body[name] = value,
        None => drop(body.as_object_mut().unwrap().remove(name)),
    }
    let response = world
        .http
        .post(world.env("TOKEN_URL"))
        .json(&body)
        .send()
        .await
        .unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

/// SE-5, SE-8, SE-9, SE-12, SE-14, SE-15, SE-16, SE-17, SE-18: the documented request is answered with the documented
/// members, and the token is a JWT that says the same.
async fn the_documented_request_buys_a_token_for_30_days(world: World) {
    let answer = request(&world).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let told = answer.json();
    let token = token::of(&told);
    let expected =
        json!({ "access_token": token, "scope": "rs:read rs:update", "expires_in": DAYS_30, "token_type": "Bearer" });
    assert_eq!(told, expected);
    assert!(told["expires_in"].is_i64(), "{told}");
    assert!(
        token.starts_with("eyJhbGciOiJSU"),
        "the algorithm stands first in the header: {token}"
    );
    assert_eq!(token::header(&token)["alg"], "RS256");

    let claims = token::verified(&world, &token).await;
    let now = firm::desk(&world).now().0;
    assert_eq!(claims["aud"], AUDIENCE);
    assert_eq!(claims["scope"], "rs:read rs:update");
    assert_eq!(
        (claims["iat"].as_i64(), claims["exp"].as_i64()),
        (Some(now), Some(now + DAYS_30))
    );
}

/// SE-10: all four parameters are required, as strings.
async fn each_of_the_four_is_required(world: World) {
    for (name, status, error) in [
        ("client_id", 401, "invalid_client"),
        ("client_secret", 401, "access_denied"),
        ("audience", 403, "access_denied"),
        ("grant_type", 400, "invalid_request"),
    ] {
        for nothing in [None, Some(Value::Null), Some(json!(""))] {
            let (answered, told) = with(&world, name, nothing.clone()).await;
            assert_eq!(
                (answered, &told["error"]),
                (status, &json!(error)),
                "{name}: {nothing:?}"
            );
            assert!(told.get("access_token").is_none(), "{told}");
        }
        for other in [json!(7), json!(false), json!([]), json!({})] {
            let (answered, told) = with(&world, name, Some(other.clone())).await;
            assert_eq!(
                (answered, &told["error"]),
                (400, &json!("invalid_request")),
                "{name}: {other}"
            );
        }
    }
    assert_eq!(
        with(&world, "organization", Some(Value::Null)).await.0,
        200,
        "a member that is null is none"
    );
}

/// SE-11: the audience is always and exactly https://api-ext.signeasy.com/, slash and all.
async fn no_other_audience_is_served(world: World) {
    for audience in [
        "https://api-ext.signeasy.com",
        "https://api.signeasy.com/",
        "http://api-ext.signeasy.com/",
        "HTTPS://API-EXT.SIGNEASY.COM/",
        "https://api-ext.signeasy.com//",
    ] {
        let (status, told) = with(&world, "audience", Some(json!(audience))).await;
        let said = format!("Service not enabled within domain: {audience}");
        assert_eq!(
            (status, told),
            (403, json!({ "error": "access_denied", "error_description": said }))
        );
    }
}

/// SE-13: grant_type is client_credentials and nothing like it.
async fn no_other_grant_type_is_served(world: World) {
    for grant_type in [
        "password",
        "authorization_code",
        "refresh_token",
        "Client_Credentials",
        " client_credentials",
    ] {
        let (status, told) = with(&world, "grant_type", Some(json!(grant_type))).await;
        assert_eq!(status, 403, "{grant_type}: {told}");
        assert!(told.get("access_token").is_none(), "{told}");
    }
}

/// SE-19, SE-20, SE-21: GET /v3/me at the API's own host, with the token in the Authorization header, with and
/// without a slash at its end, answers the app's owner; who the owner is, the caller cannot choose.
async fn the_token_acts_for_the_owner_of_the_app(world: World) {
    let token = token::of(&request(&world).await.json());
    let bearer = format!("Authorization: Bearer {token}");
    for url in [ME, "http://api.signeasy.com/v3/me/"] {
        let answer = paste::at_gateway(&world, &["-X", "GET", "-H", &bearer, url]).await;
        assert_eq!(answer.status, 200, "{url}: {}", answer.body);
        assert_eq!(answer.json()["email"], world.env("USER_EMAIL"), "{url}");
    }
    let claimed = paste::at_gateway(
        &world,
        &[
            "-H",
            &bearer,
            "-H",
            "x-email: else@firm.example",
            "-H",
            "Tollgate-Acting-User: else@firm.example",
            ME,
        ],
    )
    .await;
    assert_eq!(
        (claimed.status, &claimed.json()["email"]),
        (200, &json!(world.env("USER_EMAIL")))
    );

    for arguments in [
        vec![ME],
        vec!["-H", "Authorization: Basic eDp5", ME],
        vec!["http://api.signeasy.com/v3/me?access_token=x"],
    ] {
        assert_eq!(paste::at_gateway(&world, &arguments).await.status, 401, "{arguments:?}");
    }

    let firm = firm::own(&world).await;
    let heir = firm::member(&world, &firm, "heir@firm.example", &["Member"]).await;
    let id = ClientId::new(world.env("CLIENT_ID"));
    let ask = client::Revise {
        owner: Some(Some(heir)),
        ..client::Revise::default()
    };
    firm::done(client::revise(firm::desk(&world), &Asker::system(), &id, &ask).await);
    until("the same token acts for the new owner", async || {
        me(&world, &token).await.json()["email"] == "heir@firm.example"
    })
    .await;
}

/// SE-19: an app that nobody owns has nobody to act for.
async fn an_app_without_owner_acts_for_nobody(world: World) {
    let firm = firm::own(&world).await;
    let orphan = firm::client(
        &world,
        &firm,
        Wish {
            grants: &[("signeasy", &["rs:read"])],
            ..Wish::default()
        },
    )
    .await;
    let body = json!({
        "client_id": orphan.id, "client_secret": orphan.secret, "audience": AUDIENCE, "grant_type": "client_credentials",
    });
    let response = world
        .http
        .post(world.env("TOKEN_URL"))
        .json(&body)
        .send()
        .await
        .unwrap();
    let told: Value = response.json().await.unwrap();
    assert_eq!(told["scope"], "rs:read", "the scopes are the app's own");
    let answer = me(&world, &token::of(&told)).await;
    assert_eq!(
        (answer.status, &answer.json()["code"]),
        (403, &json!("acting_user_role"))
    );
}

/// SE-16: the scopes that come unasked open what they name, and nothing beside it.
async fn scopes_open_what_they_name(world: World) {
    let token = world.token().await;
    let call = async |method: &str, path: &str| {
        let url = format!("{}{path}", world.env("GATEWAY"));
        let response = world
            .http
            .request(method.parse().unwrap(), url)
            .bearer_auth(&token)
            .send()
            .await
            .unwrap();
        response.status().as_u16()
    };
    assert_eq!(call("GET", "/v3/rs/pending/").await, 200);
    assert_eq!(call("PATCH", "/v3/rs/1/").await, 200);
    for (method, path) in [
        ("POST", "/v3/rs/"),
        ("GET", "/v3/original/"),
        ("POST", "/v3/signed/"),
        ("GET", "/v3/template/"),
    ] {
        assert_eq!(call(method, path).await, 403, "{method} {path}");
    }
}

/// SE-5, SE-22, SE-23: the token is good to the last second of its 30 days, then a challenge says why; the same
/// request buys the next, no refresh token is there, and the older token lives to its own end.
async fn the_token_is_renewed_by_the_same_request(world: World) {
    let first = request(&world).await.json();
    assert!(first.get("refresh_token").is_none(), "{first}");
    let first = token::of(&first);
    world.clock.forward(DAYS_30 - 1);
    let second = token::of(&request(&world).await.json());
    assert_ne!(first, second);
    assert_eq!(
        (me(&world, &first).await.status, me(&world, &second).await.status),
        (200, 200)
    );

    world.clock.forward(1);
    let ended = me(&world, &first).await;
    assert_eq!((ended.status, &ended.json()["code"]), (401, &json!("token_expired")));
    let challenge = ended.header("www-authenticate").unwrap().to_owned();
    assert!(
        challenge.starts_with("Bearer ") && challenge.contains("error=\"invalid_token\""),
        "{challenge}"
    );
    assert_eq!(me(&world, &second).await.status, 200);
}
