//! What is told of each request.

use crate::scene::*;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use tollgate_gateway::{Finished, Sink};
use tollgate_model::Call;
use tollgate_model::feed::Told;
use tollgate_protocol::claims::Profile;

/// Keeps what it is told, as text.
#[derive(Default)]
struct Book(Mutex<Vec<(String, String)>>);

impl Sink for Book {
    fn finished(&self, finished: &Finished<'_>) {
        let line = format!(
            "{} {} {} {} {} {} {}",
            finished.at.0,
            finished.route.as_ref().map_or("-", |id| id.as_str()),
            finished.client.as_ref().map_or("-", |id| id.as_str()),
            finished.acting_user.as_deref().unwrap_or("-"),
            finished.status.as_u16(),
            finished.refusal.map_or("-", |refusal| refusal.code()),
            if finished.upstream.is_some() {
                "forwarded"
            } else {
                "kept"
            },
        );
        assert!(!format!("{finished:?}").contains("eyJ"), "no token is told");
        self.0.lock().unwrap().push((finished.request.to_owned(), line));
    }
}

/// SS-38: the record of a call names the user for whom it was made; OP5: and no secret.
#[tokio::test]
async fn each_request_is_told_of_once() {
    let book = Arc::new(Book::default());
    let scene = Scene::with(
        |_| {},
        Props {
            sink: Some(book.clone()),
            ..Props::default()
        },
    )
    .await;
    let token = bearer(&safesend());
    let mut ids = Vec::new();
    for headers in [
        vec![("authorization", &*token), ("x-email", "dev@firm.test")],
        vec![("authorization", &token), ("x-email", "nobody@firm.test")],
        vec![("x-email", "dev@firm.test")],
    ] {
        ids.push(scene.upload(&headers).await.header("tollgate-request-id").to_owned());
    }
    ids.push(
        scene
            .send(scene.request("GET", "/nowhere"), "")
            .await
            .header("tollgate-request-id")
            .to_owned(),
    );
    let told = book.0.lock().unwrap();
    assert_eq!(told.iter().map(|(id, _)| id.clone()).collect::<Vec<_>>(), ids);
    assert_eq!(
        told.iter().map(|(_, line)| line.as_str()).collect::<Vec<_>>(),
        [
            "1800000000 upload client_1 dev@firm.test 200 - forwarded",
            "1800000000 upload client_1 - 403 acting_user_role kept",
            "1800000000 upload - - 401 token_missing kept",
            "1800000000 - - - 404 route_unknown kept",
        ]
    );
}

/// What the issuer was told, all of it in one.
async fn told(scene: &Scene) -> Told {
    scene.gateway.tell_now().await;
    let mut all = Told::default();
    for told in std::mem::take(&mut scene.desk.state.lock().unwrap().told) {
        all.calls.extend(told.calls);
        all.counts.extend(told.counts);
    }
    all
}

/// One line on a request.
fn line(call: &Call) -> String {
    format!(
        "{} {} {} {} {} {} {} {} {}",
        call.method,
        call.path,
        call.route.as_deref().unwrap_or("-"),
        call.api.as_deref().unwrap_or("-"),
        call.client.as_ref().map_or("-", |id| id.as_str()),
        call.account.as_ref().map_or("-", |id| id.as_str()),
        call.acting_user.as_deref().unwrap_or("-"),
        call.status,
        call.code.as_deref().unwrap_or("-"),
    )
}

/// SS-38: the record names the acting user. A request is told of by the name its answer had, whoever can be found to
/// have made it.
#[tokio::test]
async fn the_issuer_is_told_of_requests() {
    let scene = Scene::open().await;
    let good = bearer(&safesend());
    let mut late = claims("https://api.safesend.com/", "");
    late.expires = NOW - 180;
    let late = bearer(&sign(key(), Profile::Auth0, &late));
    let forged = bearer(&sign(
        stranger(),
        Profile::Auth0,
        &claims("https://api.safesend.com/", ""),
    ));
    let other = bearer(&sign(key(), Profile::Auth0, &claims("https://api.signicat.com", "")));
    let mut ids = Vec::new();
    for headers in [
        vec![("authorization", &*good), ("x-email", "dev@firm.test")],
        vec![("authorization", &good), ("x-email", "nobody@firm.test")],
        vec![("authorization", &late)],
        vec![
            ("authorization", &other),
            ("x-email", "dev@firm.test"),
            ("x-email", "x@firm.test"),
        ],
        vec![("authorization", &forged), ("x-email", "dev@firm.test")],
    ] {
        ids.push(scene.upload(&headers).await.header("tollgate-request-id").to_owned());
    }
    let query = scene.request("GET", "/ssr/%41?access_token=secret&x=1");
    ids.push(scene.send(query, "").await.header("tollgate-request-id").to_owned());
    // Nobody's request that went well is nobody's business.
    assert_eq!(scene.send(scene.request("GET", "/open/x"), "").await.status, 200);

    let mut told = told(&scene).await;
    assert_eq!(told.calls.len(), ids.len());
    // Those of one second come in no particular order.
    told.calls
        .sort_by_key(|call| ids.iter().position(|id| *id == call.request).unwrap());
    assert_eq!(
        told.calls.iter().map(line).collect::<Vec<_>>(),
        [
            "POST /ssr/v2/return/upload upload safesend client_1 acc_firm dev@firm.test 200 -",
            "POST /ssr/v2/return/upload upload safesend client_1 acc_firm - 403 acting_user_role",
            "POST /ssr/v2/return/upload upload safesend client_1 acc_firm - 401 token_expired",
            "POST /ssr/v2/return/upload upload safesend client_1 acc_firm - 401 token_audience",
            "POST /ssr/v2/return/upload upload safesend - - - 401 token_key_unknown",
            "GET /ssr/A returns safesend - - - 401 token_missing",
        ]
    );
    let kid = key().public().kid().to_owned();
    let presented: Vec<_> = told.calls.iter().map(|call| call.presented.clone()).collect();
    assert_eq!(
        presented,
        [
            json!({"authorization": format!("Bearer, JWT, key {kid}, good for 60 min, audience https://api.safesend.com/"), "x-email": "present"}),
            json!({"authorization": format!("Bearer, JWT, key {kid}, good for 60 min, audience https://api.safesend.com/"), "x-email": "present"}),
            json!({"authorization": format!("Bearer, JWT, key {kid}, expired 3 min ago, audience https://api.safesend.com/"), "x-email": "absent"}),
            json!({"authorization": format!("Bearer, JWT, key {kid}, good for 60 min, audience https://api.signicat.com"), "x-email": "present more than once"}),
            json!({"authorization": "Bearer, JWT, not verified", "x-email": "present"}),
            json!({"authorization": "absent", "x-email": "absent", "query": "access_token, where it is not looked at"}),
        ]
    );
    let counted: BTreeMap<_, _> = told
        .counts
        .iter()
        .map(|counted| ((counted.api.as_str(), counted.status), (counted.count, counted.refused)))
        .collect();
    let expected = [
        (("safesend", 200), (1, 0)),
        (("safesend", 401), (2, 2)),
        (("safesend", 403), (1, 1)),
    ];
    assert_eq!(counted, BTreeMap::from(expected));
}

/// OP5: neither token nor query nor body gets into a record, and nothing in it is long.
#[tokio::test]
async fn no_secret_is_told() {
    let scene = Scene::open().await;
    let token = safesend();
    let long = format!("/ssr/{}", "a".repeat(2000));
    for (path, authorization) in [
        ("/ssr/v2/return/upload?client_secret=tgs_hidden", bearer(&token)),
        ("/nowhere", token.clone()),
        ("/ssr/x", bearer("tgs_hidden0123456789")),
        ("/ssr/x", format!("hidden {token}")),
        (long.as_str(), bearer(&token)),
    ] {
        let request = scene
            .request("POST", path)
            .header("authorization", authorization)
            .header("x-email", "hidden@firm.test");
        scene.send(request, "hidden body").await;
    }
    let told = told(&scene).await;
    assert_eq!(told.calls.len(), 5);
    let text = serde_json::to_string(&told).unwrap();
    assert!(!text.contains("hidden") && !text.contains("eyJ"), "{text}");
    assert!(told.calls.iter().all(|call| call.path.len() <= 300));
}

/// What cannot be told is lost, and the gateway goes on: it does not grow with its issuer's absence.
#[tokio::test]
async fn what_cannot_be_told_is_let_go() {
    let scene = Scene::open().await;
    scene.desk.change(|state| state.gone = true);
    scene.get("/identify", &signicat("identify")).await;
    assert_eq!(told(&scene).await, Told::default());
    scene.desk.change(|state| state.gone = false);
    assert_eq!(told(&scene).await, Told::default());
    scene.get("/identify", &signicat("identify")).await;
    assert_eq!(told(&scene).await.calls.len(), 1);
}

/// A busy client is counted to the last request, and some of them are told one by one.
#[tokio::test]
async fn a_busy_client_is_counted() {
    let scene = Scene::open().await;
    let token = signicat("identify");
    for _ in 0..60 {
        assert_eq!(scene.get("/identify", &token).await.status, 200);
    }
    let told = told(&scene).await;
    assert_eq!(told.calls.len(), 20);
    let counts: Vec<_> = told
        .counts
        .iter()
        .map(|counted| (counted.status, counted.count))
        .collect();
    assert_eq!(counts.iter().map(|(_, count)| count).sum::<i64>(), 60);
    assert!(counts.iter().all(|(status, _)| *status == 200));
}
