//! Encryption at rest: what must be read again (private keys, upstream secrets) is sealed under a
//! key that the database never sees, and to the place where it is kept.
//!
//! A sealed value is `1 ‖ id of the key (8) ‖ nonce (12) ‖ ciphertext ‖ tag (16)`, AES-256-GCM
//! (NIST SP 800-38D) with a random nonce. The first nine bytes and the place are authenticated with it, so
//! a value moved to another row or another column does not open.

mod master;

pub use master::{Malformed, MasterKey};

use aws_lc_rs::aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey};
use std::fmt;
use zeroize::Zeroizing;

/// The longest value that is sealed, in bytes. The longest we have is an RSA key of about 4 KiB.
pub const MAX_PLAIN: usize = 64 * 1024;

const VERSION: u8 = 1;
const ID: usize = 8;
const NONCE: usize = 12;
const TAG: usize = 16;

/// Seals and opens what is kept.
pub struct Sealer {
    current: SealingKey,
    older: Vec<SealingKey>,
}

/// Why a value could not be sealed or opened. It says no more: what was inside is nobody's business.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealFault {
    /// A key could not be derived, or the cipher failed.
    #[error("the cipher failed")]
    Cipher,
    /// More than [`MAX_PLAIN`] bytes.
    #[error("the value is too long to be sealed")]
    TooLong,
    /// The bytes are not the form of a sealed value.
    #[error("not a sealed value")]
    NotSealed,
    /// Sealed under a master key that this installation was not given.
    #[error("the value was sealed under another master key")]
    OtherKey,
    /// Changed since it was sealed, or kept in another place.
    #[error("the sealed value was changed or moved")]
    Broken,
}

impl Sealer {
    fn new(key: SealingKey) -> Self {
        Self {
            current: key,
            older: Vec::new(),
        }
    }

    /// Also opens what an older master key sealed: so a master key is changed while the server
    /// runs, and each value is sealed anew when it is next written.
    ///
    /// # Errors
    /// [`SealFault::Cipher`] when the key could not be derived.
    pub fn also_opening(mut self, older: &MasterKey) -> Result<Self, SealFault> {
        self.older.push(older.sealing_key()?);
        Ok(self)
    }

    /// Seals `plain` to `place`, such as `signing_key/<kid>/private`: table, row and column.
    ///
    /// # Errors
    /// [`SealFault::TooLong`] or [`SealFault::Cipher`].
    pub fn seal(&self, place: &str, plain: &[u8]) -> Result<Vec<u8>, SealFault> {
        if plain.len() > MAX_PLAIN {
            return Err(SealFault::TooLong);
        }
        let key = &self.current;
        let mut secret = Zeroizing::new(Vec::with_capacity(plain.len() + TAG));
        secret.extend_from_slice(plain);
        let nonce = key
            .cipher
            .seal_in_place_append_tag(Aad::from(bound(key.id, place)), &mut *secret)
            .map_err(|_| SealFault::Cipher)?;

        let mut sealed = Vec::with_capacity(1 + ID + NONCE + secret.len());
        sealed.push(VERSION);
        sealed.extend_from_slice(&key.id);
        sealed.extend_from_slice(nonce.as_ref());
        sealed.extend_from_slice(&secret);
        Ok(sealed)
    }

    /// Opens what was sealed to `place`.
    ///
    /// # Errors
    /// [`SealFault`]: not a sealed value, sealed under another key, changed, or moved.
    pub fn open(&self, place: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealFault> {
        let (id, nonce, ciphertext) = parts(sealed).ok_or(SealFault::NotSealed)?;
        let key = self.key_of(id).ok_or(SealFault::OtherKey)?;
        let mut secret = Zeroizing::new(ciphertext.to_vec());
        let length = key
            .cipher
            .open_in_place(
                Nonce::assume_unique_for_key(*nonce),
                Aad::from(bound(*id, place)),
                &mut secret,
            )
            .map_err(|_| SealFault::Broken)?
            .len();
        secret.truncate(length);
        Ok(secret)
    }

    /// Whether `sealed` names the current master key. If not, it wants to be sealed anew.
    #[must_use]
    pub fn is_current(&self, sealed: &[u8]) -> bool {
        parts(sealed).is_some_and(|(id, _, _)| *id == self.current.id)
    }

    fn key_of(&self, id: &[u8; ID]) -> Option<&SealingKey> {
        std::iter::once(&self.current)
            .chain(&self.older)
            .find(|key| key.id == *id)
    }
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealer(***)")
    }
}

struct SealingKey {
    id: [u8; ID],
    cipher: RandomizedNonceKey,
}

impl SealingKey {
    fn new(id: [u8; ID], key: &[u8; 32]) -> Result<Self, SealFault> {
        let cipher = RandomizedNonceKey::new(&AES_256_GCM, key).map_err(|_| SealFault::Cipher)?;
        Ok(Self { id, cipher })
    }
}

/// What is authenticated beside the ciphertext. The place comes last: everything before it has a
/// fixed length, so no two pairs of id and place give the same bytes.
fn bound(id: [u8; ID], place: &str) -> Vec<u8> {
    let mut bound = Vec::with_capacity(1 + ID + place.len());
    bound.push(VERSION);
    bound.extend_from_slice(&id);
    bound.extend_from_slice(place.as_bytes());
    bound
}

fn parts(sealed: &[u8]) -> Option<(&[u8; ID], &[u8; NONCE], &[u8])> {
    let (version, rest) = sealed.split_first()?;
    let (id, rest) = rest.split_first_chunk::<ID>()?;
    let (nonce, ciphertext) = rest.split_first_chunk::<NONCE>()?;
    let long_enough = (TAG..=MAX_PLAIN + TAG).contains(&ciphertext.len());
    (*version == VERSION && long_enough).then_some((id, nonce, ciphertext))
}

#[cfg(test)]
mod tests;
