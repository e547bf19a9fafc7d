//! A provider's public keys.

use serde_json::{Map, Value};
use tollgate_issuer::authorize::errand::Failed;
use tollgate_keys::jwk::JwkSet;
use tollgate_keys::verify::VerifyingKeys;
use tollgate_protocol::jose::Algorithm;

/// Reads a key set. Keys of kinds that we do not verify with are passed over.
pub(crate) fn read(document: &[u8], algorithms: &[Algorithm]) -> Result<VerifyingKeys, Failed> {
    let bad = |why: &str| Failed::Unbelieved(format!("the key set: {why}"));
    let mut set: Value = serde_json::from_slice(document).map_err(|_| bad("it cannot be read"))?;
    let keys = set.get_mut("keys").and_then(Value::as_array_mut);
    for key in keys.into_iter().flatten().filter_map(Value::as_object_mut) {
        pin(key, algorithms);
    }
    let set = JwkSet::parse(set.to_string().as_bytes()).map_err(|_| bad("it is none"))?;
    VerifyingKeys::of(&set).map_err(|_| bad("a key in it cannot be used"))
}

/// A key is for one algorithm (RFC 8725 §3.1), and says so at most providers. Of one that does not, its kind says so; an
/// RSA key is for what the provider signs ID tokens with. A token never has a say (JW2).
fn pin(key: &mut Map<String, Value>, algorithms: &[Algorithm]) {
    if key.contains_key("alg") {
        return;
    }
    let rsa = match algorithms.contains(&Algorithm::PS256) && !algorithms.contains(&Algorithm::RS256) {
        true => Algorithm::PS256,
        false => Algorithm::RS256,
    };
    let word = |name: &str| key.get(name).and_then(Value::as_str);
    let algorithm = match (word("kty"), word("crv")) {
        (Some("RSA"), _) => rsa,
        (Some("EC"), Some("P-256")) => Algorithm::ES256,
        (Some("OKP"), Some("Ed25519")) => Algorithm::EdDSA,
        _ => return,
    };
    key.insert("alg".to_owned(), algorithm.name().into());
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn pinned(key: Value, algorithms: &[Algorithm]) -> Option<String> {
        let mut key = key.as_object().unwrap().clone();
        pin(&mut key, algorithms);
        key.get("alg").and_then(Value::as_str).map(str::to_owned)
    }

    /// JW2, AT6: what a key is for is said by the key or its kind.
    #[test]
    fn a_key_that_does_not_say_what_it_is_for_is_for_one_algorithm() {
        let rsa = json!({ "kty": "RSA" });
        assert_eq!(pinned(rsa.clone(), &[]).as_deref(), Some("RS256"));
        let both = [Algorithm::PS256, Algorithm::RS256];
        assert_eq!(pinned(rsa.clone(), &both).as_deref(), Some("RS256"));
        assert_eq!(pinned(rsa, &[Algorithm::PS256]).as_deref(), Some("PS256"));
        let ec = json!({ "kty": "EC", "crv": "P-256" });
        assert_eq!(pinned(ec, &[]).as_deref(), Some("ES256"));
        let said = json!({ "kty": "RSA", "alg": "PS256" });
        assert_eq!(pinned(said, &[]).as_deref(), Some("PS256"));
        assert_eq!(pinned(json!({ "kty": "oct" }), &[]), None);
    }

    #[test]
    fn what_is_no_key_set_is_refused() {
        for text in ["", "[]", "{}", r#"{"keys":7}"#] {
            assert!(read(text.as_bytes(), &[]).is_err(), "{text}");
        }
        assert!(read(br#"{"keys":[]}"#, &[]).is_ok());
    }
}
