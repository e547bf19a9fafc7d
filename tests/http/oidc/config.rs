//! Config OP: what discovery says (OpenID Connect Discovery §3, §4), and the published keys.

use super::metadata;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tollgate_model::client::SignIn;
use tollgate_protocol::jose::Algorithm;
use tollgate_tests::app::{Wanted, text};
use tollgate_tests::house::{House, header};
use tollgate_tests::{Backend, run};

fn words(said: &Value, member: &str) -> Vec<String> {
    let list = said[member].as_array().unwrap_or_else(|| panic!("no {member}: {said}"));
    let words = list.iter().map(|word| word.as_str().expect("a text").to_owned());
    words.collect()
}

/// oidcc-discovery-endpoint-verification: DI1, DI3: JSON at the issuer's well-known place; every address is https and the
/// issuer's own; what must be told is told, in the words that are registered for it.
#[test]
fn discovery_says_what_it_must() {
    run(async {
        let public = "https://id.vendor.example";
        let house = House::peopled("", &format!("[server]\npublic_url = \"{public}\"\n"), Backend::Sqlite).await;
        let url = house.at("/.well-known/openid-configuration");
        let answer = house.http.get(&url).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        let kind = answer.headers()["content-type"].to_str().unwrap();
        assert_eq!(kind.split(';').next(), Some("application/json"));
        let said: Value = answer.json().await.unwrap();
        assert_eq!(said["issuer"], public);
        let mut addresses = 0;
        for (member, value) in said.as_object().unwrap() {
            if member.ends_with("_endpoint") || member.ends_with("_uri") {
                let address = value.as_str().unwrap();
                assert!(address.starts_with(&format!("{public}/")), "{member}: {address}");
                let parsed = reqwest::Url::parse(address).unwrap();
                assert_eq!((parsed.query(), parsed.fragment()), (None, None), "{member}");
                addresses += 1;
            }
            // RFC 8414 §2: what has nothing in it is left out.
            assert!(!value.is_null() && *value != json!([]), "{member}");
        }
        for member in [
            "authorization_endpoint",
            "token_endpoint",
            "userinfo_endpoint",
            "jwks_uri",
            "end_session_endpoint",
        ] {
            assert!(said[member].is_string(), "{member}");
        }
        assert!(addresses >= 5);
        for (member, least) in [
            ("response_types_supported", vec!["code"]),
            ("subject_types_supported", vec!["public"]),
            ("id_token_signing_alg_values_supported", vec!["RS256"]),
            (
                "scopes_supported",
                vec!["openid", "profile", "email", "address", "phone"],
            ),
            ("grant_types_supported", vec!["authorization_code"]),
            ("response_modes_supported", vec!["query", "form_post"]),
            (
                "token_endpoint_auth_methods_supported",
                vec!["client_secret_basic", "client_secret_post"],
            ),
            (
                "claims_supported",
                vec!["sub", "name", "email", "phone_number", "address"],
            ),
            ("code_challenge_methods_supported", vec!["S256"]),
        ] {
            let told = words(&said, member);
            for word in least {
                assert!(told.iter().any(|held| held == word), "{member}: {told:?}");
            }
            assert_eq!(
                told.iter().collect::<BTreeSet<_>>().len(),
                told.len(),
                "{member} says a thing once"
            );
        }
        assert!(said["claims_parameter_supported"] == true);
        for member in ["request_parameter_supported", "request_uri_parameter_supported"] {
            assert!(
                said[member].is_boolean(),
                "{member}: left out, the latter would be true"
            );
        }
        // RFC 6749 §3.3, RFC 5646 §2.1.1.
        for scope in words(&said, "scopes_supported") {
            let plain = scope.bytes().all(|b| matches!(b, 0x21 | 0x23..=0x5b | 0x5d..=0x7e));
            assert!(!scope.is_empty() && plain, "{scope:?}");
        }
        for tag in words(&said, "ui_locales_supported") {
            assert!(tag.len() == 2 && tag.bytes().all(|b| b.is_ascii_lowercase()), "{tag}");
        }
        for member in [
            "id_token_signing_alg_values_supported",
            "userinfo_signing_alg_values_supported",
        ] {
            for name in words(&said, member) {
                assert!(
                    Algorithm::of_name(&name).is_some_and(|algorithm| algorithm.name() == name),
                    "{member}: {name}"
                );
            }
        }
    });
}

/// oidcc-rp-initiated-logout-discovery-endpoint-verification, oidcc-backchannel-logout-discovery-endpoint-verification,
/// oidcc-frontchannel-logout-discovery-endpoint-verification: each kind of logout is announced.
#[test]
fn discovery_announces_logout() {
    run(async {
        let house = House::peopled("", "", Backend::Sqlite).await;
        let said = metadata(&house).await;
        assert_eq!(
            said["end_session_endpoint"],
            house.at(&house.config.issuer.paths.end_session)
        );
        for member in [
            "backchannel_logout_supported",
            "backchannel_logout_session_supported",
            "frontchannel_logout_supported",
            "frontchannel_logout_session_supported",
        ] {
            assert_eq!(said[member], true, "{member}");
        }
        assert!(words(&said, "claims_supported").contains(&"sid".to_owned()));
    });
}

/// oidcc-discovery-endpoint-verification, the key set: JW7: public keys alone, each by a name of its own, whole and strong
/// enough; one signs RS256, and each algorithm that is offered has one.
#[test]
fn the_published_keys_are_public_and_told_apart() {
    run(async {
        let house = House::peopled("", "", Backend::Sqlite).await;
        for algorithm in [Algorithm::RS256, Algorithm::ES256] {
            let wanted = Wanted {
                sign_in: SignIn {
                    id_token_alg: Some(algorithm),
                    ..SignIn::default()
                },
                ..Wanted::default()
            };
            let app = house.app(wanted).await;
            let body = house.tokens(&app, "openid").await;
            assert_eq!(header(text(&body, "id_token"))["alg"], algorithm.name());
        }
        let set = house.jwks().await;
        let keys = set["keys"].as_array().unwrap();
        let names: BTreeSet<&str> = keys.iter().map(|key| text(key, "kid")).collect();
        assert!(names.len() == keys.len() && !names.contains(""), "{set}");
        for key in keys {
            for private in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
                assert!(key.get(private).is_none(), "{private}");
            }
            assert_eq!(text(key, "use"), "sig");
            let bytes = |member: &str| URL_SAFE_NO_PAD.decode(text(key, member)).expect(member).len();
            match (text(key, "kty"), text(key, "alg")) {
                ("RSA", "RS256" | "PS256") => assert!(bytes("n") >= 256 && (1..=4).contains(&bytes("e")), "{key}"),
                ("EC", "ES256") => assert_eq!((bytes("x"), bytes("y"), text(key, "crv")), (32, 32, "P-256")),
                ("OKP", "EdDSA") => assert_eq!((bytes("x"), text(key, "crv")), (32, "Ed25519")),
                other => panic!("{other:?}"),
            }
        }
        let offered = words(&metadata(&house).await, "id_token_signing_alg_values_supported");
        for algorithm in offered {
            assert!(
                keys.iter().any(|key| text(key, "alg") == algorithm),
                "{algorithm}: {set}"
            );
        }
    });
}
