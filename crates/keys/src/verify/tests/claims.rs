//! What the claims must say (JW5).

use super::*;

/// JW5: `iss` is compared octet for octet.
#[test]
fn another_issuer_is_refused() {
    for issuer in [
        "https://issuer.example/",
        "https://ISSUER.example",
        "https://issuer.example.evil",
        "",
    ] {
        assert_eq!(judged(&payload_with("iss", json!(issuer))), Err(Flaw::Issuer));
    }
}

/// JW5: one of the names in `aud` must be ours.
#[test]
fn another_audience_is_refused() {
    for audience in [
        json!("https://other.example"),
        json!("https://api.example/"),
        json!([]),
        json!(["a", "b"]),
    ] {
        assert_eq!(judged(&payload_with("aud", audience)), Err(Flaw::Audience));
    }
    let several = json!(["https://other.example", "https://api.example"]);
    assert!(judged(&payload_with("aud", several)).is_ok());
    let nobody = Expect {
        audience: &[],
        ..EXPECT
    };
    assert_eq!(verify(&good(), &all_keys(), &nobody), Err(Flaw::Audience));
}

/// JW5: `exp` is the first second in which a token is over.
#[test]
fn an_expired_token_is_refused() {
    let end = NOW + 60;
    assert!(at(&payload(), end - 1, 0).is_ok());
    assert_eq!(at(&payload(), end, 0), Err(Flaw::Expired));
    assert!(at(&payload(), end + 29, 30).is_ok());
    assert_eq!(at(&payload(), end + 30, 30), Err(Flaw::Expired));
}

/// JW5: no reader can be talked into more than a minute.
#[test]
fn a_leeway_is_at_most_a_minute_and_never_negative() {
    let end = NOW + 60;
    assert!(at(&payload(), end + 59, i64::MAX).is_ok());
    assert_eq!(at(&payload(), end + 60, i64::MAX), Err(Flaw::Expired));
    assert!(at(&payload(), end - 1, -1000).is_ok());
}

/// JW5: `nbf` and `iat` in the future, beyond the leeway, are refused.
#[test]
fn a_token_from_the_future_is_refused() {
    let early = payload_with("nbf", json!(NOW + 10));
    assert_eq!(at(&early, NOW, 0), Err(Flaw::NotYet));
    assert_eq!(at(&early, NOW, 9), Err(Flaw::NotYet));
    assert!(at(&early, NOW, 10).is_ok());
    assert!(at(&early, NOW + 10, 0).is_ok());

    let future = payload_with("iat", json!(NOW + 10));
    assert_eq!(at(&future, NOW, 9), Err(Flaw::IssuedInFuture));
    assert!(at(&future, NOW, 10).is_ok());
    assert_eq!(judged(&payload_with("iat", json!(NOW + 61))), Err(Flaw::IssuedInFuture));
}

#[test]
fn absurd_times_do_not_overflow() {
    for member in ["exp", "iat", "nbf"] {
        for value in [i64::MAX, i64::MIN] {
            let payload = payload_with(member, json!(value));
            for now in [i64::MIN, NOW, i64::MAX] {
                let judged = at(&payload, now, 60);
                assert!(judged.is_ok() || matches!(judged, Err(Flaw::Expired | Flaw::NotYet | Flaw::IssuedInFuture)));
            }
        }
    }
}

/// JW5: what every access token has, this one must have.
#[test]
fn a_missing_claim_is_named() {
    for claim in ["iss", "aud", "exp", "iat", "client_id"] {
        let mut payload = payload();
        payload.as_object_mut().unwrap().remove(claim);
        assert_eq!(judged(&payload), Err(Flaw::MissingClaim(claim)));
        assert_eq!(
            judged(&payload_with(claim, Value::Null)),
            Err(Flaw::MissingClaim(claim))
        );
    }
}

/// JW5: claims of another type than theirs are no claims.
#[test]
fn a_payload_that_is_no_claims_object_is_refused() {
    for payload in [
        json!(null),
        json!([]),
        json!("a"),
        json!(["https://issuer.example", "c1"]),
    ] {
        assert_eq!(judged(&payload), Err(Flaw::NotClaims));
    }
    // The values of all claims in a row: what a derived reader would take for an object.
    let row = json!([
        "https://issuer.example",
        "c1",
        "https://api.example",
        "c1",
        null,
        "a",
        null,
        NOW,
        null,
        NOW + 60,
        "t1",
        null
    ]);
    assert_eq!(judged(&row), Err(Flaw::NotClaims));
    for (claim, value) in [
        ("exp", json!("soon")),
        ("aud", json!({})),
        ("iss", json!(["a"])),
        ("exp", json!(1e300)),
    ] {
        assert_eq!(judged(&payload_with(claim, value)), Err(Flaw::NotClaims));
    }
}

/// A gateway in front of several APIs verifies once, reads, and then asks for the one it found.
#[test]
fn the_signature_is_verified_once_for_several_audiences() {
    let (header, payload) = signature(&good(), &all_keys()).unwrap();
    let token = read(&payload).unwrap();
    assert_eq!(check(&header, &token, &EXPECT), Ok(()));
    let other = Expect {
        audience: &["https://other.example"],
        ..EXPECT
    };
    assert_eq!(check(&header, &token, &other), Err(Flaw::Audience));
    assert_eq!(claims(&header, &payload, &EXPECT), Ok(token));
}
