use super::*;
use crate::token::facts::{NOW, digests, identified, known, user};
use serde_json::json;
use tollgate_model::client::SignIn;

fn about<'a>(by: &'a Identified, client: &'a ClientId) -> About<'a> {
    About {
        issuer: "https://as.example",
        subject: "usr_1",
        client,
        by,
        nonce: Some("n-1"),
        access_token: "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y",
        claims: Map::new(),
        lifetime: 3_600,
    }
}

fn written(about: About<'_>, algorithm: Algorithm) -> Value {
    serde_json::from_slice(&write(about, algorithm, NOW)).unwrap()
}

/// OC1: everything that a client checks: whom, for whom, when, how, in answer to what, and with which access token.
#[test]
fn an_id_token_says_all_that_a_client_checks() {
    let (by, client) = (identified(), ClientId::new("client-one"));
    assert_eq!(
        written(about(&by, &client), Algorithm::RS256),
        json!({
            "iss": "https://as.example", "sub": "usr_1", "aud": "client-one",
            "iat": NOW.0, "exp": NOW.0 + 3_600, "auth_time": NOW.0 - 30,
            "nonce": "n-1", "acr": "urn:acr:two", "amr": ["pwd", "otp"], "sid": "ses_1",
            // OpenID Connect Core, appendix A.3.
            "at_hash": "77QmUPtjPfzWtF2AnpK9RQ",
        })
    );
}

/// OC1: `at_hash` is by the hash of the algorithm that signs: SHA-512 for Ed25519.
#[test]
fn the_access_token_is_named_by_every_algorithm() {
    let (by, client) = (identified(), ClientId::new("client-one"));
    for algorithm in Algorithm::ALL {
        let length = if algorithm == Algorithm::EdDSA { 43 } else { 22 };
        let told = written(about(&by, &client), algorithm);
        let hash = told.get("at_hash").and_then(Value::as_str).unwrap();
        assert_eq!(hash, half_hash(about(&by, &client).access_token, algorithm));
        assert_eq!(hash.len(), length, "{algorithm:?}");
    }
}

/// OC1: what there is not is not said.
#[test]
fn what_was_not_asked_is_not_said() {
    let (by, client) = (identified(), ClientId::new("client-one"));
    let by = Identified { acr: None, ..by };
    let told = written(
        About {
            nonce: None,
            ..about(&by, &client)
        },
        Algorithm::EdDSA,
    );
    for absent in ["nonce", "acr", "email", "name"] {
        assert_eq!(told.get(absent), None, "{absent}");
    }
}

/// OpenID Connect Core §5.4, §5.5: claims of the person stand in it when they were asked for there, and only then.
#[test]
fn claims_asked_for_by_name_stand_in_it() {
    let terms = PeopleTerms::of("https://as.example/userinfo");
    let asked = ClaimsAsked {
        userinfo: vec!["name".into()],
        id_token: vec!["email".into(), "acr".into(), "sub".into()],
    };
    let claims = told(&terms, &user(), &asked);
    assert_eq!(Value::Object(claims.clone()), json!({ "email": "ann@firm.example" }));
    let (by, client) = (identified(), ClientId::new("client-one"));
    let told = written(
        About {
            claims,
            ..about(&by, &client)
        },
        Algorithm::ES256,
    );
    assert_eq!(told.get("email"), Some(&json!("ann@firm.example")));
    assert_eq!(told.get("sub"), Some(&json!("usr_1")));
}

/// JW3: a hint is an ID token of ours, and neither an access token nor a signed UserInfo answer.
#[test]
fn only_an_id_token_is_read_as_one() {
    let (by, client) = (identified(), ClientId::new("client-one"));
    let whole = write(about(&by, &client), Algorithm::RS256, NOW);
    let hint = read(&whole, "https://as.example").unwrap();
    assert_eq!((hint.client.as_str(), hint.subject.as_str()), ("client-one", "usr_1"));
    assert_eq!(hint.session.as_str(), "ses_1");
    assert_eq!(read(&whole, "https://as.example/"), None);
    for missing in ["iss", "sub", "aud", "exp", "iat", "sid"] {
        let mut claims: Value = serde_json::from_slice(&whole).unwrap();
        claims.as_object_mut().unwrap().remove(missing);
        assert_eq!(
            read(&serde_json::to_vec(&claims).unwrap(), "https://as.example"),
            None,
            "{missing}"
        );
    }
}

/// OC4: a hint names the person by the name that its client knows.
#[test]
fn a_hint_names_one_person() {
    let client = known(SignIn {
        pairwise: true,
        ..SignIn::default()
    });
    let sign_in = client.sign_in.as_deref().unwrap();
    let hint = Hint {
        client: client.id.clone(),
        subject: person::subject(&digests(), sign_in, &user().id),
        session: SessionId::new("ses_1"),
    };
    assert!(hint.names(&digests(), sign_in, &user().id));
    assert!(!hint.names(&digests(), sign_in, &UserId::new("usr_2")));
    let public = known(SignIn::default());
    assert!(!hint.names(&digests(), public.sign_in.as_deref().unwrap(), &user().id));
}
