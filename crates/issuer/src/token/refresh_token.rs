//! The refresh token grant (RFC 6749 §6).
//!
//! A token that is used dies, and its answer names the next (3E-36). That next one is reckoned from the one shown, so
//! whoever lost the answer asks again within the window and hears the same: of any number of retries there is one live
//! branch (RT2). Any other token of the family is one that somebody kept a copy of, and then nobody can say who the
//! thief is: the whole family dies, with its access tokens, on every node (RT1).
//!
//! Logout leaves refresh tokens alone. A client has one only because the person agreed that it acts while they are away
//! (OpenID Connect Core §11, Back-Channel Logout §2.7); what ends it is taking that back.

mod judge;

pub(super) use judge::expires;

use super::answer::TokenAnswer;
use super::client_credentials::Granted;
use super::issue::{ATTEMPTS, Grounds, OTHER_CLOCKS, busy, event, same_target, sign, sign_in};
use super::{limit, person};
use crate::caller::Caller;
use crate::desk::Desk;
use crate::known::KnownSignIn;
use crate::registry::secret::tokens_until;
use judge::{Next, Shown, Verdict, Way, judge, rotates};
use serde_json::json;
use tollgate_keys::digest::Digest;
use tollgate_keys::secret::{Kind, Plain};
use tollgate_model::client::GrantType;
use tollgate_model::event::Outcome;
use tollgate_model::revocation::Target;
use tollgate_model::{Change, Fault, Kept, Moment, RefreshFamily, User};
use tollgate_protocol::parameters::Parameters;
use tollgate_protocol::refusal::{Code, Refusal};
use tollgate_protocol::scope::Scopes;

/// Exchanges a refresh token for an access token and, where tokens rotate, the next refresh token. It costs one read
/// and one transaction. It is counted against the client's limit; that its secret was used is for the door to tell.
///
/// `scope` may narrow what the access token gets, this time (RT4). What else comes along, such as the `code` and
/// `redirect_uri` of the first exchange, is ignored. `request` is the request's id, for the audit log.
///
/// # Errors
/// A [`Fault`] of the store, or when there is no key to sign with; then the token shown is still good.
pub async fn redeem(
    desk: &Desk,
    caller: &Caller,
    ask: &Parameters,
    request: &str,
    now: Moment,
) -> Result<Result<TokenAnswer, Refusal>, Fault> {
    let client = caller.client();
    let sign_in = match sign_in(desk, client, GrantType::RefreshToken) {
        Ok(sign_in) => sign_in,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let Some(text) = ask.get("refresh_token") else {
        return Ok(Err(Refusal::of(Code::RefreshMissing)));
    };
    // What cannot be a refresh token by its checksum never reaches the store (OP6).
    let Some(plain) = Plain::read(Kind::Refresh, text) else {
        return Ok(Err(Refusal::of(Code::RefreshUnknown)));
    };
    let shown = Shown::of(&plain, &desk.digests);
    let terms = Way {
        refresh: desk.terms.people.refresh,
        rotates: rotates(caller.secret().is_none(), sign_in, desk.terms.people.refresh),
    };
    for _ in 0..ATTEMPTS {
        // RT6: a family whose consent was taken back is gone with it, so there is nothing more to look up.
        let Some((family, user)) = desk.store.family(&shown.handle).await? else {
            return Ok(Err(Refusal::of(Code::RefreshUnknown)));
        };
        let (refusal, changes) = match judge(&family, &user, &client.id, &shown, terms, now) {
            Verdict::Good(next) => {
                let turn = Turn { family, user, next };
                match give(desk, caller, sign_in, &turn, &shown, ask, now).await? {
                    Ok(Some(answer)) => return Ok(Ok(answer)),
                    Ok(None) => continue,
                    Err(refusal) => return Ok(Err(refusal)),
                }
            }
            Verdict::Refused(code) => return Ok(Err(Refusal::of(code))),
            Verdict::Reused => (Refusal::of(Code::RefreshSpent), reused(&family, request, now)),
        };
        if desk.memory.keep(changes).await? == Kept::Done {
            return Ok(Err(refusal));
        }
    }
    Err(busy("turning a refresh token"))
}

/// A token that is good, and what takes its place.
struct Turn {
    family: RefreshFamily,
    user: User,
    next: Next,
}

/// Gives the tokens. None: something changed in between.
async fn give(
    desk: &Desk,
    caller: &Caller,
    sign_in: &KnownSignIn,
    turn: &Turn,
    shown: &Shown,
    ask: &Parameters,
    now: Moment,
) -> Result<Result<Option<TokenAnswer>, Refusal>, Fault> {
    let client = caller.client();
    let catalogue = desk.memory.catalogue();
    let family = &turn.family;
    let in_force = person::granted(
        client,
        family.api.as_ref(),
        &family.scopes,
        &catalogue.apis,
        &desk.terms.people,
    );
    let granted = match in_force.and_then(|granted| narrowed(granted, &family.scopes, ask)) {
        Ok(granted) => granted,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let counted = match limit::cost(desk, &client.id, now).await? {
        Ok(counted) => counted,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let grounds = Grounds {
        caller,
        sign_in,
        granted: &granted,
        user: &turn.user,
        by: &family.by,
        claims: &family.claims,
        nonce: None,
        authorization: &family.id,
        consent: &family.consent,
        refreshed: true,
    };
    let answer = sign(desk, &grounds, now)?;
    let mut changes = counted.changes;
    if let Next::Turned(next) | Next::Same(Some(next)) = &turn.next {
        changes.push(Change::ReviseFamily {
            family: (**next).clone(),
            was: family.version,
        });
    }
    if desk.memory.keep(changes).await? == Kept::Stale {
        return Ok(Ok(None));
    }
    let text = match turn.next {
        Next::Turned(_) | Next::Again => Some(shown.successor.expose().to_owned()),
        Next::Same(_) => None,
    };
    let answer = answer.and_refresh_token(text).about(counted.answer, family.api.clone());
    Ok(Ok(Some(answer)))
}

/// What this access token gets: all, or what was asked of it. Never more than was agreed to, and the family keeps what
/// it has (RFC 6749 §6, RT4).
fn narrowed<'a>(granted: Granted<'a>, agreed: &Scopes, ask: &Parameters) -> Result<Granted<'a>, Refusal> {
    same_target(ask, &granted)?;
    let Some(text) = ask.get("scope") else {
        return Ok(granted);
    };
    let asked = Scopes::parse(text).map_err(|_| Refusal::of(Code::ScopeMalformed))?;
    if !agreed.covers(&asked) {
        let beyond = asked.beyond(agreed).to_string();
        return Err(Refusal::of(Code::ScopeNotGranted).with("scope", beyond));
    }
    if asked.is_empty() {
        return Ok(granted);
    }
    let scopes = granted.scopes.iter().filter(|scope| asked.contains(scope)).collect();
    Ok(Granted { scopes, ..granted })
}

/// RT1, 3E-36: the end of a family, with every access token that it bought.
fn reused(family: &RefreshFamily, request: &str, now: Moment) -> Vec<Change> {
    let outcome = Outcome::Refused(Code::RefreshSpent.as_str().to_owned());
    let detail = json!({ "authorization": family.id });
    let of = (&family.client, &family.account);
    let mut changes = ended(family, now);
    changes.push(event("refresh.reused", of, outcome, detail, request, now));
    changes
}

/// What ends a family: its refresh tokens and, on every node and gateway, the access tokens that it bought.
pub(crate) fn ended(family: &RefreshFamily, now: Moment) -> Vec<Change> {
    let target = Target::Authorization(family.id.clone());
    vec![
        Change::RemoveFamily { id: family.id.clone() },
        Change::Revoke(tokens_until(target, now.plus(OTHER_CLOCKS), now)),
    ]
}

/// The family of a refresh token, whichever of its tokens is shown; and whether it is the one that lives.
///
/// # Errors
/// A [`Fault`] of the store.
pub(crate) async fn find(desk: &Desk, plain: &Plain) -> Result<Option<(RefreshFamily, User, bool)>, Fault> {
    let handle = desk.digests.digest(plain.family()).to_string();
    let digest = desk.digests.digest(plain.expose());
    let found = desk.store.family(&handle).await?;
    Ok(found.map(|(family, user)| {
        let lives = Digest::parse(&family.current).is_some_and(|current| current == digest);
        (family, user, lives)
    }))
}

#[cfg(test)]
mod tests;
