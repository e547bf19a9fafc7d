//! What is told of requests at issuer and gateway, for people who ask what became of them.

use serde_json::Value;
use tollgate_issuer::calls;
use tollgate_model::call::CallFilter;
use tollgate_model::{Call, ClientId, Page};
use tollgate_tests::house::House;
use tollgate_tests::{Backend, run, until};

async fn told(house: &House, request: &str) -> Vec<Call> {
    let filter = CallFilter {
        request: Some(request.to_owned()),
        ..CallFilter::default()
    };
    calls::list(house.desk(), &filter, &Page::first()).await.unwrap().items
}

/// The one call with this id, once it is kept.
async fn call(house: &House, request: &str) -> Call {
    until("the request is told", || async {
        !told(house, request).await.is_empty()
    })
    .await;
    let mut told = told(house, request).await;
    assert_eq!(told.len(), 1, "{told:?}");
    told.remove(0)
}

fn id(response: &reqwest::Response) -> String {
    response.headers()["tollgate-request-id"].to_str().unwrap().to_owned()
}

/// SS-38, OP5: a request is found by the id that its answer had, at the issuer and at the gateway; it is its client's, also
/// where the secret was wrong; and it holds no secret.
#[test]
fn every_request_is_found_by_its_id() {
    run(async {
        let house = House::ordinary("", Backend::Sqlite).await;
        let client = house.client.id.to_string();
        let audience = house.audience("docs");
        let ask = |client: &str, secret: &str| {
            let form = [("grant_type", "client_credentials"), ("audience", audience.as_str())];
            house
                .http
                .post(house.token_url())
                .basic_auth(client, Some(secret))
                .form(&form)
                .send()
        };
        let whose = |call: &Call| (call.client.as_ref().map(ToString::to_string), call.account.clone());
        let mine = (Some(client.clone()), Some(house.client.account.clone()));

        let good = ask(&client, &house.client.secret).await.unwrap();
        let good = call(&house, &id(&good)).await;
        assert_eq!(
            (good.status, good.code.as_deref(), whose(&good)),
            (200, None, mine.clone())
        );
        assert_eq!(
            (good.route.as_deref(), good.api.as_deref()),
            (Some("token"), Some("docs"))
        );
        assert_eq!(good.presented["audience"], audience.as_str());

        // Half a secret is a wrong one, and whose it was is known all the same.
        let half: String = house.client.secret.chars().take(25).collect();
        let wrong = ask(&client, &half).await.unwrap();
        let wrong = call(&house, &id(&wrong)).await;
        assert_eq!(
            (wrong.code.as_deref(), whose(&wrong)),
            (Some("secret_wrong"), mine.clone())
        );

        let nobody = ask("nobody", "x").await.unwrap();
        let nobody = call(&house, &id(&nobody)).await;
        assert_eq!(whose(&nobody), (None, None));

        let token = house.token("docs").await;
        let open = house.call("/docs/1", &token).send().await.unwrap();
        let open = call(&house, &id(&open)).await;
        assert_eq!((open.place.as_str(), whose(&open)), ("gateway", mine));
        let bad = house.call("/docs/1", "nonsense").send().await.unwrap();
        let bad = call(&house, &id(&bad)).await;
        assert_eq!(
            (bad.code.as_deref(), whose(&bad)),
            (Some("token_malformed"), (None, None))
        );

        for call in [&good, &wrong, &nobody, &open, &bad] {
            let text = serde_json::to_string(call).unwrap();
            assert!(
                !text.contains(&half) && !text.contains(&token) && !text.contains("nonsense"),
                "{text}"
            );
            assert!(call.presented.as_object().unwrap().values().all(Value::is_string));
        }
        let series = calls::usage(house.desk(), &ClientId::new(&client), 7).await.unwrap();
        let lines: Vec<_> = series
            .lines
            .iter()
            .map(|line| (line.place.as_str(), line.status, line.total()))
            .collect();
        assert_eq!(lines, [("issuer", 200, 2), ("issuer", 401, 1), ("gateway", 200, 1)]);
    });
}

/// A gateway in a process of its own tells over the feed.
#[test]
fn a_gateway_elsewhere_tells_over_the_feed() {
    run(async {
        let house = House::ordinary("", Backend::Sqlite).await;
        let credential = crate::apart::credential(&house, tollgate_model::operator::OperatorKind::Gateway).await;
        let sockets = tollgate_tests::house::open_sockets().await;
        let edge = crate::apart::gateway(&house, &credential, sockets).await.unwrap();
        let token = house.token("docs").await;
        let ask = house.http.get(format!("{}/docs/1", edge.gateway)).bearer_auth(&token);
        let one = call(&house, &id(&ask.send().await.unwrap())).await;
        assert_eq!(
            (one.place.as_str(), one.status, one.path.as_str()),
            ("gateway", 200, "/docs/1")
        );
        assert_eq!(
            one.client.as_ref().map(ClientId::as_str),
            Some(house.client.id.as_str())
        );
        // What came last is told before a stop ends.
        let ask = house.http.get(format!("{}/docs/2", edge.gateway)).bearer_auth(&token);
        let last = id(&ask.send().await.unwrap());
        edge.running.stop().await;
        assert_eq!(call(&house, &last).await.path, "/docs/2");
    });
}
