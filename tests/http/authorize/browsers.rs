//! Whose way it is: the browser that began it, the session it has, the form it was shown.

use super::is_a_page;
use http::Method;
use tollgate_issuer::people::{Origin, sign_in};
use tollgate_tests::app::{ANN, Answer, Wanted, on_each_store, sign_in_form};
use tollgate_tests::house::{House, PASSWORD};
use tollgate_tests::visitor::{SESSION, Visitor};

const BEN: &str = "ben@firm2.example";
/// Two kinds of sign-in; the strong one is reached by a connection for trying out.
const FACE: &str = "acr = [{ value = \"urn:acr:pwd\", ways = [\"pwd\"] }, { value = \"urn:acr:face\", ways = [\"pwd face\"] }]\n\
    connection = [{ name = \"face\", label = \"Face\", kind = \"test\", factor = \"face\" }]";

/// CO2, AT17: an address of a way opens nothing in another browser, signed in or not, by GET and by POST; and the person
/// who was sent it agrees to nothing.
#[test]
fn a_way_belongs_to_its_browser() {
    on_each_store(async |backend| {
        let house = House::peopled("", "", backend).await;
        let app = house.app(Wanted::default()).await;
        house.person(BEN, false).await;
        // Eve begins, and sends Ann the link.
        let mut eve = house.visitor();
        let begun = house.asks(&mut eve, &app.ask("openid")).await;
        let way = begun.leads_to().trim_end_matches("/sign-in").to_owned();
        assert!(way.starts_with("/flow/"), "{way}");
        let page = eve.open(begun.leads_to()).await;
        let own = sign_in_form(&page, ANN, PASSWORD);

        let mut ann = house.visitor();
        house.walk(&mut ann, &app.ask("openid")).await;
        let mut nobody = house.visitor();
        for person in [&mut ann, &mut nobody] {
            for path in ["", "/sign-in", "/consent", "/account", "/second-factor"] {
                let page = person.get(&format!("{way}{path}")).await;
                is_a_page(&page, 404, path);
            }
            // Not with Eve's own form either: it is not this browser's.
            let sent = person.send(&own).await;
            assert_eq!(sent.leads_to(), "", "{}", sent.text);
            assert!([400, 404].contains(&sent.status));
            let sent = person.post(&format!("{way}/consent"), &[("choice", "approve")]).await;
            assert_eq!((sent.status, sent.leads_to()), (404, ""));
        }
        // And Eve's browser with Ann's cookie of her own way has two ways that are not mixed.
        let other = house.asks(&mut ann, &app.ask("openid email")).await;
        let theirs = other.leads_to().to_owned();
        is_a_page(&eve.get(&theirs).await, 404, "Ann's way at Eve's browser");
    });
}

/// CO2: what is agreed to is what was asked: no field of a form changes scope, client or address.
#[test]
fn a_form_adds_nothing_to_what_was_asked() {
    on_each_store(async |backend| {
        let house = House::peopled("", "", backend).await;
        let app = house.app(Wanted::default()).await;
        let asked = app.ask("openid read").with("audience", "https://api.example/docs");
        let mut ann = house.visitor();
        let page = house.asks(&mut ann, &asked).await;
        let page = house.leads(&mut ann, page, &app.redirect_uri).await.unwrap();
        let sent = ann.send(&sign_in_form(&page, ANN, PASSWORD)).await;
        let page = house.leads(&mut ann, sent, &app.redirect_uri).await.unwrap();
        assert!(page.path.ends_with("/consent"), "{}", page.path);
        let words = page.words();
        assert!(
            words.contains("Bookkeeper") && words.contains("Firm") && words.contains("app.example"),
            "{words}"
        );
        let forged = page
            .own_form()
            .set("choice", "approve")
            .and("scope", "openid read write offline_access email")
            .and("client_id", "another")
            .and("redirect_uri", "https://evil.example/")
            .and("audience", "https://api.example/mail");
        let sent = ann.send(&forged).await;
        let answer = house.leads(&mut ann, sent, &app.redirect_uri).await.unwrap_err();
        let (_, body) = house.redeem(&app, &asked, answer.code()).await;
        assert_eq!(body["scope"], "openid read", "{body}");
        assert!(body.get("refresh_token").is_none());
    });
}

/// SE5, AT26, CO2: a form without the way's own token, from another site, or a HEAD approves nothing.
#[test]
fn only_the_pages_own_form_agrees() {
    on_each_store(async |backend| {
        let house = House::peopled("", "", backend).await;
        let app = house.app(Wanted::default()).await;
        let mut ann = house.visitor();
        let page = house.asks(&mut ann, &app.ask("openid")).await;
        let page = house.leads(&mut ann, page, &app.redirect_uri).await.unwrap();
        let sent = ann.send(&sign_in_form(&page, ANN, PASSWORD)).await;
        let page = house.leads(&mut ann, sent, &app.redirect_uri).await.unwrap();
        let form = page.own_form().set("choice", "approve");
        let other = house.asks(&mut ann, &app.ask("openid")).await;
        let other = house.leads(&mut ann, other, &app.redirect_uri).await.unwrap();
        for forged in [
            form.clone().without("csrf"),
            form.clone().set("csrf", ""),
            form.clone().set("csrf", &"0".repeat(64)),
            // Of another way in the same browser.
            form.clone().set("csrf", &other.csrf()),
        ] {
            let sent = ann.send(&forged).await;
            is_a_page(&sent, 400, "forged");
        }
        for site in ["cross-site", "same-site", "none"] {
            let request = ann.bare(Method::POST, &form.action).header("sec-fetch-site", site);
            let sent = request.form(&form.fields).send().await.unwrap();
            assert_eq!(sent.status(), 400, "{site}");
        }
        for method in [Method::HEAD, Method::PUT, Method::OPTIONS] {
            let answer = ann.bare(method.clone(), &form.action).send().await.unwrap();
            assert_eq!(answer.status(), 405, "{method}");
        }
        // An Enter key without a choice agrees to nothing.
        let sent = ann.send(&form.clone().without("choice")).await;
        assert!(Answer::of(sent.leads_to(), &app.redirect_uri).is_none());
        let still = house.leads(&mut ann, sent, &app.redirect_uri).await.unwrap();
        assert!(still.path.ends_with("/consent"));
        // The form itself does, once.
        let sent = ann.send(&form).await;
        assert_eq!(sent.status, 303, "RU9");
        let answer = house.leads(&mut ann, sent, &app.redirect_uri).await.unwrap_err();
        assert!(!answer.code().is_empty());
        let again = ann.send(&form).await;
        let again = house.leads(&mut ann, again, &app.redirect_uri).await;
        assert!(again.is_ok_and(|page| page.status == 404), "the way is over");
    });
}

/// RU9: what was typed is answered with 303 at every step, so that no browser sends it on.
#[test]
fn nothing_typed_travels_on() {
    on_each_store(async |backend| {
        let house = House::peopled(FACE, "", backend).await;
        let app = house.app(Wanted::default()).await;
        let mut ann = house.visitor();
        let asked = app.ask("openid").with("acr_values", "urn:acr:face");
        let mut page = house.asks(&mut ann, &asked).await;
        for (step, field, value) in [
            ("sign-in", "choice", "sign-in"),
            ("face", "choice", "there"),
            ("consent", "choice", "approve"),
        ] {
            page = house.leads(&mut ann, page, &app.redirect_uri).await.unwrap();
            assert!(page.path.ends_with(step), "{}", page.path);
            let mut form = page.own_form().set(field, value);
            if step == "sign-in" {
                form = form.set("email", ANN).set("password", PASSWORD);
            }
            let sent = ann.send(&form).await;
            assert_eq!(sent.status, 303, "{step}");
            assert!(sent.leads_to().starts_with("/flow/"), "{step}: {}", sent.leads_to());
            page = sent;
        }
        let answer = house.leads(&mut ann, page, &app.redirect_uri).await.unwrap_err();
        let (_, body) = house.redeem(&app, &asked, answer.code()).await;
        let said = tollgate_tests::house::claims(body["id_token"].as_str().unwrap());
        assert_eq!(said["acr"], "urn:acr:face");
    });
}

async fn is_alive(house: &House, token: &str) -> bool {
    let resumed = tollgate_issuer::people::session::resume(house.desk(), token).await;
    resumed.unwrap().is_some()
}

/// SE2, AT15: signing in and every step up give the browser a new session, and the one before is dead: a token that
/// somebody slipped into the browser is worth nothing afterwards.
#[test]
fn a_session_is_renewed_at_sign_in_and_at_step_up() {
    on_each_store(async |backend| {
        let house = House::peopled(FACE, "", backend).await;
        let app = house.app(Wanted::default()).await;
        house.person(BEN, false).await;
        // Ben's session, planted in Ann's browser.
        let origin = Origin {
            address: None,
            device: "Browser".to_owned(),
            request: "test".to_owned(),
        };
        let planted = sign_in::password(house.desk(), BEN, PASSWORD, &origin)
            .await
            .unwrap()
            .unwrap();
        let planted = planted.token.expose().to_owned();
        let mut ann = house.visitor();
        ann.cookies.insert(SESSION.to_owned(), planted.clone());

        let asked = app
            .ask("openid")
            .with("prompt", "login")
            .with("acr_values", "urn:acr:face");
        let page = house.asks(&mut ann, &asked).await;
        let page = house.leads(&mut ann, page, &app.redirect_uri).await.unwrap();
        assert!(page.path.ends_with("/sign-in"), "{}", page.path);
        let sent = ann.send(&sign_in_form(&page, ANN, PASSWORD)).await;
        let first = ann.token().unwrap().to_owned();
        assert_ne!(first, planted);
        assert!(is_alive(&house, &first).await && !is_alive(&house, &planted).await);

        let page = house.leads(&mut ann, sent, &app.redirect_uri).await.unwrap();
        assert!(page.path.ends_with("/test/face"), "{}", page.path);
        let sent = ann.send(&page.own_form().set("choice", "there")).await;
        let second = ann.token().unwrap().to_owned();
        assert_ne!(second, first);
        assert!(is_alive(&house, &second).await && !is_alive(&house, &first).await);
        assert!(house.leads(&mut ann, sent, &app.redirect_uri).await.is_ok());
    });
}

/// SE1, CO2: the cookie that binds a way is for this host alone, unseen by scripts, and not sent along from other sites
/// with a form; a made-up one begins nothing.
#[test]
fn the_binding_cookie_is_a_browsers_own() {
    on_each_store(async |backend| {
        let house = House::peopled("", "", backend).await;
        let app = house.app(Wanted::default()).await;
        let mut ann = house.visitor();
        let page = house.asks(&mut ann, &app.ask("openid")).await;
        let cookie = page.header("set-cookie").to_owned();
        assert!(cookie.starts_with("__Host-tollgate_browser=tgb_"), "{cookie}");
        for part in ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"] {
            assert!(cookie.contains(part), "{cookie}");
        }
        assert!(!cookie.contains("Domain"), "{cookie}");
        let way = page.leads_to().to_owned();
        for made_up in ["x", "tgb_0123456789abcdefghijABCDEFGHIJ01234567", ""] {
            let mut other = Visitor::new(&house.node.issuer);
            other
                .cookies
                .insert("__Host-tollgate_browser".to_owned(), made_up.to_owned());
            is_a_page(&other.get(&way).await, 404, made_up);
        }
        // A request that fails writes nothing and sets nothing.
        let failed = house
            .asks(&mut house.visitor(), &app.ask("openid").with("prompt", "none"))
            .await;
        assert_eq!((failed.status, failed.header("set-cookie")), (303, ""));
    });
}

/// CO1: who denies is taken back with `access_denied`, and the next request asks again.
#[test]
fn a_no_is_taken_to_the_client() {
    on_each_store(async |backend| {
        let house = House::peopled("", "", backend).await;
        let app = house.app(Wanted::default()).await;
        let mut ann = house.visitor();
        for _ in 0..2 {
            let asked = app.ask("openid");
            let mut page = house.asks(&mut ann, &asked).await;
            page = house.leads(&mut ann, page, &app.redirect_uri).await.unwrap();
            if page.path.ends_with("/sign-in") {
                let sent = ann.send(&sign_in_form(&page, ANN, PASSWORD)).await;
                page = house.leads(&mut ann, sent, &app.redirect_uri).await.unwrap();
            }
            assert!(page.path.ends_with("/consent"), "{}", page.path);
            let sent = ann.send(&page.own_form().set("choice", "deny")).await;
            let answer = house.leads(&mut ann, sent, &app.redirect_uri).await.unwrap_err();
            assert_eq!(
                (answer.error(), answer.value("state")),
                ("access_denied", asked.value("state"))
            );
        }
    });
}

/// AT16, CO3: nobody takes back what somebody else allowed; to them it is not there.
#[test]
fn a_consent_is_its_givers_own() {
    on_each_store(async |backend| {
        let house = House::peopled("", "", backend).await;
        let app = house.app(Wanted::default()).await;
        house.person(BEN, false).await;
        let body = house.tokens(&app, "openid offline_access").await;
        let desk = house.desk();
        let ann = desk.store.user_by_email(ANN).await.unwrap().unwrap();
        let page = tollgate_model::Page::first();
        let given = tollgate_issuer::registry::consent::list(desk, &ann.id, &page)
            .await
            .unwrap();
        let (consent, _) = &given.items[0];
        for (email, taken) in [(BEN, false), (ANN, true)] {
            let mut person = house.visitor();
            person.sign_in(email, PASSWORD).await;
            let token = person.token().unwrap();
            let resumed = tollgate_issuer::people::session::resume(desk, token).await.unwrap();
            let Some(tollgate_issuer::people::session::Resumed::SignedIn(who)) = resumed else {
                panic!("{email} is not signed in");
            };
            let revoked = tollgate_issuer::registry::consent::revoke_own(desk, &who, &consent.id, "test").await;
            assert_eq!(revoked.unwrap().is_ok(), taken, "{email}");
            let (status, _) = house.refresh(&app, body["refresh_token"].as_str().unwrap()).await;
            assert_eq!(status == 400, taken, "{email}");
            // It turned for Ben's try: what comes next is the token's own affair.
            if !taken {
                continue;
            }
        }
    });
}
