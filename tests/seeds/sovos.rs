//! Sovos: the integration's own token for the Signer API, by HTTP Basic and audience.

mod person;

use crate::firm::{self, Wish};
use crate::{paste, token};
use reqwest::RequestBuilder;
use serde_json::{Value, json};
use tollgate_issuer::registry::{self, Asker, No, api};
use tollgate_model::api::Unasked;
use tollgate_model::client::AuthMethod;
use tollgate_model::{Change, ClientId, Kept};
use tollgate_protocol::claims::Profile;
use tollgate_protocol::jose::Algorithm;
use tollgate_tests::World;
use tollgate_tests::curl::Answer;

on_both_stores! { "sovos":
    the_documented_request_buys_a_token_for_60_minutes,
    no_other_grant_type_is_served,
    a_request_without_audience_is_refused,
    an_audience_off_the_list_is_refused,
    basic_is_the_only_way_in,
    the_method_is_a_property_of_the_client,
    the_token_opens_the_signer_api,
    a_token_for_another_audience_is_refused,
    the_token_ends_after_60_minutes,
}

const URL: &str = "http://accounts.trust.sovos.com/oauth2/token";
const AUDIENCE: &str = "signer.trust.sovos.com";
const GRANT: (&str, &str) = ("grant_type", "client_credentials");
const TARGET: (&str, &str) = ("audience", AUDIENCE);
const MALFORMED: &str = "The request is missing a required parameter, \
    includes an invalid parameter value, includes a parameter more than once, \
    or is otherwise malformed.";
const UNAUTHENTICATED: &str = "Client authentication failed (e.g., unknown client, \
    no client authentication included, or unsupported authentication method).";

/// The documented request, as curl sends it.
async fn request(world: &World) -> Answer {
    let user = format!("{}:{}", world.env("CLIENT_ID"), world.env("CLIENT_SECRET"));
    let audience = format!("audience={AUDIENCE}");
    let arguments = [
        "--request",
        "POST",
        URL,
        "--user",
        &user,
        "--data",
        "grant_type=client_credentials",
        "--data",
        &audience,
    ];
    paste::at_issuer(world, &arguments).await
}

/// A request with this world's client in an HTTP Basic header.
fn basic(world: &World) -> RequestBuilder {
    world
        .http
        .post(world.env("TOKEN_URL"))
        .basic_auth(world.env("CLIENT_ID"), Some(world.env("CLIENT_SECRET")))
}

async fn told(request: RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

fn no(status: u16, error: &str, description: &str) -> (u16, Value) {
    (status, json!({ "error": error, "error_description": description }))
}

/// What a client is told that is registered for one way of authenticating and used the other.
fn other_method(registered: &str, used: &str) -> (u16, Value) {
    let hint = format!(
        "The OAuth 2.0 Client supports client authentication method '{registered}', but method '{used}' was \
         requested. You must configure the OAuth 2.0 client's 'token_endpoint_auth_method' value to accept '{used}'."
    );
    no(401, "invalid_client", &format!("{UNAUTHENTICATED} {hint}"))
}

/// SO-15, SO-16, SO-17, SO-18, SO-22, SO-26: the documented request, by Basic, with an audience that is no URL,
/// buys a token for 60 minutes that carries the audience in `aud`.
async fn the_documented_request_buys_a_token_for_60_minutes(world: World) {
    let answer = request(&world).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.header("content-type"), Some("application/json;charset=UTF-8"));
    assert_eq!(
        (answer.header("cache-control"), answer.header("pragma")),
        (Some("no-store"), Some("no-cache"))
    );
    let told = answer.json();
    let token = token::of(&told);
    // This family prints the whole seconds that remain, and `bearer` in lower case.
    assert_eq!(
        told,
        json!({ "access_token": token, "expires_in": 3599, "scope": "", "token_type": "bearer" })
    );

    let claims = token::verified(&world, &token).await;
    let (id, now) = (world.env("CLIENT_ID"), firm::desk(&world).now().0);
    assert_eq!(claims["aud"], json!([AUDIENCE]));
    assert_eq!(
        (&claims["client_id"], &claims["sub"], &claims["scp"]),
        (&json!(id), &json!(id), &json!([]))
    );
    assert_eq!(
        (claims["iat"].as_i64(), claims["nbf"].as_i64(), claims["exp"].as_i64()),
        (Some(now), Some(now), Some(now + 3600))
    );
    assert!(claims["jti"].is_string(), "{claims}");
}

/// SO-16: no other grant type buys anything.
async fn no_other_grant_type_is_served(world: World) {
    let unsupported = no(
        400,
        "unsupported_grant_type",
        "The authorization grant type is not supported by the authorization server.",
    );
    for grant_type in ["password", "CLIENT_CREDENTIALS", "urn:example:other"] {
        assert_eq!(
            told(basic(&world).form(&[("grant_type", grant_type), TARGET])).await,
            unsupported,
            "{grant_type}"
        );
    }
    assert_eq!(
        told(basic(&world).form(&[TARGET])).await,
        no(
            400,
            "invalid_request",
            &format!("{MALFORMED} Request parameter 'grant_type' is missing")
        )
    );
    let empty = basic(&world).header("content-type", "application/x-www-form-urlencoded");
    assert_eq!(
        told(empty).await,
        no(
            400,
            "invalid_request",
            &format!("{MALFORMED} The POST body can not be empty.")
        )
    );
    let (status, json) =
        told(basic(&world).json(&json!({ "grant_type": "client_credentials", "audience": AUDIENCE }))).await;
    assert_eq!(
        (status, &json["error"]),
        (400, &json!("invalid_request")),
        "this family reads forms alone"
    );
}

/// SO-17: the audience must be said.
async fn a_request_without_audience_is_refused(world: World) {
    for form in [vec![GRANT], vec![GRANT, ("audience", "")]] {
        let missing = format!("{MALFORMED} Request parameter 'audience' is missing");
        assert_eq!(
            told(basic(&world).form(&form)).await,
            no(400, "invalid_request", &missing),
            "{form:?}"
        );
    }
}

/// SO-20: an audience that the client was not given is refused, whether or not there is such an API.
async fn an_audience_off_the_list_is_refused(world: World) {
    let ungranted = firm::client(&world, &firm::own(&world).await, Wish::default()).await;
    let theirs = world
        .http
        .post(world.env("TOKEN_URL"))
        .basic_auth(&ungranted.id, Some(&ungranted.secret));
    let requests = [
        ("other.trust.sovos.com", basic(&world)),
        ("https://signer.trust.sovos.com", basic(&world)),
        ("signer.trust.sovos.com/", basic(&world)),
        (AUDIENCE, theirs),
    ];
    for (audience, request) in requests {
        let hint =
            format!("{MALFORMED} Requested audience '{audience}' has not been whitelisted by the OAuth 2.0 Client.");
        assert_eq!(
            told(request.form(&[GRANT, ("audience", audience)])).await,
            no(400, "invalid_request", &hint)
        );
    }
}

/// SO-22: a client set to client_secret_basic is let in by Basic, raw or form-encoded, with any charset
/// parameter, and by nothing else: not by the body, not by both, not by a wrong secret.
async fn basic_is_the_only_way_in(world: World) {
    let (id, secret) = (world.env("CLIENT_ID"), world.env("CLIENT_SECRET"));
    let post = || world.http.post(world.env("TOKEN_URL"));
    let encoded = |text: &str| text.bytes().map(|b| format!("%{b:02x}")).collect::<String>();
    let lettered = basic(&world)
        .header("content-type", "application/x-www-form-urlencoded; charset=UTF-8")
        .body(format!("grant_type=client_credentials&audience={AUDIENCE}"));
    for (what, request) in [
        ("raw", basic(&world).form(&[GRANT, TARGET])),
        (
            "form-encoded",
            post()
                .basic_auth(encoded(id), Some(encoded(secret)))
                .form(&[GRANT, TARGET]),
        ),
        (
            "with the id in the body, too",
            basic(&world).form(&[GRANT, TARGET, ("client_id", id)]),
        ),
        ("charset", lettered),
    ] {
        assert_eq!(told(request).await.0, 200, "{what}");
    }
    let body = [GRANT, TARGET, ("client_id", id), ("client_secret", secret)];
    let refused = other_method("client_secret_basic", "client_secret_post");
    assert_eq!(told(post().form(&body)).await, refused, "by the body");
    assert_eq!(told(basic(&world).form(&body)).await, refused, "by both");

    let failed = no(401, "invalid_client", UNAUTHENTICATED);
    assert_eq!(
        told(post().basic_auth(id, Some("wrong")).form(&[GRANT, TARGET])).await,
        failed
    );
    assert_eq!(
        told(post().basic_auth("nobody", Some(secret)).form(&[GRANT, TARGET])).await,
        failed
    );
    assert_eq!(told(post().form(&[GRANT, TARGET])).await, failed, "by nothing");
}

/// SO-21, DI3: how a client authenticates is its own property. A new one is set to client_secret_basic, which is all
/// that is offered; one that was set to client_secret_post before that is let in by the body and refused by Basic.
async fn the_method_is_a_property_of_the_client(world: World) {
    let wish = Wish {
        grants: &[("signer", &[])],
        ..Wish::default()
    };
    let client = firm::client(&world, &firm::own(&world).await, wish).await;
    let (desk, id) = (firm::desk(&world), ClientId::new(&client.id));
    let held = desk.store.client(&id).await.unwrap().unwrap().client;
    assert_eq!(held.auth_methods, [AuthMethod::ClientSecretBasic]);

    let post_only = vec![AuthMethod::ClientSecretPost];
    let ask = registry::client::Revise {
        auth_methods: Some(post_only.clone()),
        ..Default::default()
    };
    let refused = registry::client::revise(desk, &Asker::system(), &id, &ask).await;
    assert!(matches!(
        refused.unwrap(),
        Err(No::Invalid {
            field: "auth_methods",
            ..
        })
    ));
    let before = Change::ReviseClient {
        was: held.version,
        client: tollgate_model::Client {
            auth_methods: post_only,
            ..held
        },
    };
    assert_eq!(desk.memory.keep(vec![before]).await.unwrap(), Kept::Done);

    let post = || world.http.post(world.env("TOKEN_URL"));
    let body = [
        GRANT,
        TARGET,
        ("client_id", client.id.as_str()),
        ("client_secret", client.secret.as_str()),
    ];
    assert_eq!(told(post().form(&body)).await.0, 200);
    let refused = told(
        post()
            .basic_auth(&client.id, Some(&client.secret))
            .form(&[GRANT, TARGET]),
    )
    .await;
    assert_eq!(refused, other_method("client_secret_post", "client_secret_basic"));
}

/// SO-24: the token authorizes requests to the Signer API; without one they are refused.
async fn the_token_opens_the_signer_api(world: World) {
    let bearer = format!("Authorization: Bearer {}", token::of(&request(&world).await.json()));
    for path in ["/create-envelope", "/cancel-envelope"] {
        let url = format!("http://signer.trust.sovos.com{path}");
        let envelope = r#"{"name": "Contract"}"#;
        let call = [
            "--request",
            "POST",
            &url,
            "--header",
            "Content-Type: application/json",
            "--data",
            envelope,
        ];
        assert_eq!(paste::at_gateway(&world, &call).await.status, 401, "{path}");
        let answer = paste::at_gateway(&world, &[&call[..], &["--header", &bearer]].concat()).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        assert_eq!(answer.json()["client"], world.env("CLIENT_ID"), "{path}");
    }
}

/// SO-19: a good token for another audience, of the same client and issuer, is refused by the Signer API.
async fn a_token_for_another_audience_is_refused(world: World) {
    let other = api::Add {
        id: "archive".to_owned(),
        audience: "archive.trust.sovos.com".to_owned(),
        name: "Archive".to_owned(),
        scopes: Vec::new(),
        unasked: Unasked::Nothing,
        lifetime: 3600,
        algorithm: Algorithm::RS256,
        profile: Profile::Hydra,
    };
    firm::done(api::add(firm::desk(&world), &Asker::system(), &other).await);
    firm::grant(&world, world.env("CLIENT_ID"), "archive", &[]).await;
    let (status, bought) = told(basic(&world).form(&[GRANT, ("audience", "archive.trust.sovos.com")])).await;
    assert_eq!(status, 200, "{bought}");
    assert_eq!(
        token::verified(&world, &token::of(&bought)).await["aud"],
        json!(["archive.trust.sovos.com"])
    );
    let (status, problem) = told(world.call(&token::of(&bought))).await;
    assert_eq!((status, &problem["code"]), (401, &json!("token_audience")));
    let unaddressed = token::altered(&world, &world.token().await, |claims| claims["aud"] = json!([]));
    assert_eq!(
        told(world.call(&unaddressed)).await.0,
        401,
        "a token for nobody is not for the Signer API"
    );
    assert_eq!(told(world.call(&world.token().await)).await.0, 200);
}

/// SO-26, SO-27: the token is good for 60 minutes to the second and then refused; the same request buys a new one.
async fn the_token_ends_after_60_minutes(world: World) {
    let token = world.token().await;
    world.clock.forward(3599);
    assert_eq!(told(world.call(&token)).await.0, 200);
    world.clock.forward(1);
    let (status, problem) = told(world.call(&token)).await;
    assert_eq!((status, &problem["code"]), (401, &json!("token_expired")));
    let new = token::of(&request(&world).await.json());
    assert_eq!(told(world.call(&new)).await.0, 200);
}
