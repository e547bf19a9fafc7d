//! Form Post OP (OAuth 2.0 Form Post Response Mode): the modules of Basic OP once more, with answers by form.

use super::{ask, certified, exchanged, refusal, signs_in, step, stops_at};
use tollgate_tests::app::{App, Asked, CALLBACK, Wanted, on_each_store};
use tollgate_tests::visitor::Page;

fn by_form(app: &App, scope: &str) -> Asked {
    ask(app, scope).with("response_mode", "form_post")
}

/// The page that takes an answer to the client: one form, all hidden, that a script of ours sends.
fn is_an_answer(page: &Page, asked: &Asked) {
    assert_eq!((page.status, page.leads_to()), (200, ""));
    assert!(page.header("content-type").starts_with("text/html"));
    assert_eq!(page.header("cache-control"), "no-store");
    let forms = page.forms();
    let [form] = forms.as_slice() else {
        panic!("one form: {}", page.text);
    };
    // The registered address with its own query, and nothing added to it.
    assert_eq!((form.action.as_str(), form.method.as_str()), (CALLBACK, "post"));
    assert_eq!(form.value("state").unwrap_or_default(), asked.value("state"));
    let tags = page.tags();
    let inputs: Vec<_> = tags.iter().filter(|tag| tag.name == "input").collect();
    assert_eq!(inputs.len(), form.fields.len());
    assert!(
        inputs.iter().all(|tag| tag.get("type") == Some("hidden")),
        "{}",
        page.text
    );
    let policy = page.header("content-security-policy");
    assert!(policy.contains("form-action https://app.example"), "{policy}");
    let script = tags.iter().find(|tag| tag.name == "script").expect("it sends itself");
    let nonce = script.get("nonce").expect("a script that may run");
    assert!(policy.contains(&format!("'nonce-{nonce}'")), "{policy}");
    assert!(
        tags.iter().any(|tag| tag.name == "button"),
        "and without script by a press"
    );
}

/// oidcc-server by form: the code comes in a form and in no address.
#[test]
fn a_code_comes_by_form() {
    on_each_store(async |backend| {
        let house = certified(backend).await;
        let app = house.app(Wanted::default()).await;
        let mut ann = house.visitor();
        signs_in(&house, &mut ann, &app, &by_form(&app, "openid")).await;
        let asked = by_form(&app, "openid").with("state", "a\"b'<i>&amp;c é");
        let page = house.asks(&mut ann, &asked).await;
        is_an_answer(&page, &asked);
        let answer = house.leads(&mut ann, page, CALLBACK).await.unwrap_err();
        exchanged(&house, &app, &asked, &answer).await;
    });
}

/// oidcc-response-type-missing, oidcc-prompt-none-not-logged-in, the modules of request objects, and a no, by form: an error
/// comes in the way that was asked for.
#[test]
fn an_error_comes_by_form() {
    on_each_store(async |backend| {
        let house = certified(backend).await;
        let app = house.app(Wanted::default()).await;
        let asked = by_form(&app, "openid");
        for (asked, error) in [
            (asked.clone().without("response_type"), "invalid_request"),
            (
                asked.clone().with("response_type", "token"),
                "unsupported_response_type",
            ),
            (asked.clone().with("prompt", "none"), "login_required"),
            (asked.clone().with("scope", "openid nonsense"), "invalid_scope"),
            (asked.clone().with("request", "e30.e30."), "request_not_supported"),
            (
                asked.clone().with("request_uri", "https://app.example/r"),
                "request_uri_not_supported",
            ),
        ] {
            let page = house.asks(&mut house.visitor(), &asked).await;
            is_an_answer(&page, &asked);
            assert_eq!(refusal(&house, &mut house.visitor(), &asked).await, error);
        }
        let mut ann = house.visitor();
        signs_in(&house, &mut ann, &app, &asked).await;
        let asked = by_form(&app, "openid email");
        let page = stops_at(&house, &mut ann, &asked).await;
        assert_eq!(step(&page), "consent");
        let sent = ann.send(&page.own_form().set("choice", "deny")).await;
        // RU9: by GET or by a page of our own, so that nothing typed here travels on.
        assert!(
            sent.leads_to().starts_with("/flow/") || sent.status == 200,
            "{}",
            sent.status
        );
        let answer = house.leads(&mut ann, sent, CALLBACK).await.unwrap_err();
        assert_eq!(
            (answer.error(), answer.value("state")),
            ("access_denied", asked.value("state"))
        );
        assert_eq!(answer.value("iss"), house.node.issuer);
    });
}

/// The modules of Basic OP that change nothing but the request, by form: OC2: each is answered as it is by query.
#[test]
fn every_request_is_answered_by_form() {
    on_each_store(async |backend| {
        let house = certified(backend).await;
        let app = house.app(Wanted::default()).await;
        let mut ann = house.visitor();
        let all = "openid profile email address phone offline_access";
        let first = signs_in(&house, &mut ann, &app, &by_form(&app, all)).await;
        house.clock.forward(2);
        for (name, value) in [
            ("display", "page"),
            ("display", "popup"),
            ("prompt", "none"),
            ("max_age", "10000"),
            ("extra", "foobar"),
            ("id_token_hint", first.id_token()),
            ("login_hint", "buffy@issuer.example"),
            ("ui_locales", "se"),
            ("claims_locales", "se"),
            ("acr_values", "1 2"),
            ("scope", "phone openid"),
            ("nonce", ""),
        ] {
            let asked = by_form(&app, "openid").with(name, value);
            let page = house.asks(&mut ann, &asked).await;
            is_an_answer(&page, &asked);
            let answer = house.leads(&mut ann, page, CALLBACK).await.unwrap_err();
            let signed_in = exchanged(&house, &app, &asked, &answer).await;
            assert_eq!(signed_in.id["sub"], first.id["sub"], "{name}={value}");
            assert_eq!(signed_in.auth_time(), first.auth_time(), "{name}={value}");
        }
        let by_name = r#"{"userinfo":{"name":{"essential":true}}}"#;
        let named = signs_in(&house, &mut ann, &app, &by_form(&app, "openid").with("claims", by_name)).await;
        assert_eq!(house.user_info(named.access()).await.1["name"], "ann");
        for (name, value) in [("prompt", "login"), ("max_age", "1")] {
            house.clock.forward(2);
            let asked = by_form(&app, "openid").with(name, value);
            assert_eq!(
                step(&stops_at(&house, &mut ann, &asked).await),
                "sign-in",
                "{name}={value}"
            );
            let again = signs_in(&house, &mut ann, &app, &asked).await;
            assert_eq!(again.auth_time(), house.desk().now().0, "{name}={value}");
        }
        let elsewhere = by_form(&app, "openid").with("redirect_uri", "https://other.example/cb");
        let page = house.asks(&mut ann, &elsewhere).await;
        assert_eq!(page.status, 400);
        assert!(!page.text.contains("action=\"https://other.example"), "{}", page.text);
    });
}
