//! Routes and keys.

use super::{Office, no, problem, word};
use serde_json::{Value, json};
use tollgate_tests::run;

/// RS12: a public route does not open a protected one's space without naming it.
#[test]
fn a_public_route_names_what_it_opens() {
    run(async {
        let office = Office::open().await;
        let route = |opens: Value| {
            json!({
                "id": "health", "path": "/docs/health", "access": { "kind": "public", "opens": opens },
                "upstream": { "targets": ["http://127.0.0.1:9"] },
            })
        };
        let add = |opens| office.ask("POST", "/routes").json(&route(opens));
        assert_eq!(problem(add(json!([]))).await, no(400, "invalid", Some("access")));
        assert_eq!(problem(add(json!(["mail"]))).await, no(400, "invalid", Some("access")));
        let added = office.make("POST", "/routes", route(json!(["docs"]))).await;
        assert_eq!(added["version"], 1);
        let closed = json!({ "access": { "kind": "public" } });
        assert_eq!(
            problem(office.ask("PATCH", "/routes/health").json(&closed)).await,
            no(400, "invalid", Some("access"))
        );
        office.make("DELETE", "/routes/health", Value::Null).await;
    });
}

/// JW7: a new key is published before it signs.
#[test]
fn a_rotation_publishes_before_it_signs() {
    run(async {
        let office = Office::open().await;
        let before = office.get("/keys").await;
        assert_eq!(before["items"].as_array().map(Vec::len), Some(1));
        assert_eq!(before["items"][0]["stage"], "signing");
        let rotated = office
            .make("POST", "/keys/rotate", json!({ "algorithm": "ES256" }))
            .await;
        let stages: Vec<String> = rotated["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|key| word(&key["stage"]))
            .collect();
        assert_eq!(stages, ["published", "signing"]);
        assert_eq!(office.house.jwks().await["keys"].as_array().map(Vec::len), Some(2));
        let told = problem(office.ask("POST", "/keys/rotate").json(&json!({ "algorithm": "none" }))).await;
        assert_eq!((told.0, told.1.as_str()), (400, "invalid"));
    });
}
