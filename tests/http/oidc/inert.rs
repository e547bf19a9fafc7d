//! What somebody puts into parameters stays text on every page (CO8), and what the person is asked says it all (CO1).

use super::{ask, certified, client, signs_in, step, stops_at};
use tollgate_model::client::{AuthMethod, Environment, SignIn};
use tollgate_tests::app::{ANN, CALLBACK, Wanted, on_each_store, sign_in_form};
use tollgate_tests::house::PASSWORD;
use tollgate_tests::visitor::Page;
use tollgate_tests::{Backend, run};

const EVIL: [&str; 7] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' autofocus onfocus='alert(1)",
    "javascript:alert(1)//",
    "</title></style></textarea><svg onload=alert(1)>",
    "{{7*7}}${7*7}<%= 7*7 %>&lt;b&gt;",
    "a\r\nSet-Cookie: evil=1\r\n\r\n<script>alert(1)</script>",
];

/// The tags of a page with the names of their attributes: what it is made of.
fn made_of(page: &Page) -> Vec<(String, Vec<String>)> {
    let tags = page.tags().into_iter();
    tags.map(|tag| (tag.name, tag.attributes.into_iter().map(|(name, _)| name).collect()))
        .collect()
}

/// Nothing of it runs: the page is made of what it is made of with a plain word, and no link is a script.
fn is_inert(page: &Page, plain: &Page, what: &str) {
    assert_eq!(page.status, plain.status, "{what}");
    assert_eq!(made_of(page), made_of(plain), "{what}: {}", page.text);
    holds_nothing(page, what);
    let policy = page.header("content-security-policy");
    assert!(
        policy.contains("script-src 'nonce-") || policy.contains("default-src 'none'"),
        "{what}: {policy}"
    );
    assert!(
        !policy.contains("unsafe-inline") && !policy.contains("alert"),
        "{what}: {policy}"
    );
}

fn holds_nothing(page: &Page, what: &str) {
    assert!(!page.header("set-cookie").contains("evil"), "{what}");
    for tag in page.tags() {
        for (name, value) in &tag.attributes {
            let leads = ["href", "src", "action", "formaction"].contains(&name.as_str());
            assert!(!name.starts_with("on"), "{what}: {name}");
            assert!(
                !leads || !value.trim().to_lowercase().starts_with("javascript:"),
                "{what}: {value}"
            );
        }
    }
}

/// CO8, AT9: whatever a parameter of a request says, on the page of an error, at the sign-in, on the way back by address
/// and by form it is text.
#[test]
fn parameters_of_a_request_stay_text() {
    run(async {
        let house = certified(Backend::Sqlite).await;
        let app = house.app(Wanted::default()).await;
        let whole = ask(&app, "openid");
        for name in [
            "client_id",
            "redirect_uri",
            "response_type",
            "response_mode",
            "scope",
            "state",
            "nonce",
            "prompt",
            "display",
            "max_age",
            "ui_locales",
            "claims_locales",
            "login_hint",
            "id_token_hint",
            "acr_values",
            "claims",
            "connection",
            "audience",
            "request",
            "error",
            "error_description",
            "error_hint",
        ] {
            let plain = house
                .asks(&mut house.visitor(), &whole.clone().with(name, "plain"))
                .await;
            for evil in EVIL {
                let what = format!("{name}={evil:?}");
                let mut nobody = house.visitor();
                let page = house.asks(&mut nobody, &whole.clone().with(name, evil)).await;
                holds_nothing(&page, &what);
                if page.status == 400 {
                    is_inert(&page, &plain, &what);
                }
                let to = page.leads_to();
                assert!(
                    to.bytes()
                        .all(|byte| byte.is_ascii_graphic() && !b"<>\"'".contains(&byte)),
                    "{what}: {to}"
                );
                assert!(
                    to.is_empty() || to.starts_with("/flow/") || to.starts_with(&format!("{CALLBACK}&")),
                    "{what}: {to}"
                );
            }
        }
        // At the sign-in the hint stands in a field; by form the state does.
        let hint = |hint: &str| whole.clone().with("login_hint", hint);
        let plain = stops_at(&house, &mut house.visitor(), &hint("plain@firm.example")).await;
        let evil = stops_at(
            &house,
            &mut house.visitor(),
            &hint("\"><script>alert(1)</script>@firm.example"),
        )
        .await;
        assert_eq!((step(&plain), step(&evil)), ("sign-in", "sign-in"));
        is_inert(&evil, &plain, "login_hint at the sign-in");
        let form = whole.clone().with("response_mode", "form_post").with("prompt", "none");
        let plain = house.asks(&mut house.visitor(), &form).await;
        for evil in EVIL {
            let page = house
                .asks(&mut house.visitor(), &form.clone().with("state", evil))
                .await;
            is_inert(&page, &plain, &format!("state by form: {evil:?}"));
            assert_eq!(page.forms()[0].value("state"), Some(evil), "it comes back as it went");
        }
    });
}

/// CO8, AT9: nor does what stands in the address of another page: the end of a session, the question before it, the way
/// back from another provider, and a notice.
#[test]
fn parameters_of_other_pages_stay_text() {
    run(async {
        let house = certified(Backend::Sqlite).await;
        let app = client(
            &house,
            Environment::Live,
            AuthMethod::ClientSecretBasic,
            &[],
            SignIn::default(),
        )
        .await;
        let mut ann = house.visitor();
        signs_in(&house, &mut ann, &app, &ask(&app, "openid")).await;
        let end = house.config.issuer.paths.end_session.clone();
        for (path, names) in [
            (
                end.as_str(),
                [
                    "id_token_hint",
                    "client_id",
                    "post_logout_redirect_uri",
                    "state",
                    "ui_locales",
                    "logout_hint",
                ],
            ),
            (
                "/flow/return",
                ["error", "error_description", "state", "code", "iss", "error_uri"],
            ),
            (
                "/console/sign-in",
                ["done", "error", "error_description", "to", "return_to", "next"],
            ),
        ] {
            for name in names {
                let with = |value: &str| {
                    let mut url = reqwest::Url::parse("http://x.example").unwrap();
                    url.query_pairs_mut().append_pair(name, value);
                    format!("{path}?{}", url.query().unwrap())
                };
                // Who is signed in is led on from the sign-in.
                let mut person = if path == end { ann.tab() } else { house.visitor() };
                let plain = person.get(&with("plain")).await;
                assert!(!plain.text.is_empty(), "{path} {name}: a page");
                for evil in EVIL {
                    let page = person.get(&with(evil)).await;
                    assert_eq!(page.leads_to(), plain.leads_to(), "{path} {name}");
                    is_inert(&page, &plain, &format!("{path} {name}={evil:?}"));
                }
            }
        }
    });
}

/// CO1: the question names the application, whose it is, where it leads back to, each permission in words, for how long, and
/// who is asked; and it is asked of everybody, be they signed in or not, until they agreed.
#[test]
fn the_question_says_it_all() {
    on_each_store(async |backend| {
        let house = certified(backend).await;
        let app = house.app(Wanted::default()).await;
        let asked = ask(&app, "openid profile email address phone offline_access read")
            .with("audience", "https://api.example/docs");
        let mut ann = house.visitor();
        let page = stops_at(&house, &mut ann, &asked).await;
        let sent = ann.send(&sign_in_form(&page, ANN, PASSWORD)).await;
        let page = house.leads(&mut ann, sent, CALLBACK).await.unwrap();
        for page in [page, stops_at(&house, &mut ann, &asked).await] {
            assert_eq!(step(&page), "consent");
            let words = page.words();
            for told in [
                "Bookkeeper",
                "<bdi>Firm</bdi>",
                "<bdi>app.example</bdi>",
                "Know that it is you",
                "See your profile",
                "See your e-mail address",
                "See your postal address",
                "See your phone number",
                "Stay connected while you are away",
                "<bdi>Read</bdi>",
                "How long",
                ANN,
            ] {
                assert!(words.contains(told), "{told}: {words}");
            }
            assert!(
                words.contains("unless you agree again") || words.contains("Until it is taken back"),
                "{words}"
            );
            assert!(!words.contains("Write"), "what was not asked for is not on it");
        }
        // The vendor's own applications alone are not asked for.
        let trusted = Wanted {
            sign_in: SignIn {
                trusted: true,
                ..SignIn::default()
            },
            ..Wanted::default()
        };
        let trusted = house.app(trusted).await;
        super::at_once(&house, &mut ann, &ask(&trusted, "openid email"))
            .await
            .code();
        let stranger = house.app(Wanted::default()).await;
        assert_eq!(
            step(&stops_at(&house, &mut ann, &ask(&stranger, "openid")).await),
            "consent"
        );
    });
}
