//! What the metadata says of people (OpenID Connect Discovery §3), and whether it is so.

use super::{error_of, page_of};
use serde_json::{Value, json};
use tollgate_model::client::SignIn;
use tollgate_protocol::jose::Algorithm;
use tollgate_tests::app::{ANN, Wanted, on_each_store, text};
use tollgate_tests::house::{House, header};

async fn metadata(house: &House) -> Value {
    let url = house.at("/.well-known/openid-configuration");
    house.http.get(url).send().await.unwrap().json().await.unwrap()
}

fn words<'a>(said: &'a Value, name: &str) -> Vec<&'a str> {
    let list = said[name].as_array().unwrap_or_else(|| panic!("no {name}: {said}"));
    list.iter().filter_map(Value::as_str).collect()
}

/// DI3: every member about people is true: endpoints answer, scopes and claims are told, each way back, each algorithm,
/// each prompt, each kind of sign-in and each language can be asked for.
#[test]
fn what_is_said_of_people_is_so() {
    let settings = "acr = [{ value = \"urn:acr:pwd\", ways = [\"pwd\"] }]";
    on_each_store(async |backend| {
        let house = House::peopled(settings, "", backend).await;
        let said = metadata(&house).await;
        let mut members: Vec<&str> = said.as_object().unwrap().keys().map(String::as_str).collect();
        members.sort_unstable();
        // Whoever advertises more tries it here as well.
        assert_eq!(
            members,
            [
                "acr_values_supported",
                "authorization_endpoint",
                "authorization_response_iss_parameter_supported",
                "backchannel_logout_session_supported",
                "backchannel_logout_supported",
                "claims_parameter_supported",
                "claims_supported",
                "code_challenge_methods_supported",
                "end_session_endpoint",
                "frontchannel_logout_session_supported",
                "frontchannel_logout_supported",
                "grant_types_supported",
                "id_token_signing_alg_values_supported",
                "introspection_endpoint",
                "introspection_endpoint_auth_methods_supported",
                "issuer",
                "jwks_uri",
                "prompt_values_supported",
                "request_parameter_supported",
                "request_uri_parameter_supported",
                "response_modes_supported",
                "response_types_supported",
                "revocation_endpoint",
                "revocation_endpoint_auth_methods_supported",
                "scopes_supported",
                "subject_types_supported",
                "token_endpoint",
                "token_endpoint_auth_methods_supported",
                "ui_locales_supported",
                "userinfo_endpoint",
                "userinfo_signing_alg_values_supported",
            ]
        );
        assert_eq!(said["response_types_supported"], json!(["code"]));
        assert_eq!(
            words(&said, "grant_types_supported"),
            ["client_credentials", "authorization_code", "refresh_token"]
        );
        assert!(words(&said, "token_endpoint_auth_methods_supported").contains(&"none"));
        assert!(!words(&said, "introspection_endpoint_auth_methods_supported").contains(&"none"));

        let app = house.app(Wanted::default()).await;
        let mut ann = house.visitor();
        for scope in words(&said, "scopes_supported") {
            let openid = ["openid", "profile", "email", "address", "phone", "offline_access"].contains(&scope);
            let api = if scope == "send" { "mail" } else { "docs" };
            let mut asked = app.ask(scope);
            if !openid {
                asked = asked.with("audience", &format!("https://api.example/{api}"));
            }
            if scope == "send" {
                // Known, and not granted to this client.
                assert_eq!(error_of(&house, &mut ann, &app, &asked).await, "invalid_scope");
            } else {
                let answer = house.walk(&mut ann, &asked).await;
                assert_eq!(house.redeem(&app, &asked, answer.code()).await.0, 200, "{scope}");
            }
        }
        for mode in words(&said, "response_modes_supported") {
            let asked = app.ask("openid").with("response_mode", mode);
            assert!(!house.walk(&mut ann, &asked).await.code().is_empty(), "{mode}");
        }
        for acr in words(&said, "acr_values_supported") {
            let asked = app.ask("openid").with("acr_values", acr);
            assert!(!house.walk(&mut ann, &asked).await.code().is_empty(), "{acr}");
        }
        for (prompt, page) in [
            ("login", "sign-in"),
            ("consent", "consent"),
            ("select_account", "account"),
        ] {
            assert!(words(&said, "prompt_values_supported").contains(&prompt));
            let asked = app.ask("openid").with("prompt", prompt);
            assert_eq!(page_of(&house, &mut ann, &app, &asked).await, page);
        }
        for language in words(&said, "ui_locales_supported") {
            let asked = app.ask("openid").with("ui_locales", language);
            let mut other = house.visitor();
            let page = house.asks(&mut other, &asked).await;
            let page = house.leads(&mut other, page, &app.redirect_uri).await.unwrap();
            assert!(page.text.contains(&format!("<html lang=\"{language}\"")), "{language}");
        }
        for algorithm in words(&said, "id_token_signing_alg_values_supported") {
            let algorithm = Algorithm::of_name(algorithm).unwrap();
            let wanted = Wanted {
                sign_in: SignIn {
                    id_token_alg: Some(algorithm),
                    userinfo_alg: Some(algorithm),
                    ..SignIn::default()
                },
                ..Wanted::default()
            };
            let app = house.app(wanted).await;
            let body = house.tokens(&app, "openid").await;
            assert_eq!(header(text(&body, "id_token"))["alg"], algorithm.name());
            let url = said["userinfo_endpoint"].as_str().unwrap();
            let answer = house
                .http
                .get(url)
                .bearer_auth(text(&body, "access_token"))
                .send()
                .await
                .unwrap();
            let signed = answer.text().await.unwrap();
            assert_eq!(header(&signed)["alg"], algorithm.name());
        }
        assert!(words(&said, "id_token_signing_alg_values_supported").contains(&"RS256"));
        let asked = app.ask("openid").with("claims", r#"{"userinfo":{"email":null}}"#);
        let answer = house.walk(&mut ann, &asked).await;
        let (_, body) = house.redeem(&app, &asked, answer.code()).await;
        assert_eq!(
            text(&house.user_info(text(&body, "access_token")).await.1, "email"),
            ANN
        );
        let end = said["end_session_endpoint"].as_str().unwrap();
        assert_eq!(house.http.get(end).send().await.unwrap().status(), 200);
    });
}

/// DI3: where no application may act for people nothing is said of it, and nothing is there: no endpoint, no page, no
/// grant.
#[test]
fn without_people_nothing_of_it_is_there() {
    on_each_store(async |backend| {
        let house = House::ordinary("", backend).await;
        let said = metadata(&house).await;
        for member in [
            "authorization_endpoint",
            "userinfo_endpoint",
            "end_session_endpoint",
            "claims_supported",
        ] {
            assert!(said.get(member).is_none(), "{member}");
        }
        assert_eq!(words(&said, "grant_types_supported"), ["client_credentials"]);
        let paths = &house.config.issuer.paths;
        for path in [
            paths.authorization.as_str(),
            &paths.userinfo,
            &paths.end_session,
            "/v2/logout",
            "/flow/x/sign-in",
        ] {
            let status = house.http.get(house.at(path)).send().await.unwrap().status();
            assert_eq!(status, 404, "{path}");
        }
        for grant in ["authorization_code", "refresh_token"] {
            let answer = house.ask(&[("grant_type", grant), ("code", "x"), ("refresh_token", "x")]);
            let body: Value = answer.send().await.unwrap().json().await.unwrap();
            assert_eq!(body["error"], "unsupported_grant_type", "{grant}");
        }
    });
}
