//! Signicat Express: how software gets its token, at the endpoint of today and at the one of before. What the token
//! opens is in `gate`.

mod gate;

use crate::firm::{self, Client, Wish};
use crate::{paste, token};
use reqwest::RequestBuilder;
use serde_json::{Value, json};
use tollgate_issuer::registry::{Asker, secret};
use tollgate_model::client::{AuthMethod, Environment};
use tollgate_model::{ClientId, Page};
use tollgate_tests::{World, until};

on_both_stores! { "signicat":
    the_documented_request_buys_a_token_for_an_hour,
    the_client_decides_the_environment,
    the_older_endpoint_works_and_says_that_it_is_old,
    no_other_grant_type_is_served,
    scopes_are_separated_by_spaces,
    a_missing_scope_is_invalid_until_the_client_is_edited,
    only_a_form_is_read,
    the_id_is_shown_and_the_secret_never_again,
    basic_and_body_both_let_the_client_in,
}

const URL: &str = "http://api.signicat.io/oauth/connect/token";
const OLD_URL: &str = "http://api.idfy.io/oauth/connect/token";
const GRANT: (&str, &str) = ("grant_type", "client_credentials");
const READ: (&str, &str) = ("scope", "document_read");

/// The documented request at one of the two endpoints, as curl sends it.
async fn request(world: &World, url: &str, scope: &str) -> tollgate_tests::curl::Answer {
    let user = format!("{}:{}", world.env("CLIENT_ID"), world.env("CLIENT_SECRET"));
    let data = format!("grant_type=client_credentials&scope={scope}");
    let form = "Content-Type: application/x-www-form-urlencoded";
    paste::at_issuer(
        world,
        &[
            "--request",
            "POST",
            url,
            "--header",
            form,
            "--user",
            &user,
            "--data",
            &data,
        ],
    )
    .await
}

/// This world's own client.
fn own(world: &World) -> Client {
    Client {
        id: world.env("CLIENT_ID").to_owned(),
        secret: world.env("CLIENT_SECRET").to_owned(),
    }
}

/// A request of a client by Basic.
fn basic(world: &World, client: &Client) -> RequestBuilder {
    world
        .http
        .post(world.env("TOKEN_URL"))
        .basic_auth(&client.id, Some(&client.secret))
}

async fn told(request: RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

/// A token of a client for these scopes.
async fn token_for(world: &World, client: &Client, scope: &str) -> String {
    let (status, answer) = told(basic(world, client).form(&[GRANT, ("scope", scope)])).await;
    assert_eq!(status, 200, "{answer}");
    token::of(&answer)
}

/// This family's way of saying no: 400 and one word.
fn no(error: &str) -> (u16, Value) {
    (400, json!({ "error": error }))
}

/// How often a client came through the older endpoint.
async fn seen(world: &World, client: &Client) -> i64 {
    let days = firm::desk(world).store.usage(&ClientId::new(&client.id)).await.unwrap();
    days.iter()
        .filter(|day| day.what == "alias:api.idfy.io/oauth/connect/token")
        .map(|day| day.count)
        .sum()
}

/// SG-22, SG-23, SG-26, SG-27, SG-30, SG-34: the documented request, a form by HTTP Basic, is answered with three
/// members and no more; `expires_in` counts from the token's making.
async fn the_documented_request_buys_a_token_for_an_hour(world: World) {
    let answer = request(&world, URL, "document_read").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.header("content-type"), Some("application/json; charset=UTF-8"));
    assert_eq!(answer.header("cache-control"), Some("no-store, no-cache, max-age=0"));
    let told = answer.json();
    let token = token::of(&told);
    assert_eq!(
        told,
        json!({ "access_token": token, "expires_in": 3600, "token_type": "Bearer" })
    );

    let claims = token::verified(&world, &token).await;
    let now = firm::desk(&world).now().0;
    assert_eq!(claims["client_id"], world.env("CLIENT_ID"));
    assert_eq!(
        (&claims["scope"], &claims["aud"]),
        (&json!(["document_read"]), &json!("https://api.signicat.io/signature"))
    );
    assert_eq!(
        (claims["iat"].as_i64(), claims["exp"].as_i64()),
        (Some(now), Some(now + 3600))
    );
    assert!(claims.get("sub").is_none(), "{claims}");

    world.clock.forward(100);
    let later = token::claims(&token::of(&request(&world, URL, "document_read").await.json()));
    assert_eq!(
        (later["iat"].as_i64(), later["exp"].as_i64()),
        (Some(now + 100), Some(now + 3700))
    );
}

/// SG-4: one endpoint serves test and production; the client decides which it is.
async fn the_client_decides_the_environment(world: World) {
    let firm = firm::own(&world).await;
    for (environment, word) in [(Environment::Test, "test"), (Environment::Live, "live")] {
        let client = firm::client(
            &world,
            &firm,
            Wish {
                grants: &[("signature", &["document_read"])],
                environment,
                ..Wish::default()
            },
        )
        .await;
        let token = token_for(&world, &client, "document_read").await;
        assert_eq!(token::verified(&world, &token).await["tg"]["env"], word);
        assert_eq!(told(world.call(&token)).await.0, 200, "{word}");
    }
}

/// SG-5, SG-6: the older endpoint still works, with the same result and interchangeable tokens; it says that it is
/// deprecated and where to go, and counts who uses it.
async fn the_older_endpoint_works_and_says_that_it_is_old(world: World) {
    let (mut answers, mut tokens) = (Vec::new(), Vec::new());
    for url in [URL, OLD_URL, "http://api.signicat.io/idfy/oauth/connect/token"] {
        let answer = request(&world, url, "document_read").await;
        assert_eq!(answer.status, 200, "{url}: {}", answer.body);
        let mut body = answer.json();
        let token = token::of(&body);
        assert_eq!(told(world.call(&token)).await.0, 200, "{url}");
        let mut claims = token::verified(&world, &token).await;
        claims["jti"].take();
        body["access_token"].take();
        tokens.push(claims);
        answers.push(body);
        let deprecated = url != URL;
        assert_eq!(
            answer.header("deprecation"),
            deprecated.then_some("@1622505600"),
            "{url}"
        );
        let successor = format!("<{}>; rel=\"successor-version\"", world.env("TOKEN_URL"));
        assert_eq!(answer.header("link"), deprecated.then_some(successor.as_str()), "{url}");
    }
    assert!(answers.iter().all(|body| *body == answers[0]), "{answers:?}");
    assert!(tokens.iter().all(|claims| *claims == tokens[0]), "{tokens:?}");

    let refused = request(&world, OLD_URL, "event").await;
    assert_eq!((refused.status, refused.json()), no("invalid_scope"));
    assert_eq!(
        refused.header("deprecation"),
        Some("@1622505600"),
        "a refusal says so, too"
    );

    let other = firm::client(
        &world,
        &firm::own(&world).await,
        Wish {
            grants: &[("signature", &["document_read"])],
            ..Wish::default()
        },
    )
    .await;
    for _ in 0..2 {
        let old = basic(&world, &other).header("host", "api.idfy.io").form(&[GRANT, READ]);
        assert_eq!(told(old).await.0, 200);
    }
    until("each client's uses are counted", async || {
        seen(&world, &own(&world)).await == 1 && seen(&world, &other).await == 2
    })
    .await;
}

/// SG-22: no other grant type buys anything.
async fn no_other_grant_type_is_served(world: World) {
    let own = own(&world);
    for grant_type in ["password", "authorization_code", "Client_Credentials", ""] {
        assert_eq!(
            told(basic(&world, &own).form(&[("grant_type", grant_type), READ])).await,
            no("unsupported_grant_type"),
            "{grant_type}"
        );
    }
    assert_eq!(
        told(basic(&world, &own).form(&[READ])).await,
        no("unsupported_grant_type")
    );
}

/// SG-23: scopes are separated by spaces, and may belong to several APIs; who names none gets all of the client's.
async fn scopes_are_separated_by_spaces(world: World) {
    let own = own(&world);
    firm::grant(&world, &own.id, "notification", &["event"]).await;
    let scopes = |token: &str| {
        let mut scopes: Vec<String> = serde_json::from_value(token::claims(token)["scope"].clone()).unwrap();
        scopes.sort();
        scopes
    };
    let two = token_for(&world, &own, "document_write document_read").await;
    assert_eq!(scopes(&two), ["document_read", "document_write"]);
    assert_eq!(token::claims(&two)["aud"], "https://api.signicat.io/signature");
    let both = token_for(&world, &own, "event  document_read").await;
    assert_eq!(scopes(&both), ["document_read", "event"]);
    let mut audiences: Vec<String> = serde_json::from_value(token::claims(&both)["aud"].clone()).unwrap();
    audiences.sort();
    assert_eq!(
        audiences,
        [
            "https://api.signicat.io/notification",
            "https://api.signicat.io/signature"
        ]
    );
    let all = token_for(&world, &own, "").await;
    assert_eq!(scopes(&all), ["document_read", "document_write", "event"]);
    assert_eq!(
        told(basic(&world, &own).form(&[GRANT, ("scope", "document_read,document_write")])).await,
        no("invalid_scope")
    );
}

/// SG-24, SG-25: a scope that the client lacks is "invalid scope", known or not, even beside one that it has;
/// once the client is edited, in test as in production, the same request succeeds.
async fn a_missing_scope_is_invalid_until_the_client_is_edited(world: World) {
    let firm = firm::own(&world).await;
    for environment in [Environment::Test, Environment::Live] {
        let client = firm::client(
            &world,
            &firm,
            Wish {
                grants: &[("signature", &["document_read"])],
                environment,
                ..Wish::default()
            },
        )
        .await;
        for scope in [
            "document_file",
            "document_read document_file",
            "identify",
            "unheard_of",
            "openid",
            "offline_access",
        ] {
            assert_eq!(
                told(basic(&world, &client).form(&[GRANT, ("scope", scope)])).await,
                no("invalid_scope"),
                "{scope}"
            );
        }
        firm::grant(&world, &client.id, "signature", &["document_read", "document_file"]).await;
        let token = token_for(&world, &client, "document_read document_file").await;
        assert_eq!(
            token::claims(&token)["scope"],
            json!(["document_read", "document_file"])
        );
    }
}

/// SG-26: only a form is read, with or without a charset.
async fn only_a_form_is_read(world: World) {
    let own = own(&world);
    let form = "grant_type=client_credentials&scope=document_read";
    for (content_type, good) in [
        ("application/x-www-form-urlencoded", true),
        ("application/x-www-form-urlencoded;charset=UTF-8", true),
        ("text/plain", false),
        ("multipart/form-data; boundary=x", false),
    ] {
        let answer = told(basic(&world, &own).header("content-type", content_type).body(form)).await;
        assert!(
            if good {
                answer.0 == 200
            } else {
                answer == no("invalid_request")
            },
            "{content_type}: {answer:?}"
        );
    }
    assert_eq!(
        told(basic(&world, &own).json(&json!({ "grant_type": "client_credentials", "scope": "document_read" }))).await,
        no("invalid_request")
    );
    let nobody = Client {
        id: "nobody".to_owned(),
        secret: "wrong".to_owned(),
    };
    assert_eq!(
        told(basic(&world, &nobody).json(&json!({}))).await,
        no("invalid_request"),
        "before anybody is asked who they are"
    );
}

/// SG-27, SG-28: Basic, raw or form-encoded, and the body, as the vendor's own libraries send them, one or both; a
/// client that is set to Basic alone is strict. Every failure is 400 and one word.
async fn basic_and_body_both_let_the_client_in(world: World) {
    let client = own(&world);
    let post = || world.http.post(world.env("TOKEN_URL"));
    let body = [
        GRANT,
        READ,
        ("client_id", client.id.as_str()),
        ("client_secret", client.secret.as_str()),
    ];
    let encoded = |text: &str| text.bytes().map(|b| format!("%{b:02X}")).collect::<String>();
    for (what, request) in [
        (
            "Basic",
            basic(&world, &client)
                .header("x-idfy-sdk", "Python 1.1.0")
                .form(&[GRANT, READ]),
        ),
        (
            "Basic, form-encoded",
            post()
                .basic_auth(encoded(&client.id), Some(encoded(&client.secret)))
                .form(&[GRANT, READ]),
        ),
        ("the body", post().form(&body)),
        ("both", basic(&world, &client).form(&body)),
        (
            "the id in Basic, the secret in the body",
            post().basic_auth(&client.id, None::<&str>).form(&body),
        ),
    ] {
        let (status, answer) = told(request).await;
        assert_eq!(status, 200, "{what}: {answer}");
    }
    for (what, request) in [
        (
            "a wrong secret",
            post().basic_auth(&client.id, Some("wrong")).form(&[GRANT, READ]),
        ),
        (
            "an unknown client",
            post().basic_auth("nobody", Some(&client.secret)).form(&[GRANT, READ]),
        ),
        (
            "no secret",
            post().form(&[GRANT, READ, ("client_id", client.id.as_str())]),
        ),
        ("nobody", post().form(&[GRANT, READ])),
        (
            "no Basic at all",
            post().header("authorization", "Basic %%%").form(&[GRANT, READ]),
        ),
    ] {
        assert_eq!(told(request).await, no("invalid_client"), "{what}");
    }

    let only = Some(vec![AuthMethod::ClientSecretBasic]);
    let wish = Wish {
        grants: &[("signature", &["document_read"])],
        auth_methods: only,
        ..Wish::default()
    };
    let strict = firm::client(&world, &firm::own(&world).await, wish).await;
    assert_eq!(told(basic(&world, &strict).form(&[GRANT, READ])).await.0, 200);
    let body = [
        GRANT,
        READ,
        ("client_id", strict.id.as_str()),
        ("client_secret", strict.secret.as_str()),
    ];
    assert_eq!(told(post().form(&body)).await, no("invalid_client"));
}

/// SG-29: who looks for id and secret again finds the id, what is known of the secret but not the secret, and the
/// offer of a new one; the old one is never shown and then ends.
async fn the_id_is_shown_and_the_secret_never_again(world: World) {
    let (desk, client) = (firm::desk(&world), own(&world));
    let id = ClientId::new(&client.id);
    let listed = desk
        .store
        .clients(Some(&firm::own(&world).await), &Page::first())
        .await
        .unwrap()
        .items;
    assert!(listed.iter().any(|held| held.id == id), "the id is in the list");
    let held = firm::done(secret::list(desk, &id).await);
    let shown = serde_json::to_string(&(&listed, &held)).unwrap();
    assert_eq!(held.len(), 1);
    assert!(!shown.contains(&client.secret), "{shown}");

    let ask = secret::Regenerate::default();
    let new = firm::done(secret::regenerate(desk, &Asker::system(), &id, &ask).await);
    let new = Client {
        id: client.id.clone(),
        secret: new.plain.expose().to_owned(),
    };
    assert_ne!(new.secret, client.secret);
    assert_eq!(
        told(basic(&world, &new).form(&[GRANT, READ])).await.0,
        200,
        "the same id with the new secret"
    );
    assert_eq!(
        told(basic(&world, &client).form(&[GRANT, READ])).await,
        no("invalid_client"),
        "the old secret"
    );
    let shown = serde_json::to_string(&firm::done(secret::list(desk, &id).await)).unwrap();
    assert!(
        !shown.contains(&new.secret) && !shown.contains(&client.secret),
        "{shown}"
    );
}
