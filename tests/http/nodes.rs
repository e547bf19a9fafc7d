//! Several nodes on one store, and one node after another.

use serde_json::json;
use tollgate::serve::{self, Sockets};
use tollgate::settings;
use tollgate_issuer::registry::{self, Asker};
use tollgate_keys::chance;
use tollgate_keys::seal::MasterKey;
use tollgate_model::{ApiId, ClientId, State};
use tollgate_protocol::jose::Algorithm;
use tollgate_tests::house::{
    House, Node, ORDINARY, Registered, another_secret, header, open_sockets, refused_at, secrets, token_at,
};
use tollgate_tests::{Backend, run, until};

/// Status of a token request at a node.
async fn asked(house: &House, node: &Node, client: &Registered, api: &str) -> u16 {
    let form = [
        ("grant_type", "client_credentials"),
        ("audience", &*house.audience(api)),
    ];
    let url = format!("{}/oauth2/token", node.issuer);
    house
        .http
        .post(url)
        .basic_auth(&client.id, Some(&client.secret))
        .form(&form)
        .send()
        .await
        .unwrap()
        .status()
        .as_u16()
}

async fn key_of(house: &House, node: &Node) -> String {
    let token = token_at(
        &house.http,
        &format!("{}/oauth2/token", node.issuer),
        &house.client,
        &house.audience("docs"),
    )
    .await;
    header(&token)["kid"].as_str().unwrap().to_owned()
}

/// What one node changes, the other sees: secrets, grants, keys, clients, accounts, revocations.
#[test]
fn nodes_on_one_database_see_each_others_changes() {
    run(async {
        let mut house = House::ordinary("[keys]\npublish_ahead = 0\n", Backend::Postgres).await;
        let b = house.another_node().await;
        let (desk, asker) = (house.desk().clone(), Asker::system());
        let id = ClientId::new(&house.client.id);

        // A token of A opens B's gateway, and is known to B's introspection.
        let token = house.token("docs").await;
        assert_eq!(refused_at(&house.http, &b.gateway, &token).await, None);
        assert_eq!(
            asked(&house, &b, &house.client, "docs").await,
            200,
            "B remembers the client from now on"
        );
        let told = house
            .http
            .post(format!("{}/oauth2/introspect", b.issuer))
            .basic_auth(&house.client.id, Some(&house.client.secret));
        assert_eq!(
            told.form(&[("token", &token)])
                .send()
                .await
                .unwrap()
                .json::<serde_json::Value>()
                .await
                .unwrap()["active"],
            true
        );

        let fresh = another_secret(&desk, &house.client.account, &id, 0).await;
        until("B refuses the secret of before", || async {
            asked(&house, &b, &house.client, "docs").await == 401
        })
        .await;
        assert_eq!(asked(&house, &b, &fresh, "docs").await, 200);

        house.client = fresh.clone();
        let a = &house.node;
        assert_eq!(key_of(&house, a).await, key_of(&house, &b).await);
        let new = registry::key::rotate(&desk, &asker, Algorithm::ES256)
            .await
            .unwrap()
            .unwrap()
            .to_string();
        house.clock.forward(1);
        until("B signs with the new key", || async { key_of(&house, &b).await == new }).await;
        let of_b = token_at(
            &house.http,
            &format!("{}/oauth2/token", b.issuer),
            &fresh,
            &house.audience("docs"),
        )
        .await;
        until("A's gateway knows the new key", || async {
            refused_at(&house.http, &a.gateway, &of_b).await.is_none()
        })
        .await;
        assert_eq!(
            refused_at(&house.http, &b.gateway, &token).await,
            None,
            "the old key's tokens go on"
        );

        assert_eq!(house.revoke_as(&fresh, &token).await, 200);
        until("B's gateway refuses what A revoked", || async {
            refused_at(&house.http, &b.gateway, &token).await.is_some()
        })
        .await;

        registry::grant::remove(&desk, &asker, &id, &ApiId::new("mail"), None)
            .await
            .unwrap()
            .unwrap();
        until("B gives no token without a grant", || async {
            asked(&house, &b, &fresh, "mail").await == 400
        })
        .await;

        let other = house
            .register(&[tollgate_model::client::AuthMethod::ClientSecretBasic], &[])
            .await;
        assert_eq!(asked(&house, &b, &other, "docs").await, 200);
        let off = registry::client::Revise {
            state: Some(State::Disabled),
            ..Default::default()
        };
        registry::client::revise(&desk, &asker, &ClientId::new(&other.id), &off)
            .await
            .unwrap()
            .unwrap();
        until("B knows the client is off", || async {
            asked(&house, &b, &other, "docs").await == 401
        })
        .await;
        assert_eq!(asked(&house, &b, &fresh, "docs").await, 200);

        let off = registry::account::Revise {
            state: Some(State::Disabled),
            ..Default::default()
        };
        registry::account::revise(&desk, &asker, &house.client.account, &off)
            .await
            .unwrap()
            .unwrap();
        until("B knows the account is off", || async {
            asked(&house, &b, &fresh, "docs").await == 401
        })
        .await;
        until("and its tokens are over", || async {
            refused_at(&house.http, &b.gateway, &of_b).await.is_some()
        })
        .await;
        b.running.stop().await;
    });
}

/// The limit of token requests is one for all nodes.
#[test]
fn the_token_limit_is_shared() {
    run(async {
        let house = House::ordinary(
            "[issuer]\ntoken_requests = { count = 7, window = 3600 }\n",
            Backend::Postgres,
        )
        .await;
        let b = house.another_node().await;
        let asks = (0..20).map(|place| {
            asked(
                &house,
                if place % 2 == 0 { &house.node } else { &b },
                &house.client,
                "docs",
            )
        });
        let statuses = futures_util::future::join_all(asks).await;
        assert_eq!(
            statuses.iter().filter(|status| **status == 200).count(),
            7,
            "{statuses:?}"
        );
        assert!(
            statuses.iter().all(|status| [200, 429].contains(status)),
            "{statuses:?}"
        );
    });
}

/// Clients, secrets, keys, tokens, revocations and limits are there after a restart; the first operator is not made twice.
#[test]
fn everything_survives_a_restart() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        run(async {
            let house = House::ordinary("[issuer]\ntoken_requests = { count = 4, window = 3600 }\n", backend).await;
            assert!(house.node.running.first_operator.is_some());
            let (living, revoked) = (house.token("docs").await, house.token("docs").await);
            assert_eq!(house.revoke_as(&house.client, &revoked).await, 200);
            let keys = house.jwks().await;

            let house = house.restart().await;
            assert!(house.node.running.first_operator.is_none());
            assert_eq!(house.jwks().await, keys);
            assert_eq!(house.refused(&living).await, None);
            assert_eq!(house.refused(&revoked).await.as_deref(), Some("token_revoked"));
            assert_eq!(house.introspect(&living).await["active"], true);
            assert_eq!(house.introspect(&revoked).await, json!({ "active": false }));
            let third = house.token("docs").await;
            assert_eq!(header(&third)["kid"], header(&living)["kid"]);
            house.token("docs").await;
            assert_eq!(
                asked(&house, &house.node, &house.client, "docs").await,
                429,
                "four were given out, two before"
            );
        });
    }
}

/// SE11, OP18: the first operator's credential can be shown once only, so a start that fails has not made it.
#[test]
fn a_start_that_fails_does_not_spend_the_first_operator() {
    run(async {
        let dir = tempfile::tempdir().unwrap();
        let mut config = settings::read(ORDINARY).unwrap();
        config.route.clear();
        config.store.url = format!("sqlite:{}", dir.path().join("house.db").display());
        config.server.development = true;
        config.server.public_url = "http://localhost:8080".into();
        let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        config.gateway.listen = taken.local_addr().unwrap();
        let master_key = MasterKey::generate(&chance::System).unwrap().to_text().to_string();

        let sockets = Sockets {
            gateway: None,
            ..open_sockets().await
        };
        let failed = serve::start(&config, secrets(&master_key), None, sockets).await;
        let error = failed.err().expect("the gateway's port is taken");
        assert!(error.to_string().contains("listening on"), "{error:#}");

        let sockets = open_sockets().await;
        let running = serve::start(&config, secrets(&master_key), None, sockets)
            .await
            .unwrap();
        assert!(running.first_operator.is_some(), "nobody has seen one");
        running.stop().await;
    });
}
