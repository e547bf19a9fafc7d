//! What of the old and what of the new goes together.

use super::*;

/// SS-2, SS-51, SS-52, SS-53: each mixture has its own answer, and whatever is refused does not reach the server behind.
#[tokio::test]
async fn each_mixture_has_its_own_answer() {
    let scene = Scene::old(|_| {}).await;
    let (old, new) = (bearer(BEARER), scene.token());
    let unknown = bearer("never given out");
    let long = bearer(&"a".repeat(5000));
    let foreign = bearer(&sign(
        stranger(),
        Profile::Auth0,
        &claims("https://api.safesend.com/", ""),
    ));
    let mut expired = claims("https://api.safesend.com/", "");
    expired.expires = NOW - 1;
    let expired = bearer(&sign(key(), Profile::Auth0, &expired));
    let email = ("x-email", "dev@firm.test");
    type Row<'a> = (&'a [(&'a str, &'a str)], u16, &'a str);
    let table: &[Row<'_>] = &[
        (&[("authorization", &old), ("x-api-key", KEY)], 200, ""),
        (&[("authorization", &old), ("ocp-apim-subscription-key", KEY)], 200, ""),
        (&[("authorization", &old), ("x-api-key", KEY), email], 200, ""),
        (&[("authorization", &new), email], 200, ""),
        (&[("authorization", &new), email, ("x-api-key", KEY)], 200, ""),
        (&[("authorization", &new), email, ("x-api-key", "anything")], 200, ""),
        (
            &[("authorization", &new), ("x-api-key", KEY)],
            400,
            "acting_user_missing",
        ),
        (&[("authorization", &new)], 400, "acting_user_missing"),
        (&[("authorization", &old)], 401, "legacy_key_missing"),
        (&[("authorization", &old), email], 401, "legacy_key_missing"),
        // Not on record and without a key: whoever means the new way hears of the new way.
        (&[("authorization", &unknown)], 401, "token_malformed"),
        (&[("authorization", &foreign), email], 401, "token_key_unknown"),
        (
            &[("authorization", &unknown), ("x-api-key", KEY)],
            401,
            "legacy_unknown",
        ),
        (
            &[("authorization", &old), ("x-api-key", "anything")],
            401,
            "legacy_unknown",
        ),
        (
            &[("authorization", &old), ("x-api-key", OTHER_KEY)],
            401,
            "legacy_accounts_differ",
        ),
        // A key is no token, and a token no key; what is good for another method is nothing here.
        (
            &[("authorization", &bearer(KEY)), ("x-api-key", KEY)],
            401,
            "legacy_unknown",
        ),
        (&[("authorization", &old), ("x-api-key", BEARER)], 401, "legacy_unknown"),
        (
            &[("authorization", &old), ("x-api-key", "alone")],
            401,
            "legacy_unknown",
        ),
        (&[("authorization", &old), ("x-api-key", "")], 401, "legacy_unknown"),
        (
            &[("authorization", &old), ("x-api-key", KEY), ("x-api-key", KEY)],
            401,
            "legacy_unknown",
        ),
        (
            &[
                ("authorization", &old),
                ("x-api-key", KEY),
                ("ocp-apim-subscription-key", KEY),
            ],
            401,
            "legacy_unknown",
        ),
        (&[("authorization", &long), ("x-api-key", KEY)], 401, "legacy_unknown"),
        (
            &[("authorization", &foreign), ("x-api-key", KEY)],
            401,
            "legacy_unknown",
        ),
        // A token of ours stays one, whatever is wrong with it and whatever comes along.
        (&[("authorization", &expired), ("x-api-key", KEY)], 401, "token_expired"),
        (
            &[("authorization", &old), ("authorization", &new), email],
            400,
            "tokens_several",
        ),
        (
            &[("authorization", "Basic dXNlcjpwYXNz"), ("x-api-key", KEY)],
            401,
            "token_missing",
        ),
        (&[("x-api-key", KEY)], 401, "token_missing"),
        (&[email], 401, "token_missing"),
        (&[], 401, "token_missing"),
    ];
    let mut passed = 0;
    for (headers, status, code) in table {
        let answer = scene.upload(headers).await;
        assert_eq!((answer.status, answer.code().as_str()), (*status, *code), "{headers:?}");
        passed += usize::from(*status == 200);
        assert_eq!(scene.behind.count(), passed, "{headers:?}");
    }
}

/// SS-51: a key alone is a way of its own where the route says so, and no way where it does not.
#[tokio::test]
async fn a_key_alone_opens_the_route_that_takes_it() {
    let scene = Scene::old(|_| {}).await;
    let send = async |path: &str, headers: &[(&str, &str)]| {
        let request = headers
            .iter()
            .fold(scene.request("GET", path), |request, (name, value)| {
                request.header(*name, *value)
            });
        scene.send(request, "").await
    };
    let good = [("x-subscription-key", "alone")];
    assert_eq!(send("/identify", &good).await.status, 200);
    assert_eq!(
        scene.behind.last().header("tollgate-acting-user"),
        Some("dev@firm.test")
    );
    send("/documents/1", &good).await.is(401, "token_missing");
    send("/identify", &[("x-subscription-key", KEY)])
        .await
        .is(401, "legacy_unknown");
    send("/identify", &[]).await.is(401, "token_missing");
    // Beside an Authorization the key is not what is looked at.
    let both = [("x-subscription-key", "alone"), ("authorization", "Bearer x")];
    send("/identify", &both).await.is(401, "token_malformed");
    let token = bearer(&signicat("identify"));
    let both = [("x-subscription-key", "no key at all"), ("authorization", &*token)];
    assert_eq!(send("/identify", &both).await.status, 200);
}

/// SS-51, RS5: the server behind is told who came by an old way, and gets neither the credentials nor what nobody
/// looked at.
#[tokio::test]
async fn the_server_behind_is_told_who_came_by_the_old_way() {
    let scene = Scene::old(|_| {}).await;
    let answer = scene
        .upload(&[
            ("authorization", &bearer(BEARER)),
            ("x-api-key", KEY),
            ("x-email", "admin@firm.test"),
            ("x_email", "admin@firm.test"),
            ("tollgate-account", "acc_forged"),
            ("tollgate-acting-user-id", "mem_forged"),
            ("tollgate-scopes", "everything"),
        ])
        .await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let seen = scene.behind.last();
    assert_eq!(seen.header("tollgate-account"), Some("acc_firm"));
    assert_eq!(seen.header("tollgate-acting-user"), Some("nobody@firm.test"));
    assert_eq!(seen.header("tollgate-acting-user-id"), Some("mem_nobody@firm.test"));
    for name in [
        "authorization",
        "x-api-key",
        "x-email",
        "x_email",
        "tollgate-scopes",
        "tollgate-client",
    ] {
        assert_eq!(seen.header(name), None, "{name}");
    }
}

/// Where credentials are passed on, they are; what nobody looked at still is not.
#[tokio::test]
async fn old_credentials_are_passed_on_where_that_is_wanted() {
    let settings = tollgate_gateway::Settings {
        pass_authorization: true,
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
    let old = bearer(BEARER);
    let headers = [
        ("authorization", &*old),
        ("x-api-key", KEY),
        ("x-email", "admin@firm.test"),
    ];
    assert_eq!(scene.upload(&headers).await.status, 200);
    let seen = scene.behind.last();
    assert_eq!(
        (seen.header("authorization"), seen.header("x-api-key")),
        (Some(&*old), Some(KEY))
    );
    assert_eq!(
        (seen.header("x-email"), seen.header("tollgate-acting-user")),
        (None, None)
    );
}

/// A bearer that is on record is an old one on a route that takes opaque tokens, too; any other is looked at as one of
/// those.
#[tokio::test]
async fn an_opaque_token_is_not_taken_for_an_old_one() {
    let scene = Scene::old(|snapshot| {
        for route in snapshot.routes.iter_mut().filter(|route| route.id.as_str() == "upload") {
            route.opaque = true;
        }
    })
    .await;
    assert_eq!(scene.old_upload(BEARER, KEY).await.status, 200);
    let opaque = scene.upload(&[("authorization", "Bearer an-opaque-token")]).await;
    assert_ne!(opaque.status, 200);
    assert!(
        !opaque.code().is_empty() && !opaque.code().starts_with("legacy"),
        "{opaque:?}"
    );
    scene
        .upload(&[("authorization", &bearer(BEARER))])
        .await
        .is(401, "legacy_key_missing");
}
