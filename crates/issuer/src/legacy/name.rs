//! By what a legacy credential is known: SHA-256 of its text.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use tollgate_keys::digest::{Digest, token_hash};
use tollgate_model::legacy::LegacyName;

/// The longest text of a credential, in bytes: more than any old system put into a header.
pub const MOST: usize = 4096;

/// The name of the credential with this text.
#[must_use]
pub fn name(text: &str) -> LegacyName {
    Digest::from_bytes(token_hash(text)).to_string()
}

/// Whether a text has the form of a name: 64 lower-case hexadecimal digits.
#[must_use]
pub fn named(text: &str) -> bool {
    Digest::parse(text).is_some()
}

/// A hash as the old system wrote it: SHA-256 in hexadecimal, or in base64 of either alphabet with or without padding.
#[must_use]
pub fn parse(hash: &str) -> Option<LegacyName> {
    let hash = hash.trim();
    if hash.len() == 64 {
        return Some(hash.to_ascii_lowercase()).filter(|hash| named(hash));
    }
    if hash.len() > 44 {
        return None;
    }
    let bytes = [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD]
        .iter()
        .find_map(|alphabet| alphabet.decode(hash).ok())?;
    let bytes: [u8; 32] = bytes.try_into().ok()?;
    Some(Digest::from_bytes(bytes).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The hash of "abc" of FIPS 180-4, in the spellings that databases have.
    #[test]
    fn a_hash_is_read_in_every_spelling() {
        let hex = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(name("abc"), hex);
        for spelled in [
            hex,
            &hex.to_uppercase(),
            " ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n",
            "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=",
            "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0",
            "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0=",
            "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0",
        ] {
            assert_eq!(parse(spelled).as_deref(), Some(hex), "{spelled}");
        }
        for wrong in [
            "",
            "abc",
            &hex[1..],
            &"g".repeat(64),
            "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIA",
            &"a".repeat(65),
        ] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
        assert!(named(hex) && !named(&hex.to_uppercase()));
    }
}
