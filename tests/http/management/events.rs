//! The audit log as a list.

use super::{Office, header, word};
use serde_json::{Value, json};
use tollgate_tests::run;

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
