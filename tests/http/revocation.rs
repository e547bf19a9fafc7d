//! The revocation endpoint (RFC 7009), and all that makes tokens end early.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64;
use serde_json::{Value, json};
use tollgate_issuer::registry::{self, Asker};
use tollgate_model::client::AuthMethod;
use tollgate_model::{ClientId, State};
use tollgate_tests::house::{House, Registered, another_secret};
use tollgate_tests::{Backend, run, until};

/// The order of P-256 (FIPS 186-5).
const ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7,
    0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

/// The same token with the other signature that is valid for it: (r, n − s).
fn mirrored(token: &str) -> String {
    let (message, signature) = token.rsplit_once('.').unwrap();
    let mut bytes = B64.decode(signature).unwrap();
    let mut borrow = 0_i16;
    for place in (0..32).rev() {
        let difference = i16::from(ORDER[place]) - i16::from(bytes[32 + place]) - borrow;
        borrow = i16::from(difference < 0);
        bytes[32 + place] = u8::try_from(difference + 256 * borrow).unwrap();
    }
    format!("{message}.{}", B64.encode(bytes))
}

async fn dies(house: &House, token: &str) {
    until("the gateway refuses it", || async {
        house.refused(token).await.as_deref() == Some("token_revoked")
    })
    .await;
    assert_eq!(house.introspect(token).await, json!({ "active": false }));
}

/// RI1, RS11: a revoked token is inactive at once and refused by the gateway as soon as the feed tells. There are no refresh
/// tokens yet.
#[test]
fn a_revoked_token_is_refused() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        run(async {
            let house = House::ordinary("", backend).await;
            let (token, other) = (house.token("docs").await, house.token("docs").await);
            assert_eq!(house.refused(&token).await, None);
            assert_eq!(house.revoke_as(&house.client, &token).await, 200);
            assert_eq!(house.introspect(&token).await, json!({ "active": false }));
            dies(&house, &token).await;
            assert_eq!(house.revoke_as(&house.client, &token).await, 200, "again is fine");
            assert_eq!(
                house.refused(&other).await,
                None,
                "the same client's other token lives on"
            );
        });
    }
}

/// RI2: garbage is answered 200, and nobody revokes another client's token.
#[test]
fn a_foreign_token_stays_untouched() {
    run(async {
        let house = House::ordinary("", Backend::Sqlite).await;
        let stranger = house.register(&[AuthMethod::ClientSecretBasic], &["docs"]).await;
        let token = house.token("docs").await;
        let before = house.desk().memory.revocations().len();
        for text in [
            "x",
            "a.b.c",
            "",
            "..",
            &"a".repeat(10_000),
            &house.client.secret,
            &token,
        ] {
            let status = house.revoke_as(&stranger, text).await;
            assert_eq!(status, if text.is_empty() { 400 } else { 200 }, "{text:.20}");
        }
        assert_eq!(house.desk().memory.revocations().len(), before);
        assert_eq!(house.introspect(&token).await["active"], true);
        assert_eq!(house.refused(&token).await, None);
        let answer = house
            .post(
                "/oauth2/revoke",
                &house.client,
                &[("token", &token), ("token_type_hint", "refresh_token")],
            )
            .send()
            .await
            .unwrap();
        assert_eq!(
            (answer.status().as_u16(), answer.text().await.unwrap().as_str()),
            (200, ""),
            "a wrong hint is no obstacle"
        );
        dies(&house, &token).await;
    });
}

/// RI2: the endpoint needs authentication and a POST.
#[test]
fn a_stranger_revokes_nothing() {
    run(async {
        let house = House::ordinary("", Backend::Sqlite).await;
        let token = house.token("docs").await;
        let url = house.at("/oauth2/revoke");
        let form = [("token", token.as_str())];
        assert_eq!(house.http.post(&url).form(&form).send().await.unwrap().status(), 401);
        assert_eq!(
            house
                .http
                .post(&url)
                .form(&form)
                .basic_auth(&house.client.id, Some("x"))
                .send()
                .await
                .unwrap()
                .status(),
            401
        );
        let get = house
            .http
            .get(format!("{url}?token={token}"))
            .basic_auth(&house.client.id, Some(&house.client.secret));
        assert_eq!(get.send().await.unwrap().status(), 405);
        assert_eq!(house.introspect(&token).await["active"], true);
    });
}

/// JW2: the second valid signature of a revoked token does not bring it back.
#[test]
fn a_revoked_token_in_other_writing_stays_revoked() {
    run(async {
        let house = House::ordinary("", Backend::Sqlite).await;
        let token = house.token("docs").await;
        let twin = mirrored(&token);
        assert_ne!(token, twin);
        assert_eq!(house.refused(&twin).await, None, "it is a valid signature");
        assert_eq!(house.revoke_as(&house.client, &token).await, 200);
        dies(&house, &token).await;
        dies(&house, &twin).await;
    });
}

/// A token of a node whose clock is ahead can be revoked before its time has come.
#[test]
fn a_token_from_a_clock_ahead_can_be_revoked() {
    run(async {
        let house = House::ordinary("[gateway]\nleeway = 60\n", Backend::Sqlite).await;
        house.clock.forward(30);
        let token = house.token("docs").await;
        house.clock.forward(-30);
        assert_eq!(house.refused(&token).await, None);
        assert_eq!(house.revoke_as(&house.client, &token).await, 200);
        dies(&house, &token).await;
    });
}

/// RI5: when the store fails, revoking is answered 503, never 200, and the answer holds nothing but a name.
#[test]
fn a_failing_store_is_never_answered_as_success() {
    run(async {
        let house = House::ordinary("", Backend::Postgres).await;
        let token = house.token("docs").await;
        #[allow(clippy::disallowed_methods)]
        let server = std::env::var("TOLLGATE_TEST_POSTGRES").unwrap();
        tollgate_store::testing::discard(&server, house.database.as_deref().unwrap())
            .await
            .unwrap();
        let answer = house
            .post("/oauth2/revoke", &house.client, &[("token", &token)])
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 503);
        assert!(answer.headers().contains_key("retry-after"));
        let id = answer.headers()["tollgate-request-id"].to_str().unwrap().to_owned();
        let body: Value = answer.json().await.unwrap();
        assert_eq!(body, json!({ "error": "temporarily_unavailable", "request_id": id }));
        // What is remembered is believed for less than a second; then nothing is answered from memory either.
        until("nobody gets a token from memory", || async {
            let asked = house.ask(&[
                ("grant_type", "client_credentials"),
                ("audience", "https://api.example/docs"),
            ]);
            asked.send().await.unwrap().status() == 503
        })
        .await;
        let answer = house
            .post("/oauth2/introspect", &house.client, &[("token", &token)])
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 503);
        // RS10, RL23: and the gateway goes on.
        assert_eq!(house.refused(&token).await, None);
    });
}

/// RS11: revoking a secret takes the tokens it bought, and no other secret's.
#[test]
fn a_revoked_secret_takes_its_tokens_along() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        run(async {
            let house = House::ordinary("", backend).await;
            let id = ClientId::new(&house.client.id);
            let second = another_secret(house.desk(), &house.client.account, &id, 3600).await;
            let (old, new) = (house.token("docs").await, house.token_of(&second, "docs").await);
            assert_eq!((house.refused(&old).await, house.refused(&new).await), (None, None));
            let (asker, secret) = (Asker::system(), &house.client.secret_id);
            registry::secret::revoke(house.desk(), &asker, &id, secret)
                .await
                .unwrap()
                .unwrap();
            let refused = house.ask(&[("grant_type", "client_credentials")]).send().await.unwrap();
            assert_eq!(refused.status(), 401);
            until("the gateway refuses it", || async {
                house.refused(&old).await.as_deref() == Some("token_revoked")
            })
            .await;
            assert_eq!(house.introspect_as(&second, &old).await, json!({ "active": false }));
            assert_eq!(house.refused(&new).await, None, "another secret's token lives on");
            assert_eq!(house.introspect_as(&second, &new).await["active"], true);
        });
    }
}

/// RS11: revoking a client's tokens, switching a client off, and switching an account off end their tokens, and nobody else's.
#[test]
fn a_client_or_account_takes_its_tokens_along() {
    run(async {
        let house = House::ordinary("", Backend::Sqlite).await;
        let (desk, asker) = (house.desk(), Asker::system());
        let mut clients: Vec<Registered> = Vec::new();
        for _ in 0..2 {
            clients.push(house.register(&[AuthMethod::ClientSecretBasic], &[]).await);
        }
        let [one, two] = clients.as_slice() else {
            panic!("two clients")
        };
        let (first, of_one, of_two) = (
            house.token("docs").await,
            house.token_of(one, "docs").await,
            house.token_of(two, "docs").await,
        );

        registry::client::revoke_tokens(desk, &asker, &ClientId::new(&one.id))
            .await
            .unwrap()
            .unwrap();
        until("the client's tokens end", || async {
            house.refused(&of_one).await.as_deref() == Some("token_revoked")
        })
        .await;
        assert_eq!(house.introspect_as(one, &of_one).await, json!({ "active": false }));
        assert_eq!(house.refused(&of_two).await, None);
        house.clock.forward(1);
        let anew = house.token_of(one, "docs").await;
        assert_eq!(house.refused(&anew).await, None, "its secret still buys new ones");

        let off = registry::client::Revise {
            state: Some(State::Disabled),
            ..Default::default()
        };
        registry::client::revise(desk, &asker, &ClientId::new(&two.id), &off)
            .await
            .unwrap()
            .unwrap();
        until("the switched-off client's tokens end", || async {
            house.refused(&of_two).await.as_deref() == Some("token_revoked")
        })
        .await;
        let asked = house.post(
            "/oauth2/token",
            two,
            &[
                ("grant_type", "client_credentials"),
                ("audience", "https://api.example/docs"),
            ],
        );
        assert_eq!(asked.send().await.unwrap().status(), 401);
        assert_eq!((house.refused(&first).await, house.refused(&anew).await), (None, None));

        let off = registry::account::Revise {
            state: Some(State::Disabled),
            ..Default::default()
        };
        registry::account::revise(desk, &asker, &house.client.account, &off)
            .await
            .unwrap()
            .unwrap();
        for token in [&first, &anew] {
            until("the account's tokens end", || async {
                house.refused(token).await.as_deref() == Some("token_revoked")
            })
            .await;
        }
        let asked = house.ask(&[
            ("grant_type", "client_credentials"),
            ("audience", "https://api.example/docs"),
        ]);
        assert_eq!(asked.send().await.unwrap().status(), 401);
    });
}
