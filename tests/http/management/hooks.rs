//! Webhooks of an account.

use super::{Office, header, no, problem, word};
use reqwest::header::{ETAG, IF_MATCH};
use serde_json::{Value, json};

on_both_stores! {
    /// OP5: a webhook's key is shown when it is made and when it is replaced, and at no other time.
    a_webhook_is_made_tried_and_removed(|office: Office| async move {
        let hooks = format!("/accounts/{}/hooks", office.house.client.account);
        let asked = json!({ "url": "https://firm.example/hook", "topics": ["secret.leaked"] });
        let made = office.make("POST", &hooks, asked).await;
        let key = word(&made["key"]);
        assert!(key.starts_with("whsec_"));
        let hook = format!("{hooks}/{}", word(&made["hook"]["id"]));

        let shown = office.ask("GET", &hook).send().await.unwrap();
        assert_eq!(header(&shown, ETAG.as_str()), "\"1\"");
        let change = json!({ "url": "https://firm.example/other" });
        let stale = office.ask("PATCH", &hook).header(IF_MATCH, "\"7\"").json(&change);
        assert_eq!(problem(stale).await, no(412, "stale", None));
        let revised = office.make("PATCH", &hook, change).await;
        assert_eq!((&revised["url"], &revised["version"]), (&json!("https://firm.example/other"), &json!(2)));
        let wrong = office.ask("PATCH", &hook).json(&json!({ "url": "http://firm.example/x" }));
        assert_eq!(problem(wrong).await, no(400, "invalid", Some("url")));

        let rotated = office.make("POST", &format!("{hook}/rotate-key"), Value::Null).await;
        let other = word(&rotated["key"]);
        assert!(other.starts_with("whsec_") && other != key);
        let sent = office.make("POST", &format!("{hook}/ping"), Value::Null).await;
        assert_eq!(sent["topic"], "ping");
        let again = format!("{hook}/deliveries/{}/redeliver", word(&sent["id"]));
        let again = office.make("POST", &again, Value::Null).await;
        assert_eq!((&again["body"], again["id"] == sent["id"]), (&sent["body"], false));
        let listed = office.get(&format!("{hook}/deliveries")).await;
        assert_eq!(listed["items"].as_array().map(Vec::len), Some(2));

        for path in [&hooks, &hook, &format!("{hook}/deliveries"), &"/events".to_owned()] {
            let text = office.get(path).await.to_string();
            assert!(!text.contains(&key) && !text.contains(&other), "{path} tells a key");
        }
        office.make("DELETE", &hook, Value::Null).await;
        assert_eq!(office.get(&hooks).await["items"], json!([]));
    })

    /// CO4: another account's webhook is not found, by no verb.
    a_webhook_is_reached_through_its_own_account_alone(|office: Office| async move {
        let own = office.house.client.account.to_string();
        let asked = json!({ "url": "https://firm.example/hook" });
        let made = office.make("POST", &format!("/accounts/{own}/hooks"), asked).await;
        let id = word(&made["hook"]["id"]);
        let sent = office.make("POST", &format!("/accounts/{own}/hooks/{id}/ping"), Value::Null).await;
        let other = word(&office.make("POST", "/accounts", json!({ "name": "Other" })).await["id"]);
        let foreign = format!("/accounts/{other}/hooks/{id}");
        let redeliver = format!("/deliveries/{}/redeliver", word(&sent["id"]));
        for (method, more) in [
            ("GET", ""),
            ("PATCH", ""),
            ("DELETE", ""),
            ("POST", "/rotate-key"),
            ("POST", "/ping"),
            ("GET", "/deliveries"),
            ("POST", redeliver.as_str()),
        ] {
            let told = problem(office.ask(method, &format!("{foreign}{more}"))).await;
            assert_eq!(told, no(404, "not_found", None), "{method} {more}");
        }
        assert_eq!(office.get(&format!("/accounts/{own}/hooks/{id}")).await["version"], 1);
    })
}
