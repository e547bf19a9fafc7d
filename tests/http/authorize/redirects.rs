//! Where a person may be sent back to, and where not.

use super::is_a_page;
use tollgate_issuer::registry::{self, Asker};
use tollgate_model::client::{AuthMethod, Environment, GrantType, SignIn};
use tollgate_tests::app::{Answer, Wanted, on_each_store};
use tollgate_tests::house::House;

/// RU1, RU5, AT4, AT20: an address that is not registered octet for octet gets a page and no `Location`, also where the
/// person agreed before, and whatever else is wrong with the request.
#[test]
fn a_near_miss_leads_nowhere() {
    on_each_store(async |backend| {
        let house = House::peopled("", "", backend).await;
        let app = house.app(Wanted::default()).await;
        let mut ann = house.visitor();
        house.walk(&mut ann, &app.ask("openid")).await;
        for near in [
            "https://app.example/callback",
            "https://app.example/callback?",
            "https://app.example/callback?shop=1&",
            "https://app.example/callback?shop=1&x=y",
            "https://app.example/callback?shop=1#",
            "https://app.example/callback?shop=1#x",
            "https://app.example/callback?shop=2",
            "https://app.example/callback/?shop=1",
            "https://app.example/Callback?shop=1",
            "https://app.example//callback?shop=1",
            "https://app.example/x/../callback?shop=1",
            "https://app.example/%63allback?shop=1",
            "https://APP.example/callback?shop=1",
            "HTTPS://app.example/callback?shop=1",
            "https://app.example:443/callback?shop=1",
            "https://app.example:8443/callback?shop=1",
            "https://app.example./callback?shop=1",
            "https://app.example.evil.example/callback?shop=1",
            "https://evil.example/callback?shop=1",
            "https://app.example@evil.example/callback?shop=1",
            "https://evil.example/https://app.example/callback?shop=1",
            "https://app.example\\@evil.example/callback?shop=1",
            "http://app.example/callback?shop=1",
            "//app.example/callback?shop=1",
            "//evil.example",
            "/\\evil.example",
            "\t//evil.example",
            "https:evil.example",
            "/callback?shop=1",
            " https://app.example/callback?shop=1",
            "https://app.example/callback?shop=1\n",
            "https://app.example/callback?shop=1%00",
            "javascript:alert(1)",
            "data:text/html,x",
        ] {
            for asked in [
                app.ask("openid").with("redirect_uri", near),
                app.ask("openid").with("redirect_uri", near).with("prompt", "none"),
                app.ask("nonsense")
                    .with("redirect_uri", near)
                    .with("response_type", "token"),
            ] {
                let page = house.asks(&mut ann, &asked).await;
                is_a_page(&page, 400, near);
            }
            // What a person sees of it is text.
            let page = house
                .asks(&mut ann, &app.ask("openid").with("redirect_uri", near))
                .await;
            assert!(!page.tags().iter().any(|tag| tag.get("href") == Some(near)), "{near}");
        }
        // Agreed to and in order, it leads back at once.
        let answer = house.asks(&mut ann, &app.ask("openid")).await;
        assert!(
            answer.leads_to().starts_with(&app.redirect_uri),
            "{}",
            answer.leads_to()
        );
    });
}

/// RU5: who is unknown, switched off or not named sends nobody anywhere, whatever else is asked.
#[test]
fn an_unknown_client_leads_nowhere() {
    on_each_store(async |backend| {
        let house = House::peopled("", "", backend).await;
        let app = house.app(Wanted::default()).await;
        let mut ann = house.visitor();
        let asked = app.ask("openid");
        for (what, asked) in [
            ("nobody", asked.clone().without("client_id")),
            ("unknown", asked.clone().with("client_id", "unheard-of-client")),
            ("odd", asked.clone().with("client_id", "a'--")),
            ("long", asked.clone().with("client_id", &"x".repeat(5000))),
            (
                "unknown and more",
                asked
                    .clone()
                    .with("client_id", "unheard-of")
                    .with("response_type", "token"),
            ),
            (
                "with a request object",
                asked.clone().with("client_id", "unheard-of").with("request", "x.y.z"),
            ),
        ] {
            is_a_page(&house.asks(&mut ann, &asked).await, 400, what);
        }
    });
}

/// RU1: without `redirect_uri` the only registered address counts, and of several none.
#[test]
fn an_address_left_out_is_the_only_one_there_is() {
    on_each_store(async |backend| {
        let house = House::peopled("", "", backend).await;
        let app = house.app(Wanted::default()).await;
        let mut ann = house.visitor();
        house.walk(&mut ann, &app.ask("openid")).await;
        let silent = app.ask("openid").without("redirect_uri");
        let page = house.asks(&mut ann, &silent).await;
        let answer = Answer::of(page.leads_to(), &app.redirect_uri).expect("back to the only one");
        // RFC 6749 §4.1.3: not named there, it need not be named here.
        let form = [
            ("grant_type", "authorization_code"),
            ("code", answer.code()),
            ("code_verifier", &silent.verifier),
        ];
        assert_eq!(house.buy(&app, &form).send().await.unwrap().status(), 200);

        let two = Wanted {
            redirect_uris: vec!["https://app.example/a".to_owned(), "https://app.example/b".to_owned()],
            ..Wanted::default()
        };
        let app = house.app(two).await;
        let page = house.asks(&mut ann, &app.ask("openid").without("redirect_uri")).await;
        is_a_page(&page, 400, "two addresses");
    });
}

/// RU2: a public client on a person's own machine is sent back to the port it has just now; path and query stay exact.
#[test]
fn an_application_on_ones_own_machine_has_any_port() {
    on_each_store(async |backend| {
        let house = House::peopled("", "", backend).await;
        let wanted = |uri: &str| Wanted {
            public: true,
            redirect_uris: vec![uri.to_owned()],
            ..Wanted::default()
        };
        for (registered, asked) in [
            ("http://127.0.0.1/cb?a=b", "http://127.0.0.1:51004/cb?a=b"),
            ("http://127.0.0.1:3000/cb", "http://127.0.0.1:51004/cb"),
            ("http://127.0.0.1:3000/cb", "http://127.0.0.1/cb"),
            ("http://[::1]/cb", "http://[::1]:51004/cb"),
        ] {
            let mut app = house.app(wanted(registered)).await;
            asked.clone_into(&mut app.redirect_uri);
            let request = app.ask("openid");
            let answer = house.walk(&mut house.visitor(), &request).await;
            assert_eq!(house.redeem(&app, &request, answer.code()).await.0, 200, "{asked}");
        }
    });
}

/// RU3: a port is lent to nobody else: not to another host, not to another path, not to a name, not to a web application.
#[test]
fn nothing_else_is_lenient() {
    on_each_store(async |backend| {
        let house = House::peopled("", "", backend).await;
        let app = house
            .app(Wanted {
                public: true,
                redirect_uris: vec!["http://127.0.0.1/cb".to_owned(), "https://app.example/cb".to_owned()],
                ..Wanted::default()
            })
            .await;
        let mut ann = house.visitor();
        for near in [
            "http://127.0.0.1:1/CB",
            "http://127.0.0.1:1/cb/",
            "http://127.0.0.1:1/cb?x=y",
            "http://127.0.0.1:1/cb#x",
            "http://127.0.0.1.evil.example/cb",
            "http://127.0.0.1:80@evil.example/cb",
            "http://x@127.0.0.1:1/cb",
            "http://127.0.0.2:1/cb",
            "http://localhost:1/cb",
            "http://[::1]:1/cb",
            "http://0x7f.1:1/cb",
            "http://127.1:1/cb",
            "https://127.0.0.1:1/cb",
            "http://127.0.0.1:0/cb",
            "http://127.0.0.1:01/cb",
            "http://127.0.0.1:70000/cb",
            "http://127.0.0.1:/cb",
            "https://app.example:8443/cb",
            "https://app.example:443/cb",
        ] {
            let page = house
                .asks(&mut ann, &app.ask("openid").with("redirect_uri", near))
                .await;
            is_a_page(&page, 400, near);
        }
    });
}

/// RU4: registration refuses what could never be trusted.
#[test]
fn an_address_that_cannot_be_trusted_is_not_registered() {
    on_each_store(async |backend| {
        let house = House::peopled("", "", backend).await;
        for bad in [
            "http://app.example/callback",
            "javascript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "https://*.example/callback",
            "https://app.example/*",
            "https://app.example/callback#x",
            "/callback",
            "//app.example/callback",
            "app.example/callback",
            "https://user:word@app.example/callback",
            "https://app.example/call back",
            "https://app.example\\@evil.example/",
            "https://",
            "",
        ] {
            let ask = registry::client::Create {
                account: house.client.account.clone(),
                name: "Shop".to_owned(),
                environment: Environment::Live,
                auth_methods: Some(vec![AuthMethod::ClientSecretBasic]),
                grant_types: Some(vec![GrantType::AuthorizationCode]),
                sign_in: SignIn::default(),
                owner: None,
                introspects: Vec::new(),
                redirect_uris: vec![bad.to_owned()],
                logout_uris: Vec::new(),
                id: None,
            };
            let made = registry::client::create(house.desk(), &Asker::system(), &ask)
                .await
                .unwrap();
            assert!(made.is_err(), "{bad:?} was taken");
        }
    });
}
