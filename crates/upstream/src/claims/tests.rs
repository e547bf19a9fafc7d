use super::*;
use serde_json::json;

const NOW: i64 = 1_800_000_000;
const EXPECT: Expect<'static> = Expect {
    issuer: "https://idp.example",
    client_id: "us",
    nonce: "n1",
    algorithm: Algorithm::RS256,
    access_token: Some("at"),
    now: Moment(NOW),
};

fn good() -> Value {
    json!({
        "iss": "https://idp.example", "sub": "s1", "aud": "us", "exp": NOW + 300, "iat": NOW, "nonce": "n1",
        "email": "ann@firm.example", "email_verified": true, "name": "Ann", "given_name": "Ann",
    })
}

fn with(name: &str, value: Value) -> Value {
    let mut claims = good();
    claims[name] = value;
    claims
}

fn without(name: &str) -> Value {
    let mut claims = good();
    claims.as_object_mut().unwrap().remove(name);
    claims
}

fn judged(claims: &Value) -> Result<Said, Failed> {
    read(claims.to_string().as_bytes(), &EXPECT)
}

fn refused(claims: &Value) -> bool {
    matches!(judged(claims), Err(Failed::Unbelieved(_)))
}

#[test]
fn an_id_token_says_who_it_is() {
    let told = judged(&good()).unwrap().told();
    assert_eq!(
        (told.subject.as_str(), told.email.as_deref()),
        ("s1", Some("ann@firm.example"))
    );
    assert_eq!((told.email_verified, told.name.as_deref()), (true, Some("Ann")));
    assert_eq!(Value::Object(told.claims), json!({ "given_name": "Ann" }));
}

/// CL3: bad nonce, audience, times, issuer, subject: each is refused.
#[test]
fn an_id_token_that_was_not_meant_for_this_errand_is_refused() {
    assert!(!refused(&good()));
    for claims in [
        with("iss", json!("https://idp.example/")),
        with("aud", json!("them")),
        with("aud", json!(["them", "others"])),
        with("aud", json!([])),
        with("azp", json!("them")),
        with("exp", json!(NOW - 60)),
        with("exp", json!("soon")),
        with("iat", json!(NOW + 61)),
        with("nbf", json!(NOW + 61)),
        with("nonce", json!("n2")),
        with("auth_time", json!(NOW + 61)),
        with("auth_time", json!(-1)),
        with("auth_time", json!(-0.5)),
        with("auth_time", json!(1e300)),
        with("auth_time", json!("today")),
        with("sub", json!("")),
        with("sub", json!("a".repeat(256))),
        with("sub", json!(7)),
        with("sub", json!("s\u{1}")),
        without("iss"),
        without("sub"),
        without("aud"),
        without("exp"),
        without("iat"),
        without("nonce"),
        json!(["https://idp.example", "s1"]),
    ] {
        assert!(refused(&claims), "{claims}");
    }
}

/// OpenID Connect Core §3.1.3.7: for several only if it was issued to us.
#[test]
fn a_token_for_several_says_who_it_was_issued_to() {
    let several = with("aud", json!(["us", "them"]));
    assert!(refused(&several));
    let mut ours = several;
    ours["azp"] = json!("us");
    assert!(!refused(&ours));
    assert!(!refused(&with("aud", json!(["us"]))));
}

#[test]
fn clocks_may_differ_by_a_minute() {
    assert!(!refused(&with("exp", json!(NOW - 59))));
    assert!(!refused(&with("iat", json!(NOW + 60))));
    assert!(!refused(&with("iat", json!(1.5e9))));
}

/// OC2: when somebody signed in there is told as it was said, in whole seconds; nothing is made up where nothing is said.
#[test]
fn when_somebody_signed_in_is_told() {
    let shown = |claims: &Value| judged(claims).unwrap().told().auth_time;
    assert_eq!(shown(&good()), None);
    assert_eq!(shown(&with("auth_time", json!(null))), None);
    for (said, told) in [
        (json!(0), 0),
        (json!(NOW - 90_000), NOW - 90_000),
        (json!(1.5e9), 1_500_000_000),
        (json!(1_500_000_000.9), 1_500_000_000),
        (json!(NOW + 60), NOW + 60),
    ] {
        assert_eq!(shown(&with("auth_time", said)), Some(Moment(told)));
    }
}

/// OpenID Connect Core §3.1.3.8: whatever it is signed with, and whatever its length.
#[test]
fn a_hash_of_another_access_token_is_refused() {
    for algorithm in Algorithm::ALL {
        let refused = |hash: String| {
            let claims = with("at_hash", json!(hash)).to_string();
            let expect = Expect { algorithm, ..EXPECT };
            matches!(read(claims.as_bytes(), &expect), Err(Failed::Unbelieved(_)))
        };
        assert!(!refused(half_hash("at", algorithm)));
        assert!(refused(half_hash("other", algorithm)));
        assert!(refused(String::new()));
        let another = match algorithm {
            Algorithm::EdDSA => Algorithm::RS256,
            _ => Algorithm::EdDSA,
        };
        assert!(refused(half_hash("at", another)), "{algorithm:?}");
    }
}

/// CL3: UserInfo about somebody else is not taken, and takes nothing back that was signed.
#[test]
fn user_info_is_about_the_same_person() {
    let said = || judged(&without("email")).unwrap();
    let object = |value: Value| value.as_object().unwrap().clone();
    assert!(!said().names_address());
    let stranger = said().with(object(json!({ "sub": "s2", "email": "eve@firm.example" })));
    assert!(matches!(stranger, Err(Failed::Unbelieved(_))));
    assert!(said().with(object(json!({ "email": "eve@firm.example" }))).is_err());
    let told = said()
        .with(object(json!({ "sub": "s1", "email": "a@firm.example", "name": "Eve" })))
        .unwrap()
        .told();
    assert_eq!(
        (told.email.as_deref(), told.name.as_deref()),
        (Some("a@firm.example"), Some("Ann"))
    );
    // What was signed as verified was no address of UserInfo's.
    assert!(!told.email_verified);
}

#[test]
fn verified_may_be_written_as_text() {
    for (value, verified) in [
        (json!("true"), true),
        (json!("false"), false),
        (json!(1), false),
        (json!(null), false),
    ] {
        let told = judged(&with("email_verified", value)).unwrap().told();
        assert_eq!(told.email_verified, verified);
    }
}
