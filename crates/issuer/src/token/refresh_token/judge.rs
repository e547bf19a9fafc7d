//! Whether a refresh token that was shown is good, and what takes its place.

use crate::known::KnownSignIn;
use crate::terms::people::RefreshTerms;
use tollgate_keys::digest::{Digest, DigestKey};
use tollgate_keys::secret::Plain;
use tollgate_model::{ClientId, Moment, RefreshFamily, State, User};
use tollgate_protocol::refusal::Code;

/// How late the end of a token that does not rotate may be moved on, in seconds: a busy client costs a write a minute
/// and not a write a token.
const MOVED_EVERY: i64 = 60;
/// How long a family lives where the terms set no end, in seconds: a hundred years.
const FOREVER: i64 = 100 * 365 * 86_400;

/// A token that was shown, as far as it is compared.
pub(super) struct Shown {
    pub(super) handle: String,
    digest: Digest,
    /// The one that would take its place.
    pub(super) successor: Plain,
    successor_digest: Digest,
}

impl Shown {
    pub(super) fn of(plain: &Plain, digests: &DigestKey) -> Self {
        let successor = plain.successor(digests);
        Self {
            handle: digests.digest(plain.family()).to_string(),
            digest: digests.digest(plain.expose()),
            successor_digest: digests.digest(successor.expose()),
            successor,
        }
    }

    fn is(&self, held: &str) -> bool {
        Digest::parse(held).is_some_and(|held| held == self.digest)
    }

    fn leads_to(&self, held: &str) -> bool {
        Digest::parse(held).is_some_and(|held| held == self.successor_digest)
    }
}

/// How refresh tokens go at this client.
#[derive(Clone, Copy)]
pub(super) struct Way {
    pub(super) refresh: RefreshTerms,
    pub(super) rotates: bool,
}

/// Whether a token dies when it is used. A public client's always does (RFC 9700 §4.14.2): nothing else would show that
/// somebody else has it, too.
pub(super) fn rotates(public: bool, sign_in: &KnownSignIn, terms: RefreshTerms) -> bool {
    public || sign_in.terms.rotates.unwrap_or(terms.rotates)
}

/// What becomes of a refresh token that was shown.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Good(Next),
    Refused(Code),
    /// Somebody has a copy.
    Reused,
}

/// What takes its place.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// The successor, from now on; the family as it will be.
    Turned(Box<RefreshFamily>),
    /// The successor, which took its place a moment ago: the answer was lost.
    Again,
    /// Nothing: it stays, with its end moved on where that is worth a write.
    Same(Option<Box<RefreshFamily>>),
}

pub(super) fn judge(
    family: &RefreshFamily,
    user: &User,
    client: &ClientId,
    shown: &Shown,
    way: Way,
    now: Moment,
) -> Verdict {
    // RT3: another client learns nothing, and ends nothing.
    if family.client != *client {
        return Verdict::Refused(Code::RefreshUnknown);
    }
    let current = shown.is(&family.current);
    let before = family.previous.as_deref().is_some_and(|previous| shown.is(previous));
    let lost = before && now.since(family.rotated) < way.refresh.window && shown.leads_to(&family.current);
    if !current && !lost {
        return Verdict::Reused;
    }
    // RT5: by use and by age.
    if now >= family.expires {
        return Verdict::Refused(Code::RefreshUnknown);
    }
    if user.state != State::Active {
        return Verdict::Refused(Code::PersonDisabled);
    }
    let expires = expires(family.created, way.refresh, now);
    Verdict::Good(match (current, way.rotates) {
        (false, _) => Next::Again,
        (true, true) => Next::Turned(Box::new(RefreshFamily {
            current: shown.successor_digest.to_string(),
            previous: Some(family.current.clone()),
            rotated: now,
            expires,
            ..family.clone()
        })),
        (true, false) => Next::Same((expires.since(family.expires) >= MOVED_EVERY).then(|| {
            Box::new(RefreshFamily {
                expires,
                ..family.clone()
            })
        })),
    })
}

/// When a token that lives from now on ends: unused for too long, or its family too old (RT5, 3E-38).
pub(in crate::token) fn expires(created: Moment, terms: RefreshTerms, now: Moment) -> Moment {
    let idle = terms.idle.map(|idle| now.plus(idle));
    let absolute = terms.absolute.map(|absolute| created.plus(absolute));
    match (idle, absolute) {
        (Some(idle), Some(absolute)) => idle.min(absolute),
        (Some(end), None) | (None, Some(end)) => end,
        (None, None) => created.plus(FOREVER),
    }
}
