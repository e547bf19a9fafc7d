//! How requests are read: queries, bodies, conditions, and what is said of wrong ones.

use super::{Office, header, no, problem};
use reqwest::header::{ALLOW, CONTENT_TYPE, ETAG, IF_MATCH, LOCATION};
use serde_json::{Value, json};
use tollgate_tests::run;

/// CO9: forged paging, filters and orders are refused by their name.
#[test]
fn a_forged_query_is_refused_by_name() {
    run(async {
        let office = Office::open().await;
        let members = format!("/accounts/{}/members", office.house.client.account);
        let alerts = format!("/accounts/{}/alerts", office.house.client.account);
        for path in [
            "/accounts",
            &members,
            "/clients",
            "/events",
            &alerts,
            "/users",
            "/applications",
            "/calls",
            "/mails",
        ] {
            for (query, field) in [
                ("limit=0", "limit"),
                ("limit=201", "limit"),
                ("limit=-1", "limit"),
                ("limit=1%20OR%201=1", "limit"),
                ("limit=99999999999999999999", "limit"),
                ("after=%27%3B--", "after"),
                ("after=%00", "after"),
                ("after=", "after"),
                ("order=name", "order"),
                ("sort=name%3B", "sort"),
                ("limit=1&limit=2", "limit"),
            ] {
                let told = problem(office.ask("GET", &format!("{path}?{query}"))).await;
                assert_eq!(told, no(400, "invalid", Some(field)), "{path}?{query}");
            }
        }
        for (query, field) in [
            ("since=yesterday", "since"),
            ("since=99999999999999999", "since"),
            ("after=x", "after"),
            ("kind=%00", "kind"),
            ("subject=a%20b", "subject"),
            ("account=", "account"),
            ("actor=%00", "actor"),
            ("until=tomorrow", "until"),
            ("after=-1", "after"),
        ] {
            for path in ["/events", "/events/export"] {
                let told = problem(office.ask("GET", &format!("{path}?{query}"))).await;
                assert_eq!(told, no(400, "invalid", Some(field)), "{path}?{query}");
            }
        }
        for (query, field) in [
            ("/clients?environment=prod", "environment"),
            ("/clients?state=%27", "state"),
            ("/clients?text=", "text"),
            ("/clients?text=%00", "text"),
            ("/accounts?text=%07", "text"),
            ("/users?operators=1", "operators"),
            ("/users?email=nobody", "email"),
            ("/applications?state=new", "state"),
            ("/applications?account=%27", "account"),
            ("/calls?refused=yes", "refused"),
            ("/calls?client=%27", "client"),
            ("/calls?after=x", "after"),
            ("/events/export?limit=0", "limit"),
            ("/events/export?limit=x", "limit"),
            ("/events/export?order=at", "order"),
            ("/audit/checkpoints?after=x", "after"),
            ("/audit/checkpoints?limit=1", "limit"),
            ("/audit/head?x=1", "x"),
        ] {
            let told = problem(office.ask("GET", query)).await;
            assert_eq!(told, no(400, "invalid", Some(field)), "{query}");
        }
        assert_eq!(
            problem(office.ask("GET", "/clients?account=%00")).await,
            no(400, "invalid", Some("account"))
        );
        for path in ["/apis", "/routes", "/keys", "/operators", "/apis/docs"] {
            let told = problem(office.ask("GET", &format!("{path}?x=1"))).await;
            assert_eq!(told, no(400, "invalid", Some("x")), "{path}");
        }
        let told = problem(office.ask("POST", "/accounts?dry=1").json(&json!({ "name": "x" }))).await;
        assert_eq!(told, no(400, "invalid", Some("dry")));
    });
}

#[test]
fn a_list_is_walked_page_by_page() {
    run(async {
        let office = Office::open().await;
        for number in 0..5 {
            office
                .make("POST", "/accounts", json!({ "name": format!("Firm {number}") }))
                .await;
        }
        for path in ["/accounts", "/events"] {
            let whole = office.get(path).await;
            let (mut seen, mut after) = (Vec::new(), String::new());
            loop {
                let page = office.get(&format!("{path}?limit=2{after}")).await;
                let items = page["items"].as_array().unwrap();
                assert!(items.len() <= 2);
                seen.extend(items.clone());
                match page["next"].as_str() {
                    Some(next) => after = format!("&after={next}"),
                    None => break,
                }
            }
            assert_eq!(json!(seen), whole["items"], "{path}");
        }
    });
}

#[test]
fn if_match_keeps_somebody_elses_change() {
    run(async {
        let office = Office::open().await;
        let made = office
            .ask("POST", "/accounts")
            .json(&json!({ "name": "Firm" }))
            .send()
            .await
            .unwrap();
        assert_eq!(made.status(), 201);
        assert_eq!(header(&made, ETAG.as_str()), "\"1\"");
        let place = header(&made, LOCATION.as_str());
        let path = place.strip_prefix("/api/v1").unwrap();
        let rename = |name: &str| office.ask("PATCH", path).json(&json!({ "name": name }));
        let revised = rename("Two").header(IF_MATCH, "\"1\"").send().await.unwrap();
        assert_eq!(
            (revised.status().as_u16(), header(&revised, ETAG.as_str())),
            (200, "\"2\"".to_owned())
        );
        assert_eq!(
            problem(rename("Three").header(IF_MATCH, "\"1\"")).await,
            no(412, "stale", None)
        );
        assert_eq!(
            problem(rename("Three").header(IF_MATCH, "1")).await,
            no(400, "invalid", Some("If-Match"))
        );
        assert_eq!(office.get(path).await["name"], "Two");
        // Without a condition the last one counts.
        assert_eq!(rename("Four").send().await.unwrap().status(), 200);
        let shown = office.ask("GET", path).send().await.unwrap();
        assert_eq!(header(&shown, ETAG.as_str()), "\"3\"");
        assert_eq!(shown.json::<Value>().await.unwrap()["name"], "Four");
    });
}

#[test]
fn whatever_is_wrong_is_a_problem_that_says_what() {
    run(async {
        let office = Office::open().await;
        let client = office.house.client.id.clone();
        let (post, json_type) = (
            |path: &str| office.ask("POST", path),
            (CONTENT_TYPE, "application/json"),
        );
        let typed = |body: String| post("/accounts").header(json_type.0.clone(), json_type.1).body(body);
        let told = problem(post("/accounts").header(CONTENT_TYPE, "text/plain").body("{}")).await;
        assert_eq!(told, no(415, "not_json", None));
        for broken in [
            "",
            "{",
            "[]",
            "\"x\"",
            "{\"name\":}",
            "{\"name\":\"a\"} x",
            "\u{feff}{}",
        ] {
            assert_eq!(problem(typed(broken.to_owned())).await.0, 400, "{broken:?}");
        }
        assert_eq!(problem(typed("{}".into())).await, no(400, "invalid", Some("name")));
        assert_eq!(
            problem(typed(r#"{"name":"a","name":"b"}"#.into())).await,
            no(400, "invalid", Some("name"))
        );
        assert_eq!(
            problem(typed(" ".repeat(256 * 1024 + 1))).await,
            no(413, "too_large", None)
        );
        assert_eq!(problem(typed(format!("{}1", "[".repeat(100_000)))).await.0, 400);
        assert_eq!(
            problem(typed(json!({ "name": "x".repeat(201) }).to_string())).await,
            no(400, "invalid", Some("name"))
        );

        let wrong_method = office.ask("DELETE", "/accounts").send().await.unwrap();
        let mut allowed: Vec<String> = header(&wrong_method, ALLOW.as_str())
            .split(',')
            .map(|m| m.trim().to_owned())
            .collect();
        allowed.sort();
        assert_eq!(allowed, ["GET", "HEAD", "POST"]);
        assert_eq!(
            problem(office.ask("DELETE", "/accounts")).await,
            no(405, "method_not_allowed", None)
        );
        assert_eq!(problem(office.ask("GET", "/nowhere")).await, no(404, "not_found", None));
        assert_eq!(
            problem(office.bare("GET", "/nowhere")).await,
            no(404, "not_found", None)
        );

        // What is declared is changed in the configuration; what is needed stays; what is taken is taken.
        let revise = office.ask("PATCH", "/apis/docs").json(&json!({ "lifetime": 60 }));
        assert_eq!(problem(revise).await, no(409, "declared", None));
        assert_eq!(
            problem(office.ask("DELETE", "/routes/docs")).await,
            no(409, "declared", None)
        );
        let own = json!({ "id": "own", "audience": "urn:own", "name": "Own", "scopes": [{ "name": "a" }], "algorithm": "EdDSA" });
        office.make("POST", "/apis", own.clone()).await;
        assert_eq!(problem(post("/apis").json(&own)).await, no(409, "taken", Some("id")));
        office
            .make(
                "PUT",
                &format!("/clients/{client}/grants/own"),
                json!({ "scopes": ["a"] }),
            )
            .await;
        assert_eq!(
            problem(office.ask("DELETE", "/apis/own")).await,
            no(409, "in_use", None)
        );
        office
            .make("DELETE", &format!("/clients/{client}/grants/own"), Value::Null)
            .await;
        office.make("DELETE", "/apis/own", Value::Null).await;
        let grant = office
            .ask("PUT", &format!("/clients/{client}/grants/docs"))
            .json(&json!({ "scopes": ["nope"] }));
        assert_eq!(problem(grant).await, no(400, "invalid", Some("scopes")));
        let twin = post("/clients").json(&json!({ "account": office.house.client.account, "name": "x", "id": client }));
        assert_eq!(problem(twin).await, no(409, "taken", Some("id")));
        // TE15: a client_id that looks like a person's is not given.
        let person = post("/clients")
            .json(&json!({ "account": office.house.client.account, "name": "x", "id": "mem_12345678" }));
        assert_eq!(problem(person).await, no(400, "invalid", Some("id")));
    });
}
