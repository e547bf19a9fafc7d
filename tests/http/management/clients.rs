//! What accounts have, and clients in long lists.

use super::{Office, no, problem, word};
use serde_json::{Value, json};
use tollgate_tests::{Backend, run};

on_both_stores! {
    /// SS-5, SG-3: what an account has is said by an operator, and holds for its clients.
    an_account_has_what_it_was_given(|office: Office| async move {
        let made = office.make("POST", "/accounts", json!({ "name": "Small", "apis": ["docs"], "live": false })).await;
        assert_eq!((&made["apis"], &made["live"]), (&json!(["docs"]), &json!(false)));
        let account = word(&made["id"]);
        let live = json!({ "account": account, "name": "x", "environment": "live" });
        let told = problem(office.ask("POST", "/clients").json(&live)).await;
        assert_eq!(told, no(400, "invalid", Some("environment")));
        let test = json!({ "account": account, "name": "x", "environment": "test" });
        let client = office.make("POST", "/clients", test).await;
        let client = format!("/clients/{}", word(&client["id"]));
        let mail = office.ask("PUT", &format!("{client}/grants/mail")).json(&json!({ "scopes": ["read"] }));
        let told = problem(mail).await;
        assert_eq!((told.0, told.1.as_str()), (400, "invalid"), "the account does not have this API");
        office.make("PUT", &format!("{client}/grants/docs"), json!({ "scopes": ["read"] })).await;
        let path = format!("/accounts/{account}");
        let taken = office.ask("PATCH", &path).json(&json!({ "apis": ["mail"] }));
        assert_eq!(problem(taken).await.0, 409);
        let all = office.make("PATCH", &path, json!({ "apis": null, "live": true })).await;
        assert_eq!((&all["apis"], &all["live"]), (&Value::Null, &json!(true)));
        let unknown = office.ask("PATCH", &path).json(&json!({ "apis": ["nope"] }));
        assert_eq!(problem(unknown).await, no(400, "invalid", Some("apis")));
        let found = office.get("/accounts?text=smal").await;
        assert_eq!(found["items"][0]["id"], json!(account));
    })

    clients_are_found_by_what_is_known_of_them(|office: Office| async move {
        let account = office.house.client.account.to_string();
        for (name, environment) in [("Alpha", "test"), ("beta", "live"), ("Gamma 100%", "test")] {
            let body = json!({ "account": account, "name": name, "environment": environment });
            office.make("POST", "/clients", body).await;
        }
        let names = async |query: &str| -> Vec<String> {
            let listed = office.get(&format!("/clients?{query}")).await;
            listed["items"].as_array().unwrap().iter().map(|line| word(&line["name"])).collect()
        };
        assert_eq!(names("environment=test").await, ["Alpha", "Gamma 100%"]);
        assert_eq!(names("text=BET").await, ["beta"]);
        assert_eq!(names("text=0%25").await, ["Gamma 100%"]);
        assert_eq!(names("text=_").await, Vec::<String>::new());
        assert_eq!(names("state=disabled").await, Vec::<String>::new());
        assert_eq!(names("account=acc_other").await, Vec::<String>::new());
        let own = office.get("/clients?text=robot").await;
        assert_eq!((&own["items"][0]["secrets_alive"], &own["items"][0]["account_name"]), (&json!(1), &json!("Firm")));
    })
}

/// SS-11, SG-9: redirect and logout addresses are kept as typed, and by the rules of the place.
#[test]
fn a_client_has_the_addresses_it_was_given() {
    run(async {
        let office = Office::with("[clients.redirects]\nused = true\nmost = 2\n", Backend::Sqlite).await;
        let path = format!("/clients/{}", office.house.client.id);
        let uris = json!(["https://firm.example/back?x=1"]);
        let revised = office
            .make(
                "PATCH",
                &path,
                json!({ "redirect_uris": uris, "logout_uris": ["https://firm.example/"] }),
            )
            .await;
        assert_eq!(revised["redirect_uris"], uris);
        for (field, value) in [
            ("redirect_uris", json!(["http://firm.example/"])),
            ("redirect_uris", json!(["http://localhost:8000/"])),
            ("logout_uris", json!(["javascript:alert(1)"])),
            (
                "logout_uris",
                json!(["https://a.example/", "https://b.example/", "https://c.example/"]),
            ),
        ] {
            let told = problem(office.ask("PATCH", &path).json(&json!({ field: value }))).await;
            assert_eq!(told, no(400, "invalid", Some(field)), "{value}");
        }
        let none = office.make("PATCH", &path, json!({ "redirect_uris": [] })).await;
        assert_eq!(
            (&none["redirect_uris"], &none["logout_uris"]),
            (&json!([]), &json!(["https://firm.example/"]))
        );
    });
}
