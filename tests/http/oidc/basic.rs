//! Basic OP: the answer, its ID token, and what the UserInfo endpoint tells.

use super::{ask, at_once, certified, metadata, on_record, signed, signs_in, stops_at};
use serde_json::{Map, Value, json};
use tollgate_protocol::jose::Algorithm;
use tollgate_tests::app::{ANN, CALLBACK, Wanted, on_each_store, text};
use tollgate_tests::house::{House, header};

/// oidcc-server: the code flow, and an ID token in which everything is right.
#[test]
fn a_sign_in_gives_an_id_token_that_can_be_believed() {
    on_each_store(async |backend| {
        let house = certified(backend).await;
        let app = house.app(Wanted::default()).await;
        let mut ann = house.visitor();
        let first = signs_in(&house, &mut ann, &app, &ask(&app, "openid")).await;
        let (status, info) = house.user_info(first.access()).await;
        assert_eq!((status, &info), (200, &json!({ "sub": first.id["sub"] })));
        // Another sign-in of the same person is the same person, by other tokens.
        let second = signs_in(&house, &mut house.visitor(), &app, &ask(&app, "openid")).await;
        assert_eq!(second.id["sub"], first.id["sub"]);
        assert!(second.access() != first.access() && second.id_token() != first.id_token());
    });
}

/// oidcc-response-type-missing: an error, and no code.
#[test]
fn a_request_without_response_type_is_refused() {
    on_each_store(async |backend| {
        let house = certified(backend).await;
        let app = house.app(Wanted::default()).await;
        let mut ann = house.visitor();
        signs_in(&house, &mut ann, &app, &ask(&app, "openid")).await;
        let asked = ask(&app, "openid").without("response_type");
        assert_eq!(
            super::refusal(&house, &mut ann, &asked).await,
            "invalid_request",
            "also of who is signed in"
        );
    });
}

/// oidcc-idtoken-signature: RS256 by a published key that the ID token names. oidcc-idtoken-unsigned: an ID token without
/// a signature is offered to nobody, so the module is passed over.
#[test]
fn an_id_token_names_the_key_that_signed_it() {
    on_each_store(async |backend| {
        let house = certified(backend).await;
        let app = house.app(Wanted::default()).await;
        let signed_in = signs_in(&house, &mut house.visitor(), &app, &ask(&app, "openid")).await;
        let head = header(signed_in.id_token());
        let keys = house.jwks().await;
        let named: Vec<&Value> = keys["keys"].as_array().unwrap().iter().collect();
        let named: Vec<_> = named.into_iter().filter(|key| key["kid"] == head["kid"]).collect();
        assert_eq!(named.len(), 1, "one key has that name: {keys}");
        assert_eq!((text(named[0], "kty"), text(named[0], "use")), ("RSA", "sig"));
        assert_eq!(signed(&house, &app, signed_in.id_token()).await, signed_in.id);

        let said = metadata(&house).await;
        let offered = said["id_token_signing_alg_values_supported"].as_array().unwrap();
        assert!(offered.contains(&json!("RS256")) && !offered.contains(&json!("none")));
        assert!(Algorithm::of_name("none").is_none());
    });
}

/// oidcc-userinfo-get, oidcc-userinfo-post-header, oidcc-userinfo-post-body: OC3: each way of asking is answered in JSON,
/// with the ID token's `sub`.
#[test]
fn userinfo_is_told_in_three_ways() {
    on_each_store(async |backend| {
        let house = certified(backend).await;
        let app = house.app(Wanted::default()).await;
        let signed_in = signs_in(&house, &mut house.visitor(), &app, &ask(&app, "openid email")).await;
        let (url, token) = (house.at(&house.config.issuer.paths.userinfo), signed_in.access());
        let get = house.http.get(&url).bearer_auth(token);
        let post_header = house.http.post(&url).bearer_auth(token);
        let post_body = house.http.post(&url).form(&[("access_token", token)]);
        for (module, request) in [("get", get), ("post-header", post_header), ("post-body", post_body)] {
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status(), 200, "{module}");
            let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
            assert!(kind.starts_with("application/json"), "{module}: {kind}");
            let info: Value = answer.json().await.unwrap();
            assert_eq!(
                (&info["sub"], text(&info, "email")),
                (&signed_in.id["sub"], ANN),
                "{module}"
            );
        }
    });
}

/// oidcc-ensure-request-without-nonce-succeeds-for-code-flow: the ID token then has none either.
#[test]
fn a_nonce_may_be_left_out() {
    on_each_store(async |backend| {
        let house = certified(backend).await;
        let app = house.app(Wanted::default()).await;
        let asked = ask(&app, "openid").without("nonce");
        let signed_in = signs_in(&house, &mut house.visitor(), &app, &asked).await;
        assert!(signed_in.id.get("nonce").is_none());
    });
}

/// The claims that a scope opens, as the person has them.
fn opened(scope: &str) -> Map<String, Value> {
    let mut told = match scope {
        "profile" => json!({ "name": "ann" }),
        "email" => json!({ "email": ANN, "email_verified": true }),
        _ => json!({}),
    };
    let told = told.as_object_mut().unwrap();
    for (name, value) in on_record().as_object().unwrap() {
        let of = match name.as_str() {
            "address" => "address",
            "phone_number" | "phone_number_verified" => "phone",
            _ => "profile",
        };
        if of == scope {
            told.insert(name.clone(), value.clone());
        }
    }
    told.clone()
}

async fn tells(house: &House, scopes: &str) {
    let app = house.app(Wanted::default()).await;
    let signed_in = signs_in(house, &mut house.visitor(), &app, &ask(&app, scopes)).await;
    let mut expected: Map<String, Value> = scopes.split(' ').flat_map(opened).collect();
    expected.insert("sub".to_owned(), signed_in.id["sub"].clone());
    let (status, info) = house.user_info(signed_in.access()).await;
    assert_eq!((status, info), (200, Value::Object(expected)), "{scopes}");
    // OpenID Connect Core §5.4: with an access token, it is UserInfo that tells.
    for claim in ["email", "address", "phone_number", "given_name", "name"] {
        assert!(signed_in.id.get(claim).is_none(), "{scopes}: {claim}");
    }
}

/// oidcc-scope-profile, oidcc-scope-email, oidcc-scope-address, oidcc-scope-phone: each opens its own claims, and no more.
#[test]
fn each_scope_opens_its_claims() {
    on_each_store(async |backend| {
        let house = certified(backend).await;
        for scope in ["profile", "email", "address", "phone"] {
            assert!(opened(scope).len() > usize::from(scope != "address"), "{scope}");
            tells(&house, &format!("openid {scope}")).await;
        }
    });
}

/// oidcc-scope-all, oidcc-ensure-other-scope-order-succeeds: all of them at once, and `openid` in any place.
#[test]
fn all_scopes_open_all_claims_in_any_order() {
    on_each_store(async |backend| {
        let house = certified(backend).await;
        tells(&house, "openid profile email address phone").await;
        tells(&house, "email phone openid address profile").await;
        tells(&house, "profile openid").await;
    });
}

/// oidcc-claims-essential: a claim asked for by name is told, where it was asked for and nowhere else; the person is asked.
#[test]
fn a_claim_asked_for_by_name_is_told() {
    on_each_store(async |backend| {
        let house = certified(backend).await;
        let app = house.app(Wanted::default()).await;
        let mut ann = house.visitor();
        let plain = signs_in(&house, &mut ann, &app, &ask(&app, "openid")).await;
        let by_name = r#"{"userinfo":{"name":{"essential":true},"shoe_size":{"essential":true}}}"#;
        let asked = ask(&app, "openid").with("claims", by_name);
        // What the person has not agreed to is not told silently.
        assert!(stops_at(&house, &mut ann, &asked).await.path.ends_with("/consent"));
        let signed_in = signs_in(&house, &mut ann, &app, &asked).await;
        let (_, info) = house.user_info(signed_in.access()).await;
        assert_eq!(info, json!({ "sub": plain.id["sub"], "name": "ann" }));
        assert!(signed_in.id.get("name").is_none());
        let asked = ask(&app, "openid").with("claims", r#"{"id_token":{"auth_time":{"essential":true},"name":null}}"#);
        let answer = at_once(&house, &mut ann, &asked).await;
        assert_eq!(answer.at, CALLBACK);
        let signed_in = super::exchanged(&house, &app, &asked, &answer).await;
        assert_eq!(
            (signed_in.auth_time(), text(&signed_in.id, "name")),
            (plain.auth_time(), "ann")
        );
        // The access token of before tells what it told.
        assert_eq!(
            house.user_info(plain.access()).await.1,
            json!({ "sub": plain.id["sub"] })
        );
    });
}
