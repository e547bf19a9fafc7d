//! The old login: an e-mail address and a password for an opaque token (SS-50, SS-55).
//!
//! The password is compared as everywhere else: the same counter, the same work for people that do not exist (SE7, SE8).
//! Somebody with a second factor cannot use it, since it has no place to show one. Whether the old way has ended is asked
//! before anything is compared where it has ended for everybody, and for the person's firm once the password was right;
//! so no answer tells a stranger whose firm has which end.

use crate::desk::Desk;
use crate::people::{Origin, Refused, sign_in};
use crate::registry::Asker;
use crate::registry::legacy::{Fresh, told};
use crate::terms::transition::LegacyLogin;
use tollgate_keys::secret::Plain;
use tollgate_model::event::Actor;
use tollgate_model::legacy::LegacyKind;
use tollgate_model::transition::{Stage, Subject};
use tollgate_model::{
    Account, AccountId, Change, Dated, Decision, Fault, LegacyCredential, LegacyMethodId, LegacyUse, Member, Moment,
    State, User,
};

/// Why nobody is let in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum No {
    /// Address and password do not belong together.
    #[error("The e-mail address or the password is wrong.")]
    Wrong,
    /// Too many wrong tries of late for this person.
    #[error("Too many wrong tries; wait a while.")]
    TooMany {
        /// In so many seconds the next try counts.
        seconds: i64,
    },
    /// The person has a second factor, for which this login has no place.
    #[error("This account is protected by a second factor, which this login cannot ask for. Use an access token.")]
    SecondFactor,
    /// The person is no active member of any active account.
    #[error("You are not a member of any firm here.")]
    Nowhere,
    /// The old way is switched off for a while.
    #[error("This login is switched off for now, as it will be for good. Use an access token.")]
    Brownout,
    /// The old way has ended.
    #[error("This login has ended. Use an access token.")]
    Ended,
    /// Something changed meanwhile, again and again.
    #[error("Try again.")]
    Stale,
}

impl No {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Wrong => "login_wrong",
            Self::TooMany { .. } => "login_too_many",
            Self::SecondFactor => "login_second_factor",
            Self::Nowhere => "login_no_account",
            Self::Brownout => "legacy_brownout",
            Self::Ended => "legacy_ended",
            Self::Stale => "login_stale",
        }
    }
}

/// Somebody who was let in.
#[derive(Debug)]
pub struct LoggedIn {
    /// The token, which is shown once.
    pub plain: Plain,
    /// What is on record of it.
    pub credential: LegacyCredential,
    /// The person's address.
    pub email: String,
}

/// What came of a login.
#[derive(Debug)]
pub struct Outcome {
    /// Somebody was let in, or why not.
    pub answer: Result<LoggedIn, No>,
    /// Whose it is, where that was proved.
    pub account: Option<AccountId>,
    /// What answers say of the end: since when, when, and where people read about it.
    pub ending: Option<Ending>,
}

/// What an answer says of the end of the old way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// Since when it is deprecated.
    pub since: Moment,
    /// When it ends, for whom the answer is about.
    pub ends: Option<Moment>,
    /// Where people read what to do.
    pub documentation: Option<String>,
}

/// Lets somebody in by the old way.
///
/// # Errors
/// A [`Fault`] of the store or of the source of chance, or when too many sign in at once.
pub async fn login(
    desk: &Desk,
    login: &LegacyLogin,
    email: &str,
    password: &str,
    origin: &Origin,
) -> Result<Outcome, Fault> {
    let now = desk.now();
    let transitions = held(desk, &login.method);
    let outcome = |answer, account: Option<AccountId>| Outcome {
        ending: ending(&transitions, account.as_ref(), now),
        answer,
        account,
    };
    if let Some(no) = over_for_all(&transitions, now) {
        return Ok(outcome(Err(no), None));
    }
    let (plain, fresh) = Fresh::make(desk, LegacyKind::Bearer)?;
    let shown = sign_in::without_session(desk, email, password, origin, |user: User, now| {
        let (fresh, transitions) = (&fresh, &transitions);
        async move {
            let places = desk.store.memberships(&user.email).await?;
            Ok(decide(&user, places, login, transitions, fresh, origin, now))
        }
    })
    .await?;
    let answer = match shown {
        Ok((account, answer)) => (answer, account),
        Err(refused) => (Err(of(&refused)), None),
    };
    let (answer, account) = answer;
    if let Some(account) = &account {
        count(desk, login, account, answer.as_ref().ok(), now);
    }
    let answer = answer.map(|credential| LoggedIn {
        plain,
        credential,
        email: email.trim().to_lowercase(),
    });
    Ok(outcome(answer, account))
}

/// The transitions of the whole method. One that holds on some routes or APIs only leaves the login to the others.
fn held(desk: &Desk, method: &LegacyMethodId) -> Vec<Dated> {
    let catalogue = desk.memory.catalogue();
    let whole = |dated: &&Dated| {
        let transition = &dated.transition;
        transition.of == Subject::Method(method.clone()) && transition.routes.is_empty() && transition.apis.is_empty()
    };
    catalogue.transitions.iter().filter(whole).cloned().collect()
}

fn of(refused: &Refused) -> No {
    match refused {
        Refused::TooMany { seconds } => No::TooMany { seconds: *seconds },
        Refused::Stale => No::Stale,
        _ => No::Wrong,
    }
}

fn refused(stage: &Stage<'_>) -> Option<No> {
    match stage {
        Stage::Ended => Some(No::Ended),
        Stage::Brownout(_) => Some(No::Brownout),
        _ => None,
    }
}

/// Why nobody at all is let in.
fn over_for_all(transitions: &[Dated], now: Moment) -> Option<No> {
    let all = transitions.iter().filter(|dated| dated.transition.accounts.is_empty());
    all.filter(|dated| {
        let spared = |account| dated.stage(Some(account), now).works();
        !dated.exceptions.iter().any(|exception| spared(&exception.account))
    })
    .find_map(|dated| refused(&dated.stage(None, now)))
}

fn over_for(transitions: &[Dated], account: &AccountId, now: Moment) -> Option<No> {
    let here = transitions.iter().filter(|dated| holds(dated, Some(account)));
    here.filter_map(|dated| refused(&dated.stage(Some(account), now)))
        .next()
}

fn holds(dated: &Dated, account: Option<&AccountId>) -> bool {
    let of = &dated.transition.accounts;
    of.is_empty() || account.is_some_and(|account| of.contains(account))
}

/// Of the transitions that have opened, what the one says that ends first.
fn ending(transitions: &[Dated], account: Option<&AccountId>, now: Moment) -> Option<Ending> {
    let each = transitions
        .iter()
        .filter(|dated| holds(dated, account))
        .filter_map(|dated| {
            let ends = dated.ends(account);
            let opens = dated.transition.opens.filter(|opens| *opens <= now);
            Some(Ending {
                since: opens.or(ends.filter(|end| *end <= now))?,
                ends,
                documentation: dated.transition.documentation.clone(),
            })
        });
    each.min_by_key(|ending| ending.ends.unwrap_or(Moment(i64::MAX)))
}

type Shown = (Option<AccountId>, Result<LegacyCredential, No>);

/// What somebody with the right password gets. A person of several firms gets the token of the first, by name, for which
/// the old way still works: the old login knew of one.
fn decide(
    user: &User,
    places: Vec<(Member, Account)>,
    login: &LegacyLogin,
    transitions: &[Dated],
    fresh: &Fresh,
    origin: &Origin,
    now: Moment,
) -> Decision<Shown> {
    if user.totp.is_some() {
        return Decision::just((None, Err(No::SecondFactor)));
    }
    let mut active: Vec<(Member, Account)> = places;
    active.retain(|(member, account)| member.state == State::Active && account.state == State::Active);
    let works = |account: &Account| over_for(transitions, &account.id, now).is_none();
    let chosen = active.iter().find(|(_, account)| works(account)).or(active.first());
    let Some((member, account)) = chosen else {
        return Decision::just((None, Err(No::Nowhere)));
    };
    if let Some(no) = over_for(transitions, &account.id, now) {
        return Decision::just((Some(account.id.clone()), Err(no)));
    }
    let credential = LegacyCredential {
        id: fresh.id.clone(),
        method: login.method.clone(),
        kind: LegacyKind::Bearer,
        account: account.id.clone(),
        member: Some(member.id.clone()),
        digest: fresh.digest.clone(),
        label: "old login".into(),
        created: now,
        expires: Some(now.plus(login.lifetime)),
        ended: None,
    };
    let asker = Asker {
        actor: Actor::User(user.id.to_string()),
        request: Some(origin.request.clone()),
    };
    let event = told("legacy.logged_in", &credential, &asker, now);
    let add = Change::AddLegacyCredential(credential.clone());
    Decision::with((Some(account.id.clone()), Ok(credential)), vec![add, event])
}

fn count(desk: &Desk, login: &LegacyLogin, account: &AccountId, made: Option<&LegacyCredential>, now: Moment) {
    desk.tally.legacy_used(&LegacyUse {
        method: login.method.clone(),
        account: account.clone(),
        member: made.and_then(|made| made.member.clone()),
        // Each login makes another token: what they are used for is counted at the gateway, by each of them.
        credential: None,
        day: now.day(),
        count: 1,
        refused: i64::from(made.is_none()),
        last: now,
    });
}

#[cfg(test)]
mod tests;
