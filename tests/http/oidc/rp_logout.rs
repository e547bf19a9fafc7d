//! RP-Initiated Logout OP: the end-session endpoint (OpenID Connect RP-Initiated Logout §2, §3).

use super::{ask, at_once, certified, pairs, refusal, signs_in};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tollgate_tests::Backend;
use tollgate_tests::app::{App, Wanted, on_each_store};
use tollgate_tests::house::House;
use tollgate_tests::visitor::{Page, Visitor};

const BYE: &str = "https://app.example/post_logout_redirect";

/// Somebody signed in at a client, and their ID token.
struct Scene {
    house: House,
    app: App,
    ann: Visitor,
    hint: String,
}

impl Scene {
    async fn new(backend: Backend) -> Self {
        let house = certified(backend).await;
        let wanted = Wanted {
            logout_uris: vec![BYE.to_owned()],
            ..Wanted::default()
        };
        let app = house.app(wanted).await;
        let mut ann = house.visitor();
        let signed_in = signs_in(&house, &mut ann, &app, &ask(&app, "openid")).await;
        let hint = signed_in.id_token().to_owned();
        Self { house, app, ann, hint }
    }

    /// Goes to the end-session endpoint.
    async fn leaves(&mut self, parameters: &[(&str, &str)]) -> Page {
        let path = self.house.config.issuer.paths.end_session.clone();
        let mut url = reqwest::Url::parse(&self.house.at(&path)).unwrap();
        if !parameters.is_empty() {
            url.query_pairs_mut().extend_pairs(parameters);
        }
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        self.ann.get(&format!("{path}{query}")).await
    }

    /// As the suite finds out: `prompt=none` is refused.
    async fn is_out(&mut self) {
        let asked = ask(&self.app, "openid").with("prompt", "none");
        assert_eq!(refusal(&self.house, &mut self.ann, &asked).await, "login_required");
    }

    async fn is_still_in(&mut self) {
        let asked = ask(&self.app, "openid").with("prompt", "none");
        at_once(&self.house, &mut self.ann, &asked).await.code();
    }

    /// The page asks, and a yes signs out; where that leads.
    async fn says_yes(&mut self, page: &Page) -> Page {
        assert_eq!((page.status, page.leads_to()), (200, ""), "{}", page.text);
        self.is_still_in().await;
        self.ann.send(&page.own_form().set("confirmed", "yes")).await
    }
}

/// An error for the person to read; nothing leads to the client.
fn is_an_error(page: &Page, what: &str) {
    assert_eq!((page.status, page.leads_to()), (400, ""), "{what}: {}", page.text);
    assert!(page.header("content-type").starts_with("text/html"), "{what}");
    assert!(!page.tags().iter().any(|tag| {
        let to = [tag.get("href"), tag.get("action"), tag.get("src")];
        to.into_iter().flatten().any(|to| to.contains("app.example"))
    }));
}

/// oidcc-rp-initiated-logout: OC4: signed out, and back with `state` and nothing else.
#[test]
fn a_client_signs_the_person_out() {
    on_each_store(async |backend| {
        let mut scene = Scene::new(backend).await;
        let hint = scene.hint.clone();
        let page = scene
            .leaves(&[
                ("id_token_hint", &hint),
                ("post_logout_redirect_uri", BYE),
                ("state", "s-1 &é"),
            ])
            .await;
        assert_eq!(page.status, 303);
        assert!(page.leads_to().starts_with(&format!("{BYE}?")), "{}", page.leads_to());
        let told: Vec<_> = pairs(page.leads_to()).into_iter().collect();
        assert_eq!(told, [("state".to_owned(), "s-1 &é".to_owned())]);
        scene.is_out().await;
        // Once more is no error: nobody is there to be signed out.
        let page = scene
            .leaves(&[("id_token_hint", &hint), ("post_logout_redirect_uri", BYE)])
            .await;
        assert_eq!((page.status, page.leads_to()), (303, BYE));
    });
}

/// oidcc-rp-initiated-logout-bad-post-logout-redirect-uri,
/// oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri: OC4: an error, and the person stays signed in.
#[test]
fn an_unregistered_post_logout_redirect_uri_is_an_error() {
    on_each_store(async |backend| {
        let mut scene = Scene::new(backend).await;
        let hint = scene.hint.clone();
        for bad in [
            &format!("{BYE}/bad"),
            &format!("{BYE}?foo=bar"),
            &format!("{BYE}?"),
            &format!("{BYE}#x"),
            "https://elsewhere.example/post_logout_redirect",
        ] {
            let page = scene
                .leaves(&[
                    ("id_token_hint", &hint),
                    ("post_logout_redirect_uri", bad),
                    ("state", "s"),
                ])
                .await;
            is_an_error(&page, bad);
        }
        scene.is_still_in().await;
    });
}

/// oidcc-rp-initiated-logout-modified-id-token-hint, oidcc-rp-initiated-logout-bad-id-token-hint: OC4, JW2: a hint that is
/// not as we signed it, be it without algorithm, with another signature or of other words, is an error.
#[test]
fn a_modified_id_token_hint_is_an_error() {
    on_each_store(async |backend| {
        let mut scene = Scene::new(backend).await;
        let hint = scene.hint.clone();
        let [head, body, signature] = hint.split('.').collect::<Vec<_>>()[..] else {
            panic!("three parts");
        };
        let none = URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#);
        let other =
            URL_SAFE_NO_PAD.encode(r#"{"iss":"https://evil.example","sub":"usr_1","aud":"x","exp":9999999999}"#);
        let mirrored: String = signature.chars().rev().collect();
        for bad in [
            format!("{none}.{body}."),
            format!("{none}.{body}.{signature}"),
            format!("{head}.{body}."),
            format!("{head}.{body}.{mirrored}"),
            format!("{head}.{other}.{signature}"),
            format!("{head}.{body}"),
        ] {
            let page = scene
                .leaves(&[
                    ("id_token_hint", &bad),
                    ("post_logout_redirect_uri", BYE),
                    ("state", "s"),
                ])
                .await;
            is_an_error(&page, &bad);
        }
        scene.is_still_in().await;
    });
}

/// oidcc-rp-initiated-logout-no-id-token-hint: OC4: an address alone leads nowhere; with the client's name the person is
/// asked first.
#[test]
fn without_an_id_token_hint_nobody_is_redirected_unasked() {
    on_each_store(async |backend| {
        let mut scene = Scene::new(backend).await;
        let page = scene.leaves(&[("post_logout_redirect_uri", BYE), ("state", "s")]).await;
        is_an_error(&page, "an address alone");
        scene.is_still_in().await;
        let id = scene.app.id.clone();
        let page = scene
            .leaves(&[("client_id", &id), ("post_logout_redirect_uri", BYE), ("state", "s")])
            .await;
        let page = scene.says_yes(&page).await;
        assert_eq!((page.status, page.leads_to()), (303, format!("{BYE}?state=s").as_str()));
        scene.is_out().await;
    });
}

/// oidcc-rp-initiated-logout-no-params, oidcc-rp-initiated-logout-only-state: OC4: the person is asked, and told that it is
/// done; nobody is sent anywhere.
#[test]
fn with_nothing_named_the_person_is_asked_and_stays_here() {
    on_each_store(async |backend| {
        for parameters in [vec![], vec![("state", "s")]] {
            let mut scene = Scene::new(backend).await;
            let page = scene.leaves(&parameters).await;
            let page = scene.says_yes(&page).await;
            assert_eq!((page.status, page.leads_to()), (200, ""), "{parameters:?}");
            assert!(!page.text.contains("app.example"), "{parameters:?}");
            scene.is_out().await;
        }
    });
}

/// oidcc-rp-initiated-logout-no-post-logout-redirect-uri: OC4: signed out, and a page says so.
#[test]
fn without_an_address_a_page_says_that_it_is_done() {
    on_each_store(async |backend| {
        let mut scene = Scene::new(backend).await;
        let hint = scene.hint.clone();
        let page = scene.leaves(&[("id_token_hint", &hint), ("state", "s")]).await;
        assert_eq!((page.status, page.leads_to()), (200, ""), "{}", page.text);
        assert!(!page.text.contains("app.example"));
        scene.is_out().await;
    });
}

/// oidcc-rp-initiated-logout-no-state: OC4: back without any, to the address as it is registered.
#[test]
fn without_state_the_address_stays_as_it_is() {
    on_each_store(async |backend| {
        let mut scene = Scene::new(backend).await;
        let hint = scene.hint.clone();
        let page = scene
            .leaves(&[("id_token_hint", &hint), ("post_logout_redirect_uri", BYE)])
            .await;
        assert_eq!((page.status, page.leads_to()), (303, BYE));
        scene.is_out().await;
    });
}
