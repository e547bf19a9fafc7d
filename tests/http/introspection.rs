//! The introspection endpoint (RFC 7662).

use serde_json::{Value, json};
use tollgate_model::client::AuthMethod;
use tollgate_tests::house::{House, claims};
use tollgate_tests::{Backend, run};

/// RI3: whoever does not authenticate learns nothing, of whatever token.
#[test]
fn introspection_needs_authentication() {
    run(async {
        let house = House::ordinary("", Backend::Sqlite).await;
        let token = house.token("docs").await;
        let (id, url) = (house.client.id.as_str(), house.at("/oauth2/introspect"));
        let form = [("token", token.as_str())];
        let requests = [
            house.http.post(&url).form(&form),
            house.http.post(&url).form(&form).bearer_auth(&token),
            house.http.post(&url).form(&form).basic_auth(id, Some("wrong")),
            house
                .http
                .post(&url)
                .form(&form)
                .basic_auth("nobody", Some(&house.client.secret)),
            house.http.post(&url).form(&[("token", &*token), ("client_id", id)]),
        ];
        for request in requests {
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status(), 401);
            assert!(answer.headers().contains_key("www-authenticate"));
            assert_eq!(answer.json::<Value>().await.unwrap()["error"], "invalid_client");
        }
        let get = house
            .http
            .get(format!("{url}?token={token}"))
            .basic_auth(id, Some(&house.client.secret));
        assert_eq!(get.send().await.unwrap().status(), 405);
        let answer = house
            .post("/oauth2/introspect", &house.client, &[("x", "y")])
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 400);
        assert_eq!(answer.json::<Value>().await.unwrap()["error"], "invalid_request");
    });
}

/// RI4: every token that is not alive, or not the asker's to know, is answered alike. There are no refresh tokens yet.
#[test]
fn whatever_is_not_active_looks_alike() {
    run(async {
        let house = House::ordinary("", Backend::Sqlite).await;
        let stranger = house.register(&[AuthMethod::ClientSecretBasic], &[]).await;
        let inactive = json!({ "active": false });
        let (living, revoked) = (house.token("docs").await, house.token("docs").await);
        assert_eq!(house.revoke_as(&house.client, &revoked).await, 200);
        assert_eq!(house.introspect(&revoked).await, inactive);
        assert_eq!(
            house.introspect_as(&stranger, &living).await,
            inactive,
            "a foreign client's token"
        );
        let long = "a.".repeat(4000);
        for garbage in [
            "x",
            "a.b.c",
            "..",
            &long,
            &house.client.secret,
            &house.client.id,
            "eyJhbGciOiJub25lIn0.e30.",
        ] {
            assert_eq!(house.introspect(garbage).await, inactive, "{garbage:.40}");
        }
        for hint in ["refresh_token", "access_token", "nonsense"] {
            let form = [("token", living.as_str()), ("token_type_hint", hint)];
            let answer = house
                .post("/oauth2/introspect", &house.client, &form)
                .send()
                .await
                .unwrap();
            assert_eq!(
                answer.json::<Value>().await.unwrap()["active"],
                true,
                "a hint is no more than that"
            );
        }
        house.clock.forward(3600);
        assert_eq!(house.introspect(&living).await, inactive, "expired");
    });
}

/// RI3: the client of a resource server learns of the tokens for its own API, and of no other's.
#[test]
fn a_resource_server_is_told_of_its_own_tokens() {
    run(async {
        let house = House::ordinary("", Backend::Sqlite).await;
        let server = house.register(&[AuthMethod::ClientSecretBasic], &["docs"]).await;
        let (docs, mail) = (house.token("docs").await, house.token("mail").await);
        let told = house.introspect_as(&server, &docs).await;
        let said = claims(&docs);
        assert_eq!((&told["active"], &told["token_type"]), (&json!(true), &json!("Bearer")));
        for name in ["iss", "sub", "client_id", "scope", "exp", "iat", "jti"] {
            assert_eq!(told[name], said[name], "{name}");
        }
        assert_eq!(told["aud"], json!(["https://api.example/docs"]));
        assert!(
            told.get("tg").is_none(),
            "account and secret are nobody else's business"
        );
        assert_eq!(house.introspect_as(&server, &mail).await, json!({ "active": false }));
        let answer = house
            .post("/oauth2/introspect", &server, &[("token", &docs)])
            .send()
            .await
            .unwrap();
        assert_eq!(answer.headers()["cache-control"], "no-store");
    });
}
