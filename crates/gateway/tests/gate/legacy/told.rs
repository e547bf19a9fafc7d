//! What the issuer is told of those who come by an old way.

use super::*;
use tollgate_model::LegacyUse;
use tollgate_model::feed::Told;

async fn told(scene: &Scene) -> Told {
    scene.gateway.tell_now().await;
    let mut all = Told::default();
    for told in std::mem::take(&mut scene.desk.state.lock().unwrap().told) {
        all.calls.extend(told.calls);
        all.counts.extend(told.counts);
        all.legacy.extend(told.legacy);
    }
    all
}

fn line(usage: &LegacyUse) -> String {
    format!(
        "{} {} {} {} day {}: {} of which refused {}, last {}",
        usage.method,
        usage.account,
        usage.member.as_ref().map_or("-", |id| id.as_str()),
        usage.credential.as_ref().map_or("-", |id| id.as_str()),
        usage.day - NOW.div_euclid(DAY),
        usage.count,
        usage.refused,
        usage.last.0 - NOW,
    )
}

/// SS-51, SS-54: who still comes by an old way is counted by account, member, credential and day, and what was refused
/// in a brown-out or after the end is counted as refused. From then on a key alone tells whose it is: old tokens do not
/// outlive the old login for long, and those who still try are those who must be told.
#[tokio::test]
async fn who_still_comes_by_an_old_way_is_counted() {
    let scene = Scene::old(|_| {}).await;
    for moment in [NOW, NOW + 1, DARK, ENDS] {
        scene.at(moment);
        scene.old_upload(BEARER, KEY).await;
        scene.old_upload(LATE_BEARER, LATE_KEY).await;
        scene.old_upload("never given out", KEY).await;
        // Whose these are is not known.
        scene.old_upload(BEARER, OTHER_KEY).await;
        scene.old_upload("never given out", "nor this").await;
    }
    let mut lines: Vec<_> = told(&scene).await.legacy.iter().map(line).collect();
    lines.sort();
    let expected = [
        "login acc_firm - leg_acc_firm_key day 100: 1 of which refused 1, last 8640000",
        "login acc_firm - leg_acc_firm_key day 60: 1 of which refused 1, last 5184000",
        "login acc_firm mem_nobody@firm.test leg_acc_firm_key day 0: 2 of which refused 0, last 1",
        "login acc_firm mem_nobody@firm.test leg_acc_firm_key day 100: 1 of which refused 1, last 8640000",
        "login acc_firm mem_nobody@firm.test leg_acc_firm_key day 60: 1 of which refused 1, last 5184000",
        "login acc_late - leg_acc_late_key day 0: 2 of which refused 0, last 1",
        "login acc_late - leg_acc_late_key day 100: 1 of which refused 0, last 8640000",
        "login acc_late - leg_acc_late_key day 60: 1 of which refused 0, last 5184000",
    ];
    assert_eq!(lines, expected);
    assert!(told(&scene).await.legacy.is_empty(), "told once");
}

/// OP5: a call by an old way is told with its account, and in words: nothing of a credential is repeated.
#[tokio::test]
async fn a_call_by_an_old_way_is_told_without_its_credentials() {
    let scene = Scene::old(|_| {}).await;
    scene.old_upload(BEARER, KEY).await;
    scene.old_upload(BEARER, "0123-wrong-key").await;
    scene.at(ENDS);
    scene.old_upload(BEARER, KEY).await;
    let told = told(&scene).await;
    let lines: Vec<_> = told
        .calls
        .iter()
        .map(|call| {
            format!(
                "{} {} {} {} {}",
                call.account.as_ref().map_or("-", |id| id.as_str()),
                call.acting_user.as_deref().unwrap_or("-"),
                call.status,
                call.code.as_deref().unwrap_or("-"),
                call.presented,
            )
        })
        .collect();
    assert_eq!(
        lines,
        [
            "acc_firm nobody@firm.test 200 - {\"authorization\":\"an old token\",\"x-api-key\":\"present\"}",
            "- - 401 legacy_unknown {\"authorization\":\"Bearer, no JWT\",\"x-api-key\":\"present\",\"x-email\":\"absent\"}",
            "acc_firm nobody@firm.test 401 legacy_ended \
             {\"authorization\":\"an old token\",\"x-api-key\":\"present\",\"x-email\":\"absent\"}",
        ]
    );
    let text = serde_json::to_string(&told).unwrap();
    for secret in [BEARER, KEY, "0123-wrong-key"] {
        assert!(!text.contains(secret), "{secret}: {text}");
        assert!(!text.contains(&name(secret)), "nor its hash: {text}");
    }
}

/// SG-6: who still calls a route that ends is counted by account, whatever they authenticate with.
#[tokio::test]
async fn who_still_calls_a_route_that_ends_is_counted() {
    let scene = Scene::old(|snapshot| super::routes::ending(snapshot, &["upload"])).await;
    for moment in [OPENS, OPENS + 1, DARK] {
        scene.at(moment);
        let token = scene.token();
        scene
            .upload(&[("authorization", &*token), ("x-email", "dev@firm.test")])
            .await;
        // Nobody in particular is counted nowhere.
        scene.upload(&[]).await;
    }
    let mut lines: Vec<_> = told(&scene).await.legacy.iter().map(line).collect();
    lines.sort();
    let day = |moment: i64| moment.div_euclid(DAY) - NOW.div_euclid(DAY);
    let expected = [
        format!(
            "routes:v1 acc_firm - - day {}: 2 of which refused 0, last {}",
            day(OPENS),
            OPENS + 1 - NOW
        ),
        format!(
            "routes:v1 acc_firm - - day {}: 1 of which refused 1, last {}",
            day(DARK),
            DARK - NOW
        ),
    ];
    assert_eq!(lines, expected);
}
