//! Routes that end, and what no transition touches.

use super::*;

pub(super) fn ending(snapshot: &mut Snapshot, routes: &[&str]) {
    let mut dated = ends("v1", Subject::Routes, &[("acc_late", LATE)]);
    dated.transition.routes = routes.iter().map(tollgate_model::RouteId::new).collect();
    dated.transition.documentation = Some("https://docs.safesend.example/v2".into());
    snapshot.transitions.push(dated);
}

/// SG-5, SG-6: a route that ends says so to everybody from its opening on, whoever asks, and is gone after its end, and
/// for a while in a brown-out.
#[tokio::test]
async fn a_route_that_ends_says_so_and_is_gone() {
    let scene = Scene::old(|snapshot| ending(snapshot, &["upload", "open"])).await;
    let since = format!("@{OPENS}");
    for (moment, gone) in [
        (NOW, false),
        (OPENS, false),
        (DARK, true),
        (DARK + 3600, false),
        (ENDS, true),
    ] {
        scene.at(moment);
        let token = scene.token();
        let named = [("authorization", &*token), ("x-email", "dev@firm.test")];
        let by_token = scene.upload(&named).await;
        let by_nobody = scene.upload(&[]).await;
        let public = scene.send(scene.request("GET", "/open/x"), "").await;
        for (answer, otherwise, unknown) in [(&by_token, 200, false), (&by_nobody, 401, true), (&public, 200, false)] {
            // Who did not say who it is may be somebody who has more time.
            let (status, code) = match (gone, unknown) {
                (true, false) => (410, "route_ended"),
                (_, true) => (otherwise, "token_missing"),
                (false, false) => (otherwise, ""),
            };
            assert_eq!((answer.status, answer.code().as_str()), (status, code), "{moment}");
            assert_eq!(
                answer.header("deprecation"),
                if moment < OPENS { "" } else { &since },
                "{moment}"
            );
        }
        if moment == DARK {
            assert_eq!(by_token.header("retry-after"), "3600");
        }
        let other = scene
            .send(scene.request("GET", "/ssr/other").header("authorization", &token), "")
            .await;
        assert_eq!(other.header("deprecation"), "", "another route does not end");
    }
    scene.at(LATE);
    scene.upload(&[]).await.is(410, "route_ended");
}

/// Whoever has more time on a route has it, and is told the nearer end of way and route.
#[tokio::test]
async fn an_account_may_have_more_time_on_a_route() {
    let scene = Scene::old(|snapshot| {
        ending(snapshot, &["upload"]);
        snapshot.transitions[0].exceptions[0].ends = Moment(LATE + DAY);
    })
    .await;
    // Once nobody has more time, nobody is asked who it is, and the end is everybody's.
    for (moment, status, code, end) in [
        (ENDS, 200, "", "Tue, 25 May 2027 08:00:00 GMT"),
        (LATE, 410, "route_ended", "Sun, 25 Apr 2027 08:00:00 GMT"),
    ] {
        scene.at(moment);
        let answer = scene.old_upload(LATE_BEARER, LATE_KEY).await;
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{moment}");
        assert_eq!(answer.header("sunset"), end, "{moment}");
    }
    scene.at(OPENS);
    let answer = scene.old_upload(LATE_BEARER, LATE_KEY).await;
    let links: Vec<_> = answer.headers.get_all("link").iter().collect();
    assert_eq!(links.len(), 2, "what to read on the way, and on the route: {links:?}");
}

/// What an answer of a public route is, but for its request id and the time of day.
fn plain(answer: &str) -> String {
    let own = |line: &&str| !line.starts_with("tollgate-request-id:") && !line.starts_with("date:");
    answer.split("\r\n").filter(own).collect::<Vec<_>>().join("\r\n")
}

/// SS-57: webhooks, which come in on public routes of the API, arrive and are answered the same, byte for byte, before,
/// in and after the window, whatever old or new credentials they happen to carry.
#[tokio::test]
async fn webhooks_pass_unchanged_before_during_and_after() {
    let scene = Scene::old(|_| {}).await;
    let body = "{\"event\":\"return.delivered\"}";
    let hook = format!(
        "POST /open/hook?source=a%20b HTTP/1.1\r\nHost: {}\r\nX-Signature: t=1,v1=abc\r\nx-api-key: {KEY}\r\n\
         Authorization: Bearer {BEARER}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        scene.at,
        body.len()
    );
    let mut first = None;
    for moment in [NOW, OPENS, DARK, DARK + 3600, ENDS, LATE + DAY] {
        scene.at(moment);
        let answer = plain(&scene.raw(&hook).await);
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
        let mut seen = scene.behind.last();
        seen.headers.remove("tollgate-request-id");
        assert_eq!(
            seen.header("authorization"),
            Some(&*bearer(BEARER)),
            "a webhook's own credentials are its own"
        );
        assert_eq!(seen.header("x-api-key"), Some(KEY));
        let all = (answer, format!("{seen:?}"));
        assert_eq!(first.get_or_insert_with(|| all.clone()), &all, "{moment}");
    }
    assert_eq!(scene.behind.count(), 6);
}

/// A route that takes no old way knows nothing of any.
#[tokio::test]
async fn a_route_without_an_old_way_takes_none() {
    let scene = Scene::old(|_| {}).await;
    let request = scene
        .request("GET", "/documents/1")
        .header("authorization", bearer(BEARER))
        .header("x-api-key", KEY);
    scene.send(request, "").await.is(401, "token_malformed");
    assert_eq!(scene.asked(), 0);
}
