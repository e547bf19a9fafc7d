//! The calendar of a transition, walked from before it opens to after its end.

use crate::legacy::{ANN, called, house, joins, key, login, managed, token};
use http::Method;
use serde_json::{Value, json};
use tollgate_issuer::registry::{self, Asker};
use tollgate_model::Moment;
use tollgate_model::moment::Clock as _;
use tollgate_tests::house::{House, PASSWORD};
use tollgate_tests::{Backend, run, until};

const DAY: i64 = 86_400;

/// The house's time so many days on, as the management API takes it.
fn day(house: &House, days: i64) -> String {
    instant(house.clock.now().plus(days * DAY))
}

fn instant(at: Moment) -> String {
    jiff::Timestamp::from_second(at.0).unwrap().to_string()
}

/// Opens tomorrow, warns in a week, has an hour's brown-out in ten days and ends in twenty.
async fn plan(house: &House, of: Value) {
    let hour = house.clock.now().plus(10 * DAY + 3600);
    let body = json!({
        "id": "ciam", "name": "Off the old login", "of": of,
        "opens": day(house, 1), "warns": day(house, 7), "ends": day(house, 20),
        "brownouts": [{ "name": "first hour", "from": day(house, 10), "to": instant(hour) }],
        "documentation": "https://docs.vendor.example/move",
    });
    let (status, made) = managed(house, Method::POST, "/transitions", Some(body)).await;
    assert_eq!(status, 201, "{made}");
    assert_eq!(made["stage"], "before");
}

fn header(answer: &reqwest::Response, name: &str) -> Option<String> {
    answer
        .headers()
        .get(name)
        .map(|value| value.to_str().unwrap().to_owned())
}

/// What the login answers: status, whether it says that it is deprecated, and the refusal's code.
async fn at_login(house: &House, email: &str) -> (u16, bool, Option<String>) {
    let answer = login(house, email, PASSWORD).await;
    let (status, told) = (answer.status().as_u16(), answer.headers().contains_key("deprecation"));
    let body: Value = answer.json().await.unwrap();
    (status, told, body["code"].as_str().map(str::to_owned))
}

/// SS-1, SS-50, SS-55: the old way says that it will end once that is open, is refused in the brown-out, works again, and
/// ends; a firm that asked for time goes on until its own end.
#[test]
fn the_old_way_ends_on_its_day() {
    run(async {
        for backend in [Backend::Sqlite, Backend::Postgres] {
            let house = house("", backend).await;
            let other = registry::account::create(house.desk(), &Asker::system(), "Other").await;
            let other = other.unwrap().unwrap().id;
            joins(&house, &other, "eve@other.example").await;
            let (mine, theirs) = (key(&house, &house.client.account).await, key(&house, &other).await);
            plan(&house, json!({ "method": "old" })).await;
            let put = json!({ "ends": day(&house, 40), "note": "asked for time" });
            let path = format!("/transitions/ciam/exceptions/{other}");
            let (status, made) = managed(&house, Method::PUT, &path, Some(put)).await;
            assert_eq!((status, &made["account"]), (200, &json!(other.as_str())));
            let ok = |told: bool| (200, told, None);
            let no = |code: &str| (401, true, Some(code.to_owned()));

            assert_eq!(at_login(&house, ANN).await, ok(false));
            house.clock.forward(DAY);
            assert_eq!(at_login(&house, ANN).await, ok(true));
            let answer = login(&house, ANN, PASSWORD).await;
            assert_eq!(
                header(&answer, "deprecation"),
                Some(format!("@{}", house.clock.now().0))
            );
            assert!(header(&answer, "sunset").unwrap().ends_with(" GMT"));
            let link = "<https://docs.vendor.example/move>; rel=\"deprecation\"; type=\"text/html\"";
            assert_eq!(header(&answer, "link").as_deref(), Some(link));

            house.clock.forward(9 * DAY);
            assert_eq!(at_login(&house, ANN).await, no("legacy_brownout"));
            assert_eq!(at_login(&house, "eve@other.example").await, ok(true));
            house.clock.forward(3600);
            assert_eq!(at_login(&house, ANN).await, ok(true));
            let (old, later) = (token(&house, ANN).await, token(&house, "eve@other.example").await);
            until("the gateway knows the transition", || async {
                let answer = house
                    .call("/v3/x", &old)
                    .header("x-api-key", &mine)
                    .send()
                    .await
                    .unwrap();
                answer.status() == 200 && answer.headers().contains_key("deprecation")
            })
            .await;

            house.clock.forward(10 * DAY);
            assert_eq!(at_login(&house, ANN).await, no("legacy_ended"));
            assert_eq!(at_login(&house, "eve@other.example").await, ok(true));
            // Tokens of before are as old as the way.
            assert_eq!(called(&house, &old, Some(&mine)).await.0, 401);
            assert_eq!(
                called(&house, &later, Some(&theirs)).await.0,
                401,
                "eight hours are over"
            );
            let fresh = token(&house, "eve@other.example").await;
            assert_eq!(called(&house, &fresh, Some(&theirs)).await, (200, None));
            house.clock.forward(20 * DAY);
            assert_eq!(at_login(&house, "eve@other.example").await, no("legacy_ended"));
            assert_eq!(called(&house, &house.token("docs").await, None).await, (200, None));
        }
    });
}

const ALIAS: &str = r#"
[[issuer.alias]]
endpoint = "token"
path = "/connect/token-old"
"#;

async fn at_alias(house: &House, path: &str) -> reqwest::Response {
    let audience = house.audience("docs");
    let form = [("grant_type", "client_credentials"), ("audience", audience.as_str())];
    house.post(path, &house.client, &form).send().await.unwrap()
}

/// SG-5, SG-6: the deprecated address says when it ends and where to go, is refused in the brown-out and after the end with
/// the dialect's words, and the endpoint itself goes on.
#[test]
fn a_deprecated_address_ends_on_its_day() {
    run(async {
        for backend in [Backend::Sqlite, Backend::Postgres] {
            let house = house(ALIAS, backend).await;
            let old = "/connect/token-old";
            assert_eq!(at_alias(&house, old).await.status(), 200);
            plan(&house, json!({ "alias": old })).await;
            let answer = at_alias(&house, old).await;
            assert_eq!((answer.status().as_u16(), header(&answer, "deprecation")), (200, None));
            house.clock.forward(DAY);
            let answer = at_alias(&house, old).await;
            assert_eq!(answer.status(), 200);
            assert_eq!(
                header(&answer, "deprecation"),
                Some(format!("@{}", house.clock.now().0))
            );
            let link = header(&answer, "link").unwrap();
            assert!(
                link.contains(&format!("<{}>; rel=\"successor-version\"", house.token_url())),
                "{link}"
            );
            assert!(link.contains("rel=\"deprecation\""), "{link}");

            house.clock.forward(9 * DAY);
            let refused = at_alias(&house, old).await;
            assert_eq!(refused.status(), 410);
            assert!(refused.headers().contains_key("sunset"));
            let body: Value = refused.json().await.unwrap();
            assert_eq!(body["error"], "invalid_request");
            assert!(
                body["error_description"]
                    .as_str()
                    .unwrap()
                    .contains("switched off for now"),
                "{body}"
            );
            let wrong = house
                .http
                .post(house.at(old))
                .basic_auth(&house.client.id, Some("wrong"))
                .form(&[("grant_type", "client_credentials")])
                .send()
                .await
                .unwrap();
            assert_eq!(
                wrong.status(),
                401,
                "whose end it is, is told to who proved who they are"
            );

            let put = json!({ "ends": day(&house, 40), "note": "" });
            let path = format!("/transitions/ciam/exceptions/{}", house.client.account);
            assert_eq!(managed(&house, Method::PUT, &path, Some(put)).await.0, 200);
            assert_eq!(
                at_alias(&house, old).await.status(),
                200,
                "more time spares the brown-outs"
            );
            assert_eq!(managed(&house, Method::DELETE, &path, None).await.0, 204);
            house.clock.forward(10 * DAY);
            assert_eq!(at_alias(&house, old).await.status(), 410);
            let straight = house.config.issuer.paths.token.clone();
            assert_eq!(at_alias(&house, &straight).await.status(), 200);

            until("the uses are counted", || async {
                let (_, report) = managed(&house, Method::GET, "/transitions/ciam/report", None).await;
                report["accounts"][0]["count"] == 5 && report["accounts"][0]["refused"] == 2
            })
            .await;
        }
    });
}

/// SS-1: who still uses the old way, with what and how often, stands in the report; who came by the new way is seen too.
#[test]
fn the_report_says_who_still_comes_by_the_old_way() {
    run(async {
        for backend in [Backend::Sqlite, Backend::Postgres] {
            let house = house("", backend).await;
            let mine = key(&house, &house.client.account).await;
            plan(&house, json!({ "method": "old" })).await;
            let old = token(&house, ANN).await;
            for _ in 0..3 {
                assert_eq!(called(&house, &old, Some(&mine)).await, (200, None));
            }
            house.token("docs").await;
            until("the uses are counted", || async {
                let (_, report) = managed(&house, Method::GET, "/transitions/ciam/report", None).await;
                report["accounts"][0]["count"].as_i64() >= Some(4) && report["accounts"][0]["way"] == "both"
            })
            .await;
            let (status, report) = managed(&house, Method::GET, "/transitions/ciam/report", None).await;
            assert_eq!(
                (status, &report["active"], &report["stage"]),
                (200, &json!(1), &json!("before"))
            );
            assert_eq!(report["next"]["what"], "opens");
            let account = &report["accounts"][0];
            assert_eq!(account["name"], "Firm");
            let used = account["used"].as_array().unwrap();
            assert!(used.iter().any(|one| one["email"] == ANN), "{account}");
            assert!(used.iter().any(|one| one["credential"].is_string()), "{account}");
            assert_eq!(account["clients"][0]["id"], json!(house.client.id));
            assert_eq!(
                managed(&house, Method::GET, "/transitions/other/report", None).await.0,
                404
            );
        }
    });
}

/// SS-1: dates out of order are refused by field, and what somebody else changed is not overwritten.
#[test]
fn a_transition_that_makes_no_sense_is_refused_by_field() {
    run(async {
        let house = house("", Backend::Sqlite).await;
        let create = |body: Value| managed(&house, Method::POST, "/transitions", Some(body));
        let of = json!({ "method": "old" });
        for (field, body) in [
            ("of", json!({ "name": "x", "of": { "method": "other" } })),
            (
                "ends",
                json!({ "name": "x", "of": of, "opens": "2026-07-02", "ends": "2026-07-01" }),
            ),
            ("warns", json!({ "name": "x", "of": of, "warns": "tomorrow" })),
            ("routes", json!({ "name": "x", "of": "routes" })),
            ("apis", json!({ "name": "x", "of": of, "apis": ["other"] })),
            (
                "brownouts",
                json!({ "name": "x", "of": of, "ends": "2026-07-01", "brownouts": [
                    { "name": "late", "from": "2026-07-01", "to": "2026-07-02" }] }),
            ),
        ] {
            let (status, told) = create(body).await;
            assert_eq!((status, &told["field"]), (400, &json!(field)), "{told}");
        }
        plan(&house, of).await;
        let (status, made) = managed(&house, Method::GET, "/transitions/ciam", None).await;
        assert_eq!((status, &made["version"]), (200, &json!(1)));
        let change = json!({ "ends": null, "brownouts": [] });
        let (status, made) = managed(&house, Method::PATCH, "/transitions/ciam", Some(change)).await;
        assert_eq!(
            (status, &made["ends"], &made["version"]),
            (200, &Value::Null, &json!(2))
        );
        assert_eq!(managed(&house, Method::DELETE, "/transitions/ciam", None).await.0, 204);
        assert_eq!(managed(&house, Method::GET, "/transitions/ciam", None).await.0, 404);
    });
}

/// SS-53, SS-55: an operator sees step by step what would become of an old request, today and after the end.
#[test]
fn a_request_is_explained_step_by_step() {
    run(async {
        let house = house("", Backend::Sqlite).await;
        let mine = key(&house, &house.client.account).await;
        plan(&house, json!({ "method": "old" })).await;
        let old = token(&house, ANN).await;
        let walk = async |token: Option<&str>, key: Option<&str>| {
            let headers = key.map_or_else(|| json!({}), |key| json!({ "X-Api-Key": key }));
            let body = json!({ "method": "GET", "url": "/v3/x", "token": token, "headers": headers });
            let (status, told) = managed(&house, Method::POST, "/routes/test", Some(body)).await;
            assert_eq!(status, 200, "{told}");
            let text = told.to_string();
            assert!(!text.contains(&old) && !text.contains(&mine), "{text}");
            (
                told["passes"].as_bool().unwrap(),
                told["code"].clone(),
                told["by"].clone(),
            )
        };
        assert_eq!(
            walk(None, None).await,
            (false, json!("token_missing"), json!("nothing"))
        );
        assert_eq!(
            walk(Some(&old), None).await,
            (false, json!("legacy_key_missing"), json!("legacy"))
        );
        assert_eq!(
            walk(Some(&old), Some(&mine)).await,
            (true, Value::Null, json!("legacy"))
        );
        let new = house.token("docs").await;
        assert_eq!(walk(Some(&new), None).await, (true, Value::Null, json!("token")));
        let mail = house.token("mail").await;
        assert_eq!(
            walk(Some(&mail), None).await,
            (false, json!("token_audience"), json!("token"))
        );
        house.clock.forward(20 * DAY);
        let old = token_after(&house, &mine).await;
        assert_eq!(old, (false, json!("legacy_ended")));
    });
}

/// After the end the key alone tells whose the request is.
async fn token_after(house: &House, key: &str) -> (bool, Value) {
    let body = json!({
        "method": "GET", "url": "https://api.example/v3/x", "token": "an-old-token", "headers": { "x-api-key": key }
    });
    let (_, told) = managed(house, Method::POST, "/routes/test", Some(body)).await;
    let codes: Vec<&Value> = told["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| &step["code"])
        .collect();
    assert!(codes.contains(&&json!("legacy_ended")), "{told}");
    (told["passes"].as_bool().unwrap(), json!("legacy_ended"))
}
