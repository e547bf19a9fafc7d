//! Credentials that can be recognised: `tgs_` + 32 random characters + 6 characters of checksum.
//!
//! The prefix lets a scanner find one in a repository or a log; the checksum lets it be sure, and
//! lets the server turn away a mistyped or invented one before any database is asked. The checksum is
//! no proof of anything: it keeps honest mistakes cheap.

pub mod ids;

use crate::base62;
use crate::chance::{Entropy, NoEntropy};
use crate::digest::DigestKey;
use std::fmt;
use zeroize::Zeroizing;

/// Random characters in a credential: 32 × log₂ 62 ≈ 190 bits.
const RANDOM: usize = 32;
/// Characters of checksum: the CRC-32 (IEEE) of everything before them, in base 62.
const CHECKSUM: usize = 6;

/// What a credential is for. Its prefix says so to people, programs and scanners.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `client_secret` of RFC 6749 §2.3.1.
    ClientSecret,
    /// What an operator's program shows to the management API.
    OperatorToken,
    /// What a gateway shows when it follows the issuer's feed.
    GatewayToken,
    /// What a browser that signed in to the console carries in its cookie.
    Session,
    /// What a one-time link carries: an invitation, a new password, the first operator.
    Link,
    /// An authorization code (RFC 6749 §4.1.2).
    Code,
    /// A refresh token (RFC 6749 §1.5): twice as long, the first half common to its family.
    Refresh,
    /// What binds the pages of a sign-in to the browser that began it.
    Browser,
    /// A subscription key that was made here.
    LegacyKey,
    /// An opaque token of a vendor's old login.
    LegacyToken,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 10] = [
        Self::ClientSecret,
        Self::OperatorToken,
        Self::GatewayToken,
        Self::Session,
        Self::Link,
        Self::Code,
        Self::Refresh,
        Self::Browser,
        Self::LegacyKey,
        Self::LegacyToken,
    ];

    /// What credentials of this kind begin with, before the underscore.
    #[must_use]
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::ClientSecret => "tgs",
            Self::OperatorToken => "tgo",
            Self::GatewayToken => "tgg",
            Self::Session => "tgn",
            Self::Link => "tgl",
            Self::Code => "tgc",
            Self::Refresh => "tgr",
            Self::Browser => "tgb",
            Self::LegacyKey => "tgk",
            Self::LegacyToken => "tgt",
        }
    }

    /// The regular expression to publish to secret scanners. It describes the form; only
    /// [`Plain::read`] checks the checksum.
    #[must_use]
    pub const fn pattern(self) -> &'static str {
        match self {
            Self::ClientSecret => CLIENT_SECRET_PATTERN,
            Self::OperatorToken => OPERATOR_TOKEN_PATTERN,
            Self::GatewayToken => GATEWAY_TOKEN_PATTERN,
            Self::Session => SESSION_PATTERN,
            Self::Link => LINK_PATTERN,
            Self::Code => CODE_PATTERN,
            Self::Refresh => REFRESH_PATTERN,
            Self::Browser => BROWSER_PATTERN,
            Self::LegacyKey => LEGACY_KEY_PATTERN,
            Self::LegacyToken => LEGACY_TOKEN_PATTERN,
        }
    }

    /// How many random characters one has.
    const fn random(self) -> usize {
        match self {
            Self::Refresh => 2 * RANDOM,
            _ => RANDOM,
        }
    }
}

/// The form of a client secret, for scanners.
pub const CLIENT_SECRET_PATTERN: &str = r"\btgs_[0-9A-Za-z]{38}\b";
/// The form of an operator token, for scanners.
pub const OPERATOR_TOKEN_PATTERN: &str = r"\btgo_[0-9A-Za-z]{38}\b";
/// The form of a gateway token, for scanners.
pub const GATEWAY_TOKEN_PATTERN: &str = r"\btgg_[0-9A-Za-z]{38}\b";
/// The form of a session of the console, for scanners.
pub const SESSION_PATTERN: &str = r"\btgn_[0-9A-Za-z]{38}\b";
/// The form of the credential in a one-time link, for scanners.
pub const LINK_PATTERN: &str = r"\btgl_[0-9A-Za-z]{38}\b";
/// The form of an authorization code, for scanners.
pub const CODE_PATTERN: &str = r"\btgc_[0-9A-Za-z]{38}\b";
/// The form of a refresh token, for scanners.
pub const REFRESH_PATTERN: &str = r"\btgr_[0-9A-Za-z]{70}\b";
/// The form of a browser's binding, for scanners.
pub const BROWSER_PATTERN: &str = r"\btgb_[0-9A-Za-z]{38}\b";
/// The form of a subscription key that was made here, for scanners.
pub const LEGACY_KEY_PATTERN: &str = r"\btgk_[0-9A-Za-z]{38}\b";
/// The form of a token of an old login, for scanners.
pub const LEGACY_TOKEN_PATTERN: &str = r"\btgt_[0-9A-Za-z]{38}\b";

/// A credential in the clear. It exists while it is shown once or compared once; only its digest is
/// kept. It prints as `***` and its memory is wiped.
pub struct Plain {
    kind: Kind,
    text: Zeroizing<String>,
}

impl Plain {
    /// A new credential of `kind`.
    ///
    /// # Errors
    /// [`NoEntropy`] when the source of chance failed.
    pub fn mint(kind: Kind, entropy: &dyn Entropy) -> Result<Self, NoEntropy> {
        let prefix = kind.prefix();
        // Room for the whole from the start: a string that grows leaves pieces of itself behind.
        let mut text = Zeroizing::new(String::with_capacity(prefix.len() + 1 + kind.random() + CHECKSUM));
        text.push_str(prefix);
        text.push('_');
        base62::append(kind.random(), entropy, &mut text)?;
        let checksum = checksum(&text);
        text.extend(checksum);
        Ok(Self { kind, text })
    }

    /// Reads a credential somebody presented: `None` unless prefix, length, characters and
    /// checksum are those of a credential of `kind`.
    #[must_use]
    pub fn read(kind: Kind, presented: &str) -> Option<Self> {
        let rest = presented.strip_prefix(kind.prefix())?.strip_prefix('_')?;
        if rest.len() != kind.random() + CHECKSUM || !rest.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return None;
        }
        let (body, tail) = presented.split_at_checked(presented.len().checked_sub(CHECKSUM)?)?;
        if !tail.chars().eq(checksum(body)) {
            return None;
        }
        Some(Self {
            kind,
            text: Zeroizing::new(presented.to_owned()),
        })
    }

    /// What all refresh tokens of a family have in common: their first half, prefix included.
    #[must_use]
    pub fn family(&self) -> &str {
        self.text
            .get(..self.kind.prefix().len() + 1 + RANDOM)
            .unwrap_or(&self.text)
    }

    /// The refresh token that takes the place of this one. It is the same however often it is asked for, so that an
    /// answer that was lost can be given again; nobody without the key can make it, and it tells nothing of the one
    /// after it.
    #[must_use]
    pub fn successor(&self, key: &DigestKey) -> Self {
        let digest = key.digest(&format!("successor:{}", &*self.text));
        let family = self.family();
        let mut text = Zeroizing::new(String::with_capacity(family.len() + RANDOM + CHECKSUM));
        text.push_str(family);
        base62::spell(digest.as_bytes(), RANDOM, &mut text);
        let checksum = checksum(&text);
        text.extend(checksum);
        Self { kind: self.kind, text }
    }

    /// What it is for.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The text itself: to show it once, or to take its digest. Never to log or keep it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl fmt::Display for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

fn checksum(body: &str) -> [char; CHECKSUM] {
    base62::six(crc32fast::hash(body.as_bytes()))
}

#[cfg(test)]
mod tests;
