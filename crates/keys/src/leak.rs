//! Reports of leaked credentials, as a secret-scanning partner sends them: signed with ECDSA on
//! P-256 over the body, by a key the partner publishes (GitHub's secret scanning partner programme).

use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, ParsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The longest public key that is read, in bytes of PEM. A P-256 key has about 180.
pub const MAX_PEM: usize = 1024;

/// The longest signature that is read, in bytes of base64. One on P-256 has at most 96.
pub const MAX_SIGNATURE: usize = 256;

/// What could not be read, so that nothing was verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Not the PEM of a P-256 public key in SPKI form (RFC 7468 §13).
    #[error("the partner's key is no PEM of a P-256 public key")]
    Key,
    /// Not base64 with padding.
    #[error("the signature is not base64")]
    Signature,
}

/// Whether `signature_base64` (ECDSA, SHA-256, ASN.1 DER) is that of `body` under the key `pem`.
///
/// # Errors
/// [`Unreadable`] names what is no key or no signature at all.
pub fn verify(pem: &str, signature_base64: &str, body: &[u8]) -> Result<bool, Unreadable> {
    let key = spki(pem)
        .and_then(|der| ParsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, der).ok())
        .ok_or(Unreadable::Key)?;
    if signature_base64.len() > MAX_SIGNATURE {
        return Err(Unreadable::Signature);
    }
    let signature = STANDARD
        .decode(signature_base64.trim())
        .map_err(|_| Unreadable::Signature)?;
    Ok(key.verify_sig(body, &signature).is_ok())
}

/// RFC 7468 §3: what stands between the two lines, without white space.
fn spki(pem: &str) -> Option<Vec<u8>> {
    if pem.len() > MAX_PEM {
        return None;
    }
    let text = pem
        .trim()
        .strip_prefix("-----BEGIN PUBLIC KEY-----")?
        .strip_suffix("-----END PUBLIC KEY-----")?;
    let text: String = text
        .chars()
        .filter(|character| !character.is_ascii_whitespace())
        .collect();
    STANDARD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::signature::{
        ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
        KeyPair as _,
    };

    fn pair(algorithm: &'static EcdsaSigningAlgorithm) -> (EcdsaKeyPair, String) {
        let pair = EcdsaKeyPair::generate(algorithm).unwrap();
        let der: PublicKeyX509Der<'_> = pair.public_key().as_der().unwrap();
        let text = STANDARD.encode(der.as_ref());
        let lines: Vec<&str> = text
            .as_bytes()
            .chunks(64)
            .map(|line| str::from_utf8(line).unwrap())
            .collect();
        let pem = format!(
            "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
            lines.join("\n")
        );
        (pair, pem)
    }

    fn sign(pair: &EcdsaKeyPair, body: &[u8]) -> String {
        STANDARD.encode(pair.sign(&SystemRandom::new(), body).unwrap())
    }

    const BODY: &[u8] = br#"[{"token":"tgs_x","type":"tollgate_client_secret","url":"https://repository.example/a"}]"#;

    #[test]
    fn a_report_is_the_partners_if_its_signature_fits() {
        let (pair, pem) = pair(&ECDSA_P256_SHA256_ASN1_SIGNING);
        let signature = sign(&pair, BODY);
        assert_eq!(verify(&pem, &signature, BODY), Ok(true));
        assert_eq!(verify(&pem.replace('\n', "\r\n"), &signature, BODY), Ok(true));
        assert_eq!(verify(&pem, &signature, &BODY[1..]), Ok(false));
        assert_eq!(verify(&pem, "AAAA", BODY), Ok(false));
        assert_eq!(verify(&pem, "", BODY), Ok(false));
    }

    #[test]
    fn another_partners_key_does_not_fit() {
        let (one, _) = pair(&ECDSA_P256_SHA256_ASN1_SIGNING);
        let (_, other) = pair(&ECDSA_P256_SHA256_ASN1_SIGNING);
        assert_eq!(verify(&other, &sign(&one, BODY), BODY), Ok(false));
    }

    #[test]
    fn what_is_no_key_or_no_signature_is_named() {
        let (pair_, pem) = pair(&ECDSA_P256_SHA256_ASN1_SIGNING);
        let signature = sign(&pair_, BODY);
        let (_, longer_curve) = pair(&ECDSA_P384_SHA384_ASN1_SIGNING);
        let private = pem.replace("PUBLIC", "PRIVATE");
        let long = format!("{pem}{}", " ".repeat(MAX_PEM));
        for wrong in [
            "",
            "-----BEGIN PUBLIC KEY-----",
            &pem[1..],
            &longer_curve,
            &private,
            &long,
        ] {
            assert_eq!(verify(wrong, &signature, BODY), Err(Unreadable::Key), "{wrong}");
        }
        for wrong in ["!", "AAA", &"A".repeat(MAX_SIGNATURE + 4)] {
            assert_eq!(verify(&pem, wrong, BODY), Err(Unreadable::Signature), "{wrong}");
        }
    }
}
