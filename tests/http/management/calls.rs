//! What became of single requests.

use super::Office;
use serde_json::{Value, json};
use tollgate_model::call::Place;
use tollgate_model::{Call, Change, ClientId, Kept};

fn call(office: &Office, request: &str, code: Option<&str>) -> Call {
    let registered = &office.house.client;
    Call {
        seq: 0,
        at: office.house.desk().now(),
        request: request.to_owned(),
        place: Place::Gateway,
        client: Some(ClientId::new(registered.id.as_str())),
        account: Some(registered.account.clone()),
        method: "GET".to_owned(),
        path: "/docs/1".to_owned(),
        route: Some("docs".to_owned()),
        api: Some("docs".to_owned()),
        status: if code.is_some() { 403 } else { 200 },
        code: code.map(str::to_owned),
        acting_user: None,
        presented: json!({ "authentication": "a bearer token" }),
    }
}

on_both_stores! {
    /// CO4: requests are found by client, account and id, and another's filter finds none of them.
    a_request_is_found_by_its_id(|office: Office| async move {
        let changes = [("canary-1", None), ("canary-2", Some("insufficient_scope"))]
            .map(|(request, code)| Change::Called(call(&office, request, code)));
        let kept = office.house.desk().store.keep(changes.to_vec()).await.unwrap();
        assert_eq!(kept, Kept::Done);
        let found = office.get("/calls?request=canary-2").await;
        assert_eq!(found["items"].as_array().map(Vec::len), Some(1));
        let one = &found["items"][0];
        assert_eq!((&one["code"], &one["status"]), (&json!("insufficient_scope"), &json!(403)));
        assert_eq!((&one["place"], &one["route"]), (&json!("gateway"), &json!("docs")));
        let (client, account) = (&office.house.client.id, &office.house.client.account);
        let of_client = office.get(&format!("/calls?client={client}&refused=true&request=canary-2")).await;
        assert_eq!(of_client["items"], found["items"]);
        let page: Value = office.get(&format!("/calls?account={account}&limit=1")).await;
        assert_eq!(page["items"].as_array().map(Vec::len), Some(1));
        assert!(page["next"].is_string(), "{page}");
        for other in ["account=acc_other", "client=other-client", "request=canary"] {
            assert_eq!(office.get(&format!("/calls?{other}")).await["items"], json!([]), "{other}");
        }
    })
}
