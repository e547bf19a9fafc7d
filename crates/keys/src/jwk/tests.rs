use super::*;
use crate::tests::vectors::{ED25519_X, P256_X, P256_Y, RSA_7638_N};
use serde_json::{Value, json};

fn read(json: Value) -> Result<Jwk, String> {
    serde_json::from_value(json).map_err(|fault| fault.to_string())
}

fn rsa() -> Value {
    json!({"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "2011-04-29", "n": RSA_7638_N, "e": "AQAB"})
}

fn with(mut key: Value, member: &str, value: Value) -> Value {
    key[member] = value;
    key
}

/// RFC 7638 §3.1 and RFC 8037 appendix A.3.
#[test]
fn thumbprints_are_those_of_the_rfcs() {
    assert_eq!(
        read(rsa()).unwrap().thumbprint(),
        "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
    );
    let key = read(json!({"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "kid": "a", "x": ED25519_X}));
    assert_eq!(key.unwrap().thumbprint(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
}

#[test]
fn a_key_is_written_as_it_was_read() {
    let ec = json!({"kty": "EC", "use": "sig", "alg": "ES256", "kid": "b", "crv": "P-256", "x": P256_X, "y": P256_Y});
    let okp = json!({"kty": "OKP", "use": "sig", "alg": "EdDSA", "kid": "c", "crv": "Ed25519", "x": ED25519_X});
    for json in [rsa(), with(rsa(), "alg", json!("PS256")), ec, okp] {
        let key = read(json.clone()).unwrap();
        assert_eq!(serde_json::to_value(&key).unwrap(), json);
    }
}

/// JW7: a private member makes a key unreadable; there is no way for one to be passed on.
#[test]
fn a_private_key_is_not_read() {
    for member in ["d", "k"] {
        let fault = read(with(rsa(), member, json!("AQAB"))).unwrap_err();
        assert!(fault.contains("private member"), "{fault}");
    }
    let symmetric = read(json!({"kty": "oct", "alg": "HS256", "kid": "a", "k": "AAAA"}));
    assert!(symmetric.is_err());
}

#[test]
fn a_key_that_is_incomplete_or_unsafe_is_not_read() {
    let short = base64url::encode(&[0xFF; 128]);
    let below_2048_bits = base64url::encode(&[0x7F; 256]);
    let padded = format!("{RSA_7638_N}=");
    for (member, value) in [
        ("kty", json!("rsa")),
        ("use", json!("enc")),
        ("alg", json!("ES256")),
        ("alg", json!("HS256")),
        ("alg", json!("none")),
        ("alg", Value::Null),
        ("kid", Value::Null),
        ("kid", json!("")),
        ("kid", json!("k".repeat(257))),
        ("n", Value::Null),
        ("n", json!(short)),
        ("n", json!(below_2048_bits)),
        ("n", json!(padded)),
        ("e", json!("AQ")),
        ("e", json!("Ag")),
        ("e", json!("")),
        ("e", json!("AQABAAAB")),
    ] {
        assert!(read(with(rsa(), member, value.clone())).is_err(), "{member}: {value}");
    }
    let ec = json!({"kty": "EC", "alg": "ES256", "kid": "b", "crv": "P-256", "x": P256_X, "y": P256_Y});
    assert!(read(ec.clone()).is_ok());
    assert!(read(with(ec.clone(), "crv", json!("P-384"))).is_err());
    assert!(read(with(ec, "x", json!("AAAA"))).is_err());
}

/// RFC 7517 §5: keys of kinds that are not understood are passed over.
#[test]
fn a_set_keeps_the_keys_it_can_use() {
    let set = json!({"keys": [{"kty": "PQ"}, 7, with(rsa(), "use", json!("enc")), rsa()], "extra": 1});
    let set = JwkSet::parse(set.to_string().as_bytes()).unwrap();
    assert_eq!(set.keys.iter().map(Jwk::kid).collect::<Vec<_>>(), ["2011-04-29"]);
}

#[test]
fn a_set_has_a_size() {
    assert!(JwkSet::parse(b"[]").is_err());
    assert!(JwkSet::parse(b"{}").is_err());
    assert!(JwkSet::parse(&vec![b' '; JwkSet::MAX_BYTES + 1]).is_err());
    let many = json!({"keys": vec![json!({}); JwkSet::MAX_KEYS + 1]});
    assert!(JwkSet::parse(many.to_string().as_bytes()).is_err());
    assert_eq!(JwkSet::parse(br#"{"keys":[]}"#).unwrap(), JwkSet::default());
}
