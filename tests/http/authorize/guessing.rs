//! Guessing passwords and signing in as somebody who may not, at the pages of a way.

use tollgate_issuer::registry::{self, Asker};
use tollgate_model::State;
use tollgate_tests::app::{ANN, Wanted, on_each_store, sign_in_form};
use tollgate_tests::house::{House, PASSWORD};

/// AT14, SE8: the pages of a way and those of the console count wrong passwords together, and neither locks out who signs
/// in elsewhere already.
#[test]
fn a_guesser_is_counted_at_every_door() {
    on_each_store(async |backend| {
        let house = House::peopled("", "", backend).await;
        let app = house.app(Wanted::default()).await;
        let mut ann = house.visitor();
        house.walk(&mut ann, &app.ask("openid")).await;

        let mut eve = house.visitor();
        let page = house.asks(&mut eve, &app.ask("openid")).await;
        let page = house.leads(&mut eve, page, &app.redirect_uri).await.unwrap();
        let mut slowed = None;
        for attempt in 0..200 {
            let sent = eve.send(&sign_in_form(&page, ANN, "wrong word")).await;
            assert_eq!(sent.leads_to(), "");
            if sent.status == 429 {
                assert!(!sent.header("retry-after").is_empty());
                slowed = Some(attempt);
                break;
            }
            assert_eq!(sent.status, 422, "{}", sent.text);
        }
        assert!(slowed.is_some(), "nobody slows a guesser");
        // The right one does not help now, here or at the console.
        let sent = eve.send(&sign_in_form(&page, ANN, PASSWORD)).await;
        assert_eq!(sent.status, 429);
        let console = eve.open("/console/sign-in").await;
        let form = console
            .form("/console/sign-in")
            .set("email", ANN)
            .set("password", PASSWORD);
        assert_eq!(eve.send(&form).await.status, 429);
        // Ann is still signed in.
        let asked = app.ask("openid");
        let answer = house.walk(&mut ann, &asked).await;
        assert_eq!(house.redeem(&app, &asked, answer.code()).await.0, 200);
    });
}

/// AT13, SE4, SE7: who was disabled gets no code: neither with the session of before nor by signing in again, and the
/// page says what it says of a wrong password.
#[test]
fn who_was_disabled_gets_no_code() {
    on_each_store(async |backend| {
        let house = House::peopled("", "", backend).await;
        let app = house.app(Wanted::default()).await;
        let mut ann = house.visitor();
        house.walk(&mut ann, &app.ask("openid")).await;
        // A code that is under way dies as well.
        let asked = app.ask("openid");
        let answer = house.walk(&mut ann, &asked).await;
        let user = house.desk().store.user_by_email(ANN).await.unwrap().unwrap();
        let disabled = registry::user::set_state(house.desk(), &Asker::system(), &user.id, State::Disabled).await;
        disabled.unwrap().unwrap();
        let (status, body) = house.redeem(&app, &asked, answer.code()).await;
        assert_eq!((status, body["error"].as_str()), (400, Some("invalid_grant")));

        let page = house.asks(&mut ann, &app.ask("openid")).await;
        let page = house.leads(&mut ann, page, &app.redirect_uri).await.unwrap();
        assert!(page.path.ends_with("/sign-in"), "{}", page.path);
        let right = ann.send(&sign_in_form(&page, ANN, PASSWORD)).await;
        let wrong = ann.send(&sign_in_form(&page, ANN, "wrong word")).await;
        assert_eq!((right.status, right.leads_to()), (422, ""));
        let told = |page: &tollgate_tests::visitor::Page| {
            let text = page.text.split("class=\"lead\"").nth(1).unwrap_or_default();
            text.split("<form").next().unwrap_or_default().to_owned()
        };
        assert_eq!((right.status, told(&right)), (wrong.status, told(&wrong)));
    });
}
