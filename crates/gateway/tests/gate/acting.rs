//! For whom a call is made.

use crate::scene::*;
use bytes::Bytes;
use http::{HeaderMap, Request};
use http_body_util::StreamBody;
use hyper::body::Frame;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use std::sync::atomic::Ordering;
use tollgate_model::{AccountId, News};
use tollgate_protocol::claims::Profile;

/// SS-33, SS-34, SS-37, SS-38, SS-39, SS-42: a user with one of the three roles passes, however the header is spelled.
#[tokio::test]
async fn a_user_with_any_of_the_roles_passes() {
    let scene = Scene::open().await;
    let token = bearer(&safesend());
    for (name, email) in [
        ("x-email", "dev@firm.test"),
        ("X-Email", "system@firm.test"),
        ("X-EMAIL", "admin@firm.test"),
        ("x-email", "Dev@Firm.Test"),
    ] {
        let answer = scene.upload(&[("authorization", &token), (name, email)]).await;
        assert_eq!(answer.status, 200, "{email}: {answer:?}");
        let seen = scene.behind.last();
        assert_eq!(seen.header("x-email"), Some(email), "passed on as it came");
        assert_eq!(seen.header("tollgate-acting-user"), Some(&*email.to_lowercase()));
        assert_eq!(
            seen.header("tollgate-acting-user-id"),
            Some(&*format!("mem_{}", email.to_lowercase()))
        );
    }
}

/// SS-40, SS-41, SS-43, SS-44, SS-45: each way in which the header is wrong.
#[tokio::test]
async fn each_fault_of_the_acting_user_is_refused_by_its_name() {
    let scene = Scene::open().await;
    let token = bearer(&safesend());
    let table: &[(&[&str], u16, &str)] = &[
        (&[], 400, "acting_user_missing"),
        (&[""], 400, "acting_user_malformed"),
        (&["   "], 400, "acting_user_malformed"),
        (&["dev"], 400, "acting_user_malformed"),
        (&["dev@"], 400, "acting_user_malformed"),
        (&["dev@firm test"], 400, "acting_user_malformed"),
        (&["dev@firm.test", "dev@firm.test"], 400, "acting_user_several"),
        (&["dev@firm.test, admin@firm.test"], 400, "acting_user_several"),
        (&["unknown@firm.test"], 400, "acting_user_unknown"),
        (&["other@other.test"], 400, "acting_user_unknown"),
        (&["nobody@firm.test"], 403, "acting_user_role"),
    ];
    for (emails, status, code) in table {
        let mut headers = vec![("authorization", &*token)];
        headers.extend(emails.iter().map(|email| ("x-email", *email)));
        scene.upload(&headers).await.is(*status, code);
    }
    assert_eq!(scene.behind.count(), 0);
}

/// SS-34: the header is required on all SafeSend endpoints, not only on the upload.
#[tokio::test]
async fn every_endpoint_of_the_api_wants_the_header() {
    let scene = Scene::open().await;
    let token = sign(key(), Profile::Auth0, &claims("https://api.safesend.com/", "returns"));
    for path in ["/ssr", "/ssr/", "/ssr/v2/return/5", "/ssr/v1/anything"] {
        scene.get(path, &token).await.is(400, "acting_user_missing");
    }
}

/// SS-49: 401 before 400 before 403.
#[tokio::test]
async fn a_request_wrong_in_all_ways_is_answered_in_order() {
    let scene = Scene::open().await;
    let good = claims("https://api.safesend.com/", "");
    let mut old = good.clone();
    old.expires = NOW - 1;
    let (good, old) = (
        bearer(&sign(key(), Profile::Auth0, &good)),
        bearer(&sign(key(), Profile::Auth0, &old)),
    );
    let send = async |token: &str, email: &str| {
        let request = scene
            .request("GET", "/ssr/needs-a-scope")
            .header("authorization", token)
            .header("x-email", email);
        scene.send(request, "").await
    };
    // Expired, malformed address, scope lacking.
    send(&old, "x").await.is(401, "token_expired");
    send(&old, "nobody@firm.test").await.is(401, "token_expired");
    // The token mended: the address, then that it is unknown, although the scope is lacking, too.
    send(&good, "x").await.is(400, "acting_user_malformed");
    send(&good, "unknown@firm.test").await.is(400, "acting_user_unknown");
    // The address mended: the scope, then the role.
    send(&good, "nobody@firm.test").await.is(403, "scope_insufficient");
    send(&good, "dev@firm.test").await.is(403, "scope_insufficient");
}

/// SS-38: a member is asked for once, and again when the feed says that something changed.
#[tokio::test]
async fn a_member_is_remembered_until_there_is_news() {
    let scene = Scene::open().await;
    let token = bearer(&safesend());
    let headers = [("authorization", &*token), ("x-email", "nobody@firm.test")];
    for _ in 0..3 {
        scene.upload(&headers).await.is(403, "acting_user_role");
    }
    assert_eq!(scene.desk.asked.load(Ordering::SeqCst), 1);
    scene.desk.change(|state| {
        for (_, user) in &mut state.users {
            user.roles = vec![ROLES[0].to_owned()];
        }
    });
    let seq = scene.desk.tell(News::Member {
        account: AccountId::new("acc_firm"),
    });
    scene.gateway.reached(seq).await;
    assert_eq!(scene.upload(&headers).await.status, 200);
    assert_eq!(scene.desk.asked.load(Ordering::SeqCst), 2);
}

/// RS10: with the issuer gone a remembered member keeps working and an unknown one is 503, never let through.
#[tokio::test]
async fn without_the_issuer_only_known_members_act() {
    let scene = Scene::open().await;
    let token = bearer(&safesend());
    assert_eq!(
        scene
            .upload(&[("authorization", &token), ("x-email", "dev@firm.test")])
            .await
            .status,
        200
    );
    scene.desk.change(|state| state.gone = true);
    assert_eq!(
        scene
            .upload(&[("authorization", &token), ("x-email", "dev@firm.test")])
            .await
            .status,
        200
    );
    let unknown = scene
        .upload(&[("authorization", &token), ("x-email", "admin@firm.test")])
        .await;
    unknown.is(503, "directory_unreachable");
    assert_eq!(unknown.header("retry-after"), "1");
}

/// RS5, SS-38: a trailer names nobody else: a server that merges trailers into the headers would take it for checked.
#[tokio::test]
async fn no_trailer_names_another_acting_user() {
    let scene = Scene::open().await;
    let mut trailers = HeaderMap::new();
    for name in ["x-email", "x_email", "x-sum"] {
        trailers.insert(name, "admin@firm.test".parse().unwrap());
    }
    let frames = [Frame::data(Bytes::from("body")), Frame::trailers(trailers)].map(Ok);
    let client: Client<_, Outgoing> = Client::builder(TokioExecutor::new()).build_http();
    let request = Request::post(format!("http://{}/ssr/v2/return/upload", scene.at))
        .header("authorization", bearer(&safesend()))
        .header("x-email", "dev@firm.test")
        .header("trailer", "x-email, x_email, x-sum")
        .body(Outgoing::new(StreamBody::new(futures_util::stream::iter(frames))));
    let answer = Answered::of(client.request(request.unwrap()).await.unwrap()).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let seen = scene.behind.last();
    assert_eq!(seen.header("x-email"), Some("dev@firm.test"));
    let trailers = seen.trailers.expect("trailers arrive");
    assert!(trailers.contains_key("x-sum"));
    assert_eq!(trailers.len(), 1, "{trailers:?}");
}

/// The issuer next to the gateway shares what a question opens (a connection to its database) with everybody who asks
/// it, so none of it may live on a lane, which ends before they do.
#[tokio::test]
async fn a_member_is_asked_for_where_the_gateway_is_at_home() {
    let scene = Scene::open().await;
    let token = bearer(&safesend());
    for email in ["dev@firm.test", "admin@firm.test"] {
        let answer = scene.upload(&[("authorization", &token), ("x-email", email)]).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }
    let here = std::collections::HashSet::from([std::thread::current().id()]);
    assert_eq!(*scene.desk.threads.lock().unwrap(), here);
}
