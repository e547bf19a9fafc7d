//! Tokens good and bad, and what the verifier says of them.

mod arbitrary;
mod claims;
mod header;
mod signature;

use super::keys::VerifyingKey;
use super::*;
use crate::jwk::{Jwk, JwkSet};
use crate::signing::SigningKey;
use crate::tests::{key, vectors};
use serde_json::{Value, json};
use tollgate_protocol::claims::Profile;
use tollgate_protocol::jose::Algorithm;

const NOW: i64 = 1_800_000_000;
const EXPECT: Expect<'_> = Expect {
    issuer: "https://issuer.example",
    audience: &["https://api.example"],
    typ: "at+jwt",
    now: NOW,
    leeway: 0,
};

fn signer() -> &'static SigningKey {
    key(Algorithm::ES256)
}

fn all_keys() -> VerifyingKeys {
    let keys = Algorithm::ALL
        .iter()
        .map(|algorithm| key(*algorithm).public().clone())
        .collect();
    VerifyingKeys::of(&JwkSet { keys }).unwrap()
}

fn payload() -> Value {
    json!({
        "iss": "https://issuer.example", "sub": "c1", "client_id": "c1", "aud": "https://api.example",
        "scope": "a b", "iat": NOW, "exp": NOW + 60, "jti": "t1",
    })
}

fn payload_with(member: &str, value: Value) -> Value {
    let mut payload = payload();
    payload[member] = value;
    payload
}

fn token_of(payload: &Value) -> String {
    signer().sign("at+jwt", payload.to_string().as_bytes()).unwrap()
}

fn good() -> String {
    token_of(&payload())
}

fn judged(payload: &Value) -> Result<AccessToken, Flaw> {
    verify(&token_of(payload), &all_keys(), &EXPECT)
}

fn at(payload: &Value, now: i64, leeway: i64) -> Result<AccessToken, Flaw> {
    verify(&token_of(payload), &all_keys(), &Expect { now, leeway, ..EXPECT })
}

fn flaw_of(token: &str) -> Flaw {
    verify(token, &all_keys(), &EXPECT).unwrap_err()
}

/// The good token's payload under another header, signature kept: what a forger can make.
fn under(header: &str) -> String {
    let token = good();
    let (_, rest) = token.split_once('.').unwrap();
    format!("{}.{rest}", base64url::encode(header.as_bytes()))
}

/// Signed with our ES256 key over any header at all: what only a mistake of ours could make.
fn signed_under(header: &str) -> String {
    let message = format!(
        "{}.{}",
        base64url::encode(header.as_bytes()),
        base64url::encode(payload().to_string().as_bytes())
    );
    let pair = aws_lc_rs::signature::EcdsaKeyPair::from_pkcs8(
        &aws_lc_rs::signature::ECDSA_P256_SHA256_FIXED_SIGNING,
        &signer().to_pkcs8().unwrap(),
    );
    let random = aws_lc_rs::rand::SystemRandom::new();
    let signature = pair.unwrap().sign(&random, message.as_bytes()).unwrap();
    format!("{message}.{}", base64url::encode(signature.as_ref()))
}
