//! The authorization code grant (RFC 6749 §4.1.3): a code becomes tokens, once.
//!
//! A code that comes a second time is refused and takes with it what it bought (PK4): of a double submit the one that
//! came first gets tokens, and they die when the second arrives. Nobody can tell the client's own hurry from a thief's.
//!
//! What a stranger presents changes nothing: another client's code, or another redirect address, is refused and the code
//! stays good for its owner (PK6). A wrong verifier is different. Who presents the code without its proof is the one
//! against whom PKCE was made (RFC 7636 §1), so the code is in the wrong hands, and ends.

mod judge;

use super::answer::TokenAnswer;
use super::issue::{ATTEMPTS, Grounds, OTHER_CLOCKS, busy, event, same_target, sign, sign_in};
use super::{limit, person};
use crate::caller::Caller;
use crate::desk::Desk;
use crate::known::{Known, KnownSignIn};
use crate::registry::secret::tokens_until;
use crate::terms::people::{PeopleTerms, RefreshTerms};
use judge::{Verdict, judge};
use serde_json::json;
use tollgate_keys::digest::DigestKey;
use tollgate_keys::secret::{Kind, Plain};
use tollgate_model::authorization::{Identified, Stage};
use tollgate_model::client::GrantType;
use tollgate_model::event::Outcome;
use tollgate_model::revocation::Target;
use tollgate_model::{Authorization, Change, ConsentId, Fault, Kept, Moment, RefreshFamily, State, User};
use tollgate_protocol::parameters::Parameters;
use tollgate_protocol::refusal::{Code, Refusal};
use tollgate_protocol::scope::Scopes;

/// Exchanges a code for tokens. It is counted against the client's limit, and its secret is not: the door does that.
///
/// There is a refresh token where one was asked for by an offline scope (SO-9) and the client may use it. `request` is
/// the request's id, for the audit log.
///
/// # Errors
/// A [`Fault`] of the store, of the source of chance, or when there is no key to sign with; then the code is not spent.
pub async fn redeem(
    desk: &Desk,
    caller: &Caller,
    ask: &Parameters,
    request: &str,
    now: Moment,
) -> Result<Result<TokenAnswer, Refusal>, Fault> {
    let client = caller.client();
    let sign_in = match sign_in(desk, client, GrantType::AuthorizationCode) {
        Ok(sign_in) => sign_in,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let Some(text) = ask.get("code") else {
        return Ok(Err(Refusal::of(Code::CodeMissing)));
    };
    // What cannot be a code by its checksum never reaches the store (OP6).
    let Some(plain) = Plain::read(Kind::Code, text) else {
        return Ok(Err(Refusal::of(Code::CodeUnknown)));
    };
    let code = desk.digests.digest(plain.expose()).to_string();
    for _ in 0..ATTEMPTS {
        let Some(held) = desk.store.authorization_by_code(&code).await? else {
            return Ok(Err(Refusal::of(Code::CodeUnknown)));
        };
        let (refusal, changes) = match judge(&held, &client.id, caller.secret().is_none(), ask, now) {
            Verdict::Good => match know(desk, held).await? {
                Ok(facts) => match spend(desk, caller, sign_in, &facts, ask, now).await? {
                    Ok(Some(answer)) => return Ok(Ok(answer)),
                    Ok(None) => continue,
                    Err(refusal) => return Ok(Err(refusal)),
                },
                Err(refusal) => return Ok(Err(refusal)),
            },
            Verdict::Refused(refusal) => return Ok(Err(refusal)),
            Verdict::Burnt(refusal) => (refusal.clone(), burnt(&held, &refusal, request, now)),
            Verdict::Again => (Refusal::of(Code::CodeSpent), again(&held, request, now)),
        };
        if desk.memory.keep(changes).await? == Kept::Done {
            return Ok(Err(refusal));
        }
    }
    Err(busy("spending a code"))
}

/// A code that was presented as it should be, and for whom it is.
struct Facts {
    held: Authorization,
    by: Identified,
    consent: ConsentId,
    user: User,
}

/// Who the code is for, and whether they are still there and still agree (RT6, AT13).
async fn know(desk: &Desk, held: Authorization) -> Result<Result<Facts, Refusal>, Fault> {
    let (Some(by), Some(consent)) = (held.by.clone(), held.consent.clone()) else {
        return Err(Fault::defect("spending a code", "nobody agreed to it"));
    };
    let (user, agreed) = tokio::try_join!(desk.store.user(&by.user), desk.store.consent_by_id(&consent))?;
    if agreed.is_none() {
        return Ok(Err(Refusal::of(Code::CodeUnknown)));
    }
    let Some(user) = user.filter(|user| user.state == State::Active) else {
        return Ok(Err(Refusal::of(Code::PersonDisabled)));
    };
    Ok(Ok(Facts {
        held,
        by,
        consent,
        user,
    }))
}

/// Spends it. None: something changed in between.
async fn spend(
    desk: &Desk,
    caller: &Caller,
    sign_in: &KnownSignIn,
    facts: &Facts,
    ask: &Parameters,
    now: Moment,
) -> Result<Result<Option<TokenAnswer>, Refusal>, Fault> {
    let (client, held) = (caller.client(), &facts.held);
    let (catalogue, people) = (desk.memory.catalogue(), &desk.terms.people);
    let api = held.asked.api.as_ref();
    let granted = match person::granted(client, api, &held.scopes, &catalogue.apis, people) {
        Ok(granted) => granted,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if let Err(refusal) = same_target(ask, &granted) {
        return Ok(Err(refusal));
    }
    let counted = match limit::cost(desk, &client.id, now).await? {
        Ok(counted) => counted,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let grounds = Grounds {
        caller,
        sign_in,
        granted: &granted,
        user: &facts.user,
        by: &facts.by,
        claims: &held.asked.claims,
        nonce: held.asked.nonce.as_deref(),
        authorization: &held.id,
        consent: &facts.consent,
        refreshed: false,
    };
    let answer = sign(desk, &grounds, now)?;
    let mut changes = vec![stage(held, Stage::Spent)];
    let refresh = match lasts(client, &held.scopes, people) {
        true => Some(
            Plain::mint(Kind::Refresh, &*desk.entropy).map_err(|e| Fault::unavailable("making a refresh token", e))?,
        ),
        false => None,
    };
    if let Some(plain) = &refresh {
        let family = begin(facts, plain, &desk.digests, people.refresh, now);
        changes.push(Change::AddFamily(family));
    }
    changes.extend(counted.changes);
    if desk.memory.keep(changes).await? == Kept::Stale {
        return Ok(Ok(None));
    }
    let refresh = refresh.map(|plain| plain.expose().to_owned());
    let answer = answer
        .and_refresh_token(refresh)
        .about(counted.answer, held.asked.api.clone());
    Ok(Ok(Some(answer)))
}

/// Whether there is a refresh token: the person agreed to any of the offline scopes, alone or together (SO-9), and the
/// client may use it.
fn lasts(client: &Known, agreed: &Scopes, terms: &PeopleTerms) -> bool {
    client.grant_types.contains(&GrantType::RefreshToken) && agreed.iter().any(|scope| terms.is_offline(scope))
}

/// The family of a first refresh token. Of the token itself nothing is kept but digests (RT7).
fn begin(facts: &Facts, plain: &Plain, digests: &DigestKey, terms: RefreshTerms, now: Moment) -> RefreshFamily {
    RefreshFamily {
        id: facts.held.id.clone(),
        client: facts.held.client.clone(),
        account: facts.held.account.clone(),
        consent: facts.consent.clone(),
        api: facts.held.asked.api.clone(),
        scopes: facts.held.scopes.clone(),
        by: facts.by.clone(),
        claims: facts.held.asked.claims.clone(),
        handle: digests.digest(plain.family()).to_string(),
        current: digests.digest(plain.expose()).to_string(),
        previous: None,
        rotated: now,
        created: now,
        expires: super::refresh_token::expires(now, terms, now),
        version: 1,
    }
}

fn stage(held: &Authorization, stage: Stage) -> Change {
    Change::StageAuthorization {
        id: held.id.clone(),
        client: held.client.clone(),
        stage,
        was: held.version,
    }
}

fn burnt(held: &Authorization, refusal: &Refusal, request: &str, now: Moment) -> Vec<Change> {
    let outcome = Outcome::Refused(refusal.code.as_str().to_owned());
    let detail = json!({ "authorization": held.id });
    vec![
        stage(held, Stage::Ended),
        event(
            "code.burnt",
            (&held.client, &held.account),
            outcome,
            detail,
            request,
            now,
        ),
    ]
}

/// PK4, 3E-28: the second time takes along what the first one bought.
fn again(held: &Authorization, request: &str, now: Moment) -> Vec<Change> {
    let outcome = Outcome::Refused(Code::CodeSpent.as_str().to_owned());
    let detail = json!({ "authorization": held.id });
    let of = (&held.client, &held.account);
    let mut changes = ended(held, now);
    changes.push(event("code.reused", of, outcome, detail, request, now));
    changes
}

/// What ends a code, with the access tokens that it bought, by name, and the refresh tokens, as a family. Nothing, when
/// it leads nowhere any more.
pub(crate) fn ended(held: &Authorization, now: Moment) -> Vec<Change> {
    match held.stage {
        Stage::Coded => vec![stage(held, Stage::Ended)],
        Stage::Spent => vec![
            stage(held, Stage::Ended),
            Change::RemoveFamily { id: held.id.clone() },
            Change::Revoke(tokens_until(
                Target::Authorization(held.id.clone()),
                now.plus(OTHER_CLOCKS),
                now,
            )),
        ],
        Stage::Opened | Stage::Identified | Stage::Consented | Stage::Ended => Vec::new(),
    }
}

#[cfg(test)]
mod tests;
