//! Step 2 of the document: the person's own sign-in, and the ID token that the signing calls carry.

use crate::firm::{Client, Wish};
use crate::person::{self, CHALLENGE, GRANTS, Person, VERIFIER, filled, told};
use crate::{firm, paste, token};
use reqwest::RequestBuilder;
use serde_json::{Value, json};
use tollgate_model::client::GrantType;
use tollgate_tests::World;

on_both_stores! { "sovos":
    the_documented_request_leads_to_an_id_token,
    userinfo_tells_what_the_scopes_open,
    a_short_state_is_refused,
    either_word_yields_a_refresh_token,
    no_other_address_gets_a_code,
    the_exchange_needs_the_verifier,
    an_unknown_kind_of_sign_in_is_refused,
    whoever_declines_gives_no_code,
    an_id_token_identifies_the_person_at_the_signer_api,
    one_token_makes_many_envelopes,
    a_new_token_comes_after_60_minutes,
}

/// The request as the document prints it.
const DOCUMENT: &str = "https://accounts.trust.sovos.com/oauth2/auth?response_type=code&client_id={{client_id}}\
    &state=12345678901234567890&scope=openid%20profile%20birthdate%20email%20phone%20credential%20offline%20\
    offline_access&redirect_uri=https%3A%2F%2Fexample.com%2Fcallback&code_challenge={{code_challenge}}\
    &code_challenge_method=S256&acr_values=urn:acr:face";
const CALLBACK: &str = "https://example.com/callback";
const TOKEN: &str = "http://accounts.trust.sovos.com/oauth2/token";
const AUDIENCE: &str = "signer.trust.sovos.com";

/// What Professional Services set up: a client with a redirect address, for people's sign-in and for itself.
async fn client(world: &World) -> Client {
    let grant_types = [&GRANTS[..], &[GrantType::ClientCredentials]].concat();
    let wish = Wish {
        grants: &[("signer", &[])],
        grant_types: Some(grant_types),
        redirect_uris: &[CALLBACK],
        ..Wish::default()
    };
    person::application(world, wish).await
}

fn address(client: &Client) -> String {
    filled(
        DOCUMENT,
        &[("{{client_id}}", &client.id), ("{{code_challenge}}", CHALLENGE)],
    )
}

fn exchange(world: &World, client: &Client, code: &str, verifier: &str) -> RequestBuilder {
    let mut form = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", CALLBACK),
    ];
    if !verifier.is_empty() {
        form.push(("code_verifier", verifier));
    }
    ask(world, client, &form)
}

fn ask(world: &World, client: &Client, form: &[(&str, &str)]) -> RequestBuilder {
    let request = world.http.post(world.env("TOKEN_URL"));
    request.basic_auth(&client.id, Some(&client.secret)).form(form)
}

/// The whole way, and the answer of the exchange.
async fn tokens(world: &World, client: &Client, address: &str) -> Value {
    let back = Person::new(world).walks(address, "approve").await;
    let (status, answer) = told(exchange(world, client, back.code(), VERIFIER)).await;
    assert_eq!(status, 200, "{answer}");
    answer
}

fn text<'a>(answer: &'a Value, name: &str) -> &'a str {
    answer[name].as_str().unwrap_or_else(|| panic!("no {name} in {answer}"))
}

/// SO-2, SO-3, SO-4, SO-7, SO-8, SO-10, SO-11, SO-12, SO-13: the documented request, pasted as it is, leads through
/// sign-in, verification of the face and consent, and to nothing before each; then a code comes with the same state, and
/// buys an ID token that another library verifies and that says how the person was recognized.
async fn the_documented_request_leads_to_an_id_token(world: World) {
    let client = client(&world).await;
    let (status, location) = person::pasted(&world, &address(&client)).await;
    assert_eq!(status, 303);
    assert!(location.contains("/flow/"), "{location}");

    let mut person = Person::new(&world);
    let back = person.walks(&address(&client), "approve").await;
    assert_eq!(person.seen, ["sign-in", "face", "consent"]);
    assert!(back.location.starts_with("https://example.com/callback?"), "{back:?}");
    assert_eq!(back.value("state"), "12345678901234567890");
    assert_eq!(back.value("iss"), world.env("ISSUER"));

    let user = format!("{}:{}", client.id, client.secret);
    let code = format!("code={}", back.code());
    let (redirect, verifier) = (format!("redirect_uri={CALLBACK}"), format!("code_verifier={VERIFIER}"));
    let line = [
        "--request",
        "POST",
        TOKEN,
        "--user",
        &user,
        "--data",
        "grant_type=authorization_code",
        "--data",
        &code,
        "--data",
        &redirect,
        "--data",
        &verifier,
    ];
    let answer = paste::at_issuer(&world, &line).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let answer = answer.json();
    let mut members: Vec<&str> = answer.as_object().unwrap().keys().map(String::as_str).collect();
    members.sort_unstable();
    assert_eq!(
        members,
        [
            "access_token",
            "expires_in",
            "id_token",
            "refresh_token",
            "scope",
            "token_type"
        ]
    );
    assert_eq!(
        (&answer["token_type"], &answer["expires_in"]),
        (&json!("bearer"), &json!(3599))
    );
    assert_eq!(
        answer["scope"],
        "openid profile birthdate email phone credential offline offline_access"
    );

    let claims = token::verified(&world, text(&answer, "id_token")).await;
    let now = firm::desk(&world).now().0;
    assert_eq!(claims["acr"], "urn:acr:face", "{claims}");
    assert!(claims["amr"].as_array().unwrap().contains(&json!("face")), "{claims}");
    assert_eq!(
        claims["aud"].as_str().or_else(|| claims["aud"][0].as_str()),
        Some(client.id.as_str())
    );
    assert_eq!(
        (claims["iat"].as_i64(), claims["exp"].as_i64()),
        (Some(now), Some(now + 3600))
    );
    assert_eq!(claims["auth_time"].as_i64(), Some(now));
    assert_ne!(claims["sub"], json!(client.id), "a person is no client (TE15)");
}

/// SO-4, SO-5, SO-6: `profile` opens the credential and the date of birth; each is a scope of its own as well; `email`
/// and `phone` open theirs.
async fn userinfo_tells_what_the_scopes_open(world: World) {
    let client = client(&world).await;
    let all = "profile%20birthdate%20email%20phone%20credential%20";
    for (scopes, told_of, untold) in [
        (
            "profile%20",
            &["given_name", "family_name", "gender", "birthdate", "credential"][..],
            &["email", "phone_number"][..],
        ),
        ("birthdate%20", &["birthdate"], &["credential", "given_name"]),
        ("credential%20", &["credential"], &["birthdate", "given_name"]),
        (
            "email%20phone%20",
            &["email", "email_verified", "phone_number", "phone_number_verified"],
            &["birthdate", "given_name"],
        ),
    ] {
        let address = address(&client);
        assert!(address.contains(all));
        let answer = tokens(&world, &client, &address.replace(all, scopes)).await;
        let url = format!("{}/userinfo", person::origin(&world));
        let (status, info) = told(world.http.get(url).bearer_auth(text(&answer, "access_token"))).await;
        assert_eq!(status, 200, "{info}");
        assert_eq!(info["sub"], token::claims(text(&answer, "id_token"))["sub"]);
        for claim in told_of {
            assert!(!info[claim].is_null(), "{scopes}: no {claim} in {info}");
        }
        for claim in untold {
            assert!(info[claim].is_null(), "{scopes}: {claim} in {info}");
        }
    }
}

/// SO-8: fewer than 8 characters of state, or none at all, are refused at the application's address.
async fn a_short_state_is_refused(world: World) {
    let client = client(&world).await;
    let state = "&state=12345678901234567890";
    for other in ["&state=1234567", "&state=", ""] {
        let address = address(&client).replace(state, other);
        let back = Person::new(&world).opens(&address).await.back();
        assert_eq!(back.error(), "invalid_state", "{other}");
        assert!(back.location.starts_with(CALLBACK), "{back:?}");
        let hint = "Request parameter 'state' must be at least be 8 characters long to ensure sufficient entropy.";
        assert!(back.value("error_description").contains(hint), "{back:?}");
    }
    let eight = address(&client).replace(state, "&state=12345678");
    assert_eq!(
        Person::new(&world).walks(&eight, "approve").await.value("state"),
        "12345678"
    );
}

/// SO-9: `offline` and `offline_access` may be asked together; either alone yields a refresh token, and without one of
/// them there is none.
async fn either_word_yields_a_refresh_token(world: World) {
    let client = client(&world).await;
    for (words, yields) in [
        ("%20offline%20offline_access", true),
        ("%20offline", true),
        ("%20offline_access", true),
        ("", false),
    ] {
        let address = address(&client).replace("%20offline%20offline_access", words);
        let answer = tokens(&world, &client, &address).await;
        assert_eq!(answer["refresh_token"].is_string(), yields, "{words}: {answer}");
    }
}

/// SO-10, RU1: the redirect address must be the registered one octet for octet; for any other there is a page, and no
/// redirect.
async fn no_other_address_gets_a_code(world: World) {
    let client = client(&world).await;
    for other in [
        "https%3A%2F%2Fexample.com%2Fcallback%2F",
        "https%3A%2F%2Fexample.com%2FCallback",
        "https%3A%2F%2Fexample.com%2Fcallback%3Fa%3Db",
        "http%3A%2F%2Fexample.com%2Fcallback",
        "https%3A%2F%2Fexample.com.evil.example%2Fcallback",
        "https%3A%2F%2Fexample.com%3A443%2Fcallback",
    ] {
        let address = address(&client).replace("https%3A%2F%2Fexample.com%2Fcallback", other);
        let page = Person::new(&world).opens(&address).await.page();
        assert!((400..500).contains(&page.status), "{other}: {}", page.status);
        assert_eq!(page.leads_to(), "", "{other}");
    }
}

/// SO-11, PK3: without a challenge there is no code, and without the verifier or with a wrong one no token.
async fn the_exchange_needs_the_verifier(world: World) {
    let client = client(&world).await;
    let challenge = format!("&code_challenge={CHALLENGE}&code_challenge_method=S256");
    let bare = address(&client).replace(&challenge, "");
    assert_eq!(Person::new(&world).opens(&bare).await.back().error(), "invalid_request");
    let plain = address(&client).replace("S256", "plain");
    assert_eq!(
        Person::new(&world).opens(&plain).await.back().error(),
        "invalid_request"
    );
    let wrong = VERIFIER.replace('d', "e");
    for verifier in ["", wrong.as_str()] {
        let back = Person::new(&world).walks(&address(&client), "approve").await;
        let (status, refusal) = told(exchange(&world, &client, back.code(), verifier)).await;
        assert_eq!((status, &refusal["error"]), (400, &json!("invalid_grant")), "{refusal}");
        assert!(refusal["access_token"].is_null());
    }
}

/// SO-12: what `acr_values` names must be a kind of sign-in that there is.
async fn an_unknown_kind_of_sign_in_is_refused(world: World) {
    let client = client(&world).await;
    let unknown = address(&client).replace("urn:acr:face", "urn:acr:iris");
    let back = Person::new(&world).opens(&unknown).await.back();
    assert_eq!(back.value("state"), "12345678901234567890");
    assert!(!back.error().is_empty());
    for (acr, connection) in [
        ("urn:acr:fpt", "fingerprint"),
        ("urn:acr:moc-fpt", "fingerprint-on-card"),
    ] {
        let mut person = Person::new(&world);
        let back = person
            .walks(&address(&client).replace("urn:acr:face", acr), "approve")
            .await;
        assert!(
            person.seen.iter().any(|page| page == connection),
            "{acr}: {:?}",
            person.seen
        );
        let (status, answer) = told(exchange(&world, &client, back.code(), VERIFIER)).await;
        assert_eq!(status, 200, "{answer}");
        assert_eq!(token::claims(text(&answer, "id_token"))["acr"], acr);
    }
}

/// SO-13: whoever does not agree at the end gives no code.
async fn whoever_declines_gives_no_code(world: World) {
    let client = client(&world).await;
    let back = Person::new(&world).walks(&address(&client), "deny").await;
    assert_eq!(back.error(), "access_denied");
    assert_eq!(back.value("state"), "12345678901234567890");
}

/// SO-14: the ID token goes along in the signing calls beside the integration's own token; one that is forged, expired,
/// or another client's is refused.
async fn an_id_token_identifies_the_person_at_the_signer_api(world: World) {
    let (ours, theirs) = (client(&world).await, client(&world).await);
    let person = tokens(&world, &ours, &address(&ours)).await;
    let id_token = text(&person, "id_token");
    let foreign = tokens(&world, &theirs, &address(&theirs)).await;
    let own = [("grant_type", "client_credentials"), ("audience", AUDIENCE)];
    let (_, bought) = told(ask(&world, &ours, &own)).await;
    let bearer = token::of(&bought);
    let envelope = |id_token: &str| {
        let url = format!("{}/create-envelope", world.env("GATEWAY"));
        let request = world
            .http
            .post(url)
            .bearer_auth(&bearer)
            .json(&json!({ "name": "Contract" }));
        told(request.header("x-id-token", id_token))
    };
    let (status, answer) = envelope(id_token).await;
    assert_eq!((status, &answer["client"]), (200, &json!(ours.id)), "{answer}");
    for (what, other) in [
        (
            "forged",
            token::tampered(id_token, |claims| claims["sub"] = json!("usr_somebody")),
        ),
        ("a foreign client's", text(&foreign, "id_token").to_owned()),
        ("an access token", bearer.clone()),
        ("no token", "x".to_owned()),
    ] {
        let (status, problem) = envelope(&other).await;
        assert_eq!(status, 401, "{what}: {problem}");
    }
    world.clock.forward(3600);
    let (_, bought) = told(ask(&world, &ours, &own)).await;
    let url = format!("{}/create-envelope", world.env("GATEWAY"));
    let request = world.http.post(&url).bearer_auth(token::of(&bought)).json(&json!({}));
    let (status, problem) = told(request.header("x-id-token", id_token)).await;
    assert_eq!(status, 401, "expired: {problem}");
    let request = world.http.post(&url).bearer_auth(token::of(&bought)).json(&json!({}));
    assert_eq!(told(request).await.0, 200, "the integration's own token is good");
}

/// SO-23: one token, asked for once, makes many envelopes within its validity.
async fn one_token_makes_many_envelopes(world: World) {
    let client = client(&world).await;
    let own = [("grant_type", "client_credentials"), ("audience", AUDIENCE)];
    let (_, bought) = told(ask(&world, &client, &own)).await;
    for minute in 0..20 {
        let url = format!("{}/create-envelope", world.env("GATEWAY"));
        let request = world
            .http
            .post(url)
            .bearer_auth(token::of(&bought))
            .json(&json!({ "nth": minute }));
        assert_eq!(told(request).await.0, 200, "{minute}");
        world.clock.forward(60);
    }
}

/// SO-28, SO-9: after 60 minutes a new token is generated, the person's by refresh, and without the person; the old
/// refresh token then is no longer good.
async fn a_new_token_comes_after_60_minutes(world: World) {
    let client = client(&world).await;
    let first = tokens(&world, &client, &address(&client)).await;
    world.clock.forward(3600);
    let userinfo = |answer: &Value| {
        let url = format!("{}/userinfo", person::origin(&world));
        told(world.http.get(url).bearer_auth(text(answer, "access_token")))
    };
    assert_eq!(userinfo(&first).await.0, 401);
    let refresh = |token: String| {
        let form = [("grant_type", "refresh_token"), ("refresh_token", token.as_str())];
        told(ask(&world, &client, &form))
    };
    let (status, second) = refresh(text(&first, "refresh_token").to_owned()).await;
    assert_eq!(status, 200, "{second}");
    assert_eq!(userinfo(&second).await.0, 200);
    assert_ne!(first["refresh_token"], second["refresh_token"]);
    world.clock.forward(60);
    let (status, refusal) = refresh(text(&first, "refresh_token").to_owned()).await;
    assert_eq!((status, &refusal["error"]), (400, &json!("invalid_grant")), "{refusal}");
}
