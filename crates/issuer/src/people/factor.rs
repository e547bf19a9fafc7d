//! The second factor on record: sealed secrets, digests of recovery codes.

use crate::desk::Desk;
use tollgate_keys::recovery;
use tollgate_keys::totp::{self, Secret};
use tollgate_model::{Fault, Moment, User, UserId};
use zeroize::Zeroizing;

/// What a typed code came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// The code of the app for this time step.
    Step(i64),
    /// A recovery code, by its digest.
    Recovery(String),
    /// Neither.
    Nothing,
}

/// Where a person's secret is sealed to.
fn place(user: &UserId) -> String {
    format!("user/{user}/totp")
}

/// Seals a secret to its person.
pub(super) fn seal(desk: &Desk, user: &UserId, secret: &Secret) -> Result<Vec<u8>, Fault> {
    desk.sealer
        .seal(&place(user), secret.as_bytes())
        .map_err(|e| Fault::defect("sealing a second factor", e))
}

/// The person's secret; none without a second factor.
pub(super) fn open(desk: &Desk, user: &User) -> Result<Option<Secret>, Fault> {
    let Some(totp) = &user.totp else {
        return Ok(None);
    };
    let bytes = desk
        .sealer
        .open(&place(&user.id), &totp.sealed)
        .map_err(|e| Fault::defect("opening a second factor", e))?;
    match Secret::from_bytes(&bytes) {
        Some(secret) => Ok(Some(secret)),
        None => Err(Fault::defect("reading a second factor", "it has another length")),
    }
}

/// New recovery codes: to show once, and their digests to keep.
pub(super) fn codes(desk: &Desk, user: &UserId) -> Result<(Vec<Zeroizing<String>>, Vec<String>), Fault> {
    let codes = recovery::mint(&*desk.entropy).map_err(|e| Fault::unavailable("making recovery codes", e))?;
    let digests = codes.iter().map(|code| digest(desk, user, code)).collect();
    Ok((codes, digests))
}

/// The digest of what was typed, if it can be a recovery code at all.
pub(super) fn typed(desk: &Desk, user: &UserId, typed: &str) -> Option<String> {
    recovery::normalise(typed).map(|code| digest(desk, user, &code))
}

fn digest(desk: &Desk, user: &UserId, code: &str) -> String {
    let text = Zeroizing::new(format!("recovery:{user}:{code}"));
    desk.digests.digest(&text).to_string()
}

/// What a typed code is worth for this person. A time step that was used, and every one before it, is worth nothing
/// (SE9).
pub(super) fn shown(user: &User, secret: &Secret, code: &str, recovery: Option<&str>, now: Moment) -> Shown {
    let last = user.totp.as_ref().map(|totp| totp.last_step);
    if let Some(step) = totp::check(secret, code, now.0, last) {
        return Shown::Step(step);
    }
    match recovery {
        // Digests under our own key: how far two of them agree tells nobody anything.
        Some(digest) if user.recovery.iter().any(|held| held == digest) => Shown::Recovery(digest.to_owned()),
        _ => Shown::Nothing,
    }
}
