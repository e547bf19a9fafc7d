//! SafeSend: who gets no token, and in which words.

use super::{SCOPE, answer, four, no};
use crate::firm::{self, Wish};
use serde_json::{Value, json};
use tollgate_tests::World;

on_both_stores! { "safesend":
    each_of_the_four_is_a_required_string,
    other_grant_types_are_not_allowed,
    the_labels_of_the_table_name_no_parameters,
    no_refresh_token_exists,
    missing_and_wrong_credentials_are_401,
    good_credentials_that_are_not_enough_are_403,
}

const FOUR: [&str; 4] = ["client_id", "client_secret", "audience", "grant_type"];

/// SS-20: each of the four is required and is a string: missing, `null` and empty are one, and no number, truth
/// value, list or object will do.
async fn each_of_the_four_is_a_required_string(world: World) {
    let absent = |name: &str| match name {
        "client_id" => no(401, "invalid_client", "Missing client_id"),
        "client_secret" => no(401, "access_denied", "Unauthorized"),
        "audience" => no(
            403,
            "access_denied",
            "No audience parameter was provided, and no default audience has been configured",
        ),
        _ => no(400, "invalid_request", "Missing required parameter: grant_type"),
    };
    for name in FOUR {
        let mut without = four(&world);
        without.as_object_mut().unwrap().remove(name);
        assert_eq!(answer(&world, &without).await, absent(name), "{name} missing");
        for nothing in [Value::Null, json!("")] {
            let mut with = four(&world);
            with[name] = nothing.clone();
            assert_eq!(answer(&world, &with).await, absent(name), "{name}: {nothing}");
        }
        for other in [
            json!(1),
            json!(true),
            json!(["client_credentials"]),
            json!({ "a": "b" }),
        ] {
            let mut with = four(&world);
            with[name] = other.clone();
            let (status, told) = answer(&world, &with).await;
            assert_eq!(
                (status, &told["error"]),
                (400, &json!("invalid_request")),
                "{name}: {other}"
            );
            assert!(
                told["error_description"].as_str().unwrap().contains(name),
                "{told} names {name}"
            );
        }
    }
}

/// SS-21, SS-30: with good credentials another grant type is not allowed, and the answer names it.
async fn other_grant_types_are_not_allowed(world: World) {
    for grant_type in [
        "password",
        "authorization_code",
        "CLIENT_CREDENTIALS",
        "client-credentials",
    ] {
        let mut body = four(&world);
        body["grant_type"] = json!(grant_type);
        let (status, told) = answer(&world, &body).await;
        assert_eq!(status, 403, "{grant_type}: {told}");
        assert!(
            told["error_description"].as_str().unwrap().contains(grant_type),
            "{told}"
        );
        assert!(told.get("access_token").is_none(), "{told}");
    }
}

/// SS-22: the table's labels "Audience" and "Grant type" name no parameters.
async fn the_labels_of_the_table_name_no_parameters(world: World) {
    for (name, label, status) in [
        ("audience", "Audience", 403),
        ("grant_type", "Grant type", 400),
        ("grant_type", "Grant_type", 400),
    ] {
        let mut body = four(&world);
        let value = body.as_object_mut().unwrap().remove(name).unwrap();
        body[label] = value;
        let (answered, told) = answer(&world, &body).await;
        assert_eq!(answered, status, "{label}: {told}");
        assert!(told.get("access_token").is_none(), "{told}");
    }
}

/// SS-27: there is no refresh token, and a scope is none, whatever the table says of it.
async fn no_refresh_token_exists(world: World) {
    let (_, told) = answer(&world, &four(&world)).await;
    assert!(
        told.get("refresh_token").is_none() && told.get("id_token").is_none(),
        "{told}"
    );
    let mut body = four(&world);
    body["grant_type"] = json!("refresh_token");
    body["refresh_token"] = told["scope"].clone();
    assert_eq!(
        answer(&world, &body).await,
        no(403, "unsupported_grant_type", "Unsupported grant type: refresh_token")
    );
    let mut body = four(&world);
    body["scope"] = json!(format!("{SCOPE} offline_access"));
    assert_eq!(
        answer(&world, &body).await,
        no(
            403,
            "access_denied",
            "Client has not been granted scopes: offline_access"
        )
    );
}

/// SS-29: missing or wrong credentials are 401, and nobody learns which of them is wrong.
async fn missing_and_wrong_credentials_are_401(world: World) {
    let other = firm::new(&world, "Another firm").await;
    let theirs = firm::client(
        &world,
        &other,
        Wish {
            grants: &[("safesend", &[SCOPE])],
            ..Wish::default()
        },
    )
    .await;
    let unauthorized = no(401, "access_denied", "Unauthorized");
    let wrong = [
        ("client_secret", json!("wrong")),
        ("client_secret", json!(theirs.secret)),
        ("client_secret", json!(format!("{}x", world.env("CLIENT_SECRET")))),
        ("client_secret", Value::Null),
        ("client_id", json!("nobody")),
        ("client_id", json!(theirs.id)),
    ];
    for (name, value) in wrong {
        let mut body = four(&world);
        body[name] = value.clone();
        assert_eq!(answer(&world, &body).await, unauthorized, "{name}: {value}");
    }
    assert_eq!(
        answer(&world, &four(&world)).await.0,
        200,
        "the real client is not kept away"
    );
}

/// SS-30: credentials that are good but not enough are 403, and the body names the cause.
async fn good_credentials_that_are_not_enough_are_403(world: World) {
    let mut elsewhere = four(&world);
    elsewhere["audience"] = json!("https://elsewhere.example/");
    assert_eq!(
        answer(&world, &elsewhere).await,
        no(
            403,
            "access_denied",
            "Service not enabled within domain: https://elsewhere.example/"
        )
    );

    let mut beyond = four(&world);
    beyond["scope"] = json!("https://api.tr.com/auth/other.all");
    assert_eq!(
        answer(&world, &beyond).await,
        no(
            403,
            "access_denied",
            "Client has not been granted scopes: https://api.tr.com/auth/other.all"
        )
    );

    let ungranted = firm::client(&world, &firm::own(&world).await, Wish::default()).await;
    let mut body = four(&world);
    body["client_id"] = json!(ungranted.id);
    body["client_secret"] = json!(ungranted.secret);
    let why = format!(
        "Client \"{}\" is not authorized to access resource server \"{}\". \
         You need to create a \"client-grant\" associated to this API.",
        ungranted.id,
        world.env("AUDIENCE"),
    );
    assert_eq!(answer(&world, &body).await, no(403, "access_denied", &why));
    firm::grant(&world, &ungranted.id, "safesend", &[SCOPE]).await;
    assert_eq!(
        answer(&world, &body).await.0,
        200,
        "with the permission the same request succeeds"
    );
}
