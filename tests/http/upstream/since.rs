//! Since when somebody is signed in who comes from another provider: since they showed a factor there.

use super::{BEN, Street};
use serde_json::Value;
use tollgate_issuer::people::session::{Resumed, resume};
use tollgate_issuer::people::sign_in::proved;
use tollgate_issuer::rights::SignedIn;
use tollgate_tests::Backend;
use tollgate_tests::app::{ANN, Asked, on_each_store, text};
use tollgate_tests::house::claims;
use tollgate_tests::visitor::Visitor;

/// A street with one time. Its houses' clocks stand, and the provider's stopped first.
async fn street(backend: Backend) -> Street {
    let street = Street::new(true, backend).await;
    let behind = street.here.desk().now().since(street.there.desk().now());
    street.there.clock.forward(behind);
    street
}

/// A street, and the browser of somebody who signed in at the provider: on the way here, ten minutes ago.
async fn ten_minutes_ago(backend: Backend) -> (Street, Visitor, i64) {
    let street = street(backend).await;
    let mut there = street.there.visitor();
    let asked = street.ask();
    let mut ben = street.here.visitor();
    let page = street.comes_by(&mut there, &mut ben, &asked, BEN).await;
    let shown = since(&street.bought(&mut ben, page, &asked).await);
    assert_eq!(shown, street.here.desk().now().0);
    for house in [&street.there, &street.here] {
        house.clock.forward(600);
    }
    (street, there, shown)
}

fn since(id_token: &Value) -> i64 {
    id_token["auth_time"].as_i64().expect("auth_time")
}

/// Who is signed in here at this browser.
async fn who(street: &Street, person: &Visitor) -> SignedIn {
    match resume(street.here.desk(), person.token().unwrap()).await.unwrap() {
        Some(Resumed::SignedIn(who)) => who,
        other => panic!("{other:?}"),
    }
}

/// What the application is told without a page: the ID token, or the error.
async fn quietly(street: &Street, person: &mut Visitor, asked: &Asked) -> Result<Value, String> {
    let asked = asked.clone().with("prompt", "none");
    let page = street.here.asks(person, &asked).await;
    let answer = street.here.leads(person, page, &street.app.redirect_uri).await;
    let answer = answer.expect_err("the application is told");
    if answer.parameters.contains_key("error") {
        return Err(answer.error().to_owned());
    }
    let (status, body) = street.here.redeem(&street.app, &asked, answer.code()).await;
    assert_eq!(status, 200, "{body}");
    Ok(claims(text(&body, "id_token")))
}

/// OC2, SE4, SE10: `auth_time` and `max_age` count from when the factor was shown there; the session here lasts as long
/// as any, and proves nothing to this house.
#[test]
fn somebody_is_signed_in_since_they_were_over_there() {
    on_each_store(async |backend| {
        let (street, mut there, shown) = ten_minutes_ago(backend).await;
        let (mut ben, asked) = (street.here.visitor(), street.ask());
        let page = street.comes_by(&mut there, &mut ben, &asked, BEN).await;
        let token = street.bought(&mut ben, page, &asked).await;
        assert_eq!(since(&token), shown);
        assert_eq!(token["iat"], shown + 600);

        let who = who(&street, &ben).await;
        let desk = street.here.desk();
        assert_eq!(who.session().created, desk.now());
        let lasts = desk.terms.console.sessions.absolute;
        assert_eq!(who.session().ends, who.session().created.plus(lasts));
        assert!(!proved(desk, &who));

        let plain = street.app.ask("openid");
        let within = quietly(&street, &mut ben, &plain.clone().with("max_age", "600")).await;
        assert_eq!(since(&within.unwrap()), shown);
        let beyond = quietly(&street, &mut ben, &plain.with("max_age", "599")).await;
        assert_eq!(beyond, Err("login_required".to_owned()));
    });
}

/// OC2: where the client wants more than the session over there, the person shows a factor there again, and is signed in
/// since then; also when they come a second time with the browser they have here.
#[test]
fn a_client_that_wants_it_recent_gets_it_recent() {
    on_each_store(async |backend| {
        for (name, value) in [("prompt", "login"), ("max_age", "0"), ("max_age", "599")] {
            let (street, mut there, shown) = ten_minutes_ago(backend).await;
            let (mut ben, asked) = (street.here.visitor(), street.ask());
            let page = street.comes_by(&mut there, &mut ben, &asked, BEN).await;
            assert_eq!(since(&street.bought(&mut ben, page, &asked).await), shown);
            let line = who(&street, &ben).await.session().clone();

            let asked = street.ask().with(name, value);
            let opened = street.here.desk().now().0;
            let page = street.comes_by(&mut there, &mut ben, &asked, BEN).await;
            let token = street.bought(&mut ben, page, &asked).await;
            assert_eq!(since(&token), opened, "{name}={value}");
            let stepped = who(&street, &ben).await;
            assert_ne!(stepped.session().id, line.id);
            assert_eq!(
                (stepped.session().created, stepped.session().ends),
                (line.created, line.ends)
            );
            assert!(!proved(street.here.desk(), &stepped), "SE10");
        }
    });
}

/// OC2: a provider that does not ask again where it was told to is not believed, and nobody is signed in.
#[test]
fn an_old_sign_in_is_none_where_a_new_one_is_wanted() {
    on_each_store(async |backend| {
        let (street, mut there, _) = ten_minutes_ago(backend).await;
        for (name, value) in [("prompt", "login"), ("max_age", "500")] {
            let (mut ben, asked) = (street.here.visitor(), street.ask().with(name, value));
            let over_there = street.leaves(&mut ben, &asked).await;
            assert_eq!(over_there.value(name), value);
            let deaf = over_there.without(name);
            let answer = street.there.walk_as(&mut there, &deaf, BEN).await;
            let page = street.returns(&mut ben, &answer).await;
            assert_eq!(page.status, 502, "{name}={value}: {}", page.text);
            assert_eq!(ben.token(), None);
        }
    });
}

/// OC2: a silent sign-in in one tab is no answer to `prompt=login` in another.
#[test]
fn a_silent_sign_in_in_another_tab_is_no_new_one() {
    on_each_store(async |backend| {
        let (street, mut there, shown) = ten_minutes_ago(backend).await;
        let mut ben = street.here.visitor();
        let strict = street.app.ask("openid").with("prompt", "login");
        let waiting = street.here.asks(&mut ben, &strict).await;
        let waiting = street
            .here
            .leads(&mut ben, waiting, &street.app.redirect_uri)
            .await
            .unwrap();
        assert!(waiting.path.ends_with("/sign-in"), "{}", waiting.path);

        let asked = street.ask();
        let page = street.comes_by(&mut there, &mut ben, &asked, BEN).await;
        assert_eq!(since(&street.bought(&mut ben, page, &asked).await), shown);
        let flow = waiting.path.trim_end_matches("/sign-in").to_owned();
        let on = ben.get(&flow).await;
        let on = street.here.leads(&mut ben, on, &street.app.redirect_uri).await;
        assert!(on.expect("a page").path.ends_with("/sign-in"));
    });
}

/// OC2: who is somebody else than the client expects is told to the client, and not sent over there for ever.
#[test]
fn somebody_else_from_over_there_is_told_to_the_client() {
    on_each_store(async |backend| {
        let (street, mut there, _) = ten_minutes_ago(backend).await;
        let plain = street.app.ask("openid");
        let answer = street.here.walk_as(&mut street.here.visitor(), &plain, ANN).await;
        let (_, body) = street.here.redeem(&street.app, &plain, answer.code()).await;
        let asked = street.ask().with("id_token_hint", text(&body, "id_token"));
        let mut ben = street.here.visitor();
        // Nobody at this browser, and then Ben himself.
        for _ in 0..2 {
            let page = street.comes_by(&mut there, &mut ben, &asked, BEN).await;
            let told = street.here.leads(&mut ben, page, &street.app.redirect_uri).await;
            assert_eq!(told.expect_err("the application is told").error(), "login_required");
            assert!(ben.token().is_some());
            for house in [&street.there, &street.here] {
                house.clock.forward(5);
            }
        }
    });
}

/// OC2: clocks differ. Nobody signs in after now, a provider's clock that is late sends nobody round, and one that is
/// wrong by more is not believed.
#[test]
fn clocks_differ_by_a_minute_at_most() {
    on_each_store(async |backend| {
        let street = street(backend).await;
        let comes = async |asked: &Asked| {
            let mut ben = street.here.visitor();
            let page = street.comes(&mut ben, asked, BEN).await;
            (ben, page)
        };
        street.there.clock.forward(30);
        let asked = street.ask();
        let (mut ben, page) = comes(&asked).await;
        let token = street.bought(&mut ben, page, &asked).await;
        assert_eq!(since(&token), street.here.desk().now().0);

        street.here.clock.forward(60);
        for (name, value) in [("prompt", "login"), ("max_age", "0"), ("max_age", "20")] {
            let asked = street.ask().with(name, value);
            let opened = street.here.desk().now().0;
            let (mut ben, page) = comes(&asked).await;
            let token = street.bought(&mut ben, page, &asked).await;
            let late = if value == "20" { 20 } else { 0 };
            assert_eq!(since(&token), opened - late, "{name}={value}");
        }

        street.there.clock.forward(200);
        let (ben, page) = comes(&street.ask()).await;
        assert_eq!((page.status, ben.token()), (502, None), "{}", page.text);
    });
}
