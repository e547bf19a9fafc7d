//! Codes and rotating refresh tokens.

use super::{CALLBACK, CLIENT, MATTER, address, call, client, exchange, refresh, text, tokens, unknown_token};
use crate::firm;
use crate::person::Person;
use serde_json::{Value, json};
use tollgate_tests::World;

on_both_stores! { "elite-3e":
    a_code_is_good_once_and_for_a_minute,
    the_address_of_the_exchange_is_that_of_the_request,
    each_use_brings_a_new_refresh_token,
    a_refresh_token_that_comes_again_ends_the_family,
    refresh_tokens_are_good_for_90_days_each,
    tokens_are_the_applications_alone,
}

const DAY: i64 = 86_400;

fn offline() -> String {
    format!("offline_access {MATTER}")
}

fn bad_code(answer: (u16, Value)) {
    let (status, refusal) = answer;
    assert_eq!((status, &refusal["error"]), (403, &json!("invalid_grant")), "{refusal}");
    assert!(refusal["access_token"].is_null());
}

/// 3E-28, PK4, PK5: a code is exchanged once, within a minute; one that comes again takes the tokens with it.
async fn a_code_is_good_once_and_for_a_minute(world: World) {
    let client = client(&world).await;
    let back = Person::new(&world)
        .walks(&address(&client, &offline()), "approve")
        .await;
    let (status, answer) = exchange(&world, &client, back.code(), CALLBACK).await;
    assert_eq!(status, 200, "{answer}");
    bad_code(exchange(&world, &client, back.code(), CALLBACK).await);
    unknown_token(refresh(&world, &client, text(&answer, "refresh_token")).await);

    let back = Person::new(&world)
        .walks(&address(&client, &offline()), "approve")
        .await;
    world.clock.forward(60);
    bad_code(exchange(&world, &client, back.code(), CALLBACK).await);
}

/// 3E-30: `redirect_uri` must be that of the request, and must be there.
async fn the_address_of_the_exchange_is_that_of_the_request(world: World) {
    let client = client(&world).await;
    for other in ["https://matter-sync.firm.example/signin-oidc/", super::SIGNED_OUT, ""] {
        let back = Person::new(&world).walks(&address(&client, MATTER), "approve").await;
        let (status, refusal) = exchange(&world, &client, back.code(), other).await;
        assert!(matches!(status, 400 | 403), "{other}: {refusal}");
        assert!(refusal["access_token"].is_null(), "{other}: {refusal}");
    }
}

/// 3E-35, 3E-36: the refresh token buys a new access token and its own successor; extra parameters, such as a field
/// integration sends along, are ignored.
async fn each_use_brings_a_new_refresh_token(world: World) {
    let client = client(&world).await;
    let mut answer = tokens(&world, &client, &offline()).await;
    for _ in 0..3 {
        world.clock.forward(3600);
        assert_eq!(
            call(&world, "/3eapi/api/v1/matter", text(&answer, "access_token")).await,
            401
        );
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", text(&answer, "refresh_token")),
            ("client_id", &client.id),
            ("client_secret", &client.secret),
            ("code", ""),
            ("redirect_uri", CALLBACK),
        ];
        let (status, next) = crate::person::told(world.http.post(world.env("TOKEN_URL")).form(&form)).await;
        assert_eq!(status, 200, "{next}");
        assert_ne!(next["refresh_token"], answer["refresh_token"]);
        assert_eq!(next["expires_in"], 3600);
        assert_eq!(
            call(&world, "/3eapi/api/v1/matter", text(&next, "access_token")).await,
            200
        );
        assert_eq!(
            call(&world, "/3eapi/api/v1/client", text(&next, "access_token")).await,
            403
        );
        answer = next;
    }
}

/// 3E-36, RT1: the old one dies; when it comes again, somebody has it who should not, and its successor dies as well.
async fn a_refresh_token_that_comes_again_ends_the_family(world: World) {
    let client = client(&world).await;
    let first = tokens(&world, &client, &offline()).await;
    let (status, second) = refresh(&world, &client, text(&first, "refresh_token")).await;
    assert_eq!(status, 200, "{second}");
    world.clock.forward(60);
    unknown_token(refresh(&world, &client, text(&first, "refresh_token")).await);
    unknown_token(refresh(&world, &client, text(&second, "refresh_token")).await);
    tollgate_tests::until("the gateway knows", async || {
        call(&world, "/3eapi/api/v1/matter", text(&second, "access_token")).await == 401
    })
    .await;
}

/// 3E-38: each refresh token is good for 90 days from its own issue, and no longer.
async fn refresh_tokens_are_good_for_90_days_each(world: World) {
    let client = client(&world).await;
    let mut answer = tokens(&world, &client, &offline()).await;
    for _ in 0..3 {
        world.clock.forward(90 * DAY - 1);
        let (status, next) = refresh(&world, &client, text(&answer, "refresh_token")).await;
        assert_eq!(status, 200, "{next}");
        answer = next;
    }
    world.clock.forward(90 * DAY);
    unknown_token(refresh(&world, &client, text(&answer, "refresh_token")).await);
}

/// 3E-40, RT3, PK6: codes and refresh tokens are of no use to another application, and no token ever stands in an address
/// or in what is kept of the calls.
async fn tokens_are_the_applications_alone(world: World) {
    let (ours, theirs) = (client(&world).await, client(&world).await);
    let scope = format!("{} {CLIENT}", offline());
    let mut person = Person::new(&world);
    let back = person.walks(&address(&ours, &scope), "approve").await;
    bad_code(exchange(&world, &theirs, back.code(), CALLBACK).await);
    let (status, answer) = exchange(&world, &ours, back.code(), CALLBACK).await;
    assert_eq!(status, 200, "a foreign client burns nobody's code: {answer}");
    assert!(!back.location.contains("token"), "{}", back.location);
    unknown_token(refresh(&world, &theirs, text(&answer, "refresh_token")).await);
    let (status, next) = refresh(&world, &ours, text(&answer, "refresh_token")).await;
    assert_eq!(status, 200, "and takes nobody's token away: {next}");

    let (_, events) = crate::person::told(world.manage("GET", "/events?limit=200")).await;
    let kept = events.to_string();
    assert!(kept.contains("consent.given"), "{kept}");
    for name in ["access_token", "refresh_token"] {
        for answer in [&answer, &next] {
            assert!(!kept.contains(text(answer, name)), "{name}");
        }
    }
    assert!(!kept.contains(back.code()));
    let held = firm::desk(&world)
        .store
        .client(&tollgate_model::ClientId::new(&ours.id))
        .await;
    assert!(!format!("{:?}", held.unwrap()).contains(text(&next, "refresh_token")));
}
