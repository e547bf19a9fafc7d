//! The second factor: six digits that change every thirty seconds (RFC 6238, SHA-1, as every
//! authenticator app has it).

use crate::chance::{Entropy, NoEntropy};
use std::fmt;
use subtle::{ConditionallySelectable as _, ConstantTimeEq as _};
use totp_rs::{Builder, Totp};
use zeroize::Zeroizing;

/// Bytes of a secret: the length of SHA-1's result (RFC 4226 §4 R6).
const BYTES: usize = 20;
/// Seconds a code stands for (RFC 6238 §5.2).
const STEP: i64 = 30;
/// Digits of a code.
const DIGITS: usize = 6;
/// The longest text that is read as a code: somebody types spaces, nobody types this many.
const MAX_TYPED: usize = 32;

/// What a person's app and the server share. It prints as stars and its memory is wiped.
pub struct Secret(Zeroizing<[u8; BYTES]>);

impl Secret {
    /// A new secret.
    ///
    /// # Errors
    /// [`NoEntropy`] when the source of chance failed.
    pub fn mint(entropy: &dyn Entropy) -> Result<Self, NoEntropy> {
        let mut bytes = Zeroizing::new([0; BYTES]);
        entropy.fill(bytes.as_mut_slice())?;
        Ok(Self(bytes))
    }

    /// The secret that was kept; `None` unless it has 20 bytes.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(|bytes| Self(Zeroizing::new(bytes)))
    }

    /// The bytes to seal and keep.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// The secret for those who type it into their app: base 32 (RFC 4648 §6) without padding.
    #[must_use]
    pub fn to_base32(&self) -> Zeroizing<String> {
        Zeroizing::new(totp_rs::Secret::new_stack(*self.0).to_base32())
    }

    /// `otpauth://totp/…`: what the QR code says. `issuer` and `account` are what the app shows; a
    /// colon separates the two there and is replaced where it stands in one of them.
    #[must_use]
    pub fn uri(&self, issuer: &str, account: &str) -> Zeroizing<String> {
        let shown = |text: &str, otherwise: &str| match text.trim() {
            "" => otherwise.to_owned(),
            text => text.replace(':', " "),
        };
        let uri = self
            .builder()
            .with_issuer(Some(shown(issuer, "Tollgate")))
            .with_account_name(shown(account, "account"))
            .build_noncompliant()
            .to_url();
        // Refused are an empty account and a colon, and neither is left.
        Zeroizing::new(uri.unwrap_or_default())
    }

    fn builder(&self) -> Builder {
        Builder::new().with_secret(totp_rs::Secret::new_stack(*self.0))
    }

    /// The code of a step.
    fn code(totp: &Totp, step: i64) -> Option<Zeroizing<String>> {
        let second = u64::try_from(step.checked_mul(STEP)?).ok()?;
        Some(Zeroizing::new(totp.generate(second).to_string()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

/// The step whose code this is: the current one, or one before or after it (RFC 6238 §5.2), and later
/// than `last_step`, the step of the last code that was taken. White space in `code` does not matter.
///
/// A code is good once. The caller keeps the step on the condition that the one kept before is still
/// `last_step`: of two who come with the same code in the same moment one wins.
#[must_use]
pub fn check(secret: &Secret, code: &str, now_unix: i64, last_step: Option<i64>) -> Option<i64> {
    if code.len() > MAX_TYPED {
        return None;
    }
    let typed: Zeroizing<String> = Zeroizing::new(code.chars().filter(|c| !c.is_whitespace()).collect());
    if typed.len() != DIGITS || !typed.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let totp = secret.builder().build_noncompliant();
    let current = now_unix.div_euclid(STEP);
    // All three are computed and compared, whichever fits.
    let mut found = -1_i64;
    for step in [current.checked_add(1)?, current, current.checked_sub(1)?] {
        let Some(right) = Secret::code(&totp, step) else {
            continue;
        };
        found.conditional_assign(&step, right.as_bytes().ct_eq(typed.as_bytes()));
    }
    (found >= 0 && last_step.is_none_or(|last| found > last)).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::Fixed;

    /// RFC 6238 appendix B, SHA-1; the last six of its eight digits.
    const PUBLISHED: [(i64, &str); 6] = [
        (59, "287082"),
        (1_111_111_109, "081804"),
        (1_111_111_111, "050471"),
        (1_234_567_890, "005924"),
        (2_000_000_000, "279037"),
        (20_000_000_000, "353130"),
    ];

    fn secret() -> Secret {
        Secret::from_bytes(b"12345678901234567890").unwrap()
    }

    #[test]
    fn the_published_codes_are_right_at_their_time() {
        for (now, code) in PUBLISHED {
            assert_eq!(check(&secret(), code, now, None), Some(now / 30), "{now}");
        }
    }

    #[test]
    fn a_code_is_taken_one_step_early_and_one_step_late_and_no_further() {
        let (now, code) = PUBLISHED[3];
        let step = now / 30;
        for (seconds, right) in [(-60, false), (-30, true), (0, true), (30, true), (60, false)] {
            let expected = right.then_some(step);
            assert_eq!(check(&secret(), code, now + seconds, None), expected, "{seconds}");
        }
    }

    /// SE9: a code that was taken is not taken again, nor is an earlier one.
    #[test]
    fn a_code_is_good_once() {
        let (now, code) = PUBLISHED[3];
        let step = now / 30;
        assert_eq!(check(&secret(), code, now, Some(step - 1)), Some(step));
        assert_eq!(check(&secret(), code, now, Some(step)), None);
        assert_eq!(check(&secret(), code, now, Some(step + 1)), None);
    }

    #[test]
    fn a_code_is_six_digits_and_spaces() {
        let (now, code) = PUBLISHED[0];
        assert_eq!(check(&secret(), " 287 082\n", now, None), Some(1));
        let long = format!("{code}{}", " ".repeat(MAX_TYPED));
        for wrong in [
            "",
            "287083",
            "28708",
            "2870820",
            "94287082",
            "+87082",
            "２８７０８２",
            "28708a",
            &long,
        ] {
            assert_eq!(check(&secret(), wrong, now, None), None, "{wrong}");
        }
    }

    #[test]
    fn a_moment_outside_the_calendar_is_no_panic() {
        for now in [i64::MIN, -31, -1, 0, i64::MAX] {
            assert_eq!(check(&secret(), "000000", now, None), None, "{now}");
        }
    }

    #[test]
    fn the_uri_is_what_apps_read() {
        let uri = secret().uri("Acme & Söhne: Test", "desk@firm.example");
        assert_eq!(
            *uri,
            "otpauth://totp/Acme%20%26%20S%C3%B6hne%20%20Test:desk%40firm.example\
             ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Acme%20%26%20S%C3%B6hne%20%20Test"
        );
        for (issuer, account) in [("", ""), (" ", " "), (":", ":"), ("\u{0}", "😀")] {
            assert!(
                secret().uri(issuer, account).starts_with("otpauth://totp/"),
                "{issuer} {account}"
            );
        }
    }

    #[test]
    fn a_secret_is_kept_as_twenty_bytes() {
        let minted = Secret::mint(&Fixed::new(1)).unwrap();
        assert_eq!(
            Secret::from_bytes(minted.as_bytes()).unwrap().as_bytes(),
            minted.as_bytes()
        );
        assert_eq!(*secret().to_base32(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert!(Secret::from_bytes(&[0; 19]).is_none());
        assert!(Secret::from_bytes(&[0; 21]).is_none());
    }

    /// OP5: no secret shows itself in a debug line.
    #[test]
    fn a_secret_prints_as_stars() {
        assert_eq!(format!("{:?}", secret()), "Secret(***)");
    }
}
