//! What a request may say.

use super::{error_of, is_a_page, page_of};
use reqwest::Method;
use serde_json::Value;
use tollgate_tests::app::{ANN, Answer, Wanted, on_each_store};
use tollgate_tests::house::House;

/// RU6: whatever comes twice is refused by name; where the client or its address does, nobody is sent anywhere.
#[test]
fn a_repeated_parameter_is_refused() {
    on_each_store(async |backend| {
        let house = House::peopled("", "", backend).await;
        let app = house.app(Wanted::default()).await;
        let mut ann = house.visitor();
        let asked = app.ask("openid");
        for (name, value) in asked.parameters.clone() {
            let page = house.asks(&mut ann, &asked.clone().and(&name, &value)).await;
            match Answer::of(page.leads_to(), &app.redirect_uri) {
                Some(answer) => assert_eq!(answer.error(), "invalid_request", "{name}"),
                None => is_a_page(&page, 400, &name),
            }
        }
        for name in ["client_id", "redirect_uri"] {
            let page = house
                .asks(&mut ann, &asked.clone().and(name, "https://evil.example/"))
                .await;
            is_a_page(&page, 400, name);
        }
        for name in ["unheard_of", "prompt"] {
            let page = house
                .asks(&mut ann, &asked.clone().and(name, "login").and(name, "login"))
                .await;
            assert!(
                page.status == 400 || page.leads_to().contains("error=invalid_request"),
                "{name}"
            );
        }
    });
}

/// RU7: what is not known is passed over, and what is empty was not said.
#[test]
fn the_unknown_and_the_empty_change_nothing() {
    on_each_store(async |backend| {
        let house = House::peopled("", "", backend).await;
        let app = house.app(Wanted::default()).await;
        let mut asked = app
            .ask("openid")
            .with("unheard_of", "x")
            .with("audience", "")
            .with("acr_values", "");
        for name in [
            "prompt",
            "max_age",
            "login_hint",
            "ui_locales",
            "claims",
            "connection",
            "request",
            "response_mode",
        ] {
            asked = asked.with(name, "");
        }
        let answer = house.walk(&mut house.visitor(), &asked).await;
        assert_eq!(house.redeem(&app, &asked, answer.code()).await.0, 200);
        let mut ann = house.visitor();
        let nothing = app.ask("openid").with("response_type", "");
        assert_eq!(error_of(&house, &mut ann, &app, &nothing).await, "invalid_request");
    });
}

/// RU8: a script of another origin has no business at the authorization endpoint or on a page; it has at the token,
/// UserInfo and revocation endpoints, at the keys and the metadata, and asks there without cookies.
#[test]
fn scripts_elsewhere_may_ask_where_no_cookie_counts() {
    on_each_store(async |backend| {
        let house = House::peopled("", "", backend).await;
        let app = house.app(Wanted::default()).await;
        let paths = &house.config.issuer.paths;
        let origin = ("origin", "https://spa.example");
        let preflight = async |path: &str, method: &str| {
            let request = house.http.request(Method::OPTIONS, house.at(path));
            let request = request
                .header(origin.0, origin.1)
                .header("access-control-request-method", method)
                .header("access-control-request-headers", "authorization, content-type");
            let answer = request.send().await.unwrap();
            (answer.status().as_u16(), answer.headers().clone())
        };
        let open = [
            (paths.token.as_str(), "POST"),
            (&paths.revocation, "POST"),
            (&paths.userinfo, "GET"),
            (&paths.userinfo, "POST"),
            (&paths.jwks, "GET"),
            ("/.well-known/openid-configuration", "GET"),
            ("/.well-known/oauth-authorization-server", "GET"),
        ];
        for (path, method) in open {
            let (status, headers) = preflight(path, method).await;
            assert_eq!(status, 204, "{path}");
            assert_eq!(headers["access-control-allow-origin"], "*", "{path}");
            assert!(
                headers["access-control-allow-methods"]
                    .to_str()
                    .unwrap()
                    .contains(method),
                "{path}"
            );
            let allowed = headers["access-control-allow-headers"].to_str().unwrap().to_lowercase();
            assert!(
                allowed.contains("authorization"),
                "{path}: the star does not stand for it"
            );
            assert!(!headers.contains_key("access-control-allow-credentials"), "{path}");
            // The answer itself can be read, and so can a refusal.
            let request = house
                .http
                .request(method.parse().unwrap(), house.at(path))
                .header(origin.0, origin.1);
            let answer = request.send().await.unwrap();
            assert_eq!(
                answer.headers()["access-control-allow-origin"],
                "*",
                "{path}: {}",
                answer.status()
            );
        }
        let mut ann = house.visitor();
        let page = house.asks(&mut ann, &app.ask("openid")).await;
        let flow = page.leads_to().to_owned();
        let authorize = house.authorize_path().to_owned();
        for path in [authorize.as_str(), &flow, &paths.end_session, &paths.introspection] {
            let (status, headers) = preflight(path, "POST").await;
            assert_eq!(status, 405, "{path}");
            assert!(
                !headers.keys().any(|name| name.as_str().starts_with("access-control-")),
                "{path}"
            );
            let request = ann.bare(Method::GET, path).header(origin.0, origin.1);
            let answer = request.send().await.unwrap();
            assert!(!answer.headers().contains_key("access-control-allow-origin"), "{path}");
        }
    });
}

/// RU10: success and error say who answers, as the metadata does, by query and by form.
#[test]
fn every_answer_names_its_issuer() {
    on_each_store(async |backend| {
        let house = House::peopled("", "[issuer]\npath = \"/tenant\"\n", backend).await;
        let metadata = house.at("/tenant/.well-known/openid-configuration");
        let metadata: Value = house.http.get(metadata).send().await.unwrap().json().await.unwrap();
        assert_eq!(metadata["authorization_response_iss_parameter_supported"], true);
        let app = house.app(Wanted::default()).await;
        for mode in ["query", "form_post"] {
            let asked = app.ask("openid").with("response_mode", mode);
            let good = house.walk(&mut house.visitor(), &asked).await;
            assert!(!good.code().is_empty());
            let page = house
                .asks(&mut house.visitor(), &asked.clone().with("prompt", "none"))
                .await;
            let bad = house
                .leads(&mut house.visitor(), page, &app.redirect_uri)
                .await
                .unwrap_err();
            assert_eq!(bad.error(), "login_required");
            for answer in [good, bad] {
                assert_eq!(metadata["issuer"], answer.value("iss"), "{mode}");
            }
        }
    });
}

/// RU11: `state` comes back as it went, however long and odd, in success and in error.
#[test]
fn a_state_comes_back_as_it_went() {
    on_each_store(async |backend| {
        let house = House::peopled("", "", backend).await;
        let app = house.app(Wanted::default()).await;
        let odd = " &=+%?#/\\\"'<>;:,~|`{}[]()*!$@^\u{e9}\u{1f512}%41";
        let long = format!("{}{odd}", "s".repeat(1300));
        for state in [odd, &long] {
            for mode in ["query", "form_post"] {
                let asked = app.ask("openid").with("state", state).with("response_mode", mode);
                let answer = house.walk(&mut house.visitor(), &asked).await;
                assert_eq!(answer.value("state"), state, "{mode}");
                let page = house.asks(&mut house.visitor(), &asked.with("prompt", "none")).await;
                let answer = house
                    .leads(&mut house.visitor(), page, &app.redirect_uri)
                    .await
                    .unwrap_err();
                assert_eq!((answer.error(), answer.value("state")), ("login_required", state));
            }
        }
        let silent = app.ask("openid").without("state");
        let answer = house.walk(&mut house.visitor(), &silent).await;
        assert!(!answer.parameters.contains_key("state"), "{answer:?}");
    });
}

/// RU12: there is the code and nothing else: no token ever stands in an address.
#[test]
fn a_code_is_all_there_is() {
    on_each_store(async |backend| {
        let house = House::peopled("", "", backend).await;
        let app = house.app(Wanted::default()).await;
        let mut ann = house.visitor();
        house.walk(&mut ann, &app.ask("openid")).await;
        for other in [
            "token",
            "id_token",
            "id_token token",
            "code token",
            "code id_token",
            "code id_token token",
            "none",
            "CODE",
            "code code",
            " code",
        ] {
            let asked = app.ask("openid").with("response_type", other);
            let error = error_of(&house, &mut ann, &app, &asked).await;
            assert_eq!(error, "unsupported_response_type", "{other:?}");
        }
        let fragment = app.ask("openid").with("response_mode", "fragment");
        assert_eq!(error_of(&house, &mut ann, &app, &fragment).await, "invalid_request");
        for (name, value, error) in [
            ("request", "e30.e30.", "request_not_supported"),
            ("request_uri", "https://app.example/r", "request_uri_not_supported"),
            ("registration", "{}", "registration_not_supported"),
        ] {
            let asked = app.ask("openid").with(name, value);
            assert_eq!(error_of(&house, &mut ann, &app, &asked).await, error);
        }
    });
}

/// PK1, PK2, AT5: without a challenge there is no code, and S256 is the only method; a public client never goes without.
#[test]
fn a_challenge_is_asked_for() {
    on_each_store(async |backend| {
        for (pkce, lenient) in [("required", false), ("optional-with-secret", true)] {
            let house = House::peopled(&format!("pkce = \"{pkce}\""), "", backend).await;
            let metadata = house.at("/.well-known/openid-configuration");
            let metadata: Value = house.http.get(metadata).send().await.unwrap().json().await.unwrap();
            assert_eq!(
                metadata["code_challenge_methods_supported"],
                serde_json::json!(["S256"])
            );
            for public in [false, true] {
                let wanted = Wanted {
                    public,
                    ..Wanted::default()
                };
                let app = house.app(wanted).await;
                let asked = app.ask("openid");
                let challenge = asked.value("code_challenge").to_owned();
                let mut bad = vec![
                    asked.clone().with("code_challenge_method", "plain"),
                    asked.clone().without("code_challenge_method"),
                    asked.clone().with("code_challenge_method", "s256"),
                    asked.clone().with("code_challenge_method", "S512"),
                    asked.clone().with("code_challenge", "short"),
                    asked.clone().with("code_challenge", &format!("{challenge}=")),
                    asked
                        .clone()
                        .with("code_challenge", &challenge.replace(&challenge[..1], "+")),
                ];
                let bare = asked.clone().without("code_challenge").without("code_challenge_method");
                if public || !lenient {
                    bad.push(bare.clone());
                    bad.push(asked.clone().without("code_challenge"));
                }
                let mut ann = house.visitor();
                for asked in bad {
                    let query = asked.query();
                    assert_eq!(
                        error_of(&house, &mut ann, &app, &asked).await,
                        "invalid_request",
                        "{query}"
                    );
                }
                if !public && lenient {
                    assert_eq!(page_of(&house, &mut ann, &app, &bare).await, "sign-in");
                }
            }
        }
    });
}

/// OpenID Connect Core §3.1.2.1: by POST as by GET. RU9: and with 303 each time, so that no form travels on.
#[test]
fn a_request_comes_by_form_as_well() {
    on_each_store(async |backend| {
        let house = House::peopled("", "", backend).await;
        let app = house.app(Wanted::default()).await;
        let asked = app.ask("openid");
        let mut ann = house.visitor();
        let page = ann.post(house.authorize_path(), &asked.parameters).await;
        assert_eq!(page.status, 303);
        let page = house.leads(&mut ann, page, &app.redirect_uri).await.unwrap();
        assert!(page.path.ends_with("/sign-in"), "{}", page.path);
        for method in [
            Method::PUT,
            Method::DELETE,
            Method::HEAD,
            Method::PATCH,
            Method::OPTIONS,
        ] {
            let path = format!("{}?{}", house.authorize_path(), asked.query());
            let answer = ann.bare(method.clone(), &path).send().await.unwrap();
            assert_eq!(answer.status(), 405, "{method}");
            assert!(!answer.headers().contains_key("location"), "{method}");
        }
    });
}

/// DI2, AT12: no header of a request changes where its answers lead.
#[test]
fn a_forged_host_leads_nowhere_else() {
    on_each_store(async |backend| {
        let house = House::peopled("", "[server]\ntrusted_proxies = [\"127.0.0.1\"]\n", backend).await;
        let app = house.app(Wanted::default()).await;
        let path = format!("{}?{}", house.authorize_path(), app.ask("openid").query());
        for (name, value) in [
            ("host", "evil.example"),
            ("x-forwarded-host", "evil.example"),
            ("x-forwarded-proto", "https"),
            ("forwarded", "host=evil.example"),
            ("x-original-url", "/evil"),
        ] {
            let answer = house
                .http
                .get(house.at(&path))
                .header(name, value)
                .send()
                .await
                .unwrap();
            assert_eq!(answer.status(), 303, "{name}");
            let to = answer.headers()["location"].to_str().unwrap();
            assert!(to.starts_with("/flow/"), "{name}: {to}");
            let mut ann = house.visitor();
            let page = ann.read("", answer).await;
            let page = house.leads(&mut ann, page, &app.redirect_uri).await.unwrap();
            assert!(!page.text.contains("evil.example"), "{name}");
            // The way to a new password begins at that page, and its mail is built from settings.
            assert!(page.text.contains("href=\"/console/forgot?flow="));
            let form = ann
                .open("/console/forgot")
                .await
                .form("/console/forgot")
                .set("email", ANN);
            let request = ann
                .bare(Method::POST, &form.action)
                .header("sec-fetch-site", "same-origin");
            let sent = request.header(name, value).form(&form.fields).send().await.unwrap();
            assert!(
                sent.status().is_success() || sent.status() == 303,
                "{name}: {}",
                sent.status()
            );
        }
        let page = tollgate_model::Page::first();
        let mails = house.desk().store.mails(&page).await.unwrap().items;
        assert!(!mails.is_empty());
        for mail in mails {
            let text = tollgate_issuer::outbox::read(house.desk(), &mail.id)
                .await
                .unwrap()
                .unwrap();
            assert!(
                text.contains(&house.node.issuer) && !text.contains("evil.example"),
                "{}",
                text.as_str()
            );
        }
    });
}
