//! The authorization code grant (RFC 6749 §4.1, RFC 7636; OpenID Connect Core §3.1): a code becomes tokens, once.

use jsonwebtoken::{DecodingKey, Validation, decode, jwk::JwkSet};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tollgate_issuer::registry::{self, Asker};
use tollgate_model::client::{AuthMethod, Environment, SignIn};
use tollgate_tests::app::{ANN, App, Wanted, bought, on_each_store, subject, text};
use tollgate_tests::house::{House, claims, header, refused_at};
use tollgate_tests::until;

/// All that can be asked for, for the documents.
const ALL: &str = "openid profile email offline_access read write";

fn no(error: &str) -> (u16, String) {
    (400, error.to_owned())
}

/// Status and `error` of an answer.
fn error((status, body): (u16, Value)) -> (u16, String) {
    (status, text(&body, "error").to_owned())
}

/// What a library that is not ours makes of an ID token.
async fn read(house: &House, token: &str, audience: &str) -> Value {
    let keys: JwkSet = serde_json::from_value(house.jwks().await).unwrap();
    let head = jsonwebtoken::decode_header(token).unwrap();
    let key = keys.find(head.kid.as_deref().unwrap()).expect("the key is published");
    let mut rules = Validation::new(head.alg);
    rules.set_audience(&[audience]);
    rules.set_issuer(&[&house.node.issuer]);
    rules.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    decode::<Value>(token, &DecodingKey::from_jwk(key).unwrap(), &rules)
        .expect("an ID token")
        .claims
}

/// Waits until a token is dead at the gateway and at the UserInfo endpoint.
async fn dies(house: &House, token: &str) {
    until("the gateway refuses the token", || async {
        house.refused(token).await.is_some()
    })
    .await;
    assert_eq!(house.refused(token).await.as_deref(), Some("token_revoked"));
    assert_eq!(house.introspect(token).await, json!({ "active": false }));
    assert_eq!(house.user_info(token).await.0, 401);
}

/// OC1, TE12: the whole way of a person's first visit. The code buys an access token for the API, a refresh token and
/// an ID token with every claim, and nobody keeps the answer.
#[test]
fn a_person_lets_an_application_in() {
    on_each_store(async |backend| {
        let house = House::peopled("userinfo_in_audience = true", "", backend).await;
        let app = house.app(Wanted::default()).await;
        let asked = app
            .ask(ALL)
            .with("audience", "https://api.example/docs")
            .with("max_age", "3600");
        let mut ann = house.visitor();
        let answer = house.walk(&mut ann, &asked).await;
        assert_eq!(answer.value("state"), asked.value("state"));
        let form = [
            ("grant_type", "authorization_code"),
            ("code", answer.code()),
            ("redirect_uri", &app.redirect_uri),
            ("code_verifier", &asked.verifier),
        ];
        let response = house.buy(&app, &form).send().await.unwrap();
        assert_eq!(response.status(), 200);
        let head = response.headers();
        assert_eq!(head["cache-control"], "no-store");
        assert!(head["content-type"].to_str().unwrap().starts_with("application/json"));
        let body: Value = response.json().await.unwrap();
        assert_eq!((text(&body, "token_type"), text(&body, "scope")), ("Bearer", ALL));

        let said = read(&house, text(&body, "id_token"), &app.id).await;
        assert_eq!(said["nonce"], asked.value("nonce"));
        assert_eq!(said["aud"], app.id);
        assert_eq!(said["amr"], json!(["pwd"]));
        let now = house.desk().now().0;
        assert_eq!(
            (said["auth_time"].as_i64(), said["iat"].as_i64()),
            (Some(now), Some(now))
        );
        assert!(said["exp"].as_i64().unwrap() > now);
        assert!(said["sid"].is_string());
        // What was granted by scopes is asked for at UserInfo (OpenID Connect Core §5.4).
        assert!(said.get("email").is_none() && said.get("name").is_none(), "{said}");
        assert_eq!(header(text(&body, "id_token"))["alg"], "RS256");
        let access = text(&body, "access_token");
        assert_eq!(said["at_hash"], half_hash(access));
        assert_eq!(said["sub"], subject(&body, "access_token"));

        let of_access = claims(access);
        let audience = of_access["aud"].as_array().expect("both audiences");
        assert!(audience.contains(&json!("https://api.example/docs")), "{audience:?}");
        assert_eq!(house.refused(access).await, None);
        let (status, info) = house.user_info(access).await;
        assert_eq!((status, &info["sub"], text(&info, "email")), (200, &said["sub"], ANN));
    });
}

/// OpenID Connect Core §3.1.3.6: the left half of the token's SHA-256.
fn half_hash(token: &str) -> String {
    use base64::Engine as _;
    use sha2::Digest as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&sha2::Sha256::digest(token)[..16])
}

/// OC1: without `openid` there is no ID token, without an offline scope no refresh token; a request without `nonce` gets
/// an ID token without one.
#[test]
fn nobody_gets_what_was_not_asked_for() {
    on_each_store(async |backend| {
        let house = House::peopled("", "", backend).await;
        let app = house.app(Wanted::default()).await;
        let asked = app
            .ask("read")
            .with("audience", "https://api.example/docs")
            .without("nonce");
        let mut ann = house.visitor();
        let answer = house.walk(&mut ann, &asked).await;
        let (status, body) = house.redeem(&app, &asked, answer.code()).await;
        assert_eq!(status, 200, "{body}");
        assert!(
            body.get("id_token").is_none() && body.get("refresh_token").is_none(),
            "{body}"
        );
        assert_eq!(house.user_info(text(&body, "access_token")).await.0, 401);

        let asked = app.ask("openid").without("nonce");
        let answer = house.walk(&mut ann, &asked).await;
        let (_, body) = house.redeem(&app, &asked, answer.code()).await;
        let said = claims(text(&body, "id_token"));
        assert!(said.get("nonce").is_none(), "{said}");
        assert_eq!(house.user_info(text(&body, "access_token")).await.0, 200);
    });
}

/// OC1: the client's own choice signs its ID tokens, and what it asked for by `claims` stands in them.
#[test]
fn a_client_chooses_how_its_id_tokens_are_signed() {
    on_each_store(async |backend| {
        let house = House::peopled("", "", backend).await;
        let wanted = Wanted {
            sign_in: SignIn {
                id_token_alg: Some(tollgate_protocol::jose::Algorithm::ES256),
                ..SignIn::default()
            },
            ..Wanted::default()
        };
        // An API that is signed so has the key made.
        let app = house.app(wanted).await;
        let asked = app.ask("openid email").with("claims", r#"{"id_token":{"email":null}}"#);
        let answer = house.walk(&mut house.visitor(), &asked).await;
        let (_, body) = house.redeem(&app, &asked, answer.code()).await;
        let token = text(&body, "id_token");
        assert_eq!(header(token)["alg"], "ES256");
        assert_eq!(read(&house, token, &app.id).await["email"], ANN);
    });
}

/// PK3, AT5: a wrong, an empty and a missing verifier buy nothing, and a challenge cannot be skipped on the way back.
#[test]
fn a_code_without_its_proof_is_worth_nothing() {
    on_each_store(async |backend| {
        let house = House::peopled("pkce = \"optional-with-secret\"", "", backend).await;
        let app = house.app(Wanted::default()).await;
        let mut ann = house.visitor();
        let other = app.ask("openid").verifier;
        for wrong in [Some(other.as_str()), Some(""), None, Some("short"), Some("ü")] {
            let asked = app.ask("openid");
            let answer = house.walk(&mut ann, &asked).await;
            let mut form = vec![
                ("grant_type", "authorization_code"),
                ("code", answer.code()),
                ("redirect_uri", &app.redirect_uri),
            ];
            form.extend(wrong.map(|verifier| ("code_verifier", verifier)));
            let refused = bought(house.buy(&app, &form)).await;
            assert_eq!(error(refused), no("invalid_grant"), "{wrong:?}");
        }
        // The challenge as the verifier is the "plain" method, which is none here.
        let asked = app.ask("openid");
        let answer = house.walk(&mut ann, &asked).await;
        let mut plain = asked.clone();
        plain.verifier = asked.value("code_challenge").to_owned();
        assert_eq!(
            error(house.redeem(&app, &plain, answer.code()).await),
            no("invalid_grant")
        );
        // RFC 9700 §2.1.1: a verifier where there was no challenge is a code that was put in somebody's place.
        let bare = asked.clone().without("code_challenge").without("code_challenge_method");
        let answer = house.walk(&mut ann, &bare).await;
        assert_eq!(
            error(house.redeem(&app, &bare, answer.code()).await),
            no("invalid_grant")
        );
        // Where PKCE may be left out, a code without any is as good as another.
        let answer = house.walk(&mut ann, &bare).await;
        let form = [
            ("grant_type", "authorization_code"),
            ("code", answer.code()),
            ("redirect_uri", &app.redirect_uri),
        ];
        assert_eq!(bought(house.buy(&app, &form)).await.0, 200);
    });
}

/// PK4: a code that comes twice is refused, and the tokens that it bought are dead on every node.
#[test]
fn a_code_that_comes_twice_takes_its_tokens_along() {
    on_each_store(async |backend| {
        let house = House::peopled("userinfo_in_audience = true", "", backend).await;
        let other = house.another_node().await;
        let app = house.app(Wanted::default()).await;
        let asked = app.ask(ALL).with("audience", "https://api.example/docs");
        let answer = house.walk(&mut house.visitor(), &asked).await;
        let (status, body) = house.redeem(&app, &asked, answer.code()).await;
        assert_eq!(status, 200, "{body}");
        let access = text(&body, "access_token");
        assert_eq!(refused_at(&house.http, &other.gateway, access).await, None);

        let again = house.redeem(&app, &asked, answer.code()).await;
        assert_eq!(error(again), no("invalid_grant"));
        dies(&house, access).await;
        until("the other node's gateway refuses it", || async {
            refused_at(&house.http, &other.gateway, access).await.is_some()
        })
        .await;
        let refreshed = house.refresh(&app, text(&body, "refresh_token")).await;
        assert_eq!(error(refreshed), no("invalid_grant"));
        assert!(told(&house, "code.reused").await, "the audit log says so");
    });
}

/// Whether the audit log has an event of this kind.
async fn told(house: &House, kind: &str) -> bool {
    let filter = tollgate_model::event::EventFilter::default();
    let page = tollgate_model::Page {
        after: None,
        limit: tollgate_model::Page::MOST,
    };
    let events = house.desk().store.events(&filter, &page).await.unwrap();
    events.items.iter().any(|event| event.kind == kind)
}

/// AT2: of many redemptions at once one buys tokens, and the others kill them.
#[test]
fn a_raced_code_buys_one_token() {
    on_each_store(async |backend| {
        let house = House::peopled("", "", backend).await;
        let app = house.app(Wanted::default()).await;
        let asked = app
            .ask("openid offline_access read")
            .with("audience", "https://api.example/docs");
        let answer = house.walk(&mut house.visitor(), &asked).await;
        let tries = (0..20).map(|_| house.redeem(&app, &asked, answer.code()));
        let answers = futures_util::future::join_all(tries).await;
        let good: Vec<_> = answers.iter().filter(|(status, _)| *status == 200).collect();
        assert_eq!(good.len(), 1, "{answers:?}");
        let lost = answers.iter().filter(|(status, _)| *status == 400).count();
        assert_eq!(lost, 19, "{answers:?}");
        let access = text(&good[0].1, "access_token").to_owned();
        until("the winner's token is dead", || async {
            house.refused(&access).await.is_some()
        })
        .await;
    });
}

/// PK5: a code is worth nothing after a minute.
#[test]
fn a_code_lives_for_a_minute() {
    on_each_store(async |backend| {
        let house = House::peopled("", "", backend).await;
        let app = house.app(Wanted::default()).await;
        let mut ann = house.visitor();
        for (seconds, status) in [(59, 200), (60, 400)] {
            let asked = app.ask("openid");
            let answer = house.walk(&mut ann, &asked).await;
            house.clock.forward(seconds);
            let (told, body) = house.redeem(&app, &asked, answer.code()).await;
            assert_eq!(told, status, "after {seconds} s: {body}");
        }
    });
}

/// PK6, AT3: another client's code buys nothing, public or not, and stays good for its owner.
#[test]
fn a_code_is_its_clients_own() {
    on_each_store(async |backend| {
        let house = House::peopled("", "", backend).await;
        let app = house.app(Wanted::default()).await;
        let thief = house.app(Wanted::default()).await;
        let public = house
            .app(Wanted {
                public: true,
                ..Wanted::default()
            })
            .await;
        let asked = app.ask("openid");
        let answer = house.walk(&mut house.visitor(), &asked).await;
        for other in [&thief, &public] {
            let refused = house.redeem(other, &asked, answer.code()).await;
            assert_eq!(error(refused), no("invalid_grant"));
        }
        // TE5: nor is its owner's name enough.
        let nameless = App {
            secret: None,
            ..app.clone()
        };
        let (status, body) = house.redeem(&nameless, &asked, answer.code()).await;
        assert_eq!((status, text(&body, "error")), (401, "invalid_client"));
        assert_eq!(house.redeem(&app, &asked, answer.code()).await.0, 200);
    });
}

/// RFC 6749 §4.1.3: the redirect address of the request, octet for octet; and what is no code at all.
#[test]
fn a_code_goes_with_its_address() {
    on_each_store(async |backend| {
        let house = House::peopled("", "", backend).await;
        let app = house.app(Wanted::default()).await;
        let asked = app.ask("openid");
        let answer = house.walk(&mut house.visitor(), &asked).await;
        for other in [
            "https://app.example/callback?shop=2",
            "https://app.example/callback",
            "",
        ] {
            let elsewhere = asked.clone().with("redirect_uri", other);
            let refused = house.redeem(&app, &elsewhere, answer.code()).await;
            assert_eq!(error(refused), no("invalid_grant"), "{other}");
        }
        for none in ["x", "tgc_0123456789abcdefghijABCDEFGHIJ01234567", "%00"] {
            assert_eq!(
                error(house.redeem(&app, &asked, none).await),
                no("invalid_grant"),
                "{none}"
            );
        }
        assert_eq!(error(house.redeem(&app, &asked, "").await), no("invalid_request"));
        assert_eq!(house.redeem(&app, &asked, answer.code()).await.0, 200);
    });
}

/// AT5, PK1, RI3: a public client lives by PKCE alone, has no token of its own, and asks about none.
#[test]
fn a_public_client_lives_by_its_proof() {
    on_each_store(async |backend| {
        let house = House::peopled("", "", backend).await;
        let wanted = Wanted {
            public: true,
            ..Wanted::default()
        };
        let app = house.app(wanted).await;
        let body = house.tokens(&app, "openid offline_access").await;
        assert!(body["refresh_token"].is_string(), "{body}");
        let own = bought(house.buy(&app, &[("grant_type", "client_credentials")])).await;
        assert_eq!(error(own), no("unauthorized_client"));
        let (status, _) = bought(
            house
                .http
                .post(house.at("/oauth2/introspect"))
                .form(&[("client_id", app.id.as_str()), ("token", text(&body, "access_token"))]),
        )
        .await;
        assert_eq!(status, 401, "RI3: anybody can say that name");
    });
}

/// PK7, RU13: codes, refresh tokens and what binds a browser are 190 random bits, and none is like another; none of them
/// is a UUID.
#[test]
fn what_is_handed_out_cannot_be_guessed() {
    on_each_store(async |backend| {
        let house = House::peopled("", "", backend).await;
        let app = house.app(Wanted::default()).await;
        let mut seen = BTreeSet::new();
        for _ in 0..4 {
            let asked = app.ask("openid offline_access");
            let mut ann = house.visitor();
            let answer = house.walk(&mut ann, &asked).await;
            let (_, body) = house.redeem(&app, &asked, answer.code()).await;
            let browser = ann.cookies["__Host-tollgate_browser"].clone();
            for (credential, prefix, length) in [
                (answer.code().to_owned(), "tgc_", 38),
                (text(&body, "refresh_token").to_owned(), "tgr_", 70),
                (browser, "tgb_", 38),
            ] {
                let random = credential.strip_prefix(prefix).expect(prefix);
                assert_eq!(random.len(), length, "{prefix}");
                assert!(random.bytes().all(|b| b.is_ascii_alphanumeric()));
                // Its first half too: nothing in it counts up.
                assert!(seen.insert(random[..16].to_owned()) && seen.insert(random[16..32].to_owned()));
            }
        }
    });
}

/// TE15: no client can be called as a person is, and no person as a client.
#[test]
fn a_persons_name_is_no_clients() {
    on_each_store(async |backend| {
        let house = House::peopled("", "", backend).await;
        let plain = house.app(Wanted::default()).await;
        let pairwise = house
            .app(Wanted {
                sign_in: SignIn {
                    pairwise: true,
                    ..SignIn::default()
                },
                ..Wanted::default()
            })
            .await;
        for app in [&plain, &pairwise] {
            let sub = subject(&house.tokens(app, "openid").await, "id_token");
            assert!(sub.starts_with("usr_"), "{sub}");
            let ask = registry::client::Create {
                account: house.client.account.clone(),
                name: "Ann".to_owned(),
                environment: Environment::Live,
                auth_methods: Some(vec![AuthMethod::ClientSecretBasic]),
                grant_types: None,
                sign_in: SignIn::default(),
                owner: None,
                introspects: Vec::new(),
                redirect_uris: Vec::new(),
                logout_uris: Vec::new(),
                id: Some(sub),
            };
            let made = registry::client::create(house.desk(), &Asker::system(), &ask)
                .await
                .unwrap();
            assert!(made.is_err(), "a client with a person's name");
        }
        assert!(!plain.id.starts_with("usr_"));
    });
}
