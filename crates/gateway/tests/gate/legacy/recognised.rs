//! How credentials are looked up and remembered.

use super::*;
use tollgate_model::News;

/// SS-56: a credential is asked for once, and again when the feed tells of its account.
#[tokio::test]
async fn a_credential_is_remembered_until_there_is_news() {
    let scene = Scene::old(|_| {}).await;
    for _ in 0..3 {
        assert_eq!(scene.old_upload(BEARER, KEY).await.status, 200);
    }
    assert_eq!(scene.asked(), 2, "the token and the key, once each");
    let firm = || AccountId::new("acc_firm");
    for (round, news) in [
        News::Legacy { account: firm() },
        News::Member { account: firm() },
        News::Account { id: firm() },
    ]
    .into_iter()
    .enumerate()
    {
        let seq = scene.desk.tell(news);
        scene.gateway.reached(seq).await;
        assert_eq!(scene.old_upload(BEARER, KEY).await.status, 200);
        assert_eq!(scene.asked(), 4 + 2 * round);
    }
    let seq = scene.desk.tell(News::Legacy {
        account: AccountId::new("acc_other"),
    });
    scene.gateway.reached(seq).await;
    assert_eq!(scene.old_upload(BEARER, KEY).await.status, 200);
    assert_eq!(scene.asked(), 8, "another account's news leave it");
    scene.desk.change(|state| drop(state.legacy.remove(&name(BEARER))));
    let seq = scene.desk.tell(News::Legacy { account: firm() });
    scene.gateway.reached(seq).await;
    scene.old_upload(BEARER, KEY).await.is(401, "legacy_unknown");
}

/// A credential with an end of its own opens nothing from then on, remembered or not.
#[tokio::test]
async fn an_expired_credential_opens_nothing() {
    let scene = Scene::old(|_| {}).await;
    let credential = LegacyKnown {
        expires: Some(Moment(NOW + 60)),
        ..known("login", LegacyKind::Bearer, "acc_firm", None)
    };
    scene.record("short", credential);
    assert_eq!(scene.old_upload("short", KEY).await.status, 200);
    scene.at(NOW + 59);
    assert_eq!(scene.old_upload("short", KEY).await.status, 200);
    scene.at(NOW + 60);
    scene.old_upload("short", KEY).await.is(401, "legacy_unknown");
}

/// That there is no such credential is remembered for ten seconds.
#[tokio::test]
async fn that_there_is_none_is_remembered_for_a_while() {
    let scene = Scene::old(|_| {}).await;
    for _ in 0..3 {
        scene.old_upload("soon", KEY).await.is(401, "legacy_unknown");
    }
    assert_eq!(scene.asked(), 2);
    scene.record("soon", known("login", LegacyKind::Bearer, "acc_firm", None));
    scene.at(NOW + 9);
    scene.old_upload("soon", KEY).await.is(401, "legacy_unknown");
    scene.at(NOW + 10);
    assert_eq!(scene.old_upload("soon", KEY).await.status, 200);
    assert_eq!(scene.asked(), 3);
}

/// Many requests with one credential ask once.
#[tokio::test]
async fn many_requests_with_one_credential_ask_once() {
    let scene = Scene::old(|_| {}).await;
    scene.desk.legacy_open.send_replace(false);
    let requests = async { futures_util::future::join_all((0..20).map(|_| scene.old_upload(BEARER, KEY))).await };
    let open = async {
        // Once both questions stand, whoever would ask again has had the time to.
        while scene.asked() < 2 {
            tokio::task::yield_now().await;
        }
        for _ in 0..50 {
            tokio::task::yield_now().await;
        }
        scene.desk.legacy_open.send_replace(true);
    };
    let (answers, ()) = tokio::join!(requests, open);
    assert!(answers.iter().all(|answer| answer.status == 200), "{answers:?}");
    assert_eq!(scene.asked(), 2);
}

/// News that come while a credential is being looked up are not missed: the answer from before them is not kept.
#[tokio::test]
async fn news_during_a_look_up_are_not_missed() {
    let scene = Scene::old(|_| {}).await;
    scene.desk.legacy_open.send_replace(false);
    let request = scene.old_upload(BEARER, KEY);
    let news = async {
        while scene.asked() < 2 {
            tokio::task::yield_now().await;
        }
        let seq = scene.desk.tell(News::Legacy {
            account: AccountId::new("acc_firm"),
        });
        scene.gateway.reached(seq).await;
        scene.desk.legacy_open.send_replace(true);
    };
    let (answer, ()) = tokio::join!(request, news);
    assert_eq!(answer.status, 200);
    assert_eq!(scene.old_upload(BEARER, KEY).await.status, 200);
    assert_eq!(scene.asked(), 4, "asked anew");
}

/// RS10: with the issuer gone what is remembered stays good, what is not is 503, never let through; and after the end
/// of the way nobody need be asked to refuse it.
#[tokio::test]
async fn without_the_issuer_only_remembered_credentials_pass() {
    let scene = Scene::old(|snapshot| snapshot.transitions[0].exceptions.clear()).await;
    assert_eq!(scene.old_upload(BEARER, KEY).await.status, 200);
    scene.desk.change(|state| state.gone = true);
    scene.at(NOW + DAY);
    assert_eq!(scene.old_upload(BEARER, KEY).await.status, 200);
    let unknown = scene.old_upload(LATE_BEARER, LATE_KEY).await;
    unknown.is(503, "legacy_unverified");
    assert_eq!(unknown.header("retry-after"), "1");
    scene.at(ENDS);
    scene.old_upload(LATE_BEARER, LATE_KEY).await.is(401, "legacy_ended");
    scene.old_upload(BEARER, KEY).await.is(401, "legacy_ended");
}

/// RS10: where somebody has more time, who cannot be recognised may be the one.
#[tokio::test]
async fn while_somebody_has_more_time_nobody_unrecognised_is_told_that_it_ended() {
    let scene = Scene::old(|_| {}).await;
    scene.desk.change(|state| state.gone = true);
    scene.at(ENDS);
    scene
        .old_upload(LATE_BEARER, LATE_KEY)
        .await
        .is(503, "legacy_unverified");
    scene.at(LATE);
    scene.old_upload(LATE_BEARER, LATE_KEY).await.is(401, "legacy_ended");
}

/// RL8: an issuer that is there and says nothing keeps nobody waiting for long: the request ends by itself.
#[tokio::test]
async fn an_issuer_that_says_nothing_is_not_waited_for() {
    let scene = Scene::old(|_| {}).await;
    scene.desk.legacy_open.send_replace(false);
    scene.old_upload(BEARER, KEY).await.is(503, "legacy_unverified");
    scene.desk.legacy_open.send_replace(true);
    assert_eq!(scene.old_upload(BEARER, KEY).await.status, 200);
}

/// SS-41: a source that names a member of another account for a credential is not believed.
#[tokio::test]
async fn a_credential_is_of_one_account_and_its_member_too() {
    let scene = Scene::old(|_| {}).await;
    let mut credential = known("login", LegacyKind::Bearer, "acc_firm", Some("dev@firm.test"));
    credential.member.as_mut().unwrap().account = AccountId::new("acc_other");
    scene.record("mixed up", credential);
    scene.old_upload("mixed up", KEY).await.is(401, "legacy_unknown");
}

/// However many credentials are tried, what is remembered is bounded, and whoever is known still passes.
#[tokio::test]
async fn trying_many_credentials_crowds_out_nobody_for_good() {
    let settings = tollgate_gateway::Settings {
        memory: tollgate_gateway::Memory {
            legacy: 8,
            ..Default::default()
        },
        ..Default::default()
    };
    let scene = Scene::with(
        house,
        Props {
            settings,
            ..Props::default()
        },
    )
    .await;
    scene.record(BEARER, known("login", LegacyKind::Bearer, "acc_firm", None));
    scene.record(KEY, known("login", LegacyKind::Key, "acc_firm", None));
    for number in 0..100 {
        scene
            .old_upload(&format!("try-{number}"), KEY)
            .await
            .is(401, "legacy_unknown");
    }
    assert_eq!(scene.old_upload(BEARER, KEY).await.status, 200);
    scene.desk.change(|state| state.gone = true);
    let mut remembered = 0;
    for number in 0..100 {
        let answer = scene.old_upload(&format!("try-{number}"), KEY).await;
        remembered += usize::from(answer.code() == "legacy_unknown");
    }
    assert!(remembered <= 8, "{remembered}");
}
