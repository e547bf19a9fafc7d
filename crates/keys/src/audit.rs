//! What makes the audit log hard to rewrite: every line carries a hash over itself and the line before,
//! and now and then a signed checkpoint says which hash the log had come to.
//!
//! The hash finds an edit, a gap and another order; the checkpoint finds a log that was cut off or
//! computed anew by somebody who holds the database but not the master key.

use crate::base64url;
use crate::digest::{Digest, sha256};
use crate::seal::SealFault;
use crate::signing::SigningFault;
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use std::fmt;

/// Signs checkpoints of the audit log, Ed25519 (RFC 8032). Derived from the master key by
/// [`MasterKey::audit_key`](crate::seal::MasterKey::audit_key), and used for nothing else.
pub struct AuditKey(Ed25519KeyPair);

impl AuditKey {
    pub(crate) fn from_seed(seed: &[u8; 32]) -> Result<Self, SealFault> {
        Ed25519KeyPair::from_seed_unchecked(seed)
            .map(Self)
            .map_err(|_| SealFault::Cipher)
    }

    /// The signature of `message`, base64url of 64 bytes. The same message has the same signature.
    ///
    /// # Errors
    /// [`SigningFault::Operation`] when the library failed.
    pub fn sign(&self, message: &[u8]) -> Result<String, SigningFault> {
        self.0
            .try_sign(message)
            .map(|signature| base64url::encode(signature.as_ref()))
            .map_err(|_| SigningFault::Operation)
    }

    /// The public half, base64url of 32 bytes: to keep outside the database and hand to [`verify`].
    #[must_use]
    pub fn public(&self) -> String {
        base64url::encode(self.0.public_key().as_ref())
    }
}

impl fmt::Debug for AuditKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuditKey(***)")
    }
}

/// Whether `signature` is that of `message` under the key whose public half is `public`. What
/// cannot be read is no signature.
#[must_use]
pub fn verify(public: &str, message: &[u8], signature: &str) -> bool {
    let (Some(public), Some(signature)) = (base64url::decode(public), base64url::decode(signature)) else {
        return false;
    };
    public.len() == 32
        && UnparsedPublicKey::new(&ED25519, public)
            .verify(message, &signature)
            .is_ok()
}

/// The hash of a line: SHA-256 of the hash of the line before, a line feed, and the line's `body`, as 64
/// lower-case hexadecimal digits. The first line comes after the empty text.
///
/// A hash holds no line feed, so no two pairs give the same bytes.
#[must_use]
pub fn chain(prev: &str, body: &str) -> String {
    let mut bytes = Vec::with_capacity(prev.len() + 1 + body.len());
    bytes.extend_from_slice(prev.as_bytes());
    bytes.push(b'\n');
    bytes.extend_from_slice(body.as_bytes());
    Digest::from_bytes(sha256(&bytes)).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::Fixed;
    use crate::seal::MasterKey;

    fn key(seed: u64) -> AuditKey {
        MasterKey::generate(&Fixed::new(seed)).unwrap().audit_key().unwrap()
    }

    #[test]
    fn a_checkpoint_is_verified_with_the_public_half_alone() {
        let signature = key(1).sign(b"checkpoint").unwrap();
        assert!(verify(&key(1).public(), b"checkpoint", &signature));
        assert_eq!(key(1).sign(b"checkpoint").unwrap(), signature);
    }

    #[test]
    fn another_text_key_or_signature_is_refused() {
        let (public, signature) = (key(1).public(), key(1).sign(b"checkpoint").unwrap());
        assert!(!verify(&public, b"checkpoint2", &signature));
        assert!(!verify(&key(2).public(), b"checkpoint", &signature));
        for broken in ["", "=", "AAAA", &signature[1..], &format!("{signature}A")] {
            assert!(!verify(&public, b"checkpoint", broken), "{broken}");
            assert!(!verify(broken, b"checkpoint", &signature), "{broken}");
        }
    }

    /// Worked out apart from this code: `printf '\na' | sha256sum`, and so on with its result.
    #[test]
    fn a_chain_is_the_hash_of_the_hash_before_and_the_body() {
        let first = chain("", "a");
        assert_eq!(
            first,
            "7361a6f4b374745deaf896ac72887d55e04107d1a1ff14e5e4d829fb47e82426"
        );
        assert_eq!(
            chain(&first, "{\"b\":\"ü\"}"),
            "21ce30e3d83e78dfe955ab82d98c526906a5c3e11dd3b302b175ea7ef2660106"
        );
    }

    /// OP5: no key shows itself in a debug line.
    #[test]
    fn the_key_prints_as_stars() {
        assert_eq!(format!("{:?}", key(1)), "AuditKey(***)");
    }
}
