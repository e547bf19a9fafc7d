//! Basic OP: codes, how clients come with them, and what refresh tokens give.

use super::{ask, at_once, believed, certified, certified_with, client, exchanged, redeem, signs_in, stops_at};
use reqwest::header::LOCATION;
use serde_json::{Value, json};
use tollgate_model::client::{AuthMethod, Environment, SignIn};
use tollgate_tests::app::{Wanted, bought, on_each_store, text};
use tollgate_tests::house::{House, header};
use tollgate_tests::until;

fn is_invalid_grant((status, body): (u16, Value)) {
    assert_eq!((status, text(&body, "error")), (400, "invalid_grant"), "{body}");
    assert!(body.get("access_token").is_none());
}

/// Buys tokens with a code, and comes with it again after so many seconds.
async fn comes_twice(house: &House, seconds: i64) {
    let app = house.app(Wanted::default()).await;
    let asked = ask(&app, "openid offline_access");
    let answer = house.walk(&mut house.visitor(), &asked).await;
    let first = exchanged(house, &app, &asked, &answer).await;
    assert_eq!(house.user_info(first.access()).await.0, 200);
    house.clock.forward(seconds);
    is_invalid_grant(redeem(house, &app, &asked, answer.code()).await);
    until("the access token is dead", || async {
        house.user_info(first.access()).await.0 == 401
    })
    .await;
    is_invalid_grant(house.refresh(&app, text(&first.body, "refresh_token")).await);
}

/// oidcc-codereuse: PK4: the second use of a code is refused.
#[test]
fn a_code_is_good_once() {
    on_each_store(async |backend| comes_twice(&certified(backend).await, 0).await);
}

/// oidcc-codereuse-30seconds: PK4: also half a minute later, and what it bought is worth nothing then (RFC 6749 §4.1.2);
/// just so when the code would have run out by then.
#[test]
fn a_code_used_again_later_takes_its_tokens_along() {
    on_each_store(async |backend| {
        let house = certified(backend).await;
        comes_twice(&house, 30).await;
        comes_twice(&house, 90).await;
    });
}

/// oidcc-ensure-registered-redirect-uri: RU1, RU5: another address than the registered ones gets a page, and nobody is sent
/// there.
#[test]
fn an_unregistered_redirect_uri_is_told_to_the_person() {
    on_each_store(async |backend| {
        let house = certified(backend).await;
        let app = house.app(Wanted::default()).await;
        let mut ann = house.visitor();
        signs_in(&house, &mut ann, &app, &ask(&app, "openid")).await;
        for other in [format!("{}/x", app.redirect_uri), "https://other.example/cb".to_owned()] {
            let page = house
                .asks(&mut ann, &ask(&app, "openid").with("redirect_uri", &other))
                .await;
            assert_eq!((page.status, page.leads_to()), (400, ""), "{other}");
            assert!(page.header("content-type").starts_with("text/html"));
        }
    });
}

/// oidcc-ensure-post-request-succeeds: a form of the client's page is a request like a link. The browser sends no cookie
/// with it, and who is signed in is still known.
#[test]
fn a_request_comes_by_post_as_well() {
    on_each_store(async |backend| {
        let house = certified(backend).await;
        let app = house.app(Wanted::default()).await;
        let mut ann = house.visitor();
        let first = signs_in(&house, &mut ann, &app, &ask(&app, "openid")).await;
        for asked in [ask(&app, "openid"), ask(&app, "openid").with("prompt", "none")] {
            let request = house
                .http
                .post(house.at(house.authorize_path()))
                .form(&asked.parameters);
            let request = request
                .header("sec-fetch-site", "cross-site")
                .header("origin", "https://app.example");
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status(), 303);
            let to = answer.headers()[LOCATION].to_str().unwrap().to_owned();
            let page = ann.get(&to).await;
            let answer = house.leads(&mut ann, page, &app.redirect_uri).await.unwrap_err();
            let signed_in = exchanged(&house, &app, &asked, &answer).await;
            assert_eq!(signed_in.id["sub"], first.id["sub"]);
        }
        // And from nowhere, signed in or not.
        let asked = ask(&app, "openid");
        let mut other = house.visitor();
        let path = house.authorize_path().to_owned();
        let page = other.post(&path, &asked.parameters).await;
        let page = house.leads(&mut other, page, &app.redirect_uri).await.unwrap();
        assert!(page.path.ends_with("/sign-in"), "{}", page.path);
    });
}

/// oidcc-server-client-secret-post: a client that is registered so comes with its secret in the form; in the other way
/// it is not heard.
#[test]
fn a_client_comes_with_its_secret_in_the_form() {
    on_each_store(async |backend| {
        let house = certified(backend).await;
        let app = client(
            &house,
            Environment::Live,
            AuthMethod::ClientSecretPost,
            &[],
            SignIn::default(),
        )
        .await;
        let asked = ask(&app, "openid");
        let answer = house.walk(&mut house.visitor(), &asked).await;
        let (status, body) = redeem(&house, &app, &asked, answer.code()).await;
        assert_eq!((status, text(&body, "error")), (401, "invalid_client"), "by Basic");
        let form = [
            ("grant_type", "authorization_code"),
            ("code", answer.code()),
            ("redirect_uri", &app.redirect_uri),
            ("client_id", &app.id),
            ("client_secret", app.secret.as_deref().unwrap()),
        ];
        let (status, body) = bought(house.http.post(house.token_url()).form(&form)).await;
        assert_eq!(status, 200, "{body}");
        let id = believed(&house, &app, &asked, &body).await;
        let (_, info) = house.user_info(text(&body, "access_token")).await;
        assert_eq!(info, json!({ "sub": id["sub"] }));
    });
}

/// oidcc-refresh-token: RT3: the new ID token speaks of the same person, client and sign-in (OpenID Connect Core §12.2); and
/// another client's refresh token is worth nothing.
#[test]
fn a_refresh_gives_an_id_token_of_the_same_sign_in() {
    on_each_store(async |backend| {
        let house = certified(backend).await;
        let app = house.app(Wanted::default()).await;
        let second = house.app(Wanted::default()).await;
        let asked = ask(&app, "openid offline_access").with("prompt", "consent");
        let mut ann = house.visitor();
        let first = signs_in(&house, &mut ann, &app, &asked).await;
        let token = text(&first.body, "refresh_token");
        // RFC 6749 §A.17: VSCHAR.
        assert!(!token.is_empty() && token.bytes().all(|byte| (0x20..=0x7e).contains(&byte)));
        house.clock.forward(2);
        let (status, body) = house.refresh(&app, token).await;
        assert_eq!(status, 200, "{body}");
        let id = match body.get("id_token") {
            Some(_) => super::signed(&house, &app, text(&body, "id_token")).await,
            None => panic!("no ID token: {body}"),
        };
        for claim in ["iss", "sub", "aud", "auth_time", "sid", "acr", "amr"] {
            assert_eq!(id[claim], first.id[claim], "{claim}");
        }
        assert_eq!(id.get("azp"), first.id.get("azp"));
        assert!(id.get("nonce").is_none_or(|nonce| *nonce == first.id["nonce"]));
        assert_eq!(id["iat"], house.desk().now().0);
        assert_eq!(id["at_hash"], super::half_hash(text(&body, "access_token")));
        assert_ne!(text(&body, "access_token"), first.access());
        assert_eq!(house.user_info(text(&body, "access_token")).await.0, 200);

        let asked = ask(&second, "openid offline_access").with("prompt", "consent");
        let other = signs_in(&house, &mut ann, &second, &asked).await;
        is_invalid_grant(house.refresh(&app, text(&other.body, "refresh_token")).await);
    });
}

/// oidcc-ensure-request-with-valid-pkce-succeeds: PK1: with a challenge where none is asked for, and bound by it.
#[test]
fn pkce_is_heeded_where_it_may_be_left_out() {
    on_each_store(async |backend| {
        let house = certified(backend).await;
        let app = house.app(Wanted::default()).await;
        let mut ann = house.visitor();
        let asked = app.ask("openid");
        let answer = house.walk(&mut ann, &asked).await;
        let (status, body) = house.redeem(&app, &asked, answer.code()).await;
        assert_eq!(status, 200, "{body}");
        believed(&house, &app, &asked, &body).await;
        let answer = at_once(&house, &mut ann, &asked).await;
        is_invalid_grant(redeem(&house, &app, &asked, answer.code()).await);
        // Where it must be there, one without gets no page to sign in at.
        let strict = House::peopled("", "", backend).await;
        let app = strict.app(Wanted::default()).await;
        assert_eq!(
            super::refusal(&strict, &mut strict.visitor(), &ask(&app, "openid")).await,
            "invalid_request"
        );
        assert!(
            stops_at(&strict, &mut strict.visitor(), &app.ask("openid"))
                .await
                .path
                .ends_with("/sign-in")
        );
    });
}

/// OC1, OpenID Connect Core §3.1.3.6: an ID token that Ed25519 signs names its access token by SHA-512, at the exchange of
/// the code and at a refresh.
#[test]
fn an_access_token_is_named_by_the_hash_of_the_signature() {
    on_each_store(async |backend| {
        let house = certified_with("id_token = { algorithm = \"EdDSA\" }", "", backend).await;
        let app = house.app(Wanted::default()).await;
        let asked = ask(&app, "openid offline_access").with("prompt", "consent");
        let answer = house.walk(&mut house.visitor(), &asked).await;
        let (status, bought) = redeem(&house, &app, &asked, answer.code()).await;
        assert_eq!(status, 200, "{bought}");
        let (status, refreshed) = house.refresh(&app, text(&bought, "refresh_token")).await;
        assert_eq!(status, 200, "{refreshed}");
        for body in [bought, refreshed] {
            assert_eq!(header(text(&body, "id_token"))["alg"], "EdDSA");
            let id = super::signed(&house, &app, text(&body, "id_token")).await;
            assert_eq!(id["at_hash"], wide_half_hash(text(&body, "access_token")));
        }
    });
}

/// The left half of the token's SHA-512.
fn wide_half_hash(token: &str) -> String {
    use base64::Engine as _;
    use sha2::Digest as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&sha2::Sha512::digest(token)[..32])
}
