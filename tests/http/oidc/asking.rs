//! Basic OP: what a request may ask for besides.

use super::{ask, at_once, certified, certified_with, exchanged, refusal, signs_in, step, stops_at};
use tollgate_tests::app::{ANN, Wanted, on_each_store, sign_in_form};
use tollgate_tests::house::PASSWORD;

/// oidcc-display-page, oidcc-display-popup: each kind of display is served, by the one page there is.
#[test]
fn every_display_is_served() {
    on_each_store(async |backend| {
        let house = certified(backend).await;
        let app = house.app(Wanted::default()).await;
        for display in ["page", "popup", "touch", "wap", "hologram"] {
            let asked = ask(&app, "openid").with("display", display);
            let mut ann = house.visitor();
            assert_eq!(step(&stops_at(&house, &mut ann, &asked).await), "sign-in", "{display}");
            signs_in(&house, &mut ann, &app, &asked).await;
        }
    });
}

/// oidcc-prompt-login: OC2: who is signed in signs in again, and the second ID token says when: the same person, later.
#[test]
fn prompt_login_has_the_person_sign_in_again() {
    on_each_store(async |backend| {
        let house = certified(backend).await;
        let app = house.app(Wanted::default()).await;
        let mut ann = house.visitor();
        let first = signs_in(&house, &mut ann, &app, &ask(&app, "openid")).await;
        house.clock.forward(1);
        let asked = ask(&app, "openid").with("prompt", "login");
        assert_eq!(step(&stops_at(&house, &mut ann, &asked).await), "sign-in");
        let second = signs_in(&house, &mut ann, &app, &asked).await;
        assert_eq!(second.id["sub"], first.id["sub"]);
        assert!(second.auth_time() > first.auth_time());
        // A wrong password is not a sign-in, whoever is signed in.
        let page = stops_at(&house, &mut ann, &asked).await;
        let sent = ann.send(&sign_in_form(&page, ANN, "not the password")).await;
        assert_eq!((sent.leads_to(), sent.status), ("", 422), "{}", sent.text);
    });
}

/// OC2: several prompts are gone through one after the other: sign-in, then consent, though both are there already.
#[test]
fn prompts_add_up() {
    on_each_store(async |backend| {
        let house = certified(backend).await;
        let app = house.app(Wanted::default()).await;
        let mut ann = house.visitor();
        signs_in(&house, &mut ann, &app, &ask(&app, "openid")).await;
        for prompt in ["login consent", "consent login"] {
            let asked = ask(&app, "openid").with("prompt", prompt);
            let page = stops_at(&house, &mut ann, &asked).await;
            assert_eq!(step(&page), "sign-in", "{prompt}");
            let sent = ann.send(&sign_in_form(&page, ANN, PASSWORD)).await;
            let page = house.leads(&mut ann, sent, &app.redirect_uri).await.unwrap();
            assert_eq!(step(&page), "consent", "{prompt}");
            let sent = ann.send(&page.own_form().set("choice", "approve")).await;
            let answer = house.leads(&mut ann, sent, &app.redirect_uri).await.unwrap_err();
            exchanged(&house, &app, &asked, &answer).await;
        }
    });
}

/// oidcc-prompt-none-not-logged-in: OC2: the named error, no page, and nothing left behind in the browser.
#[test]
fn prompt_none_without_a_session_is_login_required() {
    on_each_store(async |backend| {
        let house = certified(backend).await;
        let app = house.app(Wanted::default()).await;
        let mut nobody = house.visitor();
        let asked = ask(&app, "openid").with("prompt", "none");
        assert_eq!(refusal(&house, &mut nobody, &asked).await, "login_required");
        assert!(nobody.cookies.is_empty());
    });
}

/// oidcc-prompt-none-logged-in: OC2: a code at once, for the same person, who signed in when they did.
#[test]
fn prompt_none_with_a_session_is_a_code() {
    on_each_store(async |backend| {
        let house = certified(backend).await;
        let app = house.app(Wanted::default()).await;
        let mut ann = house.visitor();
        let first = signs_in(&house, &mut ann, &app, &ask(&app, "openid")).await;
        house.clock.forward(5);
        let asked = ask(&app, "openid").with("prompt", "none");
        let answer = at_once(&house, &mut ann, &asked).await;
        let second = exchanged(&house, &app, &asked, &answer).await;
        assert_eq!(second.id["sub"], first.id["sub"]);
        assert_eq!(second.auth_time(), first.auth_time());
    });
}

/// oidcc-max-age-1: OC2: two seconds later it is too long ago; the new `auth_time` is there, later, and recent.
#[test]
fn max_age_1_has_the_person_sign_in_again() {
    on_each_store(async |backend| {
        let house = certified(backend).await;
        let app = house.app(Wanted::default()).await;
        let mut ann = house.visitor();
        let first = signs_in(&house, &mut ann, &app, &ask(&app, "openid")).await;
        // To the second: one second after it is still one second ago.
        house.clock.forward(1);
        let asked = ask(&app, "openid").with("max_age", "1");
        at_once(&house, &mut ann, &asked).await.code();
        house.clock.forward(1);
        assert_eq!(step(&stops_at(&house, &mut ann, &asked).await), "sign-in");
        let second = signs_in(&house, &mut ann, &app, &asked).await;
        assert_eq!(second.id["sub"], first.id["sub"]);
        assert_eq!(second.auth_time(), house.desk().now().0);
        assert!(second.auth_time() > first.auth_time());
    });
}

/// oidcc-max-age-10000: OC2: nobody is asked again, and `auth_time` is there and the same.
#[test]
fn max_age_10000_asks_nothing() {
    on_each_store(async |backend| {
        let house = certified(backend).await;
        let app = house.app(Wanted::default()).await;
        let mut ann = house.visitor();
        let first = signs_in(&house, &mut ann, &app, &ask(&app, "openid")).await;
        house.clock.forward(2);
        let asked = ask(&app, "openid").with("max_age", "10000");
        let answer = at_once(&house, &mut ann, &asked).await;
        let second = exchanged(&house, &app, &asked, &answer).await;
        assert_eq!(
            (second.auth_time(), &second.id["sub"]),
            (first.auth_time(), &first.id["sub"])
        );
    });
}

/// oidcc-ensure-request-with-unknown-parameter-succeeds, oidcc-login-hint, oidcc-ui-locales, oidcc-claims-locales: what is
/// not known, and wishes that cannot be met, stop nobody.
#[test]
fn wishes_stop_nobody() {
    on_each_store(async |backend| {
        let house = certified(backend).await;
        let app = house.app(Wanted::default()).await;
        for (name, value) in [
            ("extra", "foobar"),
            ("login_hint", "buffy@issuer.example"),
            ("login_hint", "issuer.example"),
            ("ui_locales", "se"),
            ("ui_locales", "se xx-YY de"),
            ("claims_locales", "se"),
        ] {
            let asked = ask(&app, "openid profile").with(name, value);
            let mut ann = house.visitor();
            let page = stops_at(&house, &mut ann, &asked).await;
            assert_eq!(step(&page), "sign-in", "{name}={value}");
            let language = if value.ends_with("de") { "de" } else { "en" };
            assert!(
                page.text.contains(&format!("<html lang=\"{language}\"")),
                "{name}={value}"
            );
            signs_in(&house, &mut ann, &app, &asked).await;
        }
    });
}

/// oidcc-id-token-hint: OC2: with `prompt=none`, a code at once for the person of the hint.
#[test]
fn an_id_token_hint_is_answered_for_that_person() {
    on_each_store(async |backend| {
        let house = certified(backend).await;
        let app = house.app(Wanted::default()).await;
        let mut ann = house.visitor();
        let first = signs_in(&house, &mut ann, &app, &ask(&app, "openid")).await;
        let asked = ask(&app, "openid")
            .with("prompt", "none")
            .with("id_token_hint", first.id_token());
        let answer = at_once(&house, &mut ann, &asked).await;
        let second = exchanged(&house, &app, &asked, &answer).await;
        assert_eq!(second.id["sub"], first.id["sub"]);
        assert_eq!(refusal(&house, &mut house.visitor(), &asked).await, "login_required");
    });
}

/// oidcc-ensure-request-with-acr-values-succeeds: a house that tells no kinds of sign-in apart passes `acr_values` over; one
/// that does says which of those it advertises was reached.
#[test]
fn acr_values_are_a_wish_or_are_met() {
    on_each_store(async |backend| {
        let house = certified(backend).await;
        let app = house.app(Wanted::default()).await;
        let asked = ask(&app, "openid").with("acr_values", "1 2");
        signs_in(&house, &mut house.visitor(), &app, &asked).await;

        let house = certified_with("acr = [{ value = \"1\", ways = [\"pwd\"] }]", "", backend).await;
        let app = house.app(Wanted::default()).await;
        let said = super::metadata(&house).await;
        let advertised = said["acr_values_supported"][0].as_str().unwrap();
        let asked = ask(&app, "openid").with("acr_values", advertised);
        let signed_in = signs_in(&house, &mut house.visitor(), &app, &asked).await;
        assert_eq!(signed_in.id["acr"], advertised);
    });
}
