//! How much may be asked.

use crate::scene::*;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::net::TcpListener;
use tollgate_gateway::{Gateway, RateLimitHeaders, Settings};
use tollgate_keys::digest::token_hash;
use tollgate_model::legacy::LegacyKind;
use tollgate_model::limit::{Per, Window};
use tollgate_model::{
    AccountId, LegacyCredentialId, LegacyKnown, LegacyMethod, LegacyMethodId, Limit, News, Plan, PlanId, Snapshot,
};
use tollgate_protocol::claims::Profile;

fn limit(name: &str, per: Per, count: i64, window: Window) -> Limit {
    Limit {
        name: name.to_owned(),
        per,
        count,
        window,
    }
}

fn plan(id: &str, default: bool, limits: Vec<Limit>) -> Plan {
    Plan {
        id: PlanId::new(id),
        name: id.to_owned(),
        default,
        limits,
    }
}

fn limited<'a>(snapshot: &'a mut Snapshot, route: &str) -> &'a mut Vec<Limit> {
    let found = snapshot.routes.iter_mut().find(|held| held.id.as_str() == route);
    &mut found.unwrap().limits
}

/// A scene whose route `identify` has these limits.
async fn scene(limits: Vec<Limit>) -> Scene {
    Scene::with(|snapshot| *limited(snapshot, "identify") = limits, Props::default()).await
}

/// A token of that client, good for longer than a month.
fn token(client: &str) -> String {
    let mut claims = claims("https://api.signicat.com", "identify");
    claims.client_id = client.to_owned();
    claims.subject = Some(client.to_owned());
    claims.expires = NOW + 3_000_000;
    sign(key(), Profile::IdentityServer, &claims)
}

/// How many of so many requests pass; those that do not are refused with `code`.
async fn passing(scene: &Scene, token: &str, many: usize, code: &str) -> usize {
    let mut passed = 0;
    for _ in 0..many {
        let answer = scene.get("/identify", token).await;
        if answer.status == 200 {
            passed += 1;
        } else {
            answer.is(429, code);
        }
    }
    passed
}

fn at(scene: &Scene, seconds: i64) {
    scene.clock.0.store(NOW + seconds, Ordering::SeqCst);
}

/// What the issuer was told of this bucket, in all slots.
fn spent(scene: &Scene, bucket: &str) -> i64 {
    let state = scene.desk.state.lock().unwrap();
    let of_bucket = state.spent.iter().filter(|((held, _), _)| held == bucket);
    of_bucket.map(|(_, count)| count).sum()
}

/// The API of Signeasy (VENDORS, "Token rate limit"): 80 a minute, 20 in ten seconds.
#[tokio::test]
async fn signeasy_lets_eighty_a_minute_through_and_twenty_in_ten_seconds() {
    let scene = Scene::with(
        |snapshot| {
            *limited(snapshot, "me") = vec![
                limit("burst", Per::Client, 20, Window::Seconds(10)),
                limit("minute", Per::Client, 80, Window::Seconds(60)),
            ];
        },
        Props::default(),
    )
    .await;
    let token = sign(
        key(),
        Profile::Rfc9068,
        &claims("https://api-ext.signeasy.com/", "user:read"),
    );
    let ask = async || {
        let request = scene
            .request("GET", "/v3/me")
            .header("host", "api.signeasy.com")
            .header("authorization", bearer(&token));
        scene.send(request, "").await
    };
    let mut passed = Vec::new();
    for seconds in [0, 20, 40, 59, 70] {
        at(&scene, seconds);
        let mut here = 0;
        for _ in 0..25 {
            let answer = ask().await;
            if answer.status == 200 {
                here += 1;
            } else {
                answer.is(429, "rate_limited");
                let wait: i64 = answer.header("retry-after").parse().unwrap();
                assert!((1..=60).contains(&wait), "{answer:?}");
            }
        }
        passed.push(here);
    }
    // At 59 a tenth of the slot from 40 to 50 is gone by but for two; at 70 five sixths of the first minute still count.
    assert_eq!(passed, [20, 20, 20, 18, 15]);
    let refused = ask().await;
    assert_eq!(refused.header("ratelimit-policy"), r#""minute";q=80;w=60"#);
    assert_eq!(scene.behind.count(), 93, "what is refused is not forwarded");
}

#[tokio::test]
async fn a_quota_begins_anew_with_the_day_and_with_the_month() {
    // 2027-01-15T08:00:00Z.
    for (window, left) in [(Window::Day, 16 * 3600), (Window::Month, 16 * 86_400 + 16 * 3600)] {
        let scene = scene(vec![limit("quota", Per::Account, 3, window)]).await;
        let token = token("client_1");
        assert_eq!(passing(&scene, &token, 5, "quota_exceeded").await, 3);
        let refused = scene.get("/identify", &token).await;
        assert_eq!(refused.header("retry-after"), left.to_string());
        assert_eq!(refused.header("ratelimit"), format!(r#""quota";r=0;t={left}"#));
        at(&scene, left - 1);
        assert_eq!(passing(&scene, &token, 1, "quota_exceeded").await, 0);
        at(&scene, left);
        assert_eq!(passing(&scene, &token, 5, "quota_exceeded").await, 3);
    }
}

#[tokio::test]
async fn each_limit_counts_whom_it_names_together() {
    for (per, first, second, other_account) in [
        (Per::Client, 2, 2, 2),
        (Per::Account, 2, 0, 2),
        (Per::Address, 2, 0, 0),
        (Per::All, 2, 0, 0),
    ] {
        let scene = scene(vec![limit("two", per, 2, Window::Seconds(60))]).await;
        let mut elsewhere = claims("https://api.signicat.com", "identify");
        elsewhere.client_id = "client_3".into();
        elsewhere.mark.as_mut().unwrap().account = "acc_other".into();
        let elsewhere = sign(key(), Profile::IdentityServer, &elsewhere);
        let passed = [
            passing(&scene, &token("client_1"), 3, "rate_limited").await,
            passing(&scene, &token("client_2"), 3, "rate_limited").await,
            passing(&scene, &elsewhere, 3, "rate_limited").await,
        ];
        assert_eq!(passed, [first, second, other_account], "{per:?}");
    }
}

/// Whoever is nobody is counted as where he comes from: a limit by client holds on a public route, too.
#[tokio::test]
async fn a_public_route_is_limited_by_address() {
    let scene = Scene::with(
        |snapshot| {
            limited(snapshot, "open").push(limit("few", Per::Client, 2, Window::Seconds(60)));
            snapshot
                .plans
                .push(plan("none", true, vec![limit("no", Per::All, 0, Window::Day)]));
        },
        Props::default(),
    )
    .await;
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(scene.send(scene.request("GET", "/open/x"), "").await.status);
    }
    assert_eq!(statuses, [200, 200, 429]);
}

/// An address is counted before anything is done for it, and behind a trusted proxy it is not the proxy's.
#[tokio::test]
async fn bad_tokens_are_counted_by_the_address_they_come_from() {
    let scene = Scene::with(
        |snapshot| limited(snapshot, "identify").push(limit("tries", Per::Address, 2, Window::Seconds(60))),
        Props {
            settings: Settings {
                trusted_proxies: vec!["127.0.0.1".parse().unwrap()],
                ..Settings::default()
            },
            ..Props::default()
        },
    )
    .await;
    let ask = async |from: &str| {
        let request = scene
            .request("GET", "/identify")
            .header("x-forwarded-for", from)
            .header("authorization", "Bearer nonsense");
        scene.send(request, "").await
    };
    let first = ask("203.0.113.9").await;
    first.is(401, "token_malformed");
    assert_eq!(first.header("ratelimit"), r#""tries";r=1;t=60"#);
    ask("198.51.100.1, 203.0.113.9").await.is(401, "token_malformed");
    ask("198.51.100.2, 203.0.113.9").await.is(429, "rate_limited");
    ask("203.0.113.10").await.is(401, "token_malformed");
    // One network of IPv6 is one asker.
    ask("2001:db8::1").await.is(401, "token_malformed");
    ask("2001:db8::2").await.is(401, "token_malformed");
    ask("2001:db8::3").await.is(429, "rate_limited");
    ask("2001:db8:0:1::1").await.is(401, "token_malformed");
}

#[tokio::test]
async fn a_refused_request_counts_nowhere() {
    let scene = scene(vec![
        limit("all", Per::All, 100, Window::Day),
        limit("address", Per::Address, 100, Window::Day),
        limit("burst", Per::Client, 2, Window::Seconds(10)),
    ])
    .await;
    assert_eq!(passing(&scene, &token("client_1"), 6, "rate_limited").await, 2);
    scene.gateway.share_now().await;
    assert_eq!(passing(&scene, &token("client_1"), 3, "rate_limited").await, 0);
    assert_eq!(passing(&scene, &token("client_2"), 1, "rate_limited").await, 1);
    scene.gateway.share_now().await;
    assert_eq!(spent(&scene, "route/identify/all/all/day/all"), 3);
    assert_eq!(spent(&scene, "route/identify/burst/client/10s/client/client_1"), 2);
    assert_eq!(spent(&scene, "route/identify/address/address/day/address/127.0.0.1"), 3);
    // What no limit refused was let through by all of them, and one with a bad token was only counted by address.
    scene.get("/identify", "nonsense").await.is(401, "token_malformed");
    scene.gateway.share_now().await;
    assert_eq!(spent(&scene, "route/identify/all/all/day/all"), 3);
    assert_eq!(spent(&scene, "route/identify/address/address/day/address/127.0.0.1"), 4);
}

/// The console finds a request that a limit refused, by its client.
#[tokio::test]
async fn the_issuer_is_told_whose_request_was_too_much() {
    let scene = scene(vec![limit("none", Per::Client, 0, Window::Day)]).await;
    scene
        .get("/identify", &token("client_1"))
        .await
        .is(429, "quota_exceeded");
    scene.gateway.tell_now().await;
    let told = std::mem::take(&mut scene.desk.state.lock().unwrap().told);
    let call = &told[0].calls[0];
    assert_eq!(
        (
            call.client.as_ref().map(|id| id.as_str()),
            call.status,
            call.code.as_deref()
        ),
        (Some("client_1"), 429, Some("quota_exceeded"))
    );
}

/// The headers that say what is left, and no others.
fn said(answer: &Answered) -> Vec<String> {
    let mut said: Vec<_> = answer
        .headers
        .iter()
        .filter(|(name, _)| name.as_str().contains("ratelimit") || *name == "retry-after")
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
        .collect();
    said.sort();
    said
}

/// draft-ietf-httpapi-ratelimit-headers, and what came before it.
#[tokio::test]
async fn every_answer_says_what_is_left() {
    let x = |remaining: i64, at: i64| {
        [
            "x-ratelimit-limit: 2".to_owned(),
            format!("x-ratelimit-remaining: {remaining}"),
            format!("x-ratelimit-reset: {at}"),
        ]
    };
    let standard = |remaining: i64, wait: i64| {
        [
            r#"ratelimit-policy: "burst";q=2;w=10"#.to_owned(),
            format!(r#"ratelimit: "burst";r={remaining};t={wait}"#),
        ]
    };
    let wait = ["retry-after: 7".to_owned()];
    for (kind, passed, refused) in [
        (
            RateLimitHeaders::Standard,
            standard(1, 7).to_vec(),
            [&standard(0, 7)[..], &wait].concat(),
        ),
        (
            RateLimitHeaders::XRateLimit,
            x(1, NOW + 10).to_vec(),
            [&wait[..], &x(0, NOW + 10)].concat(),
        ),
        (
            RateLimitHeaders::Both,
            [&standard(1, 7)[..], &x(1, NOW + 10)].concat(),
            [&standard(0, 7)[..], &wait, &x(0, NOW + 10)].concat(),
        ),
        (RateLimitHeaders::None, Vec::new(), wait.to_vec()),
    ] {
        let scene = Scene::with(
            |snapshot| {
                *limited(snapshot, "identify") = vec![
                    limit("month", Per::Account, 1_000, Window::Month),
                    limit("address", Per::Address, 500, Window::Seconds(60)),
                    limit("burst", Per::Client, 2, Window::Seconds(10)),
                ];
            },
            Props {
                settings: Settings {
                    rate_limit_headers: kind,
                    ..Settings::default()
                },
                ..Props::default()
            },
        )
        .await;
        at(&scene, 3);
        assert_eq!(said(&scene.get("/identify", &token("client_1")).await), passed);
        scene.get("/identify", &token("client_1")).await;
        assert_eq!(said(&scene.get("/identify", &token("client_1")).await), refused);
        // Where there is no limit nothing is said.
        assert!(said(&scene.send(scene.request("GET", "/open/x"), "").await).is_empty());
    }
}

/// Asks until what the answer says of its limit begins so.
async fn until(scene: &Scene, account: &str, policy: &str) {
    let mut claims = claims("https://api.signicat.com", "identify");
    claims.mark.as_mut().unwrap().account = account.into();
    claims.expires = NOW + 3_000_000;
    let token = sign(key(), Profile::IdentityServer, &claims);
    let said = async {
        while !scene
            .get("/identify", &token)
            .await
            .header("ratelimit-policy")
            .starts_with(policy)
        {}
    };
    tokio::time::timeout(Duration::from_secs(20), said)
        .await
        .expect("the plan is known");
}

fn plans(snapshot: &mut Snapshot) {
    let day = |name: &str, count| vec![limit(name, Per::Account, count, Window::Day)];
    snapshot.plans = vec![
        plan("free", true, day("free", 100_000)),
        plan("paid", false, day("paid", 200_000)),
        plan("large", false, day("large", 300_000)),
    ];
}

#[tokio::test]
async fn an_account_has_its_plan_and_every_other_the_default() {
    let scene = Scene::with(plans, Props::default()).await;
    let given = |account: &str, plan: &str| {
        let (account, plan) = (AccountId::new(account), PlanId::new(plan));
        scene.desk.change(|state| drop(state.plans.insert(account, plan)));
    };
    given("acc_firm", "paid");
    until(&scene, "acc_firm", r#""paid";q=200000"#).await;
    until(&scene, "acc_other", r#""free";q=100000"#).await;
    // It changes with the news.
    given("acc_firm", "large");
    let seq = scene.desk.tell(News::Account {
        id: AccountId::new("acc_firm"),
    });
    scene.gateway.reached(seq).await;
    until(&scene, "acc_firm", r#""large""#).await;
    // With a new catalogue all are asked for again, and a plan that is gone is none.
    scene.desk.change(|state| drop(state.snapshot.plans.pop()));
    let seq = scene.desk.tell(News::Catalogue);
    scene.gateway.reached(seq).await;
    until(&scene, "acc_firm", r#""free""#).await;
    given("acc_firm", "paid");
    let seq = scene.desk.tell(News::Catalogue);
    scene.gateway.reached(seq).await;
    until(&scene, "acc_firm", r#""paid""#).await;
}

/// RS10: nobody waits for an issuer that is gone; a plan that was known stays, and one that was not is the default.
#[tokio::test]
async fn without_the_issuer_unknown_accounts_have_the_default_plan() {
    let scene = Scene::with(plans, Props::default()).await;
    scene.desk.change(|state| {
        for account in ["acc_firm", "acc_new"] {
            state.plans.insert(AccountId::new(account), PlanId::new("paid"));
        }
    });
    until(&scene, "acc_firm", r#""paid""#).await;
    scene.desk.change(|state| state.gone = true);
    until(&scene, "acc_new", r#""free""#).await;
    until(&scene, "acc_firm", r#""paid""#).await;
    scene.desk.change(|state| state.gone = false);
    at(&scene, 5);
    until(&scene, "acc_new", r#""paid""#).await;
}

/// Another gateway of the same issuer.
async fn another(scene: &Scene) -> (Arc<Gateway>, SocketAddr) {
    let gateway = Gateway::new(Settings::default(), scene.desk.clone(), scene.clock.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let (following, until) = (Arc::clone(&gateway), scene.stop.clone());
    tokio::spawn(async move { following.follow(until).await });
    tokio::spawn(Arc::clone(&gateway).serve(listener, None, scene.stop.clone()));
    gateway.ready().await;
    (gateway, at)
}

async fn asked(scene: &Scene, at: SocketAddr, token: &str) -> Answered {
    let request = http::Request::get(format!("http://{at}/identify")).header("authorization", bearer(token));
    scene.send(request, "").await
}

/// Between two times of sharing a gateway knows of its own alone; that is all by which they are wrong together.
#[tokio::test]
async fn two_gateways_share_a_quota() {
    let scene = scene(vec![limit("quota", Per::Client, 20, Window::Month)]).await;
    let (second, there) = another(&scene).await;
    let token = token("client_1");
    let left = |answer: &Answered| answer.header("ratelimit").split(';').nth(1).map(str::to_owned);
    assert_eq!(passing(&scene, &token, 8, "").await, 8);
    for _ in 0..7 {
        assert_eq!(asked(&scene, there, &token).await.status, 200);
    }
    // Not shared yet: each knows of its own.
    assert_eq!(left(&asked(&scene, there, &token).await).as_deref(), Some("r=12"));
    scene.gateway.share_now().await;
    second.share_now().await;
    // The second has heard of all 16, the first of its own 8 and tells of one more.
    assert_eq!(left(&asked(&scene, there, &token).await).as_deref(), Some("r=3"));
    assert_eq!(left(&scene.get("/identify", &token).await).as_deref(), Some("r=11"));
    scene.gateway.share_now().await;
    second.share_now().await;
    // 18 are through. Of two that are left each would give both, and once they have shared there is none.
    assert_eq!(
        passing(&scene, &token, 5, "quota_exceeded").await,
        3,
        "it has not heard of the last one there"
    );
    scene.gateway.share_now().await;
    let last = asked(&scene, there, &token).await;
    assert_eq!((last.status, left(&last).as_deref()), (200, Some("r=1")));
    second.share_now().await;
    asked(&scene, there, &token).await.is(429, "quota_exceeded");
    scene.get("/identify", &token).await.is(429, "quota_exceeded");
    assert_eq!(spent(&scene, "route/identify/quota/client/month/client/client_1"), 22);
}

/// RL23: with the issuer gone each gateway counts for itself, and tells of it once the issuer is back.
#[tokio::test]
async fn without_the_issuer_a_gateway_counts_alone() {
    let scene = scene(vec![limit("quota", Per::Client, 5, Window::Day)]).await;
    let bucket = "route/identify/quota/client/day/client/client_1";
    let token = token("client_1");
    assert_eq!(passing(&scene, &token, 2, "").await, 2);
    scene.gateway.share_now().await;
    scene.desk.change(|state| state.gone = true);
    assert_eq!(passing(&scene, &token, 2, "").await, 2);
    scene.gateway.share_now().await;
    assert_eq!(passing(&scene, &token, 4, "quota_exceeded").await, 1);
    scene.gateway.share_now().await;
    assert_eq!(spent(&scene, bucket), 2);
    scene.desk.change(|state| state.gone = false);
    scene.gateway.share_now().await;
    assert_eq!(spent(&scene, bucket), 5);
    scene.gateway.share_now().await;
    assert_eq!(spent(&scene, bucket), 5, "told once");
}

/// A gateway that was started anew learns what was counted before with the first sharing.
#[tokio::test]
async fn a_quota_outlives_the_gateway() {
    let scene = scene(vec![limit("quota", Per::Client, 5, Window::Day)]).await;
    let token = token("client_1");
    assert_eq!(passing(&scene, &token, 4, "").await, 4);
    scene.gateway.share_now().await;
    let (second, there) = another(&scene).await;
    assert_eq!(asked(&scene, there, &token).await.status, 200);
    second.share_now().await;
    asked(&scene, there, &token).await.is(429, "quota_exceeded");
}

/// Sharing goes on by itself until it is stopped.
#[tokio::test]
async fn a_gateway_shares_by_itself() {
    let scene = scene(vec![limit("quota", Per::Client, 5, Window::Day)]).await;
    let (gateway, stop) = (Arc::clone(&scene.gateway), scene.stop.child_token());
    let until = stop.clone();
    let sharing = tokio::spawn(async move { gateway.share(until).await });
    assert_eq!(passing(&scene, &token("client_1"), 1, "").await, 1);
    let shared = async {
        while spent(&scene, "route/identify/quota/client/day/client/client_1") == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), shared)
        .await
        .expect("it is shared");
    stop.cancel();
    sharing.await.unwrap();
}

/// A change of the routes forgets nothing that was counted.
#[tokio::test]
async fn with_a_higher_limit_what_was_counted_still_counts() {
    let scene = scene(vec![limit("quota", Per::Client, 2, Window::Day)]).await;
    let token = token("client_1");
    assert_eq!(passing(&scene, &token, 3, "quota_exceeded").await, 2);
    scene
        .desk
        .change(|state| limited(&mut state.snapshot, "identify")[0].count = 3);
    let seq = scene.desk.tell(News::Catalogue);
    scene.gateway.reached(seq).await;
    assert_eq!(passing(&scene, &token, 3, "quota_exceeded").await, 1);
}

/// SS-1: whoever comes by the old way has no client: it is the account that is counted.
#[tokio::test]
async fn an_old_key_counts_as_its_account() {
    let name = |key: &str| token_hash(key).map(|byte| format!("{byte:02x}")).concat();
    let known = |number: u32| LegacyKnown {
        id: LegacyCredentialId::new(format!("lgc_{number}")),
        method: LegacyMethodId::new("keys"),
        kind: LegacyKind::Key,
        account: AccountId::new("acc_firm"),
        member: None,
        expires: None,
    };
    let scene = Scene::with(
        |snapshot| {
            snapshot.legacy.push(LegacyMethod {
                id: LegacyMethodId::new("keys"),
                name: "Subscription key".into(),
                bearer: false,
                key_headers: vec!["x-api-key".into()],
                verify: None,
            });
            *limited(snapshot, "identify") = vec![limit("few", Per::Client, 3, Window::Day)];
            let route = snapshot.routes.iter_mut().find(|route| route.id.as_str() == "identify");
            route.unwrap().legacy = vec![LegacyMethodId::new("keys")];
        },
        Props::default(),
    )
    .await;
    scene.desk.change(|state| {
        state.legacy.insert(name("key-one"), known(1));
        state.legacy.insert(name("key-two"), known(2));
    });
    let mut statuses = Vec::new();
    for key in ["key-one", "key-two", "key-one", "key-two"] {
        let request = scene.request("GET", "/identify").header("x-api-key", key);
        statuses.push(scene.send(request, "").await.status);
    }
    assert_eq!(statuses, [200, 200, 200, 429]);
    scene.gateway.share_now().await;
    assert_eq!(spent(&scene, "route/identify/few/client/day/account/acc_firm"), 3);
    // A token of the same account is its client's.
    assert_eq!(passing(&scene, &token("client_1"), 1, "").await, 1);
}
