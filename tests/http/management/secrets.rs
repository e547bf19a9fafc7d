//! Secrets.

use super::{Office, word};
use serde_json::json;
use tollgate_tests::run;

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
