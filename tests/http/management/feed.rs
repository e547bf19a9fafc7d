//! The gateways' feed.

use super::{Office, no, problem};
use serde_json::{Value, json};
use tollgate_tests::run;

/// CO4: the feed opens for gateways and operators, and tells of members within their own account.
#[test]
fn the_feed_is_for_gateways() {
    run(async {
        let office = Office::open().await;
        let (gateway, _) = office.credential("gateway").await;
        let feed = |path: &str| office.bare("GET", &format!("/feed/v1/{path}"));
        let asked = |path: &str| feed(path).bearer_auth(&gateway);
        for path in [
            "snapshot",
            "news?after=0",
            "acting-user?account=acc_1&email=a@b.example",
        ] {
            assert_eq!(problem(feed(path)).await, no(401, "unauthorized", None), "{path}");
            assert_eq!(
                problem(feed(path).bearer_auth(&office.house.client.secret)).await.0,
                401,
                "{path}"
            );
        }
        let snapshot: Value = asked("snapshot").send().await.unwrap().json().await.unwrap();
        assert_eq!(snapshot["apis"].as_array().map(Vec::len), Some(2));
        assert_eq!(
            feed("snapshot")
                .bearer_auth(&office.token)
                .send()
                .await
                .unwrap()
                .status(),
            200
        );
        let news: Value = asked("news?after=0").send().await.unwrap().json().await.unwrap();
        assert!(!news["notices"].as_array().unwrap().is_empty(), "{news}");
        for wrong in ["news", "news?after=-1", "news?after=x", "news?after=0&x=1"] {
            assert_eq!(problem(asked(wrong)).await.0, 400, "{wrong}");
        }
        let account = office.house.client.account.to_string();
        let member = json!({ "email": "ann@firm.example", "name": "Ann" });
        let member = office
            .make("POST", &format!("/accounts/{account}/members"), member)
            .await;
        let who = |account: &str, key: &str| asked(&format!("acting-user?account={account}&{key}"));
        let found: Value = who(&account, "email=Ann%40firm.example")
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        assert_eq!(found["id"], member["id"]);
        assert_eq!(
            problem(who("acc_other", "email=ann@firm.example")).await,
            no(404, "not_found", None)
        );
        let owner = format!("owner_of={}", office.house.client.id);
        assert_eq!(problem(who(&account, &owner)).await.0, 404);
        office
            .make(
                "PATCH",
                &format!("/clients/{}", office.house.client.id),
                json!({ "owner": member["id"] }),
            )
            .await;
        let found: Value = who(&account, &owner).send().await.unwrap().json().await.unwrap();
        assert_eq!(found["email"], "ann@firm.example");
        assert_eq!(problem(who(&account, "email=a&owner_of=b")).await.0, 400);
    });
}
