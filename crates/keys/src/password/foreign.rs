//! Hashes that another house made of its people's passwords: bcrypt, PBKDF2, scrypt. They are compared for as long as
//! it takes a person to sign in once; then the password is at hand and hashed as ours are (OP7).
//!
//! Whatever a hash says it costs is looked at before anything is computed: an imported line must not cost the server
//! its memory or its day.

use super::{MOST_MEMORY_KIB, Unusable};
use aws_lc_rs::pbkdf2;
use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use std::num::NonZeroU32;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// What bcrypt may cost: `2^cost` rounds. 14 is about a second of a core.
const BCRYPT_COST: std::ops::RangeInclusive<u32> = 4..=14;
/// The most iterations of PBKDF2: three times what is advised for SHA-256, about a second.
const MOST_ITERATIONS: u32 = 2_000_000;
/// The most blocks that scrypt may mix, `N·r·p`: twice what is advised.
const MOST_MIXED: u64 = 1 << 21;
/// Bytes of salt.
const SALT: std::ops::RangeInclusive<usize> = 8..=64;
/// Bytes of the hash. Fewer could be met by chance.
const OUTPUT: std::ops::RangeInclusive<usize> = 16..=64;

/// Base64 as the PHC string format has it (without padding), and with padding, as some houses write it. Bits that count
/// for nothing may be set.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// A hash that is not ours, read and found bearable.
pub(super) enum Foreign {
    /// The whole string: the library reads it.
    Bcrypt { text: String, cost: u32 },
    /// RFC 8018 §5.2.
    Pbkdf2 {
        algorithm: pbkdf2::Algorithm,
        iterations: NonZeroU32,
        salt: Vec<u8>,
        hash: Vec<u8>,
    },
    /// RFC 7914.
    Scrypt {
        params: scrypt::Params,
        salt: Vec<u8>,
        hash: Vec<u8>,
    },
}

impl Foreign {
    /// Reads one. Nothing, where the string is not of these kinds at all.
    pub(super) fn read(text: &str) -> Option<Result<Self, Unusable>> {
        let mut parts = text.split('$');
        let ("", kind) = (parts.next()?, parts.next()?) else {
            return None;
        };
        let rest: Vec<&str> = parts.collect();
        match (kind, rest.as_slice()) {
            // $2x$ is what a library with a fault made, and would need that fault.
            ("2a" | "2b" | "2y", rest) => Some(bcrypt(text, rest)),
            ("pbkdf2-sha256", rest) => Some(pbkdf2(pbkdf2::PBKDF2_HMAC_SHA256, rest)),
            ("pbkdf2-sha512", rest) => Some(pbkdf2(pbkdf2::PBKDF2_HMAC_SHA512, rest)),
            ("scrypt", rest) => Some(scrypt(rest)),
            _ => None,
        }
    }

    /// Whether this is the password, in time that does not depend on what was typed.
    pub(super) fn fits(&self, password: &str) -> bool {
        let password = password.as_bytes();
        match self {
            // Of a longer password bcrypt reads 72 bytes, as it did where the hash was made. Ours reads all of it.
            Self::Bcrypt { text, .. } => bcrypt::verify(password, text).unwrap_or(false),
            Self::Pbkdf2 {
                algorithm,
                iterations,
                salt,
                hash,
            } => pbkdf2::verify(*algorithm, *iterations, salt, password, hash).is_ok(),
            Self::Scrypt { params, salt, hash } => {
                let mut made = Zeroizing::new(vec![0_u8; hash.len()]);
                scrypt::scrypt(password, salt, params, &mut made).is_ok() && bool::from(made.ct_eq(hash))
            }
        }
    }

    /// Roughly how many microseconds of a core it takes: to know the dearer of two.
    pub(super) fn cost(&self) -> u64 {
        match self {
            Self::Bcrypt { cost, .. } => 55 << cost,
            Self::Pbkdf2 { iterations, .. } => u64::from(iterations.get()) / 2,
            Self::Scrypt { params, .. } => mixed(params) / 3,
        }
    }
}

fn mixed(params: &scrypt::Params) -> u64 {
    params
        .n()
        .saturating_mul(u64::from(params.r()))
        .saturating_mul(u64::from(params.p()))
}

/// `$2b$12$` and 53 characters of salt and hash.
fn bcrypt(text: &str, rest: &[&str]) -> Result<Foreign, Unusable> {
    let [cost, tail] = rest else {
        return Err(Unusable::Malformed);
    };
    let of_bcrypt = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'.' | b'/');
    if cost.len() != 2 || tail.len() != 53 || !tail.bytes().all(of_bcrypt) {
        return Err(Unusable::Malformed);
    }
    let cost: u32 = number(cost)?;
    if !BCRYPT_COST.contains(&cost) {
        return Err(if cost < *BCRYPT_COST.start() {
            Unusable::Malformed
        } else {
            Unusable::TooDear
        });
    }
    // The library says of each character whether it could have made it.
    if text.parse::<bcrypt::HashParts>().is_err() {
        return Err(Unusable::Malformed);
    }
    Ok(Foreign::Bcrypt {
        text: text.to_owned(),
        cost,
    })
}

/// `$pbkdf2-sha256$i=600000,l=32$salt$hash`, or as passlib has it, `$pbkdf2-sha256$600000$salt$hash` with `.` for `+`.
fn pbkdf2(algorithm: pbkdf2::Algorithm, rest: &[&str]) -> Result<Foreign, Unusable> {
    let [terms, salt, hash] = rest else {
        return Err(Unusable::Malformed);
    };
    let iterations = match terms.strip_prefix("i=") {
        None => number(terms)?,
        Some(terms) => match terms.split_once(",l=") {
            None => number(terms)?,
            Some((iterations, length)) => {
                let length: usize = number(length)?;
                if decoded(hash, &OUTPUT)?.len() != length {
                    return Err(Unusable::Malformed);
                }
                number(iterations)?
            }
        },
    };
    if iterations > MOST_ITERATIONS {
        return Err(Unusable::TooDear);
    }
    Ok(Foreign::Pbkdf2 {
        algorithm,
        iterations: NonZeroU32::new(iterations).ok_or(Unusable::Malformed)?,
        salt: decoded(salt, &SALT)?,
        hash: decoded(hash, &OUTPUT)?,
    })
}

/// `$scrypt$ln=17,r=8,p=1$salt$hash`.
fn scrypt(rest: &[&str]) -> Result<Foreign, Unusable> {
    let [terms, salt, hash] = rest else {
        return Err(Unusable::Malformed);
    };
    let mut terms = terms.split(',');
    let mut term = |name: &str| {
        let text = terms.next().and_then(|term| term.strip_prefix(name));
        number::<u32>(text.ok_or(Unusable::Malformed)?)
    };
    let (log_n, r, p) = (term("ln=")?, term("r=")?, term("p=")?);
    if terms.next().is_some() {
        return Err(Unusable::Malformed);
    }
    let log_n = u8::try_from(log_n).map_err(|_| Unusable::TooDear)?;
    // Far beyond what is bearable the library's own arithmetic ends as well.
    if log_n > 24 || r > 1024 || p > 1024 {
        return Err(Unusable::TooDear);
    }
    let params = scrypt::Params::new(log_n, r, p).map_err(|_| Unusable::Malformed)?;
    let kib = params.n().saturating_mul(u64::from(r)) / 8;
    if kib > u64::from(MOST_MEMORY_KIB) || mixed(&params) > MOST_MIXED {
        return Err(Unusable::TooDear);
    }
    Ok(Foreign::Scrypt {
        params,
        salt: decoded(salt, &SALT)?,
        hash: decoded(hash, &OUTPUT)?,
    })
}

/// A decimal number without a sign.
fn number<N: std::str::FromStr>(text: &str) -> Result<N, Unusable> {
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Unusable::Malformed);
    }
    // All digits, and still no such number: there are too many of them.
    match text.is_empty() {
        true => Err(Unusable::Malformed),
        false => text.parse().map_err(|_| Unusable::TooDear),
    }
}

fn decoded(text: &str, lengths: &std::ops::RangeInclusive<usize>) -> Result<Vec<u8>, Unusable> {
    let bytes = BASE64.decode(text.replace('.', "+")).map_err(|_| Unusable::Malformed)?;
    match lengths.contains(&bytes.len()) {
        true => Ok(bytes),
        false => Err(Unusable::Malformed),
    }
}

/// The same kind of hash of the same cost, of nothing: salt and hash are zeros, which no password comes to.
pub(super) fn emptied(text: &str) -> String {
    let bcrypt = text.starts_with("$2");
    let kept = if bcrypt {
        3
    } else {
        text.split('$').count().saturating_sub(2)
    };
    let zero = if bcrypt { "." } else { "A" };
    let parts = text.split('$').enumerate().map(|(place, part)| match place < kept {
        true => part.to_owned(),
        false => zero.repeat(part.trim_end_matches('=').len()),
    });
    parts.collect::<Vec<_>>().join("$")
}

#[cfg(test)]
mod tests;
