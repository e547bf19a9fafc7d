//! What a header may say, and what it may not (JW3, JW4).

use super::*;

/// JW3: a token of another type, or of none, is not accepted in an access token's place.
#[test]
fn a_token_of_another_type_is_refused() {
    for typ in [
        "JWT",
        "logout+jwt",
        "client-authentication+jwt",
        "",
        "at+jwt ",
        "application/",
        "at+JWTs",
    ] {
        let token = signer().sign(typ, payload().to_string().as_bytes()).unwrap();
        assert_eq!(flaw_of(&token), Flaw::Type, "{typ:?}");
    }
    let untyped = signed_under(&format!(r#"{{"alg":"ES256","kid":"{}"}}"#, signer().kid()));
    assert_eq!(flaw_of(&untyped), Flaw::Type);
    assert_eq!(
        verify(&good(), &all_keys(), &Expect { typ: "JWT", ..EXPECT }).unwrap_err(),
        Flaw::Type
    );
}

/// JW3: RFC 7515 §4.1.9 gives one type several spellings.
#[test]
fn a_type_is_compared_as_a_media_type() {
    for typ in ["at+jwt", "AT+JWT", "application/at+jwt", "Application/At+JWT"] {
        let token = signer().sign(typ, payload().to_string().as_bytes()).unwrap();
        assert!(verify(&token, &all_keys(), &EXPECT).is_ok(), "{typ}");
        let expect = Expect { typ, ..EXPECT };
        assert!(verify(&good(), &all_keys(), &expect).is_ok(), "{typ}");
    }
}

/// JW4: a key that a token brings along, or points to, is not looked at.
#[test]
fn keys_in_the_header_are_not_trusted() {
    let attacker = SigningKey::generate(Algorithm::ES256, &crate::chance::Fixed::new(66)).unwrap();
    let jwk = serde_json::to_string(attacker.public()).unwrap();
    let bait = [
        format!(r#""jwk":{jwk}"#),
        r#""jku":"https://evil.example/jwks""#.to_owned(),
        r#""x5u":"https://evil.example/cert""#.to_owned(),
        r#""x5c":["AAAA"]"#.to_owned(),
    ];
    let signature = attacker.sign("at+jwt", payload().to_string().as_bytes()).unwrap();
    for bait in bait {
        // The attacker's own name: unknown. Ours: the signature is not ours.
        for (kid, flaw) in [(attacker.kid(), Flaw::UnknownKey), (signer().kid(), Flaw::Signature)] {
            let token = under(&format!(r#"{{"alg":"ES256","typ":"at+jwt","kid":"{kid}",{bait}}}"#));
            let (message, _) = token.rsplit_once('.').unwrap();
            let (_, signature) = signature.rsplit_once('.').unwrap();
            assert_eq!(flaw_of(&format!("{message}.{signature}")), flaw);
        }
        // Signed by us, the member changes nothing.
        let header = format!(r#"{{"alg":"ES256","typ":"at+jwt","kid":"{}",{bait}}}"#, signer().kid());
        assert!(verify(&signed_under(&header), &all_keys(), &EXPECT).is_ok());
    }
}

/// RFC 7515 §4.1.11: an extension that is demanded and not understood ends it, signed or not.
#[test]
fn a_critical_extension_is_refused() {
    let kid = signer().kid();
    for value in [r#"["b64"]"#, "[]", "null", r#""exp""#] {
        let header = format!(r#"{{"alg":"ES256","typ":"at+jwt","kid":"{kid}","crit":{value},"b64":false}}"#);
        assert_eq!(flaw_of(&signed_under(&header)), Flaw::Critical);
    }
}

#[test]
fn a_header_that_is_no_clean_object_is_refused() {
    let kid = signer().kid();
    for header in [
        String::new(),
        "null".to_owned(),
        "[]".to_owned(),
        "{}".to_owned(),
        format!(r#"["ES256","{kid}","at+jwt",false]"#),
        format!(r#"{{"alg":"ES256","alg":"ES256","kid":"{kid}"}}"#),
        format!(r#"{{"alg":"ES256","kid":"{kid}","kid":"{kid}"}}"#),
        format!(r#"{{"alg":["ES256"],"kid":"{kid}"}}"#),
        format!(r#"{{"alg":"ES256","kid":"{kid}"}} x"#),
        format!(r#"{{"alg":"ES256","kid":"{kid}","a":{}"#, "[".repeat(500)),
    ] {
        assert_eq!(flaw_of(&signed_under(&header)), Flaw::HeaderUnreadable, "{header}");
    }
}
