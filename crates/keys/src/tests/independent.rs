//! Another library's eyes: what we sign it verifies, and what it signs we verify.

use super::key;
use crate::jwk::JwkSet;
use crate::verify::{Expect, VerifyingKeys, verify};
use jsonwebtoken as other;
use serde_json::{Value, json};
use tollgate_protocol::jose::Algorithm;

const NOW: i64 = 1_800_000_000;

fn theirs(algorithm: Algorithm) -> other::Algorithm {
    match algorithm {
        Algorithm::RS256 => other::Algorithm::RS256,
        Algorithm::ES256 => other::Algorithm::ES256,
        Algorithm::PS256 => other::Algorithm::PS256,
        Algorithm::EdDSA => other::Algorithm::EdDSA,
    }
}

fn payload() -> Value {
    json!({
        "iss": "https://issuer.example", "sub": "c1", "client_id": "c1", "aud": "https://api.example",
        "scope": "a b", "iat": NOW, "exp": NOW + 60, "jti": "t1",
    })
}

/// JW1: an independent verifier reads our key set and accepts our tokens.
#[test]
fn what_we_sign_another_library_verifies() {
    for algorithm in Algorithm::ALL {
        let key = key(algorithm);
        let set = JwkSet {
            keys: vec![key.public().clone()],
        };
        let set: other::jwk::JwkSet = serde_json::from_str(&serde_json::to_string(&set).unwrap()).unwrap();
        let jwk = set.find(key.kid()).unwrap();
        assert_eq!(jwk.thumbprint(other::jwk::ThumbprintHash::SHA256).unwrap(), key.kid());

        let token = key.sign("at+jwt", payload().to_string().as_bytes()).unwrap();
        let mut rules = other::Validation::new(theirs(algorithm));
        rules.set_issuer(&["https://issuer.example"]);
        rules.set_audience(&["https://api.example"]);
        rules.validate_exp = false;
        let decoding = other::DecodingKey::from_jwk(jwk).unwrap();
        let read = other::decode::<Value>(&token, &decoding, &rules).unwrap();
        assert_eq!(read.claims, payload());
        assert_eq!(read.header.typ.as_deref(), Some("at+jwt"));
        assert_eq!(read.header.kid.as_deref(), Some(key.kid()));
    }
}

/// JW1: what an independent library signs with our keys, we accept.
#[test]
fn what_another_library_signs_we_verify() {
    for algorithm in Algorithm::ALL {
        let key = key(algorithm);
        let pkcs8 = key.to_pkcs8().unwrap();
        let encoding = match algorithm {
            // PKCS#8 of an RSA key of 2048 bits: 26 bytes of wrapping, then PKCS#1.
            Algorithm::RS256 | Algorithm::PS256 => other::EncodingKey::from_rsa_der(&pkcs8[26..]),
            Algorithm::ES256 => other::EncodingKey::from_ec_der(&pkcs8),
            Algorithm::EdDSA => other::EncodingKey::from_ed_der(&pkcs8),
        };
        let mut header = other::Header::new(theirs(algorithm));
        header.typ = Some("at+jwt".to_owned());
        header.kid = Some(key.kid().to_owned());
        let token = other::encode(&header, &payload(), &encoding).unwrap();

        let keys = VerifyingKeys::of(&JwkSet {
            keys: vec![key.public().clone()],
        })
        .unwrap();
        let expect = Expect {
            issuer: "https://issuer.example",
            audience: &["https://api.example"],
            typ: "at+jwt",
            now: NOW,
            leeway: 0,
        };
        let read = verify(&token, &keys, &expect).unwrap();
        assert_eq!(read.client_id, "c1");
        assert_eq!(read.scopes.to_string(), "a b");
    }
}
