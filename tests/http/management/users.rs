//! People who sign in, as operators look after them.

use super::{Office, no, problem, word};
use serde_json::{Value, json};

on_both_stores! {
    /// RT6, SE3, OP4: an operator is invited, signed out and looked after through the API, and the audit log tells.
    a_person_is_looked_after(|office: Office| async move {
        let asked = json!({ "email": "Ann@Vendor.example", "name": "Ann" });
        let ann = office.make("POST", "/users", asked.clone()).await;
        assert_eq!((ann["email"].as_str(), ann["operator"].as_bool()), (Some("ann@vendor.example"), Some(true)));
        assert_eq!((ann["password"].as_bool(), ann["second_factor"].is_null()), (Some(false), true));
        let id = word(&ann["id"]);
        let path = |what: &str| format!("/users/{id}/{what}");
        office.make("POST", &path("invitation"), Value::Null).await;
        office.make("POST", &path("end-sessions"), Value::Null).await;
        assert_eq!(office.make("POST", &path("reset-second-factor"), Value::Null).await["id"], ann["id"]);

        let found = office.get("/users?email=ANN%40vendor.example").await;
        assert_eq!(found["items"].as_array().map(Vec::len), Some(1));
        let found = office.get("/users?email=nobody%40vendor.example").await;
        assert_eq!(found["items"], json!([]));
        assert_eq!(office.get("/users?operators=true").await["items"][0]["id"], ann["id"]);
        let shown = office.get(&format!("/users/{id}")).await;
        assert_eq!((&shown["places"], &shown["sessions"]), (&json!([]), &json!([])));

        // Nobody else can sign in yet: whoever was only invited cannot look after the place.
        assert_eq!(problem(office.ask("POST", &path("disable"))).await, no(409, "in_use", None));

        let kinds = kinds(&office, &id).await;
        for kind in ["operator.invited", "session.ended"] {
            assert!(kinds.iter().any(|told| told == kind), "{kind} is not in {kinds:?}");
        }
    })

    /// OP5: mails are listed without the link that they hold.
    a_member_is_invited_by_mail(|office: Office| async move {
        let account = office.house.client.account.to_string();
        let member = json!({ "email": "bob@firm.example", "name": "Bob" });
        let member = office.make("POST", &format!("/accounts/{account}/members"), member).await;
        let path = format!("/members/{}/invitation", word(&member["id"]));
        office.make("POST", &path, Value::Null).await;
        let mails = office.get("/mails").await;
        assert_eq!(mails["items"][0]["to"], "bob@firm.example");
        assert!(!mails.to_string().contains("tgl_"), "{mails}");
        // A development server without a mail server shows what would have been sent.
        let id = mails["items"][0]["id"].as_str().unwrap();
        let shown = office.get(&format!("/mails/{id}/text")).await;
        assert!(shown["text"].as_str().unwrap().contains("/welcome#tgl_"), "{shown}");
        for absent in ["text", "sealed"] {
            assert!(mails["items"][0].get(absent).is_none());
        }
        let told = problem(office.ask("POST", "/members/mem_unknown/invitation")).await;
        assert_eq!(told, no(404, "not_found", None));
    })
}

async fn kinds(office: &Office, subject: &str) -> Vec<String> {
    let events = office.get(&format!("/events?subject={subject}")).await;
    events["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| word(&event["kind"]))
        .collect()
}
