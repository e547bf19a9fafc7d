//! Requests for clients, where an operator makes them.

use super::{Office, no, problem, word};
use reqwest::header::IF_MATCH;
use serde_json::{Value, json};
use tollgate_issuer::registry::{Asker, application};
use tollgate_model::ApiId;
use tollgate_model::client::Environment;

async fn applied(office: &Office, name: &str) -> String {
    let ask = application::Applying {
        name: name.to_owned(),
        environment: Environment::Test,
        api: ApiId::new("docs"),
        scopes: vec!["read".to_owned(), "write".to_owned()],
        redirect_uris: Vec::new(),
        logout_uris: Vec::new(),
        note: "For the spring release".to_owned(),
    };
    let account = &office.house.client.account;
    let made = application::create(office.house.desk(), &Asker::system(), account, "ann@firm.example", &ask).await;
    made.unwrap().unwrap().id.to_string()
}

on_both_stores! {
    /// 3E-5: an operator says yes, with fewer scopes, and the client is there; it has no secret yet.
    a_request_is_approved_once(|office: Office| async move {
        let id = applied(&office, "Robot of spring").await;
        let path = format!("/applications/{id}");
        let held = office.get(&path).await;
        assert_eq!((&held["state"], &held["note"]), (&json!("pending"), &json!("For the spring release")));
        let approve = || office.ask("POST", &format!("{path}/approve")).json(&json!({ "scopes": ["read"] }));
        assert_eq!(problem(approve().header(IF_MATCH, "\"9\"")).await, no(412, "stale", None));
        let approved: Value = approve().send().await.unwrap().json().await.unwrap();
        assert_eq!(approved["application"]["state"], "approved", "{approved}");
        let client = format!("/clients/{}", word(&approved["client"]["id"]));
        assert_eq!(office.get(&client).await["environment"], "test");
        assert_eq!(office.get(&format!("{client}/grants")).await["items"][0]["scopes"], json!(["read"]));
        assert_eq!(office.get(&format!("{client}/secrets")).await["items"], json!([]));
        // Decided is decided.
        assert_eq!(problem(approve()).await.0, 409);
        let decline = office.ask("POST", &format!("{path}/decline")).json(&json!({ "answer": "no" }));
        assert_eq!(problem(decline).await.0, 409);
    })

    a_request_is_declined_with_a_word(|office: Office| async move {
        let (one, other) = (applied(&office, "One").await, applied(&office, "Other").await);
        let decline = format!("/applications/{one}/decline");
        let told = office.make("POST", &decline, json!({ "answer": "Please use the robot you have." })).await;
        assert_eq!((&told["state"], &told["client"]), (&json!("declined"), &Value::Null));
        let account = &office.house.client.account;
        let pending = office.get(&format!("/applications?state=pending&account={account}")).await;
        assert_eq!(pending["items"].as_array().map(Vec::len), Some(1));
        assert_eq!(pending["items"][0]["id"], other);
        assert_eq!(office.get("/applications?account=acc_other").await["items"], json!([]));
        let alerts = office.get(&format!("/accounts/{account}/alerts")).await;
        assert_eq!(alerts["items"][0]["kind"], "request_decided", "{alerts}");
    })
}
