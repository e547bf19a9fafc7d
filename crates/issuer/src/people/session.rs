//! Sessions: who is signed in at which browser, for how long, and how it ends.

use super::{Answered, Origin, Refused};
use crate::desk::Desk;
use crate::logout;
use crate::registry::{No, Registered, new_id, settle};
use crate::rights::SignedIn;
use crate::terms::console::SessionTerms;
use serde_json::json;
use tollgate_keys::digest::{Digest, DigestKey};
use tollgate_keys::secret::{Kind, Plain};
use tollgate_model::{
    Account, AccountId, Change, Decision, Fault, Member, Moment, Session, SessionId, State, User, UserId,
};

/// How long a half session waits for its second factor, in seconds.
const HALF: i64 = 600;
/// How late a session's `seen` may be, in seconds.
const SEEN_EVERY: i64 = 60;
/// The most that is kept of a browser's name, in characters.
const DEVICE: usize = 200;

/// A session that has begun.
#[derive(Debug)]
pub struct Begun {
    /// The token, for the browser's cookie; it is nowhere else.
    pub token: Plain,
    /// What is on record of it. Not `complete`: the second factor is due.
    pub session: Session,
}

/// Somebody who showed the first factor and owes the second. It opens the page that asks for it, and nothing else.
#[derive(Clone, Debug)]
pub struct Half {
    pub(super) user: User,
    pub(super) session: Session,
}

impl Half {
    /// Who.
    #[must_use]
    pub const fn user(&self) -> &User {
        &self.user
    }

    /// At which browser.
    #[must_use]
    pub const fn session(&self) -> &Session {
        &self.session
    }
}

/// Whom a token in a cookie stands for.
#[derive(Clone, Debug)]
pub enum Resumed {
    /// Somebody who signed in with every factor.
    SignedIn(SignedIn),
    /// Somebody who owes the second.
    Half(Half),
}

/// Whom the token in a cookie stands for; nobody, when the session is over, idle for too long, or the person disabled
/// (SE4, AT13). A text without the right checksum never reaches the store (OP6).
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn resume(desk: &Desk, token: &str) -> Result<Option<Resumed>, Fault> {
    let Some(plain) = Plain::read(Kind::Session, token) else {
        return Ok(None);
    };
    let digest = desk.digests.digest(plain.expose()).to_string();
    let Some((session, user)) = desk.store.session(&digest).await? else {
        return Ok(None);
    };
    let now = desk.now();
    let seen = session.seen;
    let Some(resumed) = standing(session, user, desk.terms.console.sessions, now) else {
        return Ok(None);
    };
    if now.since(seen) >= SEEN_EVERY {
        let (Resumed::SignedIn(SignedIn { session, .. }) | Resumed::Half(Half { session, .. })) = &resumed;
        let id = session.id.clone();
        // Whether it is kept or the session ended meanwhile: the next request finds out.
        let _ = desk.memory.keep(vec![Change::SessionSeen { id, at: now }]).await?;
    }
    Ok(Some(resumed))
}

fn standing(session: Session, user: User, terms: SessionTerms, now: Moment) -> Option<Resumed> {
    if !lives(&session, terms, now) || user.state != State::Active {
        return None;
    }
    Some(if session.complete {
        Resumed::SignedIn(SignedIn { user, session })
    } else {
        Resumed::Half(Half { user, session })
    })
}

fn lives(session: &Session, terms: SessionTerms, now: Moment) -> bool {
    let in_time = session.complete || now.since(session.created) < HALF;
    now < session.ends && now.since(session.seen) < terms.idle && in_time
}

/// What a form must bring along that changes something in this session (SE5): only a page that this session was shown
/// can know it.
#[must_use]
pub fn csrf(desk: &Desk, session: &Session) -> String {
    csrf_digest(&desk.digests, session).to_string()
}

/// Whether a form brought it. Compared in constant time.
#[must_use]
pub fn csrf_matches(desk: &Desk, session: &Session, brought: &str) -> bool {
    is_csrf(&desk.digests, session, brought)
}

fn is_csrf(digests: &DigestKey, session: &Session, brought: &str) -> bool {
    Digest::parse(brought).is_some_and(|brought| brought == csrf_digest(digests, session))
}

fn csrf_digest(digests: &DigestKey, session: &Session) -> Digest {
    digests.digest(&format!("csrf:{}", session.digest))
}

/// The person's sessions that are alive and complete, the last begun first.
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn list(desk: &Desk, who: &SignedIn) -> Result<Vec<Session>, Fault> {
    let (terms, now) = (desk.terms.console.sessions, desk.now());
    let mut sessions = desk.store.sessions(&who.user.id).await?;
    sessions.retain(|session| session.complete && lives(session, terms, now));
    Ok(sessions)
}

/// A factor that was shown elsewhere.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Elsewhere<'a> {
    /// Its word.
    pub(crate) factor: &'a str,
    /// When it was shown, where that is said. Otherwise it was just now.
    pub(crate) shown: Option<Moment>,
}

/// Adds a factor that was shown elsewhere: a new session takes the place of the old one (SE2), with the same account
/// in view and the same end (SE4).
///
/// # Errors
/// A [`Fault`] of the store.
pub(crate) async fn step_up(desk: &Desk, who: &SignedIn, elsewhere: Elsewhere<'_>, origin: &Origin) -> Answered<Begun> {
    let (token, fresh) = mint(desk)?;
    let session = super::settle(desk, async || {
        let Some((held, user)) = desk.store.session(&who.session.digest).await? else {
            return Ok(Err(Refused::Stale));
        };
        Ok(decide_step_up(&held, &user, elsewhere, &fresh, origin, desk.now()))
    })
    .await?;
    Ok(session.map(|session| Begun { token, session }))
}

pub(super) fn decide_step_up(
    held: &Session,
    user: &User,
    elsewhere: Elsewhere<'_>,
    fresh: &Fresh,
    origin: &Origin,
    now: Moment,
) -> Result<Decision<Session>, Refused> {
    if !held.complete || user.state != State::Active {
        return Err(Refused::Stale);
    }
    let mut session = Session {
        id: fresh.id.clone(),
        digest: fresh.digest.clone(),
        seen: now,
        // One that was shown there before ours makes the sign-in no older than it is.
        proved: elsewhere.shown.map_or(now, |shown| shown.min(now).max(held.proved)),
        ..held.clone()
    };
    shown_last(&mut session, elsewhere.factor);
    let changes = vec![
        closing(&user.id, &held.id),
        Change::AddSession(session.clone()),
        told("session.stepped_up", &session, origin, now),
    ];
    Ok(Decision::with(session, changes))
}

/// Puts a factor last: what was shown last says how much `proved` is worth (SE10).
pub(super) fn shown_last(session: &mut Session, factor: &str) {
    session.factors.retain(|shown| shown != factor);
    session.factors.push(factor.to_owned());
}

/// Ends one of the person's sessions, on every node at once (SE3). Somebody else's is not found.
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn end(desk: &Desk, who: &SignedIn, request: &str, id: &SessionId) -> Registered<()> {
    settle(desk, "session", async || {
        let sessions = desk.store.sessions(&who.user.id).await?;
        let Some(session) = sessions.iter().find(|session| session.id == *id) else {
            return Ok(Err(No::NotFound("session")));
        };
        let now = desk.now();
        let ended = who.asker(request).did(
            "session.ended",
            None,
            who.user.id.as_str(),
            now,
            json!({ "session": id }),
        );
        let mut changes = vec![closing(&who.user.id, id), ended];
        changes.extend(logout::farewells(desk, &session.line, now).await?);
        Ok(Ok(Decision::with((), changes)))
    })
    .await
}

/// Ends every session of the person but this one (SE3).
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn end_others(desk: &Desk, who: &SignedIn, request: &str) -> Registered<()> {
    settle(desk, "session", async || {
        let now = desk.now();
        let ended = who.asker(request).did(
            "session.ended",
            None,
            who.user.id.as_str(),
            now,
            json!({ "all_but": who.session.id }),
        );
        let others = Change::EndSessions {
            user: who.user.id.clone(),
            but: Some(who.session.id.clone()),
        };
        let mut changes = vec![others, ended];
        changes.extend(farewells(desk, &who.user.id, Some(&who.session.line)).await?);
        Ok(Ok(Decision::with((), changes)))
    })
    .await
}

/// Ends this session, complete or half, and has every client told that learnt of it. One that was ended already stays so.
///
/// # Errors
/// A [`Fault`] of the store or of the source of chance.
pub async fn sign_out(desk: &Desk, session: &Session, request: &str) -> Result<(), Fault> {
    let farewells = logout::farewells(desk, &session.line, desk.now()).await?;
    close(desk, session, request, farewells).await
}

/// Ends the session that was at a browser where another one has begun, so that nobody finds it in use later (SE2). Where
/// the person is the same, clients go on knowing them by the line of both.
///
/// # Errors
/// A [`Fault`] of the store or of the source of chance.
pub async fn replaced(desk: &Desk, before: &Session, by: &Session, request: &str) -> Result<(), Fault> {
    if before.line == by.line {
        return close(desk, before, request, Vec::new()).await;
    }
    sign_out(desk, before, request).await
}

async fn close(desk: &Desk, session: &Session, request: &str, farewells: Vec<Change>) -> Result<(), Fault> {
    let origin = Origin {
        address: None,
        device: String::new(),
        request: request.to_owned(),
    };
    let ended = origin.asker(&session.user).did(
        "session.ended",
        None,
        session.user.as_str(),
        desk.now(),
        json!({ "session": session.id, "signed_out": true }),
    );
    let mut changes = vec![closing(&session.user, &session.id), ended];
    changes.extend(farewells);
    // Stale: it was ended already.
    let _ = desk.memory.keep(changes).await?;
    Ok(())
}

/// What tells clients that a person's sessions ended, all but those of one line: to be kept together with their end.
///
/// # Errors
/// A [`Fault`] of the store or of the source of chance.
pub(crate) async fn farewells(desk: &Desk, user: &UserId, but: Option<&SessionId>) -> Result<Vec<Change>, Fault> {
    let now = desk.now();
    let mut changes = Vec::new();
    for session in desk.store.sessions(user).await? {
        if but != Some(&session.line) {
            changes.extend(logout::farewells(desk, &session.line, now).await?);
        }
    }
    Ok(changes)
}

/// Puts an account in view: one of the person's own, or any for an operator. None: to choose again.
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn view(desk: &Desk, who: &SignedIn, account: Option<&AccountId>, request: &str) -> Registered<()> {
    settle(desk, "session", async || {
        let places = match account {
            Some(_) => desk.store.memberships(&who.user.email).await?,
            None => Vec::new(),
        };
        let visited = match account {
            Some(id) if who.user.operator => desk.store.account(id).await?.is_some(),
            _ => false,
        };
        let lives = desk.store.sessions(&who.user.id).await?;
        if !lives.iter().any(|session| session.id == who.session.id) {
            return Ok(Err(No::NotFound("session")));
        }
        Ok(decide_view(who, account, visited, &places, request, desk.now()))
    })
    .await
}

/// CO4: an account that is not the person's is not found.
fn decide_view(
    who: &SignedIn,
    account: Option<&AccountId>,
    visited: bool,
    places: &[(Member, Account)],
    request: &str,
    now: Moment,
) -> Result<Decision<()>, No> {
    let own = |id: &AccountId| {
        places.iter().any(|(member, account)| {
            account.id == *id && account.state == State::Active && member.state == State::Active
        })
    };
    if account.is_some_and(|id| !visited && !own(id)) {
        return Err(No::NotFound("account"));
    }
    let changes = vec![
        Change::ViewAccount {
            id: who.session.id.clone(),
            user: who.user.id.clone(),
            account: account.cloned(),
        },
        who.asker(request).did(
            "account.viewed",
            account,
            who.user.id.as_str(),
            now,
            json!({ "session": who.session.id }),
        ),
    ];
    Ok(Decision::with((), changes))
}

/// A session in the making: its name and the digest of its token.
#[derive(Clone, Debug)]
pub(super) struct Fresh {
    pub(super) id: SessionId,
    pub(super) digest: String,
}

/// A new token, never one that a browser brought along (SE2, AT15). Only its digest is kept (RT7).
pub(super) fn mint(desk: &Desk) -> Result<(Plain, Fresh), Fault> {
    let token = Plain::mint(Kind::Session, &*desk.entropy).map_err(|e| Fault::unavailable("making a session", e))?;
    let fresh = Fresh {
        id: SessionId::new(new_id(desk, "ses")?),
        digest: desk.digests.digest(token.expose()).to_string(),
    };
    Ok((token, fresh))
}

/// A session that begins now with a password that was just shown or chosen. It is half where the person has a second
/// factor.
pub(super) fn begin(fresh: &Fresh, user: &User, origin: &Origin, terms: SessionTerms, now: Moment) -> Session {
    Session {
        id: fresh.id.clone(),
        line: fresh.id.clone(),
        digest: fresh.digest.clone(),
        user: user.id.clone(),
        complete: user.totp.is_none(),
        account: None,
        factors: vec!["pwd".to_owned()],
        created: now,
        seen: now,
        proved: now,
        ends: now.plus(terms.absolute),
        device: device(&origin.device),
        address: origin.place(),
    }
}

/// The end of a session, while it is there.
pub(super) fn closing(user: &UserId, id: &SessionId) -> Change {
    Change::EndSession {
        id: id.clone(),
        user: user.clone(),
    }
}

/// The line of the audit log about a session that began or took another's place.
pub(super) fn told(kind: &str, session: &Session, origin: &Origin, now: Moment) -> Change {
    let detail = json!({
        "session": session.id, "factors": session.factors, "complete": session.complete,
        "address": session.address, "device": session.device,
    });
    origin
        .asker(&session.user)
        .did(kind, None, session.user.as_str(), now, detail)
}

/// A browser's name without what could disturb a page or a terminal: control characters, and those that turn the
/// direction of writing.
fn device(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}');
    text.chars()
        .filter(|c| !c.is_control() && !turns(*c))
        .take(DEVICE)
        .collect::<String>()
        .trim()
        .to_owned()
}

#[cfg(test)]
mod tests;
