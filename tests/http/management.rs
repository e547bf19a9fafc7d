//! The management API, the gateways' feed beside it, and the commands over them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use reqwest::header::{ALLOW, AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_MATCH, LOCATION, WWW_AUTHENTICATE};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};
use tollgate_keys::chance;
use tollgate_keys::secret::{Kind, Plain};
use tollgate_tests::house::House;
use tollgate_tests::{Backend, run, until};

/// A house and the credential of its first operator.
struct Office {
    house: House,
    token: String,
}

impl Office {
    async fn open() -> Self {
        Self::on(Backend::Sqlite).await
    }

    async fn on(backend: Backend) -> Self {
        let house = House::ordinary("", backend).await;
        let token = house
            .node
            .running
            .first_operator
            .as_ref()
            .expect("a first operator")
            .expose()
            .to_owned();
        Self { house, token }
    }

    /// A request without credential.
    fn bare(&self, method: &str, path: &str) -> RequestBuilder {
        let method: Method = method.parse().unwrap();
        self.house
            .http
            .request(method, format!("{}{path}", self.house.node.management))
    }

    /// A request of the first operator.
    fn ask(&self, method: &str, path: &str) -> RequestBuilder {
        self.bare(method, &format!("/api/v1{path}")).bearer_auth(&self.token)
    }

    async fn get(&self, path: &str) -> Value {
        let answer = self.ask("GET", path).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer.json().await.unwrap()
    }

    async fn make(&self, method: &str, path: &str, body: Value) -> Value {
        let answer = self.ask(method, path).json(&body).send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status.is_success(), "{method} {path}: {status} {text}");
        if text.is_empty() {
            Value::Null
        } else {
            serde_json::from_str(&text).unwrap()
        }
    }

    async fn credential(&self, kind: &str) -> (String, String) {
        let made = self
            .make("POST", "/operators", json!({ "name": "Another", "kind": kind }))
            .await;
        (word(&made["token"]), word(&made["operator"]["id"]))
    }

    /// Every operation of the served description.
    async fn operations(&self) -> Vec<(String, String, bool)> {
        let answer = self.bare("GET", "/api/v1/openapi.json").send().await.unwrap();
        assert_eq!(answer.status(), 200, "the description needs no credential");
        let api: Value = answer.json().await.unwrap();
        assert_eq!(api["openapi"].as_str().map(|version| &version[..4]), Some("3.1."));
        let mut found = Vec::new();
        for (path, item) in api["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                assert!(operation["operationId"].is_string(), "{method} {path}");
                assert!(operation["responses"]["default"].is_object(), "{method} {path}");
                found.push((
                    method.to_uppercase(),
                    path.clone(),
                    operation["security"] == json!([{}]),
                ));
            }
        }
        assert!(found.len() > 30, "{found:?}");
        found
    }
}

fn word(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

/// Status, code and field of a problem, whose form is looked at.
async fn problem(request: RequestBuilder) -> (u16, String, Option<String>) {
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    let (id, kind) = (
        header(&answer, "tollgate-request-id"),
        header(&answer, CONTENT_TYPE.as_str()),
    );
    let body: Value = answer.json().await.unwrap();
    assert_eq!(kind, "application/problem+json", "{body}");
    assert_eq!(body["status"], status, "{body}");
    assert_eq!(body["request_id"], id, "{body}");
    assert!(body["title"].is_string() && body["detail"].is_string(), "{body}");
    (status, word(&body["code"]), body["field"].as_str().map(str::to_owned))
}

fn no(status: u16, code: &str, field: Option<&str>) -> (u16, String, Option<String>) {
    (status, code.to_owned(), field.map(str::to_owned))
}

fn header(answer: &Response, name: &str) -> String {
    answer
        .headers()
        .get(name)
        .map_or_else(String::new, |value| value.to_str().unwrap().to_owned())
}

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
                .replace("{secret}", "sec_1");
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

async fn a_firm_from_nothing_to_its_first_call(backend: Backend) {
    let office = Office::on(backend).await;
    let account = office.make("POST", "/accounts", json!({ "name": "Other Firm" })).await;
    let account = word(&account["id"]);
    let member = json!({ "email": "Ann@Firm.example", "name": "Ann", "roles": ["Developer"] });
    let member = office
        .make("POST", &format!("/accounts/{account}/members"), member)
        .await;
    assert_eq!(member["email"], "ann@firm.example");
    let client = json!({
        "account": account, "name": "Robot", "environment": "test", "owner": member["id"], "id": "robot-of-other-firm",
    });
    let client = office.make("POST", "/clients", client).await;
    assert_eq!(client["id"], "robot-of-other-firm");
    let client = format!("/clients/{}", word(&client["id"]));
    // SS-10: before the first Regenerate there is no secret.
    assert_eq!(office.get(&format!("{client}/secrets")).await["items"], json!([]));
    office
        .make(
            "PUT",
            &format!("{client}/grants/docs"),
            json!({ "scopes": ["read"], "lifetime": 60 }),
        )
        .await;
    let shown = office.ask("POST", &format!("{client}/secrets")).send().await.unwrap();
    assert_eq!(shown.status(), 201);
    assert_eq!(header(&shown, CACHE_CONTROL.as_str()), "no-store");
    let shown: Value = shown.json().await.unwrap();
    let house = &office.house;
    let form = [
        ("grant_type", "client_credentials"),
        ("audience", "https://api.example/docs"),
    ];
    let asked = house
        .http
        .post(house.token_url())
        .basic_auth("robot-of-other-firm", shown["client_secret"].as_str());
    let token: Value = asked.form(&form).send().await.unwrap().json().await.unwrap();
    assert_eq!(
        (&token["expires_in"], &token["scope"]),
        (&json!(60), &json!("read")),
        "{token}"
    );
    assert_eq!(house.refused(&word(&token["access_token"])).await, None);
    // Everything is in the audit log, newest first.
    let events = office.get(&format!("/events?account={account}")).await;
    let kinds: Vec<String> = events["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| word(&event["kind"]))
        .collect();
    assert_eq!(
        kinds,
        [
            "secret.regenerated",
            "grant.put",
            "client.created",
            "member.added",
            "account.created"
        ]
    );
    // Taken away again: the tokens go with it.
    office
        .make("PATCH", &format!("/accounts/{account}"), json!({ "state": "disabled" }))
        .await;
    until("the token is refused", || async {
        house.refused(&word(&token["access_token"])).await.is_some()
    })
    .await;
}

/// SS-10: a firm is set up through the API alone, and taken away again.
#[test]
fn a_firm_comes_to_its_first_call_on_sqlite() {
    run(a_firm_from_nothing_to_its_first_call(Backend::Sqlite));
}

/// SS-10: a firm is set up through the API alone, and taken away again.
#[test]
fn a_firm_comes_to_its_first_call_on_postgresql() {
    run(a_firm_from_nothing_to_its_first_call(Backend::Postgres));
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

/// CO9: forged paging, filters and orders are refused by their name.
#[test]
fn a_forged_query_is_refused_by_name() {
    run(async {
        let office = Office::open().await;
        let members = format!("/accounts/{}/members", office.house.client.account);
        for path in ["/accounts", &members, "/clients", "/events"] {
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
        ] {
            let told = problem(office.ask("GET", &format!("/events?{query}"))).await;
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

/// OP5: a secret is shown once; neither it nor any digest is in any other answer.
#[test]
fn secrets_are_shown_once_and_never_again() {
    run(async {
        let office = Office::open().await;
        let client = format!("/clients/{}", office.house.client.id);
        let made = office
            .make(
                "POST",
                &format!("{client}/secrets"),
                json!({ "label": "canary", "overlap": 60 }),
            )
            .await;
        let (gateway, _) = office.credential("gateway").await;
        let secret = word(&made["client_secret"]);
        assert!(secret.starts_with("tgs_") && gateway.starts_with("tgg_"));
        let canaries = [
            secret,
            gateway,
            office.token.clone(),
            office.house.client.secret.clone(),
        ];
        let mut walked = 0;
        for (method, path, _) in office.operations().await {
            if method != "GET" {
                continue;
            }
            let id = match path.as_str() {
                path if path.starts_with("/api/v1/accounts") => office.house.client.account.to_string(),
                path if path.starts_with("/api/v1/clients") => office.house.client.id.clone(),
                _ => "docs".to_owned(),
            };
            let path = path.replace("{id}", &id);
            let text = office
                .bare("GET", &path)
                .bearer_auth(&office.token)
                .send()
                .await
                .unwrap()
                .text()
                .await
                .unwrap();
            for canary in &canaries {
                assert!(!text.contains(canary), "{path} tells a secret");
            }
            assert!(
                !text.contains("\"digest\"") && !text.contains("\"sealed\""),
                "{path} tells more than it should"
            );
            walked += 1;
        }
        assert!(walked > 10);
        // Nor is what was sent told back by a refusal.
        let sent = office
            .ask("POST", "/accounts")
            .json(&json!({ "name": 1, "x": canaries[0] }));
        assert!(!sent.send().await.unwrap().text().await.unwrap().contains(&canaries[0]));
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
        assert_eq!(problem(office.bare("GET", "/")).await, no(404, "not_found", None));

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

/// Each change is told with the request that the answer named.
#[test]
fn an_event_names_the_request_it_came_with() {
    run(async {
        let office = Office::open().await;
        let forged = office.ask("POST", "/accounts").header("tollgate-request-id", "forged");
        let made = forged.json(&json!({ "name": "Firm" })).send().await.unwrap();
        let request = header(&made, "tollgate-request-id");
        assert_eq!(request.len(), 32);
        let id = word(&made.json::<Value>().await.unwrap()["id"]);
        let events = office.get(&format!("/events?subject={id}")).await;
        assert_eq!(events["items"][0]["request_id"], request);
        assert_eq!(events["items"][0]["outcome"], "done");
        let actor = word(&events["items"][0]["actor"]);
        assert!(actor.starts_with("operator:opr_"), "{actor}");
        assert_eq!(
            office
                .get("/events?kind=account.created&since=2020-01-01T00:00:00Z&limit=1")
                .await["items"][0]["subject"],
            id
        );
        assert_eq!(
            office.get("/events?since=2199-01-01T00:00:00Z").await["items"],
            json!([])
        );
    });
}

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

#[test]
fn the_last_operator_stays() {
    run(async {
        let office = Office::open().await;
        let first = word(&office.get("/operators").await["items"][0]["id"]);
        let path = format!("/operators/{first}/disable");
        assert_eq!(problem(office.ask("POST", &path)).await, no(409, "in_use", None));
        let (another, _) = office.credential("operator").await;
        office.make("POST", &path, Value::Null).await;
        assert_eq!(problem(office.ask("GET", "/operators")).await.0, 401);
        let listed = office
            .bare("GET", "/api/v1/operators")
            .bearer_auth(another)
            .send()
            .await
            .unwrap();
        assert_eq!(listed.status(), 200);
    });
}

/// CO4: the feed opens for gateways and operators, and tells of members within their own account.
#[test]
fn the_feed_is_for_gateways() {
    run(async {
        let office = Office::open().await;
        let (gateway, _) = office.credential("gateway").await;
        let feed = |path: &str| office.bare("GET", &format!("/feed/v1/{path}"));
        let asked = |path: &str| feed(path).bearer_auth(&gateway);
        for path in [
            "snapshot",
            "news?after=0",
            "acting-user?account=acc_1&email=a@b.example",
        ] {
            assert_eq!(problem(feed(path)).await, no(401, "unauthorized", None), "{path}");
            assert_eq!(
                problem(feed(path).bearer_auth(&office.house.client.secret)).await.0,
                401,
                "{path}"
            );
        }
        let snapshot: Value = asked("snapshot").send().await.unwrap().json().await.unwrap();
        assert_eq!(snapshot["apis"].as_array().map(Vec::len), Some(2));
        assert_eq!(
            feed("snapshot")
                .bearer_auth(&office.token)
                .send()
                .await
                .unwrap()
                .status(),
            200
        );
        let news: Value = asked("news?after=0").send().await.unwrap().json().await.unwrap();
        assert!(!news["notices"].as_array().unwrap().is_empty(), "{news}");
        for wrong in ["news", "news?after=-1", "news?after=x", "news?after=0&x=1"] {
            assert_eq!(problem(asked(wrong)).await.0, 400, "{wrong}");
        }
        let account = office.house.client.account.to_string();
        let member = json!({ "email": "ann@firm.example", "name": "Ann" });
        let member = office
            .make("POST", &format!("/accounts/{account}/members"), member)
            .await;
        let who = |account: &str, key: &str| asked(&format!("acting-user?account={account}&{key}"));
        let found: Value = who(&account, "email=Ann%40firm.example")
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        assert_eq!(found["id"], member["id"]);
        assert_eq!(
            problem(who("acc_other", "email=ann@firm.example")).await,
            no(404, "not_found", None)
        );
        let owner = format!("owner_of={}", office.house.client.id);
        assert_eq!(problem(who(&account, &owner)).await.0, 404);
        office
            .make(
                "PATCH",
                &format!("/clients/{}", office.house.client.id),
                json!({ "owner": member["id"] }),
            )
            .await;
        let found: Value = who(&account, &owner).send().await.unwrap().json().await.unwrap();
        assert_eq!(found["email"], "ann@firm.example");
        assert_eq!(problem(who(&account, "email=a&owner_of=b")).await.0, 400);
    });
}

/// What a command said: whether it went well, standard output, standard error.
async fn command(office: &Office, arguments: &[&str]) -> (bool, String, String) {
    let arguments: Vec<String> = arguments.iter().map(|&argument| argument.to_owned()).collect();
    let (server, token) = (office.house.node.management.clone(), office.token.clone());
    let output = tokio::task::spawn_blocking(move || {
        std::process::Command::new(tollgate_tests::binary::program())
            .args(arguments)
            .env("TOLLGATE_SERVER", server)
            .env("TOLLGATE_OPERATOR_TOKEN", token)
            .output()
            .unwrap()
    })
    .await
    .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.success(), text(output.stdout), text(output.stderr))
}

#[test]
fn the_commands_do_what_the_api_does() {
    run(async {
        let office = Office::open().await;
        let done = async |arguments: &[&str]| {
            let (well, said, complaint) = command(&office, arguments).await;
            assert!(well, "{arguments:?}: {complaint}");
            said
        };
        let json = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        let account = json(&done(&["account", "create", "--name", "By Hand", "--output", "json"]).await);
        let account = word(&account["id"]);
        let client = [
            "client",
            "create",
            "--account",
            &account,
            "--name",
            "Robot",
            "--environment",
            "test",
            "--output",
            "json",
        ];
        let client = word(&json(&done(&client).await)["id"]);
        done(&["grant", "put", &client, "docs", "--scope", "read"]).await;
        let secret = json(&done(&["secret", "regenerate", &client, "--overlap", "60", "--output", "json"]).await);
        assert!(word(&secret["client_secret"]).starts_with("tgs_"));
        let listed = done(&["secret", "list", &client]).await;
        assert!(listed.starts_with("ID") && listed.contains("true"), "{listed}");
        assert!(done(&["account", "list"]).await.contains("By Hand"));
        assert!(
            done(&["event", "list", "--account", &account])
                .await
                .contains("secret.regenerated")
        );
        assert!(done(&["key", "list"]).await.contains("signing"));
        assert!(done(&["client", "disable", &client]).await.contains("disabled"));

        // One clear line, with the code and the request; and the exit status tells.
        let (well, said, complaint) = command(&office, &["client", "show", "unknown-client"]).await;
        assert!(!well && said.is_empty());
        assert!(
            complaint.contains("code not_found") && complaint.contains("request "),
            "{complaint}"
        );
        let stale = ["account", "rename", &account, "--name", "x", "--if-version", "9"];
        assert!(command(&office, &stale).await.2.contains("code stale"));
        assert!(!complaint.contains(&office.token));
    });
}

async fn of_many_at_once_one_wins(backend: Backend) {
    let office = Office::on(backend).await;
    let account = office.house.client.account.to_string();
    let raced = async |request: &dyn Fn() -> RequestBuilder| {
        let asked: Vec<_> = (0..32).map(|_| tokio::spawn(request().send())).collect();
        let mut statuses = Vec::new();
        for answer in asked {
            statuses.push(answer.await.unwrap().unwrap().status().as_u16());
        }
        statuses.sort_unstable();
        statuses
    };
    let member = json!({ "email": "ann@firm.example", "name": "Ann" });
    let members = format!("/accounts/{account}/members");
    let added = raced(&|| office.ask("POST", &members).json(&member)).await;
    assert_eq!(
        (added[0], &added[1..]),
        (201, &[409; 31][..]),
        "an address is held once"
    );

    let path = format!("/accounts/{account}");
    let rename = json!({ "name": "Raced" });
    let renamed = raced(&|| office.ask("PATCH", &path).header(IF_MATCH, "\"1\"").json(&rename)).await;
    assert_eq!(
        (renamed[0], &renamed[1..]),
        (200, &[412; 31][..]),
        "a version is replaced once"
    );

    let client = json!({ "account": account, "name": "x", "id": "raced-client" });
    let made = raced(&|| office.ask("POST", "/clients").json(&client)).await;
    assert_eq!((made[0], &made[1..]), (201, &[409; 31][..]), "an id is given once");
}

#[test]
fn of_many_at_once_one_wins_on_sqlite() {
    run(of_many_at_once_one_wins(Backend::Sqlite));
}

#[test]
fn of_many_at_once_one_wins_on_postgresql() {
    run(of_many_at_once_one_wins(Backend::Postgres));
}

/// Every schema that is named in `value`.
fn named_in<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(members) => {
            found.extend(members.get("$ref").and_then(Value::as_str));
            members.values().for_each(|member| named_in(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| named_in(item, found)),
        _ => {}
    }
}

#[test]
fn the_description_describes_all_that_it_names() {
    run(async {
        let office = Office::open().await;
        let api = office.get("/openapi.json").await;
        let mut found = Vec::new();
        named_in(&api, &mut found);
        assert!(!found.is_empty());
        for reference in found {
            assert!(
                api.pointer(reference.trim_start_matches('#')).is_some(),
                "{reference} leads nowhere"
            );
        }
        assert_eq!(api["security"], json!([{ "operator": [] }]));
        // No secret's digest has a place in it, and what may be sent is closed.
        assert!(!api.to_string().contains("\"digest\""));
        for (name, schema) in api["components"]["schemas"].as_object().unwrap() {
            let sent = name.starts_with("New") || name.ends_with("Change");
            assert!(
                !sent || schema["additionalProperties"] == false,
                "{name} takes anything"
            );
        }
    });
}
