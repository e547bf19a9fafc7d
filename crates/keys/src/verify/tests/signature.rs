//! Whether the signature is one of ours (JW1, JW2).

use super::*;

/// JW1: every algorithm and every profile is signed, verified and read back.
#[test]
fn what_is_signed_is_verified() {
    let token = judged(&payload()).unwrap();
    for algorithm in Algorithm::ALL {
        for profile in [
            Profile::Rfc9068,
            Profile::Auth0,
            Profile::Hydra,
            Profile::IdentityServer,
        ] {
            let text = key(algorithm).sign(profile.typ(), &profile.write(&token)).unwrap();
            let read = verify(
                &text,
                &all_keys(),
                &Expect {
                    typ: profile.typ(),
                    ..EXPECT
                },
            )
            .unwrap();
            assert_eq!(
                (read.client_id, read.scopes),
                (token.client_id.clone(), token.scopes.clone())
            );
        }
    }
}

/// RFC 7515 appendices A.2 and A.3, RFC 8037 appendix A.5.
#[test]
fn the_tokens_of_the_rfcs_verify() {
    let jwk = |json: Value| serde_json::from_value::<Jwk>(json).unwrap();
    let rsa = json!({"kty": "RSA", "alg": "RS256", "kid": "a", "n": vectors::RSA_7515_N, "e": "AQAB"});
    let ec =
        json!({"kty": "EC", "alg": "ES256", "kid": "a", "crv": "P-256", "x": vectors::P256_X, "y": vectors::P256_Y});
    let okp = json!({"kty": "OKP", "alg": "EdDSA", "kid": "a", "crv": "Ed25519", "x": vectors::ED25519_X});
    for (json, token) in [
        (rsa, vectors::RS256_TOKEN),
        (ec, vectors::ES256_TOKEN),
        (okp, vectors::EDDSA_TOKEN),
    ] {
        let key = VerifyingKey::of(&jwk(json)).unwrap();
        let (message, signature) = token.rsplit_once('.').unwrap();
        let signature = base64url::decode(signature).unwrap();
        assert!(key.signed(message.as_bytes(), &signature));
        assert!(!key.signed(&message.as_bytes()[1..], &signature));
    }
}

/// JW2: `none`, in any spelling, is no algorithm.
#[test]
fn an_unsigned_token_is_refused() {
    let kid = signer().kid();
    for name in ["none", "None", "NONE", "nOnE", ""] {
        let token = under(&format!(r#"{{"alg":"{name}","typ":"at+jwt","kid":"{kid}"}}"#));
        assert_eq!(flaw_of(&token), Flaw::Algorithm);
        let (message, _) = token.rsplit_once('.').unwrap();
        assert_eq!(flaw_of(&format!("{message}.")), Flaw::Algorithm);
        assert_eq!(flaw_of(message), Flaw::NotAToken);
    }
}

/// JW2: an HMAC made with a public key, which everybody has, is no signature.
#[test]
fn hs256_with_the_public_key_is_refused() {
    let public = serde_json::to_vec(key(Algorithm::RS256).public()).unwrap();
    let hmac = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &public);
    for name in ["HS256", "RS256"] {
        let header = format!(
            r#"{{"alg":"{name}","typ":"at+jwt","kid":"{}"}}"#,
            key(Algorithm::RS256).kid()
        );
        let token = under(&header);
        let (message, _) = token.rsplit_once('.').unwrap();
        let tag = aws_lc_rs::hmac::sign(&hmac, message.as_bytes());
        let forged = format!("{message}.{}", base64url::encode(tag.as_ref()));
        let flaw = if name == "HS256" {
            Flaw::Algorithm
        } else {
            Flaw::Signature
        };
        assert_eq!(flaw_of(&forged), flaw);
    }
}

/// JW2: the key says what it is for; a token that says otherwise is refused before any arithmetic.
#[test]
fn an_algorithm_other_than_the_keys_is_refused() {
    for (named, algorithm) in [
        (Algorithm::PS256, Algorithm::RS256),
        (Algorithm::RS256, Algorithm::PS256),
        (Algorithm::ES256, Algorithm::EdDSA),
        (Algorithm::EdDSA, Algorithm::ES256),
    ] {
        let header = format!(r#"{{"alg":"{named}","typ":"at+jwt","kid":"{}"}}"#, key(algorithm).kid());
        assert_eq!(flaw_of(&under(&header)), Flaw::Algorithm);
    }
    for unknown in ["es256", "ES384", "RS512", "Ed25519", "ES256 "] {
        let header = format!(r#"{{"alg":"{unknown}","kid":"{}"}}"#, signer().kid());
        assert_eq!(flaw_of(&under(&header)), Flaw::Algorithm);
    }
}

/// JW2: a signature that is absent, cut, lengthened, zero or of another key is none.
#[test]
fn an_empty_or_foreign_signature_is_refused() {
    let token = good();
    let (message, signature) = token.rsplit_once('.').unwrap();
    let other = SigningKey::generate(Algorithm::ES256, &crate::chance::Fixed::new(99)).unwrap();
    let foreign = other.sign("at+jwt", payload().to_string().as_bytes()).unwrap();
    let (_, foreign) = foreign.rsplit_once('.').unwrap();
    let zero = base64url::encode(&[0; 64]);
    let der = base64url::encode(&[0x30; 70]);
    for wrong in ["", &signature[..84], &format!("{signature}AAAA"), &zero, &der, foreign] {
        assert_eq!(flaw_of(&format!("{message}.{wrong}")), Flaw::Signature, "{wrong}");
    }
}

/// JW2: one changed bit, in header, payload or signature, is noticed.
#[test]
fn a_changed_token_is_refused() {
    let token = good();
    for segment in 0..3 {
        let mut parts: Vec<Vec<u8>> = token.split('.').map(|part| base64url::decode(part).unwrap()).collect();
        let middle = parts[segment].len() / 2;
        parts[segment][middle] ^= 1;
        let changed: Vec<_> = parts.iter().map(|part| base64url::encode(part)).collect();
        assert!(
            verify(&changed.join("."), &all_keys(), &EXPECT).is_err(),
            "segment {segment}"
        );
    }
    let swapped = token_of(&payload_with("sub", json!("root")));
    let (message, _) = swapped.rsplit_once('.').unwrap();
    let (_, signature) = token.rsplit_once('.').unwrap();
    assert_eq!(flaw_of(&format!("{message}.{signature}")), Flaw::Signature);
}

#[test]
fn a_token_without_a_known_key_is_refused() {
    for header in [
        r#"{"alg":"ES256","typ":"at+jwt"}"#,
        r#"{"alg":"ES256","typ":"at+jwt","kid":null}"#,
        r#"{"alg":"ES256","typ":"at+jwt","kid":""}"#,
        r#"{"alg":"ES256","typ":"at+jwt","kid":"../../dev/null"}"#,
    ] {
        assert_eq!(flaw_of(&signed_under(header)), Flaw::UnknownKey, "{header}");
    }
    assert_eq!(
        verify(&good(), &VerifyingKeys::default(), &EXPECT).unwrap_err(),
        Flaw::UnknownKey
    );
}

#[test]
fn what_has_not_the_form_of_a_token_is_none() {
    let token = good();
    for wrong in [
        "",
        ".",
        "..",
        "...",
        "a.b",
        &format!("{token}."),
        &format!(".{token}"),
        &format!("{token}="),
        &format!("{token}\n"),
        &format!(" {token}"),
        &token.replacen('.', "..", 1),
        "tgs_00000000000000000000000000000000000000",
    ] {
        let flaw = flaw_of(wrong);
        let expected = if wrong == ".." {
            Flaw::HeaderUnreadable
        } else {
            Flaw::NotAToken
        };
        assert_eq!(flaw, expected, "{wrong:?}");
    }
}

/// The last character of a segment has bits that say nothing; they must be zero, or one token would
/// have several spellings and a revoked one could come back under another hash.
#[test]
fn a_token_has_one_spelling() {
    let token = good();
    let last = token.chars().last().unwrap();
    let body = &token[..token.len() - 1];
    let other_spellings = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        .chars()
        .filter(|character| *character != last)
        .filter(|character| verify(&format!("{body}{character}"), &all_keys(), &EXPECT).is_ok());
    assert_eq!(other_spellings.count(), 0);
}

/// The length is looked at first: a megabyte of dots costs nothing.
#[test]
fn a_token_that_is_too_long_is_not_read() {
    for long in [".".repeat(1 << 20), "a".repeat(MAX_TOKEN + 1), "é".repeat(MAX_TOKEN)] {
        assert_eq!(flaw_of(&long), Flaw::TooLong);
    }
    assert_eq!(flaw_of(&".".repeat(MAX_TOKEN)), Flaw::NotAToken);
}

/// JW7: a name that stands for two keys is refused, and so is a point that is not on the curve.
#[test]
fn a_set_of_doubtful_keys_is_not_used() {
    let key = signer().public().clone();
    let kid = key.kid().to_owned();
    let twice = JwkSet {
        keys: vec![key.clone(), key],
    };
    assert_eq!(VerifyingKeys::of(&twice).unwrap_err(), Rejected::SameKid(kid));

    let off_curve = crate::jwk::Material::P256 { x: [1; 32], y: [1; 32] };
    let off_curve = Jwk::new(Algorithm::ES256, off_curve).unwrap();
    let kid = off_curve.kid().to_owned();
    let set = JwkSet { keys: vec![off_curve] };
    assert_eq!(VerifyingKeys::of(&set).unwrap_err(), Rejected::Invalid(kid));
}

#[test]
fn keys_are_found_by_name() {
    let keys = all_keys();
    assert_eq!((keys.len(), keys.is_empty()), (4, false));
    assert!(keys.contains(signer().kid()));
    assert!(!keys.contains("other"));
}
