//! Who may ask for what: a walk over every endpoint, and objects of others.

use super::{Office, header, no, problem, word};
use reqwest::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use serde_json::{Value, json};
use tollgate_keys::chance;
use tollgate_keys::secret::{Kind, Plain};
use tollgate_tests::run;

/// CO4, OP6: a walk over every endpoint with no credential, a wrong one, another's and a dead one. The
/// description itself says which need none.
#[test]
fn every_endpoint_wants_a_living_operator() {
    run(async {
        let office = Office::open().await;
        let (gateway, _) = office.credential("gateway").await;
        let (dead, id) = office.credential("operator").await;
        office
            .make("POST", &format!("/operators/{id}/disable"), Value::Null)
            .await;
        let unknown = Plain::mint(Kind::OperatorToken, &chance::System)
            .unwrap()
            .expose()
            .to_owned();
        let mut mistyped = office.token.clone();
        mistyped.truncate(mistyped.len() - 1);
        let mut open = Vec::new();
        for (method, path, public) in office.operations().await {
            if public {
                open.push(path);
                continue;
            }
            let path = path
                .replace("{id}", "some-id")
                .replace("{api}", "docs")
                .replace("{secret}", "sec_1")
                .replace("{hook}", "whk_1")
                .replace("{delivery}", "msg_1");
            let bare = || office.bare(&method, &path);
            let answer = bare().send().await.unwrap();
            assert_eq!(
                header(&answer, WWW_AUTHENTICATE.as_str()),
                "Bearer realm=\"tollgate\"",
                "{method} {path}"
            );
            assert_eq!(problem(bare()).await, no(401, "unauthorized", None), "{method} {path}");
            for wrong in ["x", &dead, &unknown, &mistyped, &office.house.client.secret] {
                assert_eq!(
                    problem(bare().bearer_auth(wrong)).await,
                    no(401, "unauthorized", None),
                    "{method} {path}"
                );
            }
            let basic = bare().basic_auth("operator", Some(&office.token));
            assert_eq!(problem(basic).await.0, 401, "{method} {path}");
            let twice = bare()
                .bearer_auth(&office.token)
                .header(AUTHORIZATION, format!("Bearer {}", office.token));
            assert_eq!(problem(twice).await.0, 401, "{method} {path}");
            assert_eq!(
                problem(bare().bearer_auth(&gateway)).await,
                no(403, "forbidden", None),
                "{method} {path}"
            );
        }
        // The list of what needs no credential, all of it; the description does not describe itself.
        assert_eq!(open, ["/api/v1/health"]);
        assert_eq!(office.bare("GET", "/api/v1/health").send().await.unwrap().status(), 200);
        assert_eq!(office.get("/accounts").await["items"].as_array().map(Vec::len), Some(1));
    });
}

/// OP15: management and feed answer on their own listener alone.
#[test]
fn the_public_listeners_know_nothing_of_management() {
    run(async {
        let office = Office::open().await;
        for path in [
            "/api/v1/accounts",
            "/api/v1/openapi.json",
            "/api/v1/health",
            "/feed/v1/snapshot",
        ] {
            for base in [&office.house.node.issuer, &office.house.node.gateway] {
                let answer = office
                    .house
                    .http
                    .get(format!("{base}{path}"))
                    .bearer_auth(&office.token)
                    .send()
                    .await
                    .unwrap();
                assert_eq!(answer.status(), 404, "{base}{path}");
            }
        }
        // And the other way round.
        let answer = office.bare("POST", "/oauth/token").send().await.unwrap();
        assert_eq!(answer.status(), 404);
    });
}

/// CO5: what a request may not set it cannot name, be it a member of the record or invented.
#[test]
fn a_member_that_may_not_be_set_is_refused_by_name() {
    run(async {
        let office = Office::open().await;
        let (account, client) = (office.house.client.account.to_string(), office.house.client.id.clone());
        let member = json!({ "email": "a@b.example", "name": "A" });
        let member = word(
            &office
                .make("POST", &format!("/accounts/{account}/members"), member)
                .await["id"],
        );
        let api = json!({ "id": "own", "audience": "urn:own", "name": "Own" });
        office.make("POST", "/apis", api).await;
        let upstream = json!({ "targets": ["http://127.0.0.1:9"] });
        let route =
            json!({ "id": "own", "path": "/own", "access": { "kind": "token", "api": "own" }, "upstream": upstream });
        office.make("POST", "/routes", route.clone()).await;
        let places = [
            ("POST", "/accounts".to_owned(), json!({ "name": "x" })),
            ("PATCH", format!("/accounts/{account}"), json!({})),
            (
                "POST",
                format!("/accounts/{account}/members"),
                json!({ "email": "c@d.example", "name": "C" }),
            ),
            ("PATCH", format!("/members/{member}"), json!({})),
            (
                "POST",
                "/apis".into(),
                json!({ "id": "x", "audience": "urn:x", "name": "x" }),
            ),
            ("PATCH", "/apis/own".into(), json!({})),
            ("POST", "/clients".into(), json!({ "account": account, "name": "x" })),
            ("PATCH", format!("/clients/{client}"), json!({})),
            ("POST", format!("/clients/{client}/secrets"), json!({})),
            ("PUT", format!("/clients/{client}/grants/docs"), json!({ "scopes": [] })),
            ("POST", "/routes".into(), route),
            ("PATCH", "/routes/own".into(), json!({})),
            ("POST", "/keys/rotate".into(), json!({ "algorithm": "ES256" })),
            ("POST", "/operators".into(), json!({ "name": "x", "kind": "gateway" })),
            ("POST", "/users".into(), json!({ "email": "e@f.example", "name": "E" })),
            (
                "POST",
                format!("/accounts/{account}/hooks"),
                json!({ "url": "https://firm.example/hook" }),
            ),
            ("PATCH", format!("/accounts/{account}/hooks/whk_1"), json!({})),
            ("POST", "/applications/app_1/approve".into(), json!({})),
            ("POST", "/applications/app_1/decline".into(), json!({ "answer": "no" })),
        ];
        let before = office.get("/events").await;
        for (method, path, body) in &places {
            for forbidden in [
                "version", "created", "declared", "trusted", "digest", "grants", "org", "is_admin",
            ] {
                let mut body = body.clone();
                body[forbidden] = json!(true);
                let told = problem(office.ask(method, path).json(&body)).await;
                assert_eq!(told, no(400, "invalid", Some(forbidden)), "{method} {path}");
            }
        }
        // What is fixed at creation is no member of a change.
        for (path, fixed) in [
            (format!("/members/{member}"), "account"),
            ("/apis/own".into(), "audience"),
            (format!("/clients/{client}"), "environment"),
            (format!("/clients/{client}"), "account"),
            (format!("/clients/{client}"), "id"),
        ] {
            let told = problem(office.ask("PATCH", &path).json(&json!({ fixed: "test" }))).await;
            assert_eq!(told, no(400, "invalid", Some(fixed)), "{path}");
        }
        assert_eq!(office.get("/events").await, before, "nothing of it was done");
    });
}

/// CO4: an object reached through another's path is not found.
#[test]
fn another_firms_object_is_not_reached_through_ones_own() {
    run(async {
        let office = Office::open().await;
        let house = &office.house;
        let other = house
            .register(&[tollgate_model::client::AuthMethod::ClientSecretBasic], &[])
            .await;
        let path = format!("/clients/{}/secrets/{}", house.client.id, other.secret_id);
        assert_eq!(problem(office.ask("DELETE", &path)).await, no(404, "not_found", None));
        assert!(!house.token_of(&other, "docs").await.is_empty());

        let account = word(&office.make("POST", "/accounts", json!({ "name": "Other" })).await["id"]);
        let member = json!({ "email": "a@b.example", "name": "A" });
        let member = office
            .make("POST", &format!("/accounts/{account}/members"), member)
            .await;
        let foreign = json!({ "owner": member["id"] });
        let unknown = json!({ "owner": "mem_unknown" });
        let path = format!("/clients/{}", house.client.id);
        for body in [foreign, unknown] {
            let told = problem(office.ask("PATCH", &path).json(&body)).await;
            assert_eq!(told, no(400, "invalid", Some("owner")));
        }
        for path in [
            "/accounts/x",
            "/accounts/x/members",
            "/members/x",
            "/apis/x",
            "/clients/x",
            "/routes/x",
            "/clients/x/grants",
            "/users/x",
            "/applications/x",
            "/accounts/x/hooks",
            "/accounts/x/alerts",
            "/accounts/x/hooks/whk_1",
            "/accounts/x/hooks/whk_1/deliveries",
        ] {
            assert_eq!(
                problem(office.ask("GET", path)).await,
                no(404, "not_found", None),
                "{path}"
            );
        }
        // What cannot be an id names nothing, and reaches no database.
        for id in ["%00", "a%20b", "..%2Fx", "'%20OR%201=1--", "%FF", "ü"] {
            let told = problem(office.ask("GET", &format!("/accounts/{id}"))).await;
            assert_eq!(told, no(404, "not_found", None), "{id}");
        }
    });
}
