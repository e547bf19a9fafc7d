//! Basic OP: requests that stand in a JWT (OpenID Connect Core §6), which this house does not take and says so.

use super::{ask, at_once, certified, metadata, refusal, signs_in};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};
use tollgate_tests::app::{App, Asked, Wanted};
use tollgate_tests::{Backend, run};

/// The request as a JWT that nobody signed.
fn unsigned(app: &App, asked: &Asked, audience: &str) -> String {
    let mut claims: Map<String, Value> = asked
        .parameters
        .iter()
        .map(|(k, v)| (k.clone(), v.as_str().into()))
        .collect();
    claims.insert("iss".to_owned(), app.id.as_str().into());
    claims.insert("aud".to_owned(), audience.into());
    let claims = serde_json::to_vec(&claims).unwrap();
    let head = URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#);
    format!("{head}.{}.", URL_SAFE_NO_PAD.encode(claims))
}

/// oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported,
/// oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported: each is answered with its named error, at the
/// client's address; also with nothing but the least beside it, and nothing of it is heeded. The metadata says so.
#[test]
fn a_request_object_is_refused_by_name() {
    run(async {
        let house = certified(Backend::Sqlite).await;
        let app = house.app(Wanted::default()).await;
        let mut ann = house.visitor();
        signs_in(&house, &mut ann, &app, &ask(&app, "openid")).await;
        let said = metadata(&house).await;
        for member in ["request_parameter_supported", "request_uri_parameter_supported"] {
            assert_eq!(said[member], false, "{member}");
        }
        let whole = ask(&app, "openid");
        let object = unsigned(&app, &whole, &house.node.issuer);
        for (name, value, error) in [
            ("request", object.as_str(), "request_not_supported"),
            (
                "request_uri",
                "https://app.example/request.jwt#x",
                "request_uri_not_supported",
            ),
        ] {
            assert_eq!(refusal(&house, &mut ann, &whole.clone().with(name, value)).await, error);
            // §6.1: OAuth's own required parameters stand beside it, the rest within.
            let least = whole
                .clone()
                .without("redirect_uri")
                .without("state")
                .without("nonce")
                .with(name, value);
            let answer = at_once(&house, &mut ann, &least).await;
            assert_eq!((answer.error(), answer.value("state")), (error, ""), "{name}");
        }
    });
}

/// oidcc-ensure-request-object-with-redirect-uri: RU5: the address beside the object counts, and where it is not registered
/// nobody is sent anywhere: neither there nor to that of the object.
#[test]
fn a_request_object_lends_no_address() {
    run(async {
        let house = certified(Backend::Sqlite).await;
        let app = house.app(Wanted::default()).await;
        let mut ann = house.visitor();
        signs_in(&house, &mut ann, &app, &ask(&app, "openid")).await;
        let honest = ask(&app, "openid");
        let evil = honest.clone().with("redirect_uri", "https://evil.example/cb");
        for (within, beside) in [(&honest, &evil), (&evil, &evil)] {
            let object = unsigned(&app, within, &house.node.issuer);
            let page = house.asks(&mut ann, &beside.clone().with("request", &object)).await;
            assert_eq!((page.status, page.leads_to()), (400, ""), "{}", page.text);
        }
        let object = unsigned(&app, &evil, &house.node.issuer);
        let asked = honest.with("request", &object);
        assert_eq!(refusal(&house, &mut ann, &asked).await, "request_not_supported");
    });
}
