//! A provider of a few lines, honest or not, and what comes of it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod host;

use host::{Host, NOW, connection};
use serde_json::json;
use std::net::IpAddr;
use std::sync::Arc;
use tollgate_issuer::authorize::errand::{Failed, Leaving, Returning, Told, Upstream as _};
use tollgate_keys::chance;
use tollgate_keys::signing::SigningKey;
use tollgate_model::Moment;
use tollgate_post::hook::names::{Found, Names};
use tollgate_protocol::jose::Algorithm;
use tollgate_upstream::{Known, Providers};
use zeroize::Zeroizing;

const BACK: &str = "https://us.example/flow/return";

fn leaving(now: i64) -> Leaving<'static> {
    Leaving {
        redirect_uri: BACK,
        state: "aut_1.err_1",
        nonce: "n1",
        challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        again: false,
        max_age: None,
        login_hint: None,
        language: "de",
        now: Moment(now),
    }
}

fn returning(now: i64) -> Returning<'static> {
    Returning {
        redirect_uri: BACK,
        code: "c+1/%",
        verifier: "v1",
        nonce: "n1",
        iss: None,
        now: Moment(now),
    }
}

fn providers(host: &Host) -> Providers {
    Providers::new(vec![known(host.issuer())], true).unwrap()
}

fn known(issuer: &str) -> Known {
    Known {
        connection: connection(issuer),
        secret: Zeroizing::new("s3cret:+".to_owned()),
    }
}

async fn comes_back(host: &Host) -> Result<Told, Failed> {
    providers(host)
        .returned(&connection(host.issuer()), &returning(NOW))
        .await
}

fn unbelieved(outcome: Result<impl std::fmt::Debug, Failed>) -> String {
    match outcome {
        Err(Failed::Unbelieved(why)) => why,
        other => panic!("{other:?}"),
    }
}

/// AT5: a request of ours always has a challenge of method S256, `state` and `nonce`; what the client wanted of the
/// sign-in goes along.
#[tokio::test]
async fn a_person_leaves_with_a_whole_request() {
    let host = Host::start().await;
    host.set(
        "authorization_endpoint",
        json!(format!("{}/auth?tenant=7", host.issuer())),
    );
    let ask = Leaving {
        again: true,
        max_age: Some(60),
        login_hint: Some("ann@firm.example"),
        ..leaving(NOW)
    };
    let to = providers(&host).leave(&connection(host.issuer()), &ask).await.unwrap();
    let (place, query) = to.split_once('?').unwrap();
    assert_eq!(place, format!("{}/auth", host.issuer()));
    assert_eq!(
        query,
        "tenant=7&response_type=code&client_id=us&redirect_uri=https%3A%2F%2Fus.example%2Fflow%2Freturn&\
         scope=openid+email&state=aut_1.err_1&nonce=n1&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&\
         code_challenge_method=S256&ui_locales=de&prompt=login&max_age=60&login_hint=ann%40firm.example"
    );
}

/// The code is exchanged with the verifier and the secret as discovery wants it, and the ID token says who it is.
#[tokio::test]
async fn a_person_comes_back_and_is_known() {
    for algorithm in Algorithm::ALL {
        let host = Host::signing(algorithm).await;
        let told = comes_back(&host).await.unwrap();
        assert_eq!(
            (told.subject.as_str(), told.email.as_deref()),
            ("s1", Some("ann@firm.example"))
        );
        let heard = host.heard("/token");
        let [request] = heard.as_slice() else {
            panic!("{heard:?}")
        };
        // RFC 6749 §2.3.1: encoded as in a form before Basic.
        assert!(
            request.contains("authorization: Basic dXM6czNjcmV0JTNBJTJC\r\n"),
            "{request}"
        );
        assert!(
            request.ends_with(
                "\r\n\r\ngrant_type=authorization_code&code=c%2B1%2F%25&\
                 redirect_uri=https%3A%2F%2Fus.example%2Fflow%2Freturn&code_verifier=v1"
            ),
            "{request}"
        );
        assert!(host.heard("/userinfo").is_empty());
    }
}

#[tokio::test]
async fn the_secret_goes_into_the_body_where_only_that_is_taken() {
    let host = Host::start().await;
    host.set("token_endpoint_auth_methods_supported", json!(["client_secret_post"]));
    comes_back(&host).await.unwrap();
    let request = host.heard("/token").remove(0);
    assert!(
        request.ends_with("&client_id=us&client_secret=s3cret%3A%2B"),
        "{request}"
    );
    assert!(!request.contains("authorization:"), "{request}");
}

/// OC3, CL3: what the ID token leaves out is asked for, of the same person.
#[tokio::test]
async fn user_info_adds_the_address() {
    let host = Host::start().await;
    host.answer(
        "/userinfo",
        200,
        json!({ "sub": "s1", "email": "ann@firm.example", "email_verified": true }).to_string(),
    );
    host.unclaim("email");
    let told = comes_back(&host).await.unwrap();
    assert_eq!(
        (told.email.as_deref(), told.email_verified),
        (Some("ann@firm.example"), true)
    );
    assert!(host.heard("/userinfo")[0].contains("authorization: Bearer at1\r\n"));
    host.answer(
        "/userinfo",
        200,
        json!({ "sub": "s2", "email": "eve@firm.example" }).to_string(),
    );
    assert!(unbelieved(comes_back(&host).await).contains("somebody else"));
}

/// CL2: metadata of another issuer is not taken, nor an answer that does not say whose it is where it always would.
#[tokio::test]
async fn metadata_of_another_issuer_is_not_taken() {
    let host = Host::start().await;
    for other in [format!("{}/", host.issuer()), "https://evil.example".to_owned()] {
        host.set("issuer", json!(other));
        let left = providers(&host).leave(&connection(host.issuer()), &leaving(NOW)).await;
        assert!(unbelieved(left).contains("another issuer"));
    }
    host.set("issuer", json!(host.issuer()));
    host.set("authorization_response_iss_parameter_supported", json!(true));
    assert!(unbelieved(comes_back(&host).await).contains("does not name its issuer"));
    let named = Returning {
        iss: Some(host.issuer()),
        ..returning(NOW)
    };
    let connection = connection(host.issuer());
    assert!(providers(&host).returned(&connection, &named).await.is_ok());
    let mixed = Returning {
        iss: Some("https://evil.example"),
        ..returning(NOW)
    };
    assert!(unbelieved(providers(&host).returned(&connection, &mixed).await).contains("another issuer"));
}

/// JW2, AT6, CL3: algorithm confusion, unsigned tokens, foreign keys, other types: none is believed.
#[tokio::test]
async fn a_token_that_its_key_did_not_sign_is_not_believed() {
    let host = Host::start().await;
    let good = host.token("JWT");
    let (head, tail) = good.split_once('.').unwrap();
    let (body, _) = tail.split_once('.').unwrap();
    let under = |header: serde_json::Value| format!("{}.{tail}", host::base64url(header.to_string().as_bytes()));
    let foreign = SigningKey::generate(Algorithm::ES256, &chance::System).unwrap();
    let stolen = foreign.sign("JWT", &host.payload()).unwrap();
    let (_, forged) = stolen.split_once('.').unwrap();
    for token in [
        under(json!({ "alg": "none", "kid": host.kid() })),
        under(json!({ "alg": "HS256", "kid": host.kid() })),
        under(json!({ "alg": "RS256", "kid": host.kid() })),
        under(json!({ "alg": "ES256" })),
        format!("{head}.{body}."),
        format!("{head}.{forged}"),
        stolen.clone(),
        host.token("at+jwt"),
        host.token("logout+jwt"),
        String::new(),
    ] {
        host.hand_out(&token);
        let why = unbelieved(comes_back(&host).await);
        assert!(why.starts_with("the ID token: "), "{why}");
    }
}

/// RL14: a key that is not known is asked for again, once a minute at most: anybody may invent one.
#[tokio::test]
async fn unknown_keys_are_asked_for_once_a_minute() {
    let host = Host::start().await;
    let (providers, connection) = (providers(&host), connection(host.issuer()));
    assert!(providers.returned(&connection, &returning(NOW)).await.is_ok());
    host.turn(Algorithm::RS256);
    for seconds in [1, 30, 59] {
        let outcome = providers.returned(&connection, &returning(NOW + seconds)).await;
        assert!(unbelieved(outcome).contains("unknown key"));
    }
    assert_eq!(host.heard("/jwks").len(), 1);
    assert!(providers.returned(&connection, &returning(NOW + 60)).await.is_ok());
    assert_eq!(
        (
            host.heard("/jwks").len(),
            host.heard("/.well-known/openid-configuration").len()
        ),
        (2, 1)
    );
    // An hour later all of it is asked for again.
    assert!(providers.leave(&connection, &leaving(NOW + 3_600)).await.is_ok());
    assert_eq!(host.heard("/.well-known/openid-configuration").len(), 2);
}

/// CO7, AT11: a provider leads us nowhere, by its documents or by redirects.
#[tokio::test]
async fn a_provider_leads_us_nowhere() {
    let host = Host::start().await;
    for place in [
        "ftp://idp.example/token",
        "file:///etc/passwd",
        "https://a:b@idp.example/",
        "/token",
        "",
    ] {
        host.set("token_endpoint", json!(place));
        assert!(
            unbelieved(comes_back(&host).await).starts_with("token_endpoint: "),
            "{place}"
        );
    }
    let host = Host::start().await;
    host.redirect("/token", "/elsewhere");
    assert_eq!(
        unbelieved(comes_back(&host).await),
        "the token endpoint: the answer is 307"
    );
    assert!(host.heard("/elsewhere").is_empty());
}

struct Inside;

impl Names for Inside {
    fn look_up(&self, _: &str) -> Found {
        Box::pin(async { Ok(vec![IpAddr::from([127, 0, 0, 1])]) })
    }
}

/// CO7: outside development nobody leads us into a private network, by an address or by a name.
#[tokio::test]
async fn no_private_network_is_asked_outside_development() {
    let host = Host::start().await;
    let port = host.issuer().rsplit(':').next().unwrap().to_owned();
    for issuer in [
        format!("https://127.0.0.1:{port}"),
        format!("https://localhost:{port}"),
        "https://169.254.169.254".to_owned(),
        format!("http://idp.example:{port}"),
    ] {
        let providers = Providers::with(vec![known(&issuer)], false, &[], Inside).unwrap();
        let why = unbelieved(providers.leave(&connection(&issuer), &leaving(NOW)).await);
        assert!(why.starts_with("the issuer: "), "{why}");
    }
    let issuer = format!("https://idp.example:{port}");
    let providers = Providers::with(vec![known(&issuer)], false, &[], Inside).unwrap();
    let left = providers.leave(&connection(&issuer), &leaving(NOW)).await;
    assert!(matches!(left, Err(Failed::Unreachable(_))), "{left:?}");
    assert_eq!(host.connections(), 0);
}

/// RL14: what a provider says is read up to a size and no further.
#[tokio::test]
async fn an_endless_document_is_not_read() {
    let host = Host::start().await;
    host.answer("/jwks", 200, " ".repeat(300 * 1024));
    assert_eq!(unbelieved(comes_back(&host).await), "the key set: it is too long");
}

/// OP5: what a provider says of an error is told by its known words alone.
#[tokio::test]
async fn a_refused_code_is_told_without_what_it_quotes() {
    let host = Host::start().await;
    host.answer(
        "/token",
        400,
        json!({ "error": "invalid_grant", "error_description": "c+1/% v1" }).to_string(),
    );
    assert_eq!(unbelieved(comes_back(&host).await), "the token endpoint: invalid_grant");
    host.answer("/token", 401, json!({ "error": "s3cret" }).to_string());
    assert_eq!(
        unbelieved(comes_back(&host).await),
        "the token endpoint: the answer is 401"
    );
    host.answer("/token", 503, String::new());
    let outcome = comes_back(&host).await;
    assert_eq!(
        outcome,
        Err(Failed::Unreachable("the token endpoint: the answer is 503".into()))
    );
}

/// A provider that is down is left alone for a moment, so that everybody who waits is told at once.
#[tokio::test]
async fn a_provider_that_is_down_is_left_alone_for_a_moment() {
    let host = Host::start().await;
    host.answer("/.well-known/openid-configuration", 500, String::new());
    let (providers, connection) = (providers(&host), connection(host.issuer()));
    for now in [NOW, NOW, NOW + 2] {
        let left = providers.leave(&connection, &leaving(now)).await;
        assert!(matches!(left, Err(Failed::Unreachable(_))), "{left:?}");
    }
    assert_eq!(host.heard("/.well-known/openid-configuration").len(), 1);
    host.restore("/.well-known/openid-configuration");
    assert!(providers.leave(&connection, &leaving(NOW + 3)).await.is_ok());
}

/// One that never answers delays nobody's way to another.
#[tokio::test]
async fn a_provider_that_hangs_delays_nobody_elses_people() {
    let silent = Host::silent().await;
    let host = Host::start().await;
    let mut other = known(host.issuer());
    other.connection.name = "other".into();
    let providers = Arc::new(Providers::new(vec![known(silent.issuer()), other], true).unwrap());
    let waiting = {
        let (providers, connection) = (Arc::clone(&providers), connection(silent.issuer()));
        tokio::spawn(async move { providers.leave(&connection, &leaving(NOW)).await })
    };
    silent.reached().await;
    let mut connection = connection(host.issuer());
    connection.name = "other".into();
    assert!(providers.leave(&connection, &leaving(NOW)).await.is_ok());
    assert!(!waiting.is_finished());
    waiting.abort();
}

/// OP5: nothing that is secret is printed.
#[test]
fn providers_print_their_names() {
    let providers = Providers::new(vec![known("https://idp.example")], false).unwrap();
    assert_eq!(format!("{providers:?}"), r#"{"staff"}"#);
}
