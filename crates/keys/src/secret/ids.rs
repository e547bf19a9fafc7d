//! Names that cannot be guessed. They are no secrets, and carry no checksum, but nobody learns
//! another's by counting.

use crate::base62;
use crate::chance::{Entropy, NoEntropy};

/// Random characters of an id: the least that carry 160 bits (27 × log₂ 62 ≈ 160.8).
pub const LENGTH: usize = 27;

/// Characters of a client id (≈ 190 bits).
pub const CLIENT_ID_LENGTH: usize = 32;

/// A new id: `prefix`, an underscore, [`LENGTH`] random characters of `[0-9A-Za-z]`.
///
/// # Errors
/// [`NoEntropy`] when the source of chance failed.
pub fn id(prefix: &str, entropy: &dyn Entropy) -> Result<String, NoEntropy> {
    let mut text = String::with_capacity(prefix.len() + 1 + LENGTH);
    text.push_str(prefix);
    text.push('_');
    base62::append(LENGTH, entropy, &mut text)?;
    Ok(text)
}

/// A new `client_id` (RFC 6749 §2.2): [`CLIENT_ID_LENGTH`] random characters and no prefix, the
/// form integrators know from the servers they come from.
///
/// # Errors
/// [`NoEntropy`] when the source of chance failed.
pub fn client_id(entropy: &dyn Entropy) -> Result<String, NoEntropy> {
    let mut text = String::with_capacity(CLIENT_ID_LENGTH);
    base62::append(CLIENT_ID_LENGTH, entropy, &mut text)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::Fixed;

    /// PK7: an id carries at least 160 random bits and is no UUID.
    #[test]
    fn ids_carry_160_bits_of_unreserved_characters() {
        let bits = |characters: usize| f64::from(u32::try_from(characters).unwrap()) * 62_f64.log2();
        assert!(bits(LENGTH) >= 160.0);
        assert!(bits(CLIENT_ID_LENGTH) >= 160.0);

        let source = Fixed::new(1);
        let first = id("acc", &source).unwrap();
        let random = first.strip_prefix("acc_").unwrap();
        assert_eq!(random.len(), LENGTH);
        assert!(random.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        assert_ne!(first, id("acc", &source).unwrap());

        let client = client_id(&source).unwrap();
        assert_eq!(client.len(), CLIENT_ID_LENGTH);
        assert!(client.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    }
}
