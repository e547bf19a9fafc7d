//! The old login, subscription keys, and what becomes of a request that comes by them.

use serde_json::{Value, json};
use tollgate_issuer::people::sign_in;
use tollgate_issuer::registry::{self, Asker};
use tollgate_model::legacy::LegacyKind;
use tollgate_model::{AccountId, LegacyMethodId};
use tollgate_tests::house::{House, PASSWORD};
use tollgate_tests::{Backend, run, until};

/// An old way of authenticating with its login, and a route that takes it in place of an access token.
pub(crate) const OLD: &str = r#"
[[legacy]]
id = "old"
name = "Login API and subscription key"
bearer = true
key_headers = ["x-api-key"]

[legacy.login]
path = "/api/login"
email = "/email"
password = "/password"
lifetime = 28800
answer = '{"token": "{token}", "expiresIn": "{expires_in}"}'
refused_status = 401
refused = '{"code": "{code}", "message": "{message}"}'

[[route]]
id = "v3"
path = "/v3/{rest...}"
api = "docs"
upstream = "echo"
legacy = ["old"]
"#;

pub(crate) const ANN: &str = "ann@firm.example";

/// A house with an old way, and a member of its firm who signs in.
pub(crate) async fn house(extra: &str, backend: Backend) -> House {
    let house = House::ordinary(&format!("{OLD}\n{extra}"), backend).await;
    let account = house.client.account.clone();
    joins(&house, &account, ANN).await;
    house
}

pub(crate) async fn joins(house: &House, account: &AccountId, email: &str) {
    let ask = registry::member::Add {
        email: email.to_owned(),
        name: "Ann".to_owned(),
        roles: Vec::new(),
    };
    let added = registry::member::add(house.desk(), &Asker::system(), account, &ask).await;
    added.unwrap().unwrap();
    house.person(email, false).await;
}

/// A subscription key of an account.
pub(crate) async fn key(house: &House, account: &AccountId) -> String {
    let ask = registry::legacy::Issue {
        method: LegacyMethodId::new("old"),
        kind: LegacyKind::Key,
        account: account.clone(),
        member: None,
        label: "Key".to_owned(),
        lifetime: None,
    };
    let made = registry::legacy::issue(house.desk(), &Asker::system(), &ask).await;
    made.unwrap().unwrap().plain.expose().to_owned()
}

pub(crate) async fn login(house: &House, email: &str, password: &str) -> reqwest::Response {
    let body = json!({ "email": email, "password": password });
    house
        .http
        .post(house.at("/api/login"))
        .json(&body)
        .send()
        .await
        .unwrap()
}

/// The token of somebody with the right password.
pub(crate) async fn token(house: &House, email: &str) -> String {
    let answer = login(house, email, PASSWORD).await;
    assert_eq!(answer.status(), 200);
    answer.json::<Value>().await.unwrap()["token"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// A call by the old way: status, and the refusal's code.
pub(crate) async fn called(house: &House, token: &str, key: Option<&str>) -> (u16, Option<String>) {
    let mut request = house.call("/v3/documents", token);
    if let Some(key) = key {
        request = request.header("x-api-key", key);
    }
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    let body: Value = answer.json().await.unwrap();
    (status, body["code"].as_str().map(str::to_owned))
}

/// A request to the management API.
pub(crate) async fn managed(house: &House, method: http::Method, path: &str, body: Option<Value>) -> (u16, Value) {
    let operator = house.node.running.first_operator.as_ref().unwrap().expose();
    let url = format!("{}/api/v1{path}", house.node.management);
    let mut request = house.http.request(method, url).bearer_auth(operator);
    if let Some(body) = body {
        request = request.json(&body);
    }
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    let text = answer.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or_default())
}

/// SS-50, SS-51: the old login speaks the vendor's shape, by JSON and by form; its token opens what it opened, together
/// with the firm's subscription key, and neither does alone.
#[test]
fn a_token_of_the_old_login_opens_with_the_firms_key() {
    run(async {
        for backend in [Backend::Sqlite, Backend::Postgres] {
            let house = house("", backend).await;
            let key = key(&house, &house.client.account).await;
            let answer = login(&house, ANN, PASSWORD).await;
            assert_eq!(answer.headers()["cache-control"], "no-store");
            let body: Value = answer.json().await.unwrap();
            assert_eq!(body["expiresIn"], 28_800);
            let token = body["token"].as_str().unwrap().to_owned();
            assert!(token.starts_with("tgt_"));
            let form = [("email", ANN), ("password", PASSWORD)];
            let by_form = house
                .http
                .post(house.at("/api/login"))
                .form(&form)
                .send()
                .await
                .unwrap();
            assert_eq!(by_form.status(), 200);

            assert_eq!(called(&house, &token, Some(&key)).await, (200, None));
            let lacking = called(&house, &token, None).await;
            assert_eq!(lacking, (401, Some("legacy_key_missing".to_owned())));
            let other = registry::account::create(house.desk(), &Asker::system(), "Other").await;
            let foreign = self::key(&house, &other.unwrap().unwrap().id).await;
            let mixed = called(&house, &token, Some(&foreign)).await;
            assert_eq!(mixed, (401, Some("legacy_accounts_differ".to_owned())));
            // SS-53: the new way needs no key.
            let new = house.token("docs").await;
            assert_eq!(called(&house, &new, None).await, (200, None));
        }
    });
}

/// SE7, SE8, SS-55: a wrong password and an unknown address have one answer; many wrong tries are slowed, the right
/// password too.
#[test]
fn a_stranger_at_the_old_login_learns_nothing() {
    run(async {
        for backend in [Backend::Sqlite, Backend::Postgres] {
            let house = house("", backend).await;
            let said = async |email: &str, password: &str| {
                let answer = login(&house, email, password).await;
                (answer.status().as_u16(), answer.text().await.unwrap())
            };
            let wrong = said(ANN, "not the password").await;
            assert_eq!(wrong.0, 401);
            assert!(wrong.1.contains("login_wrong"), "{}", wrong.1);
            assert_eq!(said("nobody@firm.example", "not the password").await, wrong);
            assert_eq!(said("no address", "not the password").await, wrong);
            let mut last = wrong;
            for _ in 0..house.desk().terms.console.sessions.wrong.count {
                last = said(ANN, "not the password").await;
            }
            assert_eq!(last.0, 429, "{}", last.1);
            let right = login(&house, ANN, PASSWORD).await;
            assert_eq!(right.status(), 429);
            assert!(right.headers().contains_key("retry-after"));
        }
    });
}

/// CO9: what is no login is refused by name, and nothing of it is repeated.
#[test]
fn what_is_no_login_is_refused_by_name() {
    run(async {
        let house = house("", Backend::Sqlite).await;
        let post = |kind: &str, body: String| {
            let request = house
                .http
                .post(house.at("/api/login"))
                .header("content-type", kind)
                .body(body);
            request.send()
        };
        let json = "application/json";
        for (kind, body, status, code) in [
            (json, "{".to_owned(), 400, "body_malformed"),
            (json, "{\"email\": \"canary\"}".to_owned(), 400, "login_missing"),
            (
                json,
                "{\"email\": [\"canary\"], \"password\": 1}".to_owned(),
                400,
                "login_missing",
            ),
            ("text/plain", "canary".to_owned(), 415, "body_unsupported"),
            (json, "x".repeat(20_000), 413, "body_too_large"),
            (
                json,
                serde_json::json!({ "email": "canary", "password": "x".repeat(2_000) }).to_string(),
                400,
                "parameter_malformed",
            ),
        ] {
            let answer = post(kind, body).await.unwrap();
            assert_eq!(answer.status(), status, "{code}");
            let text = answer.text().await.unwrap();
            assert!(text.contains(code) && !text.contains("canary"), "{text}");
        }
        let get = house.http.get(house.at("/api/login")).send().await.unwrap();
        assert_eq!(
            (get.status().as_u16(), &get.headers()["allow"]),
            (405, &"POST".parse().unwrap())
        );
    });
}

/// SS-50: a session of the console is none of the old login's, and the other way round: it makes tokens and nothing else.
#[test]
fn the_old_login_begins_no_session() {
    run(async {
        let house = house("", Backend::Sqlite).await;
        let answer = login(&house, ANN, PASSWORD).await;
        assert!(!answer.headers().contains_key("set-cookie"));
        let user = house.desk().store.user_by_email(ANN).await.unwrap().unwrap();
        assert!(house.desk().store.sessions(&user.id).await.unwrap().is_empty());
        let origin = tollgate_issuer::people::Origin {
            address: None,
            device: String::new(),
            request: "r1".into(),
        };
        let begun = sign_in::password(house.desk(), ANN, PASSWORD, &origin).await;
        assert!(begun.unwrap().is_ok(), "the console's sign-in goes on");
    });
}

/// SS-51: keys come along from the old system by text or hash, all of a file or none; one that is ended opens nothing at the
/// gateway any more.
#[test]
fn keys_come_along_and_end() {
    run(async {
        for backend in [Backend::Sqlite, Backend::Postgres] {
            let house = house("", backend).await;
            let account = house.client.account.to_string();
            let hash = tollgate_issuer::legacy::name("an-old-key-2");
            let import = |lines: Value, check: bool| {
                let body = json!({ "method": "old", "lines": lines, "first_line": 2, "check": check });
                managed(&house, http::Method::POST, "/legacy/import", Some(body))
            };
            let good = json!([
                { "account": account, "kind": "key", "text": "an-old-key-1", "member": ANN },
                { "account": account, "kind": "key", "sha256": hash, "label": "Reports", "expires": "2999-01-01" },
            ]);
            let bad = json!([
                { "account": account, "kind": "key", "text": "an-old-key-3" },
                { "account": "acc_nobody", "kind": "key", "text": "an-old-key-4" },
                { "account": account, "kind": "key", "text": "an-old-key-5", "expires": "soon" },
            ]);
            let (status, told) = import(bad, false).await;
            assert_eq!(status, 400, "{told}");
            assert!(!told.to_string().contains("an-old-key"), "{told}");
            assert_eq!(
                import(good.clone(), true).await,
                (200, json!({ "added": 2, "known": 0 }))
            );
            assert_eq!(
                import(good.clone(), false).await,
                (200, json!({ "added": 2, "known": 0 }))
            );
            assert_eq!(import(good, false).await, (200, json!({ "added": 0, "known": 2 })));

            let token = token(&house, ANN).await;
            for key in ["an-old-key-1", "an-old-key-2"] {
                assert_eq!(called(&house, &token, Some(key)).await, (200, None), "{key}");
            }
            let path = format!("/legacy?account={account}");
            let (_, listed) = managed(&house, http::Method::GET, &path, None).await;
            let items = listed["items"].as_array().unwrap();
            assert_eq!(items.iter().filter(|item| item["kind"] == "key").count(), 2, "{listed}");
            let reports = items.iter().find(|item| item["label"] == "Reports").unwrap();
            let end = format!("/legacy/{}/end", reports["id"].as_str().unwrap());
            let (status, ended) = managed(&house, http::Method::POST, &end, None).await;
            assert_eq!(status, 200, "{ended}");
            assert!(ended["ended"].is_string());
            until("the key opens nothing", || async {
                called(&house, &token, Some("an-old-key-2")).await == (401, Some("legacy_unknown".to_owned()))
            })
            .await;
            assert_eq!(called(&house, &token, Some("an-old-key-1")).await, (200, None));
        }
    });
}

/// SS-51: a key that is made is shown once, and what is not acceptable is refused by field.
#[test]
fn a_key_is_shown_once() {
    run(async {
        let house = house("", Backend::Sqlite).await;
        let account = house.client.account.to_string();
        let issue = |body: Value| managed(&house, http::Method::POST, "/legacy", Some(body));
        let (status, made) = issue(json!({ "method": "old", "account": account, "label": "Reports" })).await;
        assert_eq!((status, &made["kind"]), (201, &json!("key")));
        let text = made["text"].as_str().unwrap();
        assert!(text.starts_with("tgk_"));
        let path = format!("/legacy?account={account}");
        let (_, listed) = managed(&house, http::Method::GET, &path, None).await;
        assert!(!listed.to_string().contains(text));
        for (field, body) in [
            ("method", json!({ "method": "other", "account": account, "label": "x" })),
            ("label", json!({ "method": "old", "account": account, "label": "" })),
            (
                "member",
                json!({ "method": "old", "account": account, "label": "x", "member": "eve@other.example" }),
            ),
            (
                "lifetime",
                json!({ "method": "old", "account": account, "label": "x", "lifetime": 0 }),
            ),
        ] {
            let (status, told) = issue(body).await;
            assert_eq!((status, &told["field"]), (400, &json!(field)), "{told}");
        }
    });
}
