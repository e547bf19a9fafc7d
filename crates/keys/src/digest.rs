//! What is kept of a secret: a digest that only this installation can compute.
//!
//! Our secrets are long and random, so a fast keyed digest is enough: a stolen table cannot be
//! searched without the key, and a request costs a microsecond. A person's password is neither long
//! nor random and is not kept like this.

use crate::base64url;
use aws_lc_rs::digest::{SHA256, SHA512};
use aws_lc_rs::hmac;
use std::fmt;
use std::hash::{Hash, Hasher};
use subtle::ConstantTimeEq as _;
use tollgate_protocol::jose::Algorithm;

/// The key of all digests of an installation. Derived from the master key by
/// [`MasterKey::digest_key`](crate::seal::MasterKey::digest_key), and used for nothing else.
#[derive(Clone)]
pub struct DigestKey(hmac::Key);

impl DigestKey {
    /// The key of these 32 bytes.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, bytes))
    }

    /// HMAC-SHA256 (RFC 2104) of `text` under this key.
    #[must_use]
    pub fn digest(&self, text: &str) -> Digest {
        Digest(whole(hmac::sign(&self.0, text.as_bytes()).as_ref()))
    }
}

impl fmt::Debug for DigestKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DigestKey(***)")
    }
}

/// The digest of a secret: the only form in which one is kept. Compared in constant time.
#[derive(Clone, Copy)]
pub struct Digest([u8; 32]);

impl Digest {
    /// A digest that was kept as bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes to keep.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Reads a digest that was kept as text: 64 lower-case hexadecimal digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != 64 {
            return None;
        }
        let mut bytes = [0_u8; 32];
        for (place, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            let [high, low] = pair else { return None };
            *place = (nibble(*high)? << 4) | nibble(*low)?;
        }
        Some(Self(bytes))
    }
}

/// SHA-256 of a whole token, signature included: under which a gateway remembers that it verified
/// it. No key: a signed token is not to be guessed from its hash.
#[must_use]
pub fn token_hash(token: &str) -> [u8; 32] {
    sha256(token.as_bytes())
}

/// `at_hash` (OpenID Connect Core §3.1.3.6): the left half of a token's hash, as base64url text. The hash is the one that
/// belongs to the signature of the ID token which the token came with: for Ed25519 that is SHA-512 (RFC 8032 §5.1), half
/// of which is 32 bytes.
#[must_use]
pub fn half_hash(token: &str, algorithm: Algorithm) -> String {
    let hash = match algorithm {
        Algorithm::RS256 | Algorithm::ES256 | Algorithm::PS256 => &SHA256,
        Algorithm::EdDSA => &SHA512,
    };
    let digest = aws_lc_rs::digest::digest(hash, token.as_bytes());
    let (left, _) = digest.as_ref().split_at(hash.output_len() / 2);
    base64url::encode(left)
}

/// The name under which the revocation list knows a token: SHA-256 of what was signed, in hexadecimal.
///
/// Not of the whole token: an ECDSA signature has a second valid form, and the last character of
/// base64url may have several, so whoever holds a revoked token could spell it anew.
#[must_use]
pub fn revocation_name(token: &str) -> String {
    Digest(revocation_hash(token)).to_string()
}

/// The same as octets, for those who remember many.
#[must_use]
pub fn revocation_hash(token: &str) -> [u8; 32] {
    let signed = token.rsplit_once('.').map_or(token, |(signed, _)| signed);
    sha256(signed.as_bytes())
}

/// SHA-256 of `bytes`.
pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    whole(aws_lc_rs::digest::digest(&SHA256, bytes).as_ref())
}

fn whole(bytes: &[u8]) -> [u8; 32] {
    let mut array = [0_u8; 32];
    for (place, byte) in array.iter_mut().zip(bytes) {
        *place = *byte;
    }
    array
}

// One spelling only: a digest is also a key in a table.
const fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

impl PartialEq for Digest {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for Digest {}

impl Hash for Digest {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

// Not a secret, but a log line of a failed comparison is no place for it either.
impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Digest(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231 §4.2 has a 20-byte key; HMAC pads with zeros, so 32 bytes hold the same key.
    #[test]
    fn a_digest_is_hmac_sha256() {
        let mut key = [0_u8; 32];
        key[..20].fill(0x0b);
        let digest = DigestKey::from_bytes(&key).digest("Hi There");
        assert_eq!(
            digest.to_string(),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        );
    }

    #[test]
    fn a_digest_is_kept_as_text_and_read_back() {
        let digest = DigestKey::from_bytes(&[7; 32]).digest("tgs_x");
        let text = digest.to_string();
        assert_eq!(Digest::parse(&text), Some(digest));
        assert_eq!(Digest::from_bytes(*digest.as_bytes()), digest);
        for wrong in [
            "",
            &text[1..],
            &format!("{text}0"),
            &text.to_uppercase(),
            &"g".repeat(64),
            &"é".repeat(32),
        ] {
            assert_eq!(Digest::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn another_key_or_another_text_gives_another_digest() {
        let key = DigestKey::from_bytes(&[7; 32]);
        assert_eq!(key.digest("a"), key.digest("a"));
        assert_ne!(key.digest("a"), key.digest("b"));
        assert_ne!(key.digest("a"), DigestKey::from_bytes(&[8; 32]).digest("a"));
    }

    #[test]
    fn the_hash_of_a_token_is_plain_sha256() {
        let text = Digest::from_bytes(token_hash("abc")).to_string();
        assert_eq!(text, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    /// OC1: the token and the first hash are those of OpenID Connect Core, appendix A.3; the other was worked out apart from
    /// this code.
    #[test]
    fn half_a_hash_is_of_the_signatures_algorithm() {
        let token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
        for algorithm in [Algorithm::RS256, Algorithm::ES256, Algorithm::PS256] {
            assert_eq!(half_hash(token, algorithm), "77QmUPtjPfzWtF2AnpK9RQ");
        }
        assert_eq!(
            half_hash(token, Algorithm::EdDSA),
            "q7nS86GgvvFaZkzALLWqJYaJIKw2wCDAVfCAsm5CrBM"
        );
    }

    /// OP5: neither the key nor a digest shows itself in a debug line.
    #[test]
    fn the_key_prints_as_stars() {
        let key = DigestKey::from_bytes(&[7; 32]);
        assert_eq!(format!("{key:?} {:?}", key.digest("a")), "DigestKey(***) Digest(…)");
    }
}
