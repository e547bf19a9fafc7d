//! Signatures of webhooks, as Standard Webhooks 1.0.0 has them, so that receivers verify ours with a
//! library they already have.

use crate::chance::{Entropy, NoEntropy};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt;
use zeroize::Zeroizing;

/// What the text of a key begins with.
pub const PREFIX: &str = "whsec_";

/// Bytes of a key: the specification wants 24 to 64.
const FEWEST: usize = 24;
const MOST: usize = 64;
/// Bytes of a key that we make: as many as the hash gives.
const MINTED: usize = 32;

/// What sender and receiver of a webhook share. It prints as stars and its memory is wiped.
pub struct HookKey(Zeroizing<Vec<u8>>);

/// Why a text is no key. It says nothing of what was in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a webhook key: `whsec_` and the base64 of 24 to 64 bytes")]
pub struct NotAKey;

impl HookKey {
    /// A new key of 32 bytes.
    ///
    /// # Errors
    /// [`NoEntropy`] when the source of chance failed.
    pub fn mint(entropy: &dyn Entropy) -> Result<Self, NoEntropy> {
        let mut bytes = Zeroizing::new(vec![0; MINTED]);
        entropy.fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// Reads `whsec_` and base64 with padding (RFC 4648 §4) of 24 to 64 bytes.
    ///
    /// # Errors
    /// [`NotAKey`].
    pub fn parse(text: &str) -> Result<Self, NotAKey> {
        let text = text.strip_prefix(PREFIX).ok_or(NotAKey)?;
        if text.len() > MOST.div_ceil(3) * 4 {
            return Err(NotAKey);
        }
        let bytes = Zeroizing::new(STANDARD.decode(text).map_err(|_| NotAKey)?);
        if (FEWEST..=MOST).contains(&bytes.len()) {
            Ok(Self(bytes))
        } else {
            Err(NotAKey)
        }
    }

    /// The text that [`HookKey::parse`] reads: to show it once, or to seal it.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        // Room for the whole from the start: a string that grows leaves pieces of itself behind.
        let mut text = Zeroizing::new(String::with_capacity(PREFIX.len() + self.0.len().div_ceil(3) * 4));
        text.push_str(PREFIX);
        STANDARD.encode_string(self.0.as_slice(), &mut text);
        text
    }
}

impl fmt::Debug for HookKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HookKey(***)")
    }
}

/// The value of the header `webhook-signature`: `v1,` and the base64 of HMAC-SHA256 over
/// `id.timestamp.body`. `id` names the message, not the attempt; `timestamp` is that of the attempt, in
/// seconds since 1970.
#[must_use]
pub fn sign(key: &HookKey, id: &str, timestamp: i64, body: &[u8]) -> String {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, &key.0));
    context.update(id.as_bytes());
    context.update(b".");
    context.update(timestamp.to_string().as_bytes());
    context.update(b".");
    context.update(body);
    format!("v1,{}", STANDARD.encode(context.sign()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::Fixed;

    const PUBLISHED: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    /// The example that the specification's reference libraries test themselves with.
    #[test]
    fn the_published_message_has_the_published_signature() {
        let key = HookKey::parse(PUBLISHED).unwrap();
        let body = br#"{"test": 2432232314}"#;
        assert_eq!(
            sign(&key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
    }

    #[test]
    fn id_time_body_and_key_are_all_signed() {
        let key = HookKey::mint(&Fixed::new(1)).unwrap();
        let signature = sign(&key, "msg_1", 1, b"a");
        assert_ne!(sign(&key, "msg_2", 1, b"a"), signature);
        assert_ne!(sign(&key, "msg_1", 2, b"a"), signature);
        assert_ne!(sign(&key, "msg_1", 1, b"b"), signature);
        assert_ne!(
            sign(&HookKey::mint(&Fixed::new(2)).unwrap(), "msg_1", 1, b"a"),
            signature
        );
    }

    #[test]
    fn a_key_is_written_and_read_back_as_itself() {
        assert_eq!(*HookKey::parse(PUBLISHED).unwrap().to_text(), PUBLISHED);
        let key = HookKey::mint(&Fixed::new(1)).unwrap();
        assert_eq!(key.0.len(), 32);
        let read = HookKey::parse(&key.to_text()).unwrap();
        assert_eq!(read.0, key.0);
    }

    #[test]
    fn what_is_too_short_too_long_or_no_base64_is_no_key() {
        let of = |bytes: usize| format!("whsec_{}", STANDARD.encode(vec![7; bytes]));
        for bytes in [24, 25, 63, 64] {
            assert!(HookKey::parse(&of(bytes)).is_ok(), "{bytes}");
        }
        for wrong in [
            String::new(),
            "whsec_".to_owned(),
            of(23),
            of(65),
            of(66),
            of(1000),
            of(32).replace("whsec_", "whsec-"),
            of(32).replace('=', ""),
            format!("whsec_{}", "!".repeat(32)),
        ] {
            assert_eq!(HookKey::parse(&wrong).unwrap_err(), NotAKey, "{wrong}");
        }
    }

    /// OP5: no key shows itself in a debug line.
    #[test]
    fn the_key_prints_as_stars() {
        assert_eq!(format!("{:?}", HookKey::parse(PUBLISHED).unwrap()), "HookKey(***)");
    }
}
