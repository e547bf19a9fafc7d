//! The way in: cookies, where people are sent on to, and what a refused sign-in shows.

use crate::people::app::App;
use crate::scene::Scene;
use reqwest::Method;
use reqwest::header::SET_COOKIE;
use tollgate_tests::house::PASSWORD;
use tollgate_tests::visitor::SESSION;

/// Where nobody may be sent (AT20).
const AWAY: [&str; 14] = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https://evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "/console//evil.example",
    "/console/../../evil",
    "/console@evil.example",
    "/consoleevil.example",
    "/console/\t//evil.example",
    "/console/\r\nSet-Cookie: x=y",
    "%2f%2fevil.example",
];

on_both_stores! {
    /// SE1: the cookie is held to this host, to secure connections and to us; its token has more than 128 bits.
    the_cookie_is_closely_held("", |scene: Scene| async move {
        scene.person("ann@firm1.example", false).await;
        let visitor = scene.visitor();
        let request = visitor
            .bare(Method::POST, "/console/sign-in")
            .header("sec-fetch-site", "same-origin")
            .form(&[("email", "ann@firm1.example"), ("password", PASSWORD)]);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 303, "RU9");
        let lines: Vec<_> = answer.headers().get_all(SET_COOKIE).iter().collect();
        assert_eq!(lines.len(), 1);
        let line = lines[0].to_str().unwrap();
        let mut parts = line.split("; ");
        let (name, token) = parts.next().unwrap().split_once('=').unwrap();
        assert_eq!(name, SESSION);
        let mut attributes: Vec<_> = parts.collect();
        attributes.sort_unstable();
        assert_eq!(attributes, ["HttpOnly", "Path=/", "SameSite=Lax", "Secure"]);
        // 32 of 62 letters are random: 190 bits.
        assert!(token.starts_with("tgn_") && token.len() == 42, "{}", token.len());
    })

    /// SE2, AT15: a token that somebody planted is not taken over: neither one that nobody has, nor the attacker's own.
    a_planted_session_is_not_taken_over("", |scene: Scene| async move {
        let attacker = scene.browses("dan@firm1.example").await;
        let planted = attacker.token().unwrap().to_owned();
        let made_up = format!("tgn_{}", "a".repeat(38));
        scene.person("ann@firm1.example", false).await;
        for token in [planted.as_str(), &made_up] {
            let mut visitor = scene.visitor();
            visitor.cookies.insert(SESSION.to_owned(), token.to_owned());
            let fields = [("email", "ann@firm1.example"), ("password", PASSWORD)];
            let answer = visitor.post("/console/sign-in", &fields).await;
            assert_eq!(answer.status, 303);
            assert_ne!(visitor.token(), Some(token));
            let profile = visitor.open("/console/profile").await;
            assert!(profile.text.contains("ann@firm1.example"));
        }
        // The session that the browser had before has ended.
        let mut attacker = attacker;
        assert_eq!(attacker.get("/console/profile").await.leads_to(), "/console/sign-in?next=%2Fconsole%2Fprofile");
    })

    /// SE3: signing out ends the session on the server, not in the browser alone.
    signing_out_ends_it_on_the_server("", |scene: Scene| async move {
        let mut visitor = scene.browses("ann@firm1.example").await;
        let kept = visitor.cookies.clone();
        let form = visitor.open("/console/profile").await.form("/console/sign-out");
        let answer = visitor.send(&form).await;
        assert_eq!((answer.status, answer.leads_to()), (303, "/console/sign-in?done=signed-out"));
        assert!(visitor.token().is_none());
        visitor.cookies = kept;
        assert_eq!(visitor.get("/console/profile").await.status, 303);
    })

    /// SE2, SE9: half a session opens the page that asks for the second factor, and nothing else.
    half_a_session_opens_nothing("", |scene: Scene| async move {
        let (app, _): (App, _) = crate::people::app::set_up(&scene, "ann@firm1.example").await;
        let mut visitor = scene.visitor();
        let to = visitor.sign_in("ann@firm1.example", PASSWORD).await;
        assert_eq!(to, "/console/second-factor");
        let half = visitor.token().unwrap().to_owned();
        for path in ["/console", "/console/clients", "/console/profile", "/console/accounts", "/console/members"] {
            let answer = visitor.get(path).await;
            assert_eq!(answer.status, 303, "{path}");
            assert!(answer.leads_to().starts_with("/console/second-factor"), "{path}: {}", answer.leads_to());
        }
        let page = visitor.open("/console/second-factor").await;
        let csrf = page.csrf();
        let posted = visitor.post("/console/profile/sessions/end-others", &[("csrf", &csrf)]).await;
        assert_eq!((posted.status, posted.leads_to()), (303, "/console/second-factor"));
        let form = page.form("/console/second-factor");
        let wrong = visitor.send(&form.clone().set("otp", "000000")).await;
        assert_eq!(wrong.status, 422);
        let forged = visitor.send(&form.clone().set("csrf", "0").set("otp", &app.code(scene.now()))).await;
        assert_eq!(forged.status, 400);
        let right = visitor.send(&form.set("otp", &app.code(scene.now()))).await;
        assert_eq!((right.status, right.leads_to()), (303, "/console"));
        assert_ne!(visitor.token(), Some(half.as_str()));
        visitor.open("/console/profile").await;
    })

    /// AT20, RU1: a return address leads into the console, through every page that has one, and nowhere else.
    nobody_is_sent_away("", |scene: Scene| async move {
        scene.person("ann@firm1.example", false).await;
        for next in AWAY {
            let query: String = form_urlencoded(next);
            let mut visitor = scene.visitor();
            let page = visitor.open(&format!("/console/sign-in?next={query}")).await;
            let form = page.form("/console/sign-in");
            let form = form.set("email", "ann@firm1.example").set("password", PASSWORD).set("next", next);
            let answer = visitor.send(&form).await;
            assert_eq!((answer.status, answer.leads_to()), (303, "/console"), "{next:?}");
            for page in ["sign-in", "second-factor", "prove"] {
                let answer = visitor.get(&format!("/console/{page}?next={query}")).await;
                assert!(answer.leads_to().starts_with("/console"), "{page} {next:?}: {}", answer.leads_to());
                assert!(!answer.leads_to().contains("evil"), "{page} {next:?}: {}", answer.leads_to());
            }
            let account = scene.ours.account.as_str();
            let answer = visitor.act("/console/accounts", &[("account", account), ("next", next)]).await;
            assert_eq!(answer.leads_to(), "/console/clients?done=switched", "{next:?}");
            scene.clock.forward(700);
            let answer = visitor.act("/console/prove", &[("password", PASSWORD), ("next", next)]).await;
            assert_eq!((answer.status, answer.leads_to()), (303, "/console"), "{next:?}");
        }
        // Where one was going to is where one arrives.
        let mut visitor = scene.visitor();
        let answer = visitor.get("/console/members").await;
        assert_eq!(answer.leads_to(), "/console/sign-in?next=%2Fconsole%2Fmembers");
        let page = visitor.open(answer.leads_to()).await;
        let form = page.form("/console/sign-in").set("email", "ann@firm1.example").set("password", PASSWORD);
        assert_eq!(visitor.send(&form).await.leads_to(), "/console/members");
    })

    /// SE7: the page of a refused sign-in is the same whoever it is about, and so are those for a forgotten password.
    a_refused_sign_in_looks_the_same("", |scene: Scene| async move {
        scene.person("ann@firm1.example", false).await;
        let mut pages = Vec::new();
        for email in ["ann@firm1.example", "abc@firm1.example"] {
            let mut visitor = scene.visitor();
            let page = visitor.open("/console/sign-in").await;
            let form = page.form("/console/sign-in").set("email", email).set("password", "not the battery phrase");
            let refused = visitor.send(&form).await;
            assert_eq!(refused.status, 422);
            assert!(!refused.text.contains("not the battery"), "a password is not put back");
            let nonce = refused.header("content-security-policy").split('\'').nth(3).unwrap().to_owned();
            let plain = refused.text.replace(nonce.trim_start_matches("nonce-"), "N").replace(email, "E");
            let page = visitor.open("/console/forgot").await;
            let sent = visitor.send(&page.form("/console/forgot").set("email", email)).await;
            pages.push((plain, sent.status, sent.leads_to().to_owned(), sent.text));
        }
        assert_eq!(pages[0], pages[1]);
    })

    /// SE8: who tried too often is told how long to wait.
    too_many_tries_are_told("", |scene: Scene| async move {
        scene.person("ann@firm1.example", false).await;
        let mut visitor = scene.visitor();
        let fields = [("email", "ann@firm1.example"), ("password", "not the battery phrase")];
        for _ in 0..10 {
            assert_eq!(visitor.post("/console/sign-in", &fields).await.status, 422);
        }
        let page = visitor.post("/console/sign-in", &[("email", "ann@firm1.example"), ("password", PASSWORD)]).await;
        assert_eq!((page.status, page.header("retry-after")), (429, "900"));
        assert!(visitor.token().is_none());
    })

    /// AT13: who is disabled is at the door again with the next request, at every node.
    who_is_disabled_is_at_the_door_again("", |scene: Scene| async move {
        let elsewhere = scene.another_node().await;
        let mut visitor = scene.browses("ann@firm1.example").await;
        visitor.open("/console/clients").await;
        let user = scene.desk().store.user_by_email("ann@firm1.example").await.unwrap().unwrap();
        let other = elsewhere.desk.clone().unwrap();
        let system = tollgate_issuer::registry::Asker::system();
        let off = tollgate_model::State::Disabled;
        tollgate_issuer::registry::user::set_state(&other, &system, &user.id, off).await.unwrap().unwrap();
        for base in [scene.node.issuer.clone(), elsewhere.issuer.clone()] {
            visitor.base = base;
            let answer = visitor.get("/console/clients").await;
            assert_eq!((answer.status, answer.leads_to()), (303, "/console/sign-in?next=%2Fconsole%2Fclients"));
        }
    })
}

/// A value as it stands in a query.
fn form_urlencoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
