//! A person's password: which may be chosen, how it is kept, how it is compared.
//!
//! [`hash`] and [`verify`] are slow on purpose: about 20 ms of one core and 19 MiB each. They block;
//! run them off the threads that serve, and bound how many run at once (OP7).

mod breached;
mod foreign;
mod rules;

pub use rules::{MAX_BYTES, MAX_CHARACTERS, MIN_CHARACTERS, Weak, acceptable};

use crate::chance::{Entropy, NoEntropy};
use argon2::password_hash::phc;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use foreign::Foreign;
use std::fmt;
use zeroize::Zeroizing;

/// What a hash costs now: 19 MiB, two passes, one lane (OP7). One that cost anything else is made anew
/// at the next sign-in.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// The dearest Argon2 hash that is verified: what a record says must not cost the server its memory.
const MOST_MEMORY_KIB: u32 = 256 * 1024;
const MOST_PASSES: u32 = 16;
const MOST_LANES: u32 = 16;

/// Bytes of salt (RFC 9106 §3.1).
const SALT: usize = 16;
/// Bytes of the hash.
const OUTPUT: usize = 32;
/// The fewest bytes of hash in a record.
const LEAST_OUTPUT: usize = 16;
/// The longest PHC string that is read.
const MAX_PHC: usize = 512;

/// The hash of nothing: 32 zero bytes, for which nobody knows a password.
const DECOY: &str = "$argon2id$v=19$m=19456,t=2,p=1$dG9sbGdhdGUgZGVjb3kuLg$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// A password as it is kept: a PHC string of Argon2id with its salt and its cost. It prints as stars.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// `$argon2id$v=19$m=…,t=…,p=…$salt$hash`: to keep, and to hand to [`verify`].
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(***)")
    }
}

/// Why no hash was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HashFault {
    /// No salt.
    #[error(transparent)]
    NoEntropy(#[from] NoEntropy),
    /// More than [`MAX_BYTES`]: [`acceptable`] was not asked.
    #[error("the password is too long")]
    TooLong,
    /// The library failed, or 19 MiB were not to be had.
    #[error("the password could not be hashed")]
    Operation,
}

/// Why a hash that another house made is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// It is of no kind that is known.
    #[error(
        "is no hash that is known: bcrypt ($2a$, $2b$, $2y$), $pbkdf2-sha256$, $pbkdf2-sha512$, $scrypt$ or $argon2id$"
    )]
    Unknown,
    /// It is of a known kind, and wrong in itself.
    #[error("is not a whole hash of its kind")]
    Malformed,
    /// To compare a password with it would take too much time or memory.
    #[error("costs more to compare than is borne here")]
    TooDear,
}

/// What comparing a password came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is the password.
    Right {
        /// The hash has another cost or kind than new ones: make it anew while the password is at hand (OP7).
        rehash: bool,
    },
    /// It is not.
    Wrong,
    /// What is kept is no hash we know, so nothing was compared. A fault of ours, never the person's.
    Malformed,
}

/// Hashes a new password under a salt of its own. Blocks; see the module.
///
/// # Errors
/// [`HashFault`].
pub fn hash(password: &str, entropy: &dyn Entropy) -> Result<PasswordHash, HashFault> {
    if password.len() > MAX_BYTES {
        return Err(HashFault::TooLong);
    }
    let mut salt = [0_u8; SALT];
    entropy.fill(&mut salt)?;
    let params = Params::new(MEMORY_KIB, PASSES, LANES, Some(OUTPUT)).map_err(|_| HashFault::Operation)?;
    let made: phc::PasswordHash = Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_with_salt(password.as_bytes(), &salt)
        .map_err(|_| HashFault::Operation)?;
    Ok(PasswordHash(made.to_string()))
}

/// Compares a password with what is kept, in time that does not depend on what was typed. Blocks; see the
/// module. For a person who is not there, or has no password, compare with [`decoy`].
#[must_use]
pub fn verify(password: &str, phc: &str) -> Verdict {
    // Longer than any that was taken. Nothing is told by how soon this answer comes: it depends on
    // what the asker sent, not on whom they asked about.
    if password.len() > MAX_BYTES {
        return Verdict::Wrong;
    }
    if let Some(foreign) = Foreign::read(phc).filter(|_| phc.len() <= MAX_PHC) {
        return match foreign {
            Ok(foreign) if foreign.fits(password) => Verdict::Right { rehash: true },
            Ok(_) => Verdict::Wrong,
            Err(_) => Verdict::Malformed,
        };
    }
    let Ok((kept, params)) = read(phc) else {
        return Verdict::Malformed;
    };
    match Argon2::default().verify_password(password.as_bytes(), &kept) {
        Ok(()) => Verdict::Right {
            rehash: !is_current(&kept, &params),
        },
        Err(argon2::password_hash::Error::PasswordInvalid) => Verdict::Wrong,
        Err(_) => Verdict::Malformed,
    }
}

/// A hash of current cost that no password fits: to compare with when there is nobody to compare with, so
/// that the answer takes as long (SE7).
#[must_use]
pub const fn decoy() -> &'static str {
    DECOY
}

/// Whether [`verify`] could compare a password with this hash, which another house made: bcrypt, PBKDF2, scrypt, or
/// Argon2 of any kind and cost, within what is borne. Nothing is computed.
///
/// # Errors
/// [`Unusable`].
pub fn importable(text: &str) -> Result<(), Unusable> {
    if text.len() > MAX_PHC {
        return Err(Unusable::Malformed);
    }
    match Foreign::read(text) {
        Some(foreign) => foreign.map(drop),
        None => read(text).map(drop),
    }
}

/// A hash that costs what an imported one does, and that no password fits; nothing for hashes of our own cost, for which
/// there is [`decoy`]. While people have such hashes, one is compared wherever none of theirs is, so that the time of
/// an answer does not tell who was imported (SE7).
#[must_use]
pub fn decoy_like(text: &str) -> Option<Decoy> {
    if text.len() > MAX_PHC {
        return None;
    }
    let cost = match Foreign::read(text) {
        Some(foreign) => foreign.ok()?.cost(),
        None => {
            let (kept, params) = read(text).ok()?;
            if is_current(&kept, &params) {
                return None;
            }
            u64::from(params.m_cost()).saturating_mul(u64::from(params.t_cost())) * 2 / 3
        }
    };
    let text = foreign::emptied(text);
    Some(Decoy { text, cost })
}

/// A hash of nothing, as dear as one that was imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoy {
    /// What to hand to [`verify`].
    pub text: String,
    /// Roughly what comparing costs, in microseconds of a core.
    pub cost: u64,
}

fn read(phc: &str) -> Result<(phc::PasswordHash, Params), Unusable> {
    if phc.len() > MAX_PHC {
        return Err(Unusable::Malformed);
    }
    let kinds = [Algorithm::Argon2id, Algorithm::Argon2i, Algorithm::Argon2d];
    if !kinds.iter().any(|kind| phc.starts_with(&format!("${kind}$"))) {
        return Err(Unusable::Unknown);
    }
    let kept = phc::PasswordHash::new(phc).map_err(|_| Unusable::Malformed)?;
    // Fewer bytes of hash could be met by chance.
    if kept.salt.is_none() || kept.hash.as_ref().is_none_or(|hash| hash.len() < LEAST_OUTPUT) {
        return Err(Unusable::Malformed);
    }
    let params = Params::try_from(&kept).map_err(|_| Unusable::Malformed)?;
    let bearable =
        params.m_cost() <= MOST_MEMORY_KIB && params.t_cost() <= MOST_PASSES && params.p_cost() <= MOST_LANES;
    if bearable {
        Ok((kept, params))
    } else {
        Err(Unusable::TooDear)
    }
}

fn is_current(kept: &phc::PasswordHash, params: &Params) -> bool {
    (params.m_cost(), params.t_cost(), params.p_cost()) == (MEMORY_KIB, PASSES, LANES)
        && kept.algorithm == Algorithm::Argon2id.ident()
        && kept.version == Some(Version::V0x13.into())
        && kept.hash.as_ref().is_some_and(|hash| hash.len() == OUTPUT)
}

/// Lower case, in memory that is wiped.
fn lower(text: &str) -> Zeroizing<String> {
    // Room for the longest: a string that grows leaves pieces of itself behind.
    let mut lower = Zeroizing::new(String::with_capacity(text.len().saturating_mul(3)));
    lower.extend(text.chars().flat_map(char::to_lowercase));
    lower
}

#[cfg(test)]
mod tests;
