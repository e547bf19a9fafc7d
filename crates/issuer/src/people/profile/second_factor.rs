//! Setting the second factor up, taking it away, and new recovery codes.

use super::{allowed, revising};
use crate::desk::Desk;
use crate::people::letters::{self, SecondFactor};
use crate::people::sign_in::proved;
use crate::people::{Answered, Origin, Refused, factor};
use crate::rights::SignedIn;
use serde_json::json;
use tollgate_keys::totp::{self, Secret};
use tollgate_model::user::Totp;
use tollgate_model::{Change, Decision, Fault, Moment, Session, User};
use zeroize::Zeroizing;

/// How long a form with a new secret may lie about, in seconds.
const FORM: i64 = 900;
/// The longest sealed form that is read, in characters.
const LONGEST: usize = 400;

/// A second factor in the making. Nothing of it is on record yet: what is sealed travels through the form, and opens in
/// this session only.
pub struct Setup {
    /// The secret, base 32, for those who type it into their app.
    pub secret: Zeroizing<String>,
    /// `otpauth://…`, for the QR code.
    pub uri: Zeroizing<String>,
    /// The secret, sealed: the form brings it back with the first code.
    pub sealed: String,
}

impl std::fmt::Debug for Setup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Setup(***)")
    }
}

/// Makes a new secret. Does not change anything: the page asks [`proved`] first, and [`confirm_totp`] insists on it.
///
/// # Errors
/// A [`Fault`] of the source of chance.
pub fn begin_totp(desk: &Desk, who: &SignedIn) -> Result<Setup, Fault> {
    let secret = Secret::mint(&*desk.entropy).map_err(|e| Fault::unavailable("making a second factor", e))?;
    setup(desk, who, &secret, desk.now())
}

/// The same form again, for somebody whose code was wrong: the app has the secret already. None when the form is too
/// old or not of this session.
///
/// # Errors
/// A [`Fault`] of the cipher.
pub fn resume_totp(desk: &Desk, who: &SignedIn, sealed: &str) -> Result<Option<Setup>, Fault> {
    let now = desk.now();
    match unsealed(desk, &who.session, sealed, now) {
        Some(secret) => setup(desk, who, &secret, now).map(Some),
        None => Ok(None),
    }
}

fn setup(desk: &Desk, who: &SignedIn, secret: &Secret, now: Moment) -> Result<Setup, Fault> {
    let mut plain = Zeroizing::new(now.0.to_be_bytes().to_vec());
    plain.extend_from_slice(secret.as_bytes());
    let sealed = desk
        .sealer
        .seal(&place(&who.session), &plain)
        .map_err(|e| Fault::defect("sealing a second factor", e))?;
    Ok(Setup {
        secret: secret.to_base32(),
        uri: secret.uri(&desk.terms.console.vendor, &who.user.email),
        sealed: hexadecimal(&sealed),
    })
}

/// Sealed to the session: a form that was made for another opens nothing.
fn place(session: &Session) -> String {
    format!("session/{}/totp", session.id)
}

fn unsealed(desk: &Desk, session: &Session, sealed: &str, now: Moment) -> Option<Secret> {
    let plain = desk.sealer.open(&place(session), &bytes(sealed)?).ok()?;
    let (made, secret) = plain.split_first_chunk::<8>()?;
    let age = now.since(Moment(i64::from_be_bytes(*made)));
    (age < FORM).then(|| Secret::from_bytes(secret)).flatten()
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    let plausible = text.len() <= LONGEST && text.len().is_multiple_of(2);
    let digits = text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let pairs = text.as_bytes().chunks_exact(2);
    (plausible && digits)
        .then(|| {
            pairs
                .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
                .collect()
        })
        .flatten()
}

/// Sets the second factor up, with the first code that the app shows; answers the recovery codes, which are shown once.
/// The person's other sessions end: nobody showed a second factor there.
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn confirm_totp(
    desk: &Desk,
    who: &SignedIn,
    sealed: &str,
    code: &str,
    origin: &Origin,
) -> Answered<Vec<Zeroizing<String>>> {
    if !proved(desk, who) {
        return Ok(Err(Refused::Unproved));
    }
    let now = desk.now();
    let Some(secret) = unsealed(desk, &who.session, sealed, now) else {
        return Ok(Err(Refused::Stale));
    };
    // Not counted: it is no factor yet, and only who has it is shown it.
    let Some(step) = totp::check(&secret, code, now.0, None) else {
        return Ok(Err(Refused::Wrong));
    };
    let set = Totp {
        sealed: factor::seal(desk, &who.user.id, &secret)?,
        since: now,
        last_step: step,
    };
    let (codes, digests) = factor::codes(desk, &who.user.id)?;
    let settled = change(desk, who, origin, SecondFactor::Set, |user| {
        user.totp = Some(set.clone());
        user.recovery.clone_from(&digests);
    });
    Ok(settled.await?.map(|()| codes))
}

/// Takes the second factor away, and the recovery codes with it.
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn remove_totp(desk: &Desk, who: &SignedIn, origin: &Origin) -> Answered<()> {
    change(desk, who, origin, SecondFactor::Removed, |user| {
        user.totp = None;
        user.recovery.clear();
    })
    .await
}

/// Makes new recovery codes; the old ones work no more. They are shown once.
///
/// # Errors
/// A [`Fault`] of the store or of the source of chance.
pub async fn new_recovery(desk: &Desk, who: &SignedIn, origin: &Origin) -> Answered<Vec<Zeroizing<String>>> {
    let (codes, digests) = factor::codes(desk, &who.user.id)?;
    let settled = change(desk, who, origin, SecondFactor::Codes, |user| {
        user.recovery.clone_from(&digests);
    });
    Ok(settled.await?.map(|()| codes))
}

async fn change(
    desk: &Desk,
    who: &SignedIn,
    origin: &Origin,
    what: SecondFactor,
    revise: impl Fn(&mut User),
) -> Answered<()> {
    // Checked and kept on the person's version, so that two tabs do not show two sets of codes of which one works.
    for _ in 0..crate::people::ATTEMPTS {
        let user = match allowed(desk, who).await? {
            Ok(user) => user,
            Err(no) => return Ok(Err(no)),
        };
        let mut decision = match decide(&user, &who.session, what, &revise, origin, desk.now()) {
            Ok(decision) => decision,
            Err(no) => return Ok(Err(no)),
        };
        let letter = letters::second_factor(&desk.terms.console, &user.name, what);
        decision.changes.push(letters::mail(desk, &user.email, &letter)?);
        if what == SecondFactor::Set {
            let others = crate::people::session::farewells(desk, &user.id, Some(&who.session.line)).await?;
            decision.changes.extend(others);
        }
        if desk.memory.keep(decision.changes).await? == tollgate_model::Kept::Done {
            return Ok(Ok(()));
        }
    }
    Ok(Err(Refused::Stale))
}

fn decide(
    user: &User,
    session: &Session,
    what: SecondFactor,
    revise: impl Fn(&mut User),
    origin: &Origin,
    now: Moment,
) -> Result<Decision<()>, Refused> {
    if what != SecondFactor::Set && user.totp.is_none() {
        return Err(Refused::Stale);
    }
    let kind = match what {
        SecondFactor::Set => "second_factor.set",
        SecondFactor::Removed => "second_factor.removed",
        SecondFactor::Codes => "recovery_codes.made",
    };
    let mut changes = vec![revising(user, revise)];
    if what == SecondFactor::Set {
        changes.push(Change::EndSessions {
            user: user.id.clone(),
            but: Some(session.id.clone()),
        });
    }
    let asker = origin.asker(&user.id);
    changes.push(asker.did(kind, None, user.id.as_str(), now, json!({})));
    Ok(Decision::with((), changes))
}

#[cfg(test)]
mod tests;
