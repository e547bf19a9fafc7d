//! What is told of requests that were refused, and secrets that came along where they have no place.

use super::{error_of, is_a_page};
use tollgate_model::call::CallFilter;
use tollgate_model::event::EventFilter;
use tollgate_model::{ClientId, Page};
use tollgate_tests::app::{Wanted, on_each_store};
use tollgate_tests::house::House;
use tollgate_tests::until;

/// OP5: a firm finds what its application asked wrongly, by the stable code, with nothing of the person in it.
#[test]
fn a_refused_request_is_told_to_its_firm() {
    on_each_store(async |backend| {
        let house = House::peopled("", "", backend).await;
        let app = house.app(Wanted::default()).await;
        let mut ann = house.visitor();
        let asked = app.ask("openid nonsense").with("login_hint", "ann@firm1.example");
        assert_eq!(error_of(&house, &mut ann, &app, &asked).await, "invalid_scope");
        house
            .asks(
                &mut ann,
                &app.ask("openid").with("redirect_uri", "https://evil.example/"),
            )
            .await;
        let filter = CallFilter {
            client: Some(ClientId::new(&app.id)),
            ..CallFilter::default()
        };
        let calls = async || house.desk().store.calls(&filter, &Page::first()).await.unwrap().items;
        until("both requests are told", || async { calls().await.len() == 2 }).await;
        let mut codes: Vec<_> = calls()
            .await
            .into_iter()
            .map(|call| call.code.unwrap_or_default())
            .collect();
        codes.sort_unstable();
        assert_eq!(codes, ["redirect_unknown", "scope_unknown"]);
        for call in calls().await {
            assert_eq!(call.route.as_deref(), Some("authorization"));
            let text = format!("{call:?}");
            for secret in [
                "ann@firm1.example",
                "evil.example",
                asked.value("state"),
                asked.value("nonce"),
            ] {
                assert!(!text.contains(secret), "{secret}: {text}");
            }
        }
    });
}

/// TE1: a secret in the query is never honoured at the authorization endpoint either; where the terms say so, it is
/// revoked on the spot.
#[test]
fn a_secret_in_the_query_is_burnt() {
    on_each_store(async |backend| {
        for (setting, survives) in [("", true), ("[issuer]\nrevoke_secret_in_query = true\n", false)] {
            let house = House::peopled("", setting, backend).await;
            let app = house.app(Wanted::default()).await;
            let mut ann = house.visitor();
            for name in ["client_assertion", "password"] {
                let page = house.asks(&mut ann, &app.ask("openid").with(name, "x")).await;
                is_a_page(&page, 400, name);
            }
            let secret = app.secret.clone().unwrap();
            let page = house
                .asks(&mut ann, &app.ask("openid").with("client_secret", &secret))
                .await;
            is_a_page(&page, 400, "client_secret");
            assert!(!page.text.contains(&secret));
            let (status, _) = house.refresh(&app, "tgr_x").await;
            assert_eq!(status, if survives { 400 } else { 401 });
            let filter = EventFilter::default();
            let page = Page {
                after: None,
                limit: Page::MOST,
            };
            let events = house.desk().store.events(&filter, &page).await.unwrap().items;
            assert_eq!(events.iter().any(|event| event.kind == "secret.exposed"), !survives);
        }
    });
}
