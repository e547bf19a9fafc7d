use super::*;
use crate::chance::{Fixed, System};
use crate::tests::{key, vectors};

fn header_of(token: &str) -> String {
    let bytes = base64url::decode(token.split('.').next().unwrap()).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// JW1: the header names algorithm, type and key, in this order, and nothing else.
#[test]
fn a_header_says_alg_typ_kid() {
    for algorithm in Algorithm::ALL {
        let key = key(algorithm);
        for typ in ["at+jwt", "JWT", "logout+jwt"] {
            let token = key.sign(typ, b"{}").unwrap();
            let expected = format!(r#"{{"alg":"{algorithm}","typ":"{typ}","kid":"{}"}}"#, key.kid());
            assert_eq!(header_of(&token), expected);
        }
    }
}

#[test]
fn a_type_cannot_break_out_of_the_header() {
    let token = key(Algorithm::EdDSA).sign(r#"a","alg":"none"#, b"{}").unwrap();
    assert!(header_of(&token).starts_with(r#"{"alg":"EdDSA","typ":"a\",\"alg\":\"none""#));
}

/// RFC 8037 appendix A.4: Ed25519 is deterministic, so the whole token is known.
#[test]
fn ed25519_signs_as_rfc_8037_does() {
    let pair =
        aws_lc_rs::signature::Ed25519KeyPair::from_seed_unchecked(&base64url::decode(vectors::ED25519_D).unwrap());
    let pair = Pair::Ed25519(pair.unwrap());
    let (message, signature) = vectors::EDDSA_TOKEN.rsplit_once('.').unwrap();
    assert_eq!(base64url::encode(&pair.sign(message.as_bytes()).unwrap()), signature);
    let public = pair.public(Algorithm::EdDSA).unwrap();
    assert_eq!(serde_json::to_value(public).unwrap()["x"], vectors::ED25519_X);
}

#[test]
fn a_key_is_written_and_read_back_as_itself() {
    for algorithm in Algorithm::ALL {
        let key = key(algorithm);
        let pkcs8 = key.to_pkcs8().unwrap();
        let read = SigningKey::from_pkcs8(algorithm, &pkcs8).unwrap();
        assert_eq!(read.public(), key.public());
        assert_eq!(read.algorithm(), algorithm);
        assert_eq!(read.kid(), read.public().thumbprint());
    }
}

#[test]
fn a_key_of_another_algorithm_or_broken_bytes_are_no_key() {
    for algorithm in Algorithm::ALL {
        let pkcs8 = key(Algorithm::EdDSA).to_pkcs8().unwrap();
        let wrong: &[&[u8]] = if algorithm == Algorithm::EdDSA {
            &[b"", b"0", &pkcs8[1..], &[0; 100]]
        } else {
            &[b"", b"0", &pkcs8, &[0; 100]]
        };
        for bytes in wrong {
            let fault = SigningKey::from_pkcs8(algorithm, bytes).unwrap_err();
            assert_eq!(fault, SigningFault::Unreadable);
        }
    }
}

#[test]
fn curve_keys_follow_from_the_chance_handed_in() {
    for algorithm in [Algorithm::ES256, Algorithm::EdDSA] {
        let made = |seed| SigningKey::generate(algorithm, &Fixed::new(seed)).unwrap();
        assert_eq!(made(1).kid(), made(1).kid());
        assert_ne!(made(1).kid(), made(2).kid());
        assert_ne!(made(1).kid(), SigningKey::generate(algorithm, &System).unwrap().kid());
    }
}

/// FIPS 186-5 appendix A.2.2: zero, and numbers not below the order of the curve, are no keys.
#[test]
fn a_scalar_out_of_range_is_drawn_again_and_then_given_up() {
    struct Every(u8);
    impl Entropy for Every {
        fn fill(&self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
            bytes.fill(self.0);
            Ok(())
        }
    }
    for byte in [0, 0xFF] {
        let fault = SigningKey::generate(Algorithm::ES256, &Every(byte)).unwrap_err();
        assert_eq!(fault, SigningFault::NoEntropy(NoEntropy));
    }
}

#[test]
fn a_token_nobody_would_read_is_not_signed() {
    let fault = key(Algorithm::ES256).sign("JWT", &[b'a'; MAX_TOKEN]).unwrap_err();
    assert_eq!(fault, SigningFault::TooLong);
}

/// OP5: a debug line shows which key it is, and nothing of what it is made of.
#[test]
fn a_key_prints_without_its_private_half() {
    let key = SigningKey::generate(Algorithm::EdDSA, &Fixed::new(9)).unwrap();
    let expected = format!(
        r#"SigningKey {{ algorithm: EdDSA, kid: "{}", private: "***" }}"#,
        key.kid()
    );
    assert_eq!(format!("{key:?}"), expected);
}
