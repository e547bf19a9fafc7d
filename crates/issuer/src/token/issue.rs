//! From what was granted for a person to the signed tokens.

use super::answer::TokenAnswer;
use super::client_credentials::Granted;
use super::id_token::{self, About};
use super::mint::{self, Bearer, Person};
use super::person;
use crate::caller::Caller;
use crate::desk::Desk;
use crate::known::{Known, KnownSignIn};
use serde_json::Value;
use tollgate_model::authorization::{ClaimsAsked, Identified};
use tollgate_model::client::GrantType;
use tollgate_model::event::{Actor, Outcome};
use tollgate_model::{AccountId, AuthorizationId, Change, ClientId, ConsentId, Event, Fault, Moment, User};
use tollgate_protocol::parameters::Parameters;
use tollgate_protocol::refusal::{Code, Refusal};

/// How often a decision is made anew when its facts changed under it.
pub(super) const ATTEMPTS: usize = 8;

/// By how many seconds another node's clock may be ahead (`tollgate_keys::verify`). What ended is never begun again
/// under the same name, so tokens dated that much later are dead as well.
pub(crate) const OTHER_CLOCKS: i64 = 60;

/// What the tokens for a person are made of.
pub(super) struct Grounds<'a> {
    pub(super) caller: &'a Caller,
    pub(super) sign_in: &'a KnownSignIn,
    pub(super) granted: &'a Granted<'a>,
    pub(super) user: &'a User,
    pub(super) by: &'a Identified,
    pub(super) claims: &'a ClaimsAsked,
    /// Of the request; a refreshed ID token has none (OpenID Connect Core §12.2).
    pub(super) nonce: Option<&'a str>,
    pub(super) authorization: &'a AuthorizationId,
    pub(super) consent: &'a ConsentId,
    pub(super) refreshed: bool,
}

/// Signs the access token, and the ID token where `openid` is among the scopes. The answer has no refresh token yet.
pub(super) fn sign(desk: &Desk, grounds: &Grounds<'_>, now: Moment) -> Result<TokenAnswer, Fault> {
    let held = desk.memory.keyring().held();
    let terms = &desk.terms;
    let subject = person::subject(&desk.digests, grounds.sign_in, &grounds.user.id);
    let bearer = Bearer {
        person: Some(Person {
            subject: &subject,
            authorization: grounds.authorization,
            consent: grounds.consent,
            refreshed: grounds.refreshed,
        }),
        ..grounds.caller.into()
    };
    let minted = mint::mint(bearer, grounds.granted, &terms.issuer, &held.ring, &*desk.entropy, now)?;
    let id_token = match grounds.granted.scopes.contains("openid") {
        true => {
            let about = About {
                issuer: &terms.issuer,
                subject: &subject,
                client: &grounds.caller.client().id,
                by: grounds.by,
                nonce: grounds.nonce,
                access_token: &minted.token,
                claims: id_token::told(&terms.people, grounds.user, grounds.claims),
                lifetime: terms.people.id_token_lifetime,
            };
            let algorithm = grounds.sign_in.terms.id_token_alg.unwrap_or(terms.people.id_token_alg);
            Some(id_token::sign(about, algorithm, &held.ring, now)?)
        }
        false => None,
    };
    let answer = TokenAnswer::of(minted, &grounds.granted.scopes, terms);
    Ok(answer.and_id_token(id_token))
}

/// RFC 8707 §2.2: a target named again must be the one that was agreed to.
pub(super) fn same_target(ask: &Parameters, granted: &Granted<'_>) -> Result<(), Refusal> {
    for name in ["resource", "audience"] {
        if let Some(target) = ask.get(name)
            && !granted.audience.iter().any(|audience| audience == target)
        {
            return Err(Refusal::of(Code::AudienceUnknown).with("audience", target));
        }
    }
    Ok(())
}

/// How people sign in at this client, if it may use this grant.
pub(super) fn sign_in<'a>(desk: &Desk, client: &'a Known, grant: GrantType) -> Result<&'a KnownSignIn, Refusal> {
    if !desk.terms.people.enabled {
        return Err(Refusal::of(Code::GrantTypeUnsupported).with("grant_type", grant.as_str()));
    }
    match client.sign_in.as_deref() {
        Some(sign_in) if client.grant_types.contains(&grant) => Ok(sign_in),
        _ => Err(Refusal::of(Code::GrantTypeNotAllowed).with("grant_type", grant.as_str())),
    }
}

/// A line of the audit log about something that a client did.
pub(crate) fn event(
    kind: &str,
    of: (&ClientId, &AccountId),
    outcome: Outcome,
    detail: Value,
    request: &str,
    at: Moment,
) -> Change {
    let (client, account) = of;
    Change::Record(Event {
        seq: 0,
        at,
        actor: Actor::Client(client.to_string()),
        kind: kind.to_owned(),
        account: Some(account.clone()),
        subject: client.to_string(),
        outcome,
        request: Some(request.to_owned()),
        detail,
        hash: String::new(),
    })
}

/// The fault of a decision whose facts changed again and again.
pub(super) fn busy(doing: &'static str) -> Fault {
    Fault::unavailable(doing, "it changed again and again meanwhile")
}
