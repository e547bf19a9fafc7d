//! The whole calendar, with a clock in the hand.

use super::*;

const LINK: &str = "<https://docs.safesend.example/ciam>; rel=\"deprecation\"; type=\"text/html\"";

/// SS-1, SS-34, SS-35, SS-50, SS-51, SS-52, SS-54, SS-56: from before the window until after the cut-over. The old token
/// and key pass without `x-email` until their end and in no brown-out; the new token with `x-email` passes all the time,
/// on the same route and the same day.
#[tokio::test]
async fn both_ways_work_until_the_cut_over_and_then_the_new_one_alone() {
    let scene = Scene::old(|_| {}).await;
    let (since, end) = (format!("@{OPENS}"), "Sun, 25 Apr 2027 08:00:00 GMT");
    let said = [since.as_str(), end, LINK];
    let table = [
        (NOW, 200, "", ["", "", ""]),
        (OPENS - 1, 200, "", ["", "", ""]),
        (OPENS, 200, "", said),
        (OPENS + 20 * DAY, 200, "", said),
        (DARK - 1, 200, "", said),
        (DARK, 401, "legacy_brownout", said),
        (DARK + 3599, 401, "legacy_brownout", said),
        (DARK + 3600, 200, "", said),
        (ENDS - 1, 200, "", said),
        (ENDS, 401, "legacy_ended", said),
        (ENDS + 1000 * DAY, 401, "legacy_ended", said),
    ];
    for (moment, status, code, said) in table {
        scene.at(moment);
        let answer = scene.old_upload(BEARER, KEY).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (status, code),
            "{moment}: {answer:?}"
        );
        assert_eq!(answer.end(), said, "{moment}");
        if status == 401 {
            assert!(
                answer.header("www-authenticate").starts_with("Bearer realm="),
                "{answer:?}"
            );
        }
        let token = scene.token();
        let new = scene
            .upload(&[("authorization", &token), ("x-email", "dev@firm.test")])
            .await;
        assert_eq!(new.status, 200, "{moment}: {new:?}");
        assert_eq!(new.end(), ["", "", ""], "{moment}: the new way is not about to end");
        let unnamed = scene.upload(&[("authorization", &token)]).await;
        unnamed.is(400, "acting_user_missing");
    }
}

/// SS-54: after the cut-over the old way is refused on every route that took it.
#[tokio::test]
async fn the_old_way_ends_on_every_route() {
    let scene = Scene::old(|_| {}).await;
    for (moment, expected) in [(ENDS - 1, (200, "")), (ENDS, (401, "legacy_ended"))] {
        scene.at(moment);
        for (method, path) in [
            ("POST", "/ssr/v2/return/upload"),
            ("GET", "/ssr/v1/anything"),
            ("DELETE", "/ssr/v2/return/5"),
            ("GET", "/ssr"),
        ] {
            let request = scene
                .request(method, path)
                .header("authorization", bearer(BEARER))
                .header("x-api-key", KEY);
            let answer = scene.send(request, "").await;
            assert_eq!((answer.status, answer.code().as_str()), expected, "{method} {path}");
        }
    }
}

/// A brown-out says when it is over (RFC 9110 §10.2.3).
#[tokio::test]
async fn a_brown_out_says_when_it_is_over() {
    let scene = Scene::old(|_| {}).await;
    for (moment, left) in [(DARK, "3600"), (DARK + 3599, "1")] {
        scene.at(moment);
        let answer = scene.old_upload(BEARER, KEY).await;
        answer.is(401, "legacy_brownout");
        assert_eq!(answer.header("retry-after"), left);
    }
    scene.at(ENDS);
    assert_eq!(
        scene.old_upload(BEARER, KEY).await.header("retry-after"),
        "",
        "an end is for good"
    );
}

/// SS-54, SS-56: a firm that was given more time has it, is spared the brown-outs, is told its own end, and then it
/// ends for it as well.
#[tokio::test]
async fn one_account_may_have_another_end() {
    let scene = Scene::old(|_| {}).await;
    for (moment, status) in [(OPENS, 200), (DARK, 200), (ENDS, 200), (LATE - 1, 200), (LATE, 401)] {
        scene.at(moment);
        let answer = scene.old_upload(LATE_BEARER, LATE_KEY).await;
        assert_eq!(answer.status, status, "{moment}: {answer:?}");
        assert_eq!(answer.header("sunset"), "Tue, 25 May 2027 08:00:00 GMT", "{moment}");
    }
}

/// SS-56: an old token with years to live, given out the day before, opens nothing at the cut-over: it is refused as
/// one of a way that ended, and whoever is unknown is told the same.
#[tokio::test]
async fn a_token_given_out_before_the_cut_over_opens_nothing_after_it() {
    let scene = Scene::old(|_| {}).await;
    scene.at(ENDS - DAY);
    let credential = LegacyKnown {
        expires: Some(Moment(ENDS + 1000 * DAY)),
        ..known("login", LegacyKind::Bearer, "acc_firm", None)
    };
    scene.record("fresh", credential);
    assert_eq!(scene.old_upload("fresh", KEY).await.status, 200);
    scene.at(ENDS);
    scene.old_upload("fresh", KEY).await.is(401, "legacy_ended");
    scene.old_upload("never given out", KEY).await.is(401, "legacy_ended");
    let no_key = scene.upload(&[("authorization", &bearer("never"))]).await;
    no_key.is(401, "legacy_ended");
}

/// A transition that is for some routes, APIs or accounts holds there and nowhere else.
#[tokio::test]
async fn a_transition_holds_where_it_says() {
    type Narrow = fn(&mut Transition);
    let narrow: [(Narrow, u16, u16, u16); 3] = [
        (
            |transition| transition.routes = vec![tollgate_model::RouteId::new("upload")],
            401,
            401,
            200,
        ),
        (
            |transition| transition.apis = vec![tollgate_model::ApiId::new("signicat")],
            200,
            200,
            200,
        ),
        (
            |transition| transition.accounts = vec![AccountId::new("acc_late")],
            200,
            401,
            200,
        ),
    ];
    for (number, (narrow, firm, late, elsewhere)) in narrow.into_iter().enumerate() {
        let scene = Scene::old(|snapshot| {
            snapshot.transitions = vec![ends("ciam", of_method("login"), &[])];
            narrow(&mut snapshot.transitions[0].transition);
        })
        .await;
        scene.at(ENDS);
        assert_eq!(scene.old_upload(BEARER, KEY).await.status, firm, "{number}");
        assert_eq!(scene.old_upload(LATE_BEARER, LATE_KEY).await.status, late, "{number}");
        let request = scene
            .request("GET", "/ssr/v1/other")
            .header("authorization", bearer(BEARER))
            .header("x-api-key", KEY);
        assert_eq!(scene.send(request, "").await.status, elsewhere, "{number}");
    }
}

/// A date that is moved is in force as soon as the gateway has heard of it.
#[tokio::test]
async fn a_date_that_is_moved_is_in_force_at_once() {
    let scene = Scene::old(|_| {}).await;
    scene.at(ENDS);
    scene.old_upload(BEARER, KEY).await.is(401, "legacy_ended");
    scene
        .desk
        .change(|state| state.snapshot.transitions[0].transition.ends = Some(Moment(ENDS + DAY)));
    let seq = scene.desk.tell(tollgate_model::News::Catalogue);
    scene.gateway.reached(seq).await;
    assert_eq!(scene.old_upload(BEARER, KEY).await.status, 200);
}
