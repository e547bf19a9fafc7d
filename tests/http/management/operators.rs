//! Credentials of operators.

use super::{Office, no, problem, word};
use serde_json::Value;
use tollgate_tests::run;

#[test]
fn the_last_operator_stays() {
    run(async {
        let office = Office::open().await;
        let first = word(&office.get("/operators").await["items"][0]["id"]);
        let path = format!("/operators/{first}/disable");
        assert_eq!(problem(office.ask("POST", &path)).await, no(409, "in_use", None));
        let (another, _) = office.credential("operator").await;
        office.make("POST", &path, Value::Null).await;
        assert_eq!(problem(office.ask("GET", "/operators")).await.0, 401);
        let listed = office
            .bare("GET", "/api/v1/operators")
            .bearer_auth(another)
            .send()
            .await
            .unwrap();
        assert_eq!(listed.status(), 200);
    });
}
