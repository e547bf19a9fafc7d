//! A firm from nothing to its first call, and many hands at once.

use super::{Office, header, word};
use reqwest::RequestBuilder;
use reqwest::header::{CACHE_CONTROL, IF_MATCH};
use serde_json::{Value, json};
use tollgate_tests::{Backend, run, until};

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
