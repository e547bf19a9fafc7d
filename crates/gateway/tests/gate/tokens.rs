//! What a token must be.

use crate::scene::*;
use tollgate_protocol::claims::Profile;

const UPLOAD: &str = "/ssr/v2/return/upload";

/// SS-2, SS-31, SS-46, SG-31, SG-38, SE-20, RS1: without a token in the Authorization header every protected route answers 401.
#[tokio::test]
async fn every_protected_route_wants_a_token_in_its_header() {
    let scene = Scene::open().await;
    for (method, path) in [
        ("POST", UPLOAD),
        ("GET", "/ssr/x"),
        ("GET", "/signer/a"),
        ("GET", "/documents/1"),
        ("PUT", "/events/1"),
        ("GET", "/identify"),
    ] {
        let answer = scene.send(scene.request(method, path), "").await;
        answer.is(401, "token_missing");
        assert_eq!(
            answer.header("www-authenticate"),
            "Bearer realm=\"tollgate\"",
            "no error where no token was sent"
        );
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert_eq!(answer.header("tollgate-request-id").len(), 32);
    }
    assert_eq!(scene.behind.count(), 0);
}

/// RS2: a token in the query or in the body is not seen; two tokens are refused.
#[tokio::test]
async fn a_token_elsewhere_is_not_seen_and_two_are_refused() {
    let scene = Scene::open().await;
    let token = safesend();
    let query = scene
        .send(scene.request("POST", &format!("{UPLOAD}?access_token={token}")), "")
        .await;
    query.is(401, "token_missing");
    let form = scene
        .request("POST", UPLOAD)
        .header("content-type", "application/x-www-form-urlencoded");
    scene
        .send(form, format!("access_token={token}"))
        .await
        .is(401, "token_missing");
    let basic = scene.upload(&[("authorization", "Basic YTpi")]).await;
    basic.is(401, "token_missing");
    let two = scene
        .upload(&[
            ("authorization", &bearer(&token)),
            ("authorization", &bearer(&token)),
            ("x-email", "dev@firm.test"),
        ])
        .await;
    two.is(400, "tokens_several");
    assert!(
        two.header("www-authenticate").contains("error=\"invalid_request\""),
        "{two:?}"
    );
    assert_eq!(scene.behind.count(), 0);
}

/// SS-47, SS-48, SO-19, SG-36, SG-38, JW2, JW3, JW5, RS1: each flaw of a token is 401, with its own code.
#[tokio::test]
async fn each_flaw_of_a_token_is_refused_by_its_name() {
    let scene = Scene::open().await;
    let good = claims("https://api.safesend.com/", "");
    let with = |change: fn(&mut tollgate_protocol::claims::AccessToken)| {
        let mut claims = good.clone();
        change(&mut claims);
        sign(key(), Profile::Auth0, &claims)
    };
    let token = safesend();
    let (message, _) = token.rsplit_once('.').unwrap();
    let other = with(|claims| claims.subject = Some("other".into()));
    let (_, foreign) = other.rsplit_once('.').unwrap();
    let table = [
        ("not-a-token".to_owned(), "token_malformed"),
        ("..".to_owned(), "token_malformed"),
        (".".repeat(20_000), "token_malformed"),
        (format!("{message}.{foreign}"), "token_signature"),
        (format!("{message}."), "token_signature"),
        (sign(stranger(), Profile::Auth0, &good), "token_key_unknown"),
        // {"alg":"none"} and {"alg":"HS256"}
        (
            format!("eyJhbGciOiJub25lIn0.{}.", message.split_once('.').unwrap().1),
            "token_algorithm",
        ),
        (
            format!("eyJhbGciOiJIUzI1NiJ9.{}.AAAA", message.split_once('.').unwrap().1),
            "token_algorithm",
        ),
        (
            key().sign("id_token", &Profile::Auth0.write(&good)).unwrap(),
            "token_type",
        ),
        (
            key().sign("at+jwt", &Profile::Auth0.write(&good)).unwrap(),
            "token_type",
        ),
        (
            with(|claims| claims.issuer = "https://issuer.test".into()),
            "token_issuer",
        ),
        (with(|claims| claims.audience = vec!["signer".into()]), "token_audience"),
        (with(|claims| claims.audience = Vec::new()), "token_audience"),
        (with(|claims| claims.expires = NOW), "token_expired"),
        (with(|claims| claims.expires = NOW - 100), "token_expired"),
        (with(|claims| claims.not_before = Some(NOW + 61)), "token_not_yet_valid"),
        (with(|claims| claims.issued = NOW + 61), "token_not_yet_valid"),
    ];
    for (token, code) in table {
        let answer = scene
            .upload(&[("authorization", &bearer(&token)), ("x-email", "dev@firm.test")])
            .await;
        answer.is(401, code);
        assert!(
            answer.header("www-authenticate").contains("error=\"invalid_token\""),
            "{answer:?}"
        );
    }
}

/// SS-32, SS-48, SG-36, JW5: a token that was good is refused in the second it expires, from memory as well.
#[tokio::test]
async fn an_expired_token_is_refused_at_once() {
    let scene = Scene::open().await;
    let token = safesend();
    let headers = [("authorization", &*bearer(&token)), ("x-email", "dev@firm.test")];
    scene.clock.0.store(NOW + 3599, std::sync::atomic::Ordering::SeqCst);
    assert_eq!(scene.upload(&headers).await.status, 200);
    scene.clock.0.store(NOW + 3600, std::sync::atomic::Ordering::SeqCst);
    scene.upload(&headers).await.is(401, "token_expired");
    scene.upload(&headers).await.is(401, "token_expired");
}

/// JW5, TE9: clocks may differ a little: `nbf` and `iat` some seconds ahead are accepted, a minute is not.
#[tokio::test]
async fn a_clock_a_little_ahead_is_forgiven() {
    let scene = Scene::open().await;
    let mut claims = claims("signer", "");
    for (ahead, status) in [(10, 200), (11, 401), (61, 401)] {
        claims.issued = NOW + ahead;
        claims.not_before = Some(NOW + ahead);
        assert_eq!(
            scene
                .get("/signer/a", &sign(key(), Profile::Hydra, &claims))
                .await
                .status,
            status,
            "{ahead}"
        );
    }
}

/// RS3, SO-19: a token remembered at one API is not good at another, and the other way round.
#[tokio::test]
async fn a_remembered_token_is_for_its_own_audience_alone() {
    let scene = Scene::open().await;
    // The same type and algorithm at both, so that only the audience tells them apart.
    let token = sign(key(), Profile::Hydra, &claims("signer", "document_read"));
    for _ in 0..2 {
        assert_eq!(scene.get("/signer/a", &token).await.status, 200);
        assert_eq!(scene.get("/documents/1", &token).await.status, 401);
    }
    // First met where it is not good, it is still good where it is.
    let other = sign(key(), Profile::Hydra, &claims("signer", "x"));
    scene.get("/ssr/x", &other).await.is(401, "token_audience");
    assert_eq!(scene.get("/signer/a", &other).await.status, 200);
}

/// RS3: one token with two audiences opens both, for what its type allows.
#[tokio::test]
async fn a_token_for_two_audiences_opens_both() {
    let scene = Scene::with(
        |snapshot| {
            let to = snapshot.routes[0].upstream.clone();
            snapshot.apis.push(api("second", "second", Profile::Hydra));
            snapshot
                .routes
                .push(route("second", &["GET"], "/second", token("second", &[], None), &to));
        },
        Props::default(),
    )
    .await;
    let mut both = claims("signer", "");
    both.audience.push("second".into());
    let both = sign(key(), Profile::Hydra, &both);
    assert_eq!(scene.get("/signer/a", &both).await.status, 200);
    assert_eq!(scene.get("/second", &both).await.status, 200);
}

/// JW3, JW2: a token of another algorithm than the API's is refused although its key is published.
#[tokio::test]
async fn the_algorithm_is_the_apis_own() {
    let edwards = tollgate_keys::signing::SigningKey::generate(
        tollgate_protocol::jose::Algorithm::EdDSA,
        &tollgate_keys::chance::System,
    )
    .unwrap();
    let both = keys(&[key(), &edwards]);
    let scene = Scene::with(|snapshot| snapshot.keys = both, Props::default()).await;
    let token = sign(&edwards, Profile::Hydra, &claims("signer", ""));
    scene.get("/signer/a", &token).await.is(401, "token_algorithm");
}

/// SO-24, SE-20, SE-21, SE-19: the vendors' own calls go through, and the API learns for whom.
#[tokio::test]
async fn the_vendors_calls_go_through() {
    let scene = Scene::open().await;
    let signer = sign(key(), Profile::Hydra, &claims("signer", ""));
    assert_eq!(scene.get("/signer/agreements", &signer).await.status, 200);

    let token = sign(
        key(),
        Profile::Rfc9068,
        &claims("https://api-ext.signeasy.com/", "user:read"),
    );
    let me = |token: &str| {
        scene
            .request("GET", "/v3/me")
            .header("host", "API.signeasy.com:443")
            .header("authorization", bearer(token))
    };
    assert_eq!(scene.send(me(&token), "").await.status, 200);
    let seen = scene.behind.last();
    assert_eq!(seen.header("tollgate-acting-user"), Some("owner@firm.test"));
    assert_eq!(seen.header("x-forwarded-host"), Some("API.signeasy.com:443"));
    // A client without owner has nobody to act for.
    let mut claims = claims("https://api-ext.signeasy.com/", "user:read");
    claims.client_id = "client_2".into();
    let token = sign(key(), Profile::Rfc9068, &claims);
    scene.send(me(&token), "").await.is(403, "acting_user_role");
}

/// The scheme is a word without case (RFC 9110 §11.1), the token is not.
#[tokio::test]
async fn the_scheme_may_be_spelled_in_any_case() {
    let scene = Scene::open().await;
    let token = signicat("identify");
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let request = scene
            .request("GET", "/identify")
            .header("authorization", format!("{scheme} {token}"));
        assert_eq!(scene.send(request, "").await.status, 200, "{scheme}");
    }
    let shouted = scene
        .request("GET", "/identify")
        .header("authorization", format!("Bearer {}", token.to_uppercase()));
    assert_eq!(scene.send(shouted, "").await.status, 401);
}
