//! Signing in: a password, then the second factor where there is one; and the password again before what is dangerous.

use super::session::{self, Begun, Fresh, Half};
use super::{ATTEMPTS, Answered, Origin, Refused, factor, letters, tries};
use crate::desk::Desk;
use crate::registry::value;
use crate::rights::SignedIn;
use crate::terms::console::SessionTerms;
use tollgate_keys::password::{self as passwords, Verdict};
use tollgate_keys::totp::Secret;
use tollgate_model::user::Totp;
use tollgate_model::{Change, Decision, Fault, Kept, Moment, Session, State, User};

/// Signs in with address and password. The session is half when a second factor is due.
///
/// An unknown address, a disabled person, one without a password and a wrong password are answered alike, after the
/// same work (SE7): each is compared with a hash, the decoy where there is none, and counted. While the counter is full
/// nobody is compared with anything, and a right password is refused as well; what to do then stands in `tries`.
///
/// The token is always a new one (SE2, AT15). What the browser had before, the page ends with [`session::sign_out`].
///
/// # Errors
/// A [`Fault`] of the store, or when too many sign in at once.
pub async fn password(desk: &Desk, email: &str, password: &str, origin: &Origin) -> Answered<Begun> {
    password_after(desk, None, email, password, origin).await
}

/// As [`password`], at a browser where somebody was signed in: if it is the same person, clients that know the session
/// know the new one as well.
///
/// # Errors
/// As [`password`].
pub async fn password_after(
    desk: &Desk,
    before: Option<&Session>,
    email: &str,
    password: &str,
    origin: &Origin,
) -> Answered<Begun> {
    // What cannot be an address is nobody's.
    let email = value::email("email", email).unwrap_or_default();
    let _turn = desk.bench.turn(&email).await?;
    let count = tries::wrong(desk, &email);
    let (token, fresh) = session::mint(desk)?;
    let mut compared = None;
    for _ in 0..ATTEMPTS {
        let now = desk.now();
        if let Some(seconds) = count.full(desk, now).await? {
            return Ok(Err(Refused::TooMany { seconds }));
        }
        let user = desk.store.user_by_email(&email).await?;
        let shown = compare(desk, user.as_ref(), password, &mut compared).await?;
        let ground = Ground {
            origin,
            before,
            terms: desk.terms.console.sessions,
            now,
        };
        match decide(user.as_ref(), &shown, &fresh, ground) {
            Ok(decision) => {
                if desk.memory.keep(decision.changes).await? == Kept::Done {
                    let session = decision.answer;
                    return Ok(Ok(Begun { token, session }));
                }
            }
            Err(why) => {
                let subject = user.as_ref().map_or("", |user| user.id.as_str());
                return Ok(Err(count.was_wrong(desk, origin, subject, why, now).await?));
            }
        }
    }
    Ok(Err(Refused::Stale))
}

/// Compares address and password as [`password`] does, in the same time and with the same counting, and begins no session:
/// what the person gets is `then`'s to decide. It is kept on the condition that the person is still as they were.
///
/// # Errors
/// As [`password`], and those of `then`.
pub(crate) async fn without_session<T, F, D>(
    desk: &Desk,
    email: &str,
    password: &str,
    origin: &Origin,
    then: F,
) -> Answered<T>
where
    F: Fn(User, Moment) -> D,
    D: Future<Output = Result<Decision<T>, Fault>> + Send,
{
    // What cannot be an address is nobody's.
    let email = value::email("email", email).unwrap_or_default();
    let _turn = desk.bench.turn(&email).await?;
    let count = tries::wrong(desk, &email);
    let mut compared = None;
    for _ in 0..ATTEMPTS {
        let now = desk.now();
        if let Some(seconds) = count.full(desk, now).await? {
            return Ok(Err(Refused::TooMany { seconds }));
        }
        let user = desk.store.user_by_email(&email).await?;
        let shown = compare(desk, user.as_ref(), password, &mut compared).await?;
        match allowed(user.as_ref(), &shown) {
            Ok(user) => {
                let decision = then(user.clone(), now).await?;
                let mut changes = vec![touched(user, &shown)];
                changes.extend(decision.changes);
                if desk.memory.keep(changes).await? == Kept::Done {
                    return Ok(Ok(decision.answer));
                }
            }
            Err(why) => {
                let subject = user.as_ref().map_or("", |user| user.id.as_str());
                return Ok(Err(count.was_wrong(desk, origin, subject, why, now).await?));
            }
        }
    }
    Ok(Err(Refused::Stale))
}

/// What showing a password came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Shown {
    right: bool,
    /// The hash to keep from now on, where new ones cost something else or the one on record is another house's (OP7).
    anew: Option<String>,
}

/// Compares, once for each hash that is found on record while a decision is made.
async fn compare(
    desk: &Desk,
    user: Option<&User>,
    password: &str,
    compared: &mut Option<(String, Shown)>,
) -> Result<Shown, Fault> {
    let phc = user
        .and_then(|user| user.password.as_deref())
        .unwrap_or(passwords::decoy());
    if let Some((before, shown)) = compared
        && before == phc
    {
        return Ok(shown.clone());
    }
    let shown = match desk.bench.verify(password, phc).await? {
        Verdict::Right { rehash: false } => Shown {
            right: true,
            anew: None,
        },
        Verdict::Right { rehash: true } => Shown {
            right: true,
            anew: Some(desk.bench.hash(password, &desk.entropy).await?.as_str().to_owned()),
        },
        Verdict::Wrong => Shown::default(),
        Verdict::Malformed => return Err(Fault::defect("comparing a password", "what is kept is no hash")),
    };
    *compared = Some((phc.to_owned(), shown.clone()));
    Ok(shown)
}

/// Where and when somebody signs in.
#[derive(Clone, Copy)]
struct Ground<'a> {
    origin: &'a Origin,
    /// The session that was at this browser.
    before: Option<&'a Session>,
    terms: SessionTerms,
    now: Moment,
}

/// The session of a right password, on the condition that the person is still as they were: a password that was changed
/// in the same moment, or a person disabled in it, begins none.
fn decide(user: Option<&User>, shown: &Shown, fresh: &Fresh, ground: Ground<'_>) -> Result<Decision<Session>, Refused> {
    let user = allowed(user, shown)?;
    let Ground {
        origin,
        before,
        terms,
        now,
    } = ground;
    let mut session = session::begin(fresh, user, origin, terms, now);
    if let Some(before) = before.filter(|before| before.user == user.id) {
        session.line = before.line.clone();
    }
    let changes = vec![
        touched(user, shown),
        Change::AddSession(session.clone()),
        session::told("session.begun", &session, origin, now),
    ];
    Ok(Decision::with(session, changes))
}

/// The person whose right password was shown.
fn allowed<'a>(user: Option<&'a User>, shown: &Shown) -> Result<&'a User, Refused> {
    match user {
        Some(user) if shown.right && user.password.is_some() => match user.state {
            State::Active => Ok(user),
            State::Disabled => Err(Refused::Disabled),
        },
        _ => Err(Refused::Wrong),
    }
}

fn touched(user: &User, shown: &Shown) -> Change {
    Change::ReviseUser {
        user: User {
            password: shown.anew.clone().or_else(|| user.password.clone()),
            ..user.clone()
        },
        was: user.version,
    }
}

/// Shows the second factor: the app's code, or a recovery code. A new session takes the place of the half one (SE2).
///
/// Each code works once: it is used up in the transaction that begins the session, so fifty who come with one code at
/// once get one session (SE9). Wrong codes fill the same counter as wrong passwords (SE8).
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn second(desk: &Desk, half: &Half, code: &str, origin: &Origin) -> Answered<Begun> {
    let _turn = desk.bench.turn(&half.user.email).await?;
    let (token, fresh) = session::mint(desk)?;
    for _ in 0..ATTEMPTS {
        let now = desk.now();
        let Some((held, user)) = desk.store.session(&half.session.digest).await? else {
            // Somebody finished it, or ended it.
            return Ok(Err(Refused::Stale));
        };
        let count = tries::wrong(desk, &user.email);
        if let Some(seconds) = count.full(desk, now).await? {
            return Ok(Err(Refused::TooMany { seconds }));
        }
        let Some(secret) = factor::open(desk, &user)? else {
            return Ok(Err(Refused::Stale));
        };
        let typed = Typed {
            code,
            recovery: factor::typed(desk, &user.id, code),
        };
        match decide_second(&held, &user, &secret, &typed, &fresh, origin, now) {
            Ok(decision) => {
                let mut changes = decision.changes;
                if decision.answer.factors.iter().any(|factor| factor == "rec") {
                    let left = user.recovery.len().saturating_sub(1);
                    let letter = letters::recovery_used(&desk.terms.console, left);
                    changes.push(letters::mail(desk, &user.email, &letter)?);
                }
                if desk.memory.keep(changes).await? == Kept::Done {
                    let session = decision.answer;
                    return Ok(Ok(Begun { token, session }));
                }
            }
            Err(Refused::Wrong) => {
                let subject = user.id.as_str();
                let told = count.was_wrong(desk, origin, subject, Refused::Wrong, now).await?;
                return Ok(Err(told));
            }
            Err(why) => return Ok(Err(why)),
        }
    }
    Ok(Err(Refused::Stale))
}

struct Typed<'a> {
    code: &'a str,
    recovery: Option<String>,
}

fn decide_second(
    half: &Session,
    user: &User,
    secret: &Secret,
    typed: &Typed<'_>,
    fresh: &Fresh,
    origin: &Origin,
    now: Moment,
) -> Result<Decision<Session>, Refused> {
    if half.complete || user.state != State::Active {
        return Err(Refused::Stale);
    }
    let mut revised = user.clone();
    let factor = match factor::shown(user, secret, typed.code, typed.recovery.as_deref(), now) {
        factor::Shown::Step(step) => {
            revised.totp = revised.totp.map(|totp| Totp {
                last_step: step,
                ..totp
            });
            "otp"
        }
        factor::Shown::Recovery(digest) => {
            revised.recovery.retain(|held| *held != digest);
            "rec"
        }
        factor::Shown::Nothing => return Err(Refused::Wrong),
    };
    let mut session = succeeding(half, fresh, now);
    session.complete = true;
    // A factor of ours was shown since they came, however long before that one was shown at a connection.
    session.proved = half.proved.max(half.created);
    session.factors.push(factor.to_owned());
    let changes = vec![
        Change::ReviseUser {
            user: revised,
            was: user.version,
        },
        session::closing(&user.id, &half.id),
        Change::AddSession(session.clone()),
        session::told("session.completed", &session, origin, now),
    ];
    Ok(Decision::with(session, changes))
}

/// The session that takes the place of another, with another token (SE2). It ends when that one would have: a session
/// is not made to last for ever by stepping up again and again (SE4).
fn succeeding(old: &Session, fresh: &Fresh, now: Moment) -> Session {
    Session {
        id: fresh.id.clone(),
        digest: fresh.digest.clone(),
        seen: now,
        ..old.clone()
    }
}

/// Shows the password again before something dangerous (SE10). A new session takes the place of the old one (SE2), with
/// the same account in view and the same end. Wrong passwords fill the same counter as at the door (SE8).
///
/// # Errors
/// A [`Fault`] of the store, or when too many sign in at once.
pub async fn again(desk: &Desk, who: &SignedIn, password: &str, origin: &Origin) -> Answered<Begun> {
    let _turn = desk.bench.turn(&who.user.email).await?;
    let (token, fresh) = session::mint(desk)?;
    let mut compared = None;
    for _ in 0..ATTEMPTS {
        let now = desk.now();
        let Some((held, user)) = desk.store.session(&who.session.digest).await? else {
            return Ok(Err(Refused::Stale));
        };
        let count = tries::wrong(desk, &user.email);
        if let Some(seconds) = count.full(desk, now).await? {
            return Ok(Err(Refused::TooMany { seconds }));
        }
        let shown = compare(desk, Some(&user), password, &mut compared).await?;
        match decide_again(&held, &user, &shown, &fresh, origin, now) {
            Ok(decision) => {
                if desk.memory.keep(decision.changes).await? == Kept::Done {
                    let session = decision.answer;
                    return Ok(Ok(Begun { token, session }));
                }
            }
            Err(why) => {
                let told = count.was_wrong(desk, origin, user.id.as_str(), why, now).await?;
                return Ok(Err(told));
            }
        }
    }
    Ok(Err(Refused::Stale))
}

fn decide_again(
    held: &Session,
    user: &User,
    shown: &Shown,
    fresh: &Fresh,
    origin: &Origin,
    now: Moment,
) -> Result<Decision<Session>, Refused> {
    let user = allowed(Some(user), shown)?;
    let mut session = succeeding(held, fresh, now);
    session.proved = now;
    if !ends_here(&session) {
        session::shown_last(&mut session, "pwd");
    }
    let changes = vec![
        touched(user, shown),
        session::closing(&user.id, &held.id),
        Change::AddSession(session.clone()),
        session::told("session.proved", &session, origin, now),
    ];
    Ok(Decision::with(session, changes))
}

/// Whether the password was shown of late, so that what is dangerous needs it no more (SE10).
#[must_use]
pub fn proved(desk: &Desk, who: &SignedIn) -> bool {
    is_proved(&who.session, desk.terms.console.sessions, desk.now())
}

/// Another provider may let somebody through on a sign-in of this morning, and need not say so. That a person came from
/// there proves nothing here: the last factor must be one of this house's own.
fn is_proved(session: &Session, terms: SessionTerms, now: Moment) -> bool {
    session.complete && ends_here(session) && now.since(session.proved) < terms.proved
}

/// Whether the last factor was shown to us rather than at a connection.
fn ends_here(session: &Session) -> bool {
    let last = session.factors.last().map(String::as_str);
    matches!(last, Some("pwd" | "otp" | "rec"))
}

#[cfg(test)]
mod tests;
