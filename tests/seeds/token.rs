//! Tokens as an integrator and as somebody else's library see them, and tokens that nobody should take.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{DecodingKey, Validation, decode, decode_header};
use serde_json::Value;
use tollgate_protocol::jose::Algorithm;
use tollgate_tests::World;

/// The claims: the base64 of the middle, nothing verified.
pub(crate) fn claims(token: &str) -> Value {
    part(token, 1)
}

/// The header: the base64 of the beginning.
pub(crate) fn header(token: &str) -> Value {
    part(token, 0)
}

fn part(token: &str, place: usize) -> Value {
    let parts: Vec<&str> = token.split('.').collect();
    assert_eq!(parts.len(), 3, "a JWS in compact form has three parts");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts[place]).unwrap()).unwrap()
}

/// The `access_token` of an answer of the token endpoint.
pub(crate) fn of(answer: &Value) -> String {
    answer["access_token"]
        .as_str()
        .unwrap_or_else(|| panic!("no token in {answer}"))
        .to_owned()
}

/// The claims, after another library has verified issuer and signature against the keys that the metadata names.
/// Its own clock is left out: the world's hands may stand elsewhere.
pub(crate) async fn verified(world: &World, token: &str) -> Value {
    let issuer = world.env("ISSUER");
    let metadata = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
    let metadata: Value = world.http.get(metadata).send().await.unwrap().json().await.unwrap();
    assert_eq!(metadata["issuer"], issuer);
    let keys: JwkSet = world
        .http
        .get(metadata["jwks_uri"].as_str().unwrap())
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let header = decode_header(token).unwrap();
    let key = keys.find(header.kid.as_deref().unwrap()).expect("the key is published");
    let mut validation = Validation::new(header.alg);
    validation.set_issuer(&[issuer]);
    validation.validate_exp = false;
    validation.validate_aud = false;
    decode::<Value>(token, &DecodingKey::from_jwk(key).unwrap(), &validation)
        .unwrap()
        .claims
}

/// This token with its claims changed, signed anew with the house's own RS256 key: all is right but what was changed.
pub(crate) fn altered(world: &World, token: &str, change: impl FnOnce(&mut Value)) -> String {
    let desk = world.showing.running.desk.as_ref().unwrap();
    let (header, mut claims) = (header(token), claims(token));
    change(&mut claims);
    let held = desk.memory.keyring().held();
    let signer = held.ring.signer(Algorithm::RS256, desk.now().0).expect("a key");
    signer
        .sign(header["typ"].as_str().unwrap(), claims.to_string().as_bytes())
        .unwrap()
}

/// This token with another claim set under the signature that it has.
pub(crate) fn tampered(token: &str, change: impl FnOnce(&mut Value)) -> String {
    let mut claims = claims(token);
    change(&mut claims);
    let parts: Vec<&str> = token.split('.').collect();
    format!(
        "{}.{}.{}",
        parts[0],
        URL_SAFE_NO_PAD.encode(claims.to_string()),
        parts[2]
    )
}
