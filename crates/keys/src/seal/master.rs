//! The one key that is not in the database. All others are derived from it or sealed under it.

use super::{SealFault, Sealer, SealingKey};
use crate::audit::AuditKey;
use crate::base64url;
use crate::chance::{Entropy, NoEntropy};
use crate::digest::DigestKey;
use aws_lc_rs::hkdf;
use std::collections::BTreeSet;
use std::fmt;
use zeroize::Zeroizing;

/// Of 32 random bytes about thirty differ. Fewer than this many in a good key would take more
/// tries than anybody has; in a typed or padded one they are usual.
const LEAST_DIFFERENT: usize = 16;

/// 32 random bytes, from a file or the environment. It neither prints nor compares itself, and is
/// wiped from memory.
pub struct MasterKey(Zeroizing<[u8; 32]>);

/// Why a master key is refused (OP18).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// Not base64url without padding.
    #[error("the master key is not base64url text")]
    NotBase64,
    /// Not exactly 32 bytes.
    #[error("the master key is not 32 bytes long")]
    Length,
    /// Zeros, a pattern, or words: nothing a random generator gives.
    #[error("the master key is not random; make a new one")]
    Weak,
}

impl MasterKey {
    /// A new key.
    ///
    /// # Errors
    /// [`NoEntropy`] when the source of chance failed, or gave what [`MasterKey::from_bytes`] refuses.
    pub fn generate(entropy: &dyn Entropy) -> Result<Self, NoEntropy> {
        let mut bytes = Zeroizing::new([0_u8; 32]);
        entropy.fill(bytes.as_mut_slice())?;
        Self::from_bytes(bytes.as_slice()).map_err(|_| NoEntropy)
    }

    /// The key of 32 raw bytes.
    ///
    /// # Errors
    /// [`Malformed`] when they are not 32, or plainly not random.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Malformed> {
        let bytes: &[u8; 32] = bytes.try_into().map_err(|_| Malformed::Length)?;
        if is_weak(bytes) {
            Err(Malformed::Weak)
        } else {
            Ok(Self(Zeroizing::new(*bytes)))
        }
    }

    /// The key written as base64url (RFC 4648 §5) of 43 characters. White space around it is
    /// passed over: a file ends with a line feed.
    ///
    /// # Errors
    /// [`Malformed`] when it is not that, or plainly not random.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let text = text.trim();
        if text.len() != base64url::length(32) {
            return Err(Malformed::Length);
        }
        let bytes = Zeroizing::new(base64url::decode(text).ok_or(Malformed::NotBase64)?);
        Self::from_bytes(&bytes)
    }

    /// The text that [`MasterKey::parse`] reads: to write it to a new file, once.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(base64url::length(32)));
        base64url::append(self.0.as_slice(), &mut text);
        text
    }

    /// What seals and opens values under this key.
    ///
    /// # Errors
    /// [`SealFault::Cipher`] when the key could not be derived.
    pub fn sealer(&self) -> Result<Sealer, SealFault> {
        Ok(Sealer::new(self.sealing_key()?))
    }

    /// The key of the digests of secrets. Another master key has another: the digests taken under
    /// it are then not found.
    ///
    /// # Errors
    /// [`SealFault::Cipher`] when the key could not be derived.
    pub fn digest_key(&self) -> Result<DigestKey, SealFault> {
        Ok(DigestKey::from_bytes(&*self.derive("digest")?))
    }

    /// The key that signs checkpoints of the audit log. Who holds a copy of the database cannot
    /// sign, so a log that was rewritten has no checkpoint that fits.
    ///
    /// # Errors
    /// [`SealFault::Cipher`] when the key could not be derived.
    pub fn audit_key(&self) -> Result<AuditKey, SealFault> {
        AuditKey::from_seed(&*self.derive("audit")?)
    }

    pub(super) fn sealing_key(&self) -> Result<SealingKey, SealFault> {
        SealingKey::new(*self.derive("sealing id")?, &*self.derive("sealing")?)
    }

    /// HKDF-SHA256 (RFC 5869), one label for each use: no derived key tells anything of another.
    fn derive<const N: usize>(&self, label: &str) -> Result<Zeroizing<[u8; N]>, SealFault> {
        let mut derived = Zeroizing::new([0_u8; N]);
        hkdf::Salt::new(hkdf::HKDF_SHA256, b"tollgate")
            .extract(self.0.as_slice())
            .expand(&[b"tollgate master key: ", label.as_bytes()], Length(N))
            .and_then(|material| material.fill(derived.as_mut_slice()))
            .map_err(|_| SealFault::Cipher)?;
        Ok(derived)
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(***)")
    }
}

struct Length(usize);

impl hkdf::KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

/// Repetition, counting up or down by any step, or 32 typed characters.
fn is_weak(bytes: &[u8; 32]) -> bool {
    let different = bytes.iter().collect::<BTreeSet<_>>().len();
    let steps: BTreeSet<u8> = bytes
        .iter()
        .zip(bytes.iter().skip(1))
        .map(|(one, next)| next.wrapping_sub(*one))
        .collect();
    different < LEAST_DIFFERENT || steps.len() < LEAST_DIFFERENT || bytes.iter().all(|byte| matches!(byte, b' '..=b'~'))
}
