//! `prompt`, `max_age`, hints and kinds of sign-in (OpenID Connect Core §3.1.2.1).

use super::{error_of, page_of};
use tollgate_tests::app::{ANN, App, Asked, Wanted, on_each_store, sign_in_form, text};
use tollgate_tests::house::{House, PASSWORD, claims};
use tollgate_tests::visitor::Visitor;

const BEN: &str = "ben@firm2.example";

/// The moment of the last sign-in, as the ID token for this request says.
async fn auth_time(house: &House, app: &App, person: &mut Visitor, asked: &Asked) -> i64 {
    let answer = house.walk(person, asked).await;
    let (status, body) = house.redeem(app, asked, answer.code()).await;
    assert_eq!(status, 200, "{body}");
    claims(text(&body, "id_token"))["auth_time"].as_i64().unwrap()
}

/// OC2: `prompt=none` shows no page: it is a code, or the named error.
#[test]
fn no_page_is_shown_where_none_may_be() {
    on_each_store(async |backend| {
        let house = House::peopled("", "", backend).await;
        let app = house.app(Wanted::default()).await;
        let other = house.app(Wanted::default()).await;
        let quiet = |app: &App, scope: &str| app.ask(scope).with("prompt", "none");
        let mut ann = house.visitor();
        assert_eq!(
            error_of(&house, &mut ann, &app, &quiet(&app, "openid")).await,
            "login_required"
        );
        house.walk(&mut ann, &app.ask("openid")).await;
        let asked = quiet(&app, "openid");
        let answer = house.asks(&mut ann, &asked).await;
        assert!(answer.leads_to().contains("code="), "{}", answer.leads_to());
        // More than was agreed to, and another application.
        assert_eq!(
            error_of(&house, &mut ann, &app, &quiet(&app, "openid email")).await,
            "consent_required"
        );
        assert_eq!(
            error_of(&house, &mut ann, &other, &quiet(&other, "openid")).await,
            "consent_required"
        );
        let both = app.ask("openid").with("prompt", "none login");
        assert_eq!(error_of(&house, &mut ann, &app, &both).await, "invalid_request");
        let odd = app.ask("openid").with("prompt", "nonsense");
        assert_eq!(error_of(&house, &mut ann, &app, &odd).await, "invalid_request");
        // Too long ago is as good as not at all.
        house.clock.forward(100);
        let fresh = quiet(&app, "openid").with("max_age", "99");
        assert_eq!(error_of(&house, &mut ann, &app, &fresh).await, "login_required");
        let not_so = quiet(&app, "openid").with("max_age", "100");
        let page = house.asks(&mut ann, &not_so).await;
        assert!(page.leads_to().contains("code="), "{}", page.leads_to());
    });
}

/// OC2: `prompt=login` has the person sign in again, `max_age` when it was too long ago, and the ID token says when.
#[test]
fn a_person_signs_in_again_where_that_is_asked() {
    on_each_store(async |backend| {
        let house = House::peopled("", "", backend).await;
        let app = house.app(Wanted::default()).await;
        let mut ann = house.visitor();
        let first = auth_time(&house, &app, &mut ann, &app.ask("openid")).await;
        house.clock.forward(50);
        let plain = app.ask("openid");
        assert_eq!(auth_time(&house, &app, &mut ann, &plain).await, first);
        let within = app.ask("openid").with("max_age", "60");
        assert_eq!(auth_time(&house, &app, &mut ann, &within).await, first);
        for (name, value) in [("prompt", "login"), ("max_age", "10"), ("max_age", "0")] {
            house.clock.forward(20);
            let asked = app.ask("openid").with(name, value);
            assert_eq!(
                page_of(&house, &mut ann, &app, &asked).await,
                "sign-in",
                "{name}={value}"
            );
            let now = house.desk().now().0;
            assert_eq!(auth_time(&house, &app, &mut ann, &asked).await, now, "{name}={value}");
        }
        for bad in ["-1", "x", "1.5", "99999999999999999999"] {
            let asked = app.ask("openid").with("max_age", bad);
            assert_eq!(
                error_of(&house, &mut ann, &app, &asked).await,
                "invalid_request",
                "{bad}"
            );
        }
    });
}

/// OC2: a sign-in of before the request does not do for `prompt=login`, however the person comes to the page.
#[test]
fn an_earlier_sign_in_does_not_do() {
    on_each_store(async |backend| {
        let house = House::peopled("", "", backend).await;
        let app = house.app(Wanted::default()).await;
        let mut ann = house.visitor();
        house.walk(&mut ann, &app.ask("openid")).await;
        house.clock.forward(5);
        let page = house.asks(&mut ann, &app.ask("openid").with("prompt", "login")).await;
        let way = page.leads_to().trim_end_matches("/sign-in").to_owned();
        for path in ["", "/consent", "/account"] {
            let page = ann.get(&format!("{way}{path}")).await;
            assert!(!page.leads_to().contains("code="), "{path}");
        }
        let sent = ann.get(&way).await;
        let page = house.leads(&mut ann, sent, &app.redirect_uri).await.unwrap();
        let sent = ann.send(&sign_in_form(&page, ANN, PASSWORD)).await;
        let answer = house.leads(&mut ann, sent, &app.redirect_uri).await.unwrap_err();
        assert!(!answer.code().is_empty());
    });
}

/// OC2: `prompt=consent` asks again for what was agreed to; without it only what is new is asked for (3E-21).
#[test]
fn a_person_is_asked_once_and_again_where_that_is_asked() {
    on_each_store(async |backend| {
        let house = House::peopled("", "", backend).await;
        let app = house.app(Wanted::default()).await;
        let mut ann = house.visitor();
        house.walk(&mut ann, &app.ask("openid email")).await;
        let again = house.asks(&mut ann, &app.ask("openid email")).await;
        assert!(again.leads_to().contains("code="), "{}", again.leads_to());
        let narrower = house.asks(&mut ann, &app.ask("openid")).await;
        assert!(narrower.leads_to().contains("code="));
        let asked = app.ask("openid email").with("prompt", "consent");
        assert_eq!(page_of(&house, &mut ann, &app, &asked).await, "consent");
        let wider = app.ask("openid email profile");
        assert_eq!(page_of(&house, &mut ann, &app, &wider).await, "consent");
        house.walk(&mut ann, &wider).await;
        // At one API is not at another.
        let docs = app.ask("openid read").with("audience", "https://api.example/docs");
        house.walk(&mut ann, &docs).await;
        let mail = app.ask("openid read").with("audience", "https://api.example/mail");
        assert_eq!(page_of(&house, &mut ann, &app, &mail).await, "consent");
    });
}

/// OC2: `prompt=select_account` lets the person stay or be somebody else.
#[test]
fn a_person_chooses_who_to_be() {
    on_each_store(async |backend| {
        let house = House::peopled("", "", backend).await;
        house.person(BEN, false).await;
        let app = house.app(Wanted::default()).await;
        let mut ann = house.visitor();
        house.walk(&mut ann, &app.ask("openid")).await;
        let asked = app.ask("openid").with("prompt", "select_account");
        let page = house.asks(&mut ann, &asked).await;
        let page = house.leads(&mut ann, page, &app.redirect_uri).await.unwrap();
        assert!(
            page.path.ends_with("/account") && page.text.contains(ANN),
            "{}",
            page.path
        );
        let sent = ann.send(&page.own_form().set("choice", "stay")).await;
        let answer = house.leads(&mut ann, sent, &app.redirect_uri).await.unwrap_err();
        assert!(!answer.code().is_empty());

        let asked = app.ask("openid email").with("prompt", "select_account");
        let page = house.asks(&mut ann, &asked).await;
        let page = house.leads(&mut ann, page, &app.redirect_uri).await.unwrap();
        let sent = ann.send(&page.own_form().set("choice", "other")).await;
        let page = house.leads(&mut ann, sent, &app.redirect_uri).await.unwrap();
        assert!(page.path.ends_with("/sign-in"), "{}", page.path);
        let sent = ann.send(&sign_in_form(&page, BEN, PASSWORD)).await;
        let page = house.leads(&mut ann, sent, &app.redirect_uri).await.unwrap();
        let sent = ann.send(&page.own_form().set("choice", "approve")).await;
        let answer = house.leads(&mut ann, sent, &app.redirect_uri).await.unwrap_err();
        let (_, body) = house.redeem(&app, &asked, answer.code()).await;
        let (_, info) = house.user_info(text(&body, "access_token")).await;
        assert_eq!(text(&info, "email"), BEN);
    });
}

/// OC2: hints are hints: a `login_hint` fills in the page; an ID token of somebody else has the other one sign in, and is
/// an error where no page may be shown.
#[test]
fn a_hint_says_who_is_expected() {
    on_each_store(async |backend| {
        let house = House::peopled("id_token = { lifetime = 60 }", "", backend).await;
        house.person(BEN, false).await;
        let app = house.app(Wanted::default()).await;
        let asked = app.ask("openid").with("login_hint", "vic@firm3.example");
        let mut vic = house.visitor();
        let page = house.asks(&mut vic, &asked).await;
        let page = house.leads(&mut vic, page, &app.redirect_uri).await.unwrap();
        assert_eq!(page.own_form().value("email"), Some("vic@firm3.example"));

        let mut ann = house.visitor();
        let request = app.ask("openid");
        let answer = house.walk(&mut ann, &request).await;
        let (_, body) = house.redeem(&app, &request, answer.code()).await;
        let hint = text(&body, "id_token").to_owned();
        // Long expired, it still says who it was.
        house.clock.forward(300);
        let own = app.ask("openid").with("id_token_hint", &hint).with("prompt", "none");
        assert!(house.asks(&mut ann, &own).await.leads_to().contains("code="));

        let mut ben = house.visitor();
        house.walk_as(&mut ben, &app.ask("openid"), BEN).await;
        assert_eq!(error_of(&house, &mut ben, &app, &own).await, "login_required");
        let loud = own.clone().without("prompt");
        assert_eq!(page_of(&house, &mut ben, &app, &loud).await, "sign-in");
        let other = house.app(Wanted::default()).await;
        for bad in ["x.y.z", text(&body, "access_token"), &format!("{hint}x")] {
            let asked = app.ask("openid").with("id_token_hint", bad);
            assert_eq!(
                error_of(&house, &mut ann, &app, &asked).await,
                "invalid_request",
                "{bad}"
            );
        }
        let foreign = other.ask("openid").with("id_token_hint", &hint);
        assert_eq!(error_of(&house, &mut ann, &other, &foreign).await, "invalid_request");
    });
}

/// OC2, SO-10: a kind of sign-in that is not known is refused; one that is takes the person there, and the ID token says
/// which it was and how.
#[test]
fn a_kind_of_sign_in_is_reached_or_refused() {
    let settings = "acr = [{ value = \"urn:acr:pwd\", ways = [\"pwd\"] }, { value = \"urn:acr:face\", ways = [\"pwd face\"] }, \
        { value = \"urn:acr:hand\", ways = [\"hand\"] }]\n\
        connection = [{ name = \"face\", label = \"Face\", kind = \"test\", factor = \"face\" }]";
    on_each_store(async |backend| {
        let house = House::peopled(settings, "", backend).await;
        let app = house.app(Wanted::default()).await;
        let mut ann = house.visitor();
        let unknown = app.ask("openid").with("acr_values", "urn:acr:nose");
        let error = error_of(&house, &mut ann, &app, &unknown).await;
        assert!(
            ["invalid_request", "unmet_authentication_requirements"].contains(&error.as_str()),
            "{error}"
        );

        let plain = app.ask("openid");
        let answer = house.walk(&mut ann, &plain).await;
        let (_, body) = house.redeem(&app, &plain, answer.code()).await;
        assert_eq!(claims(text(&body, "id_token"))["acr"], "urn:acr:pwd");

        let strong = app.ask("openid").with("acr_values", "urn:acr:face");
        let quiet = strong.clone().with("prompt", "none");
        let error = error_of(&house, &mut ann, &app, &quiet).await;
        assert!(
            ["login_required", "interaction_required"].contains(&error.as_str()),
            "{error}"
        );
        let answer = house.walk(&mut ann, &strong).await;
        let (_, body) = house.redeem(&app, &strong, answer.code()).await;
        let said = claims(text(&body, "id_token"));
        assert_eq!(said["acr"], "urn:acr:face");
        assert_eq!(said["amr"], serde_json::json!(["pwd", "face"]));
        // No way leads there.
        let unreached = app.ask("openid").with("acr_values", "urn:acr:hand");
        let error = error_of(&house, &mut ann, &app, &unreached).await;
        assert_eq!(error, "unmet_authentication_requirements");
    });
}
