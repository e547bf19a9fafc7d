//! Token revocation (RFC 7009): a client takes back a token of its own.

use crate::caller::Caller;
use crate::desk::Desk;
use crate::token::issue::event;
use crate::token::refresh_token::{self, ended};
use crate::verify::{self, Living};
use serde_json::json;
use tollgate_keys::secret::{Kind, Plain};
use tollgate_model::event::{Actor, Outcome};
use tollgate_model::revocation::Target;
use tollgate_model::{Change, ClientId, Decision, Event, Fault, Moment, RefreshFamily, Revocation};

/// Takes back an access token or a refresh token, whatever `token_type_hint` said (RFC 7009 §2.1). A refresh token takes
/// its whole grant along: every token of its family, and every access token that these bought (RI1). `request` is the
/// request's id, for the audit log.
///
/// # Errors
/// A [`Fault`] of the store: then nobody knows whether it is dead (RI5).
pub async fn take_back(desk: &Desk, caller: &Caller, token: &str, request: &str, now: Moment) -> Result<(), Fault> {
    let decision = match Plain::read(Kind::Refresh, token) {
        Some(plain) => {
            let found = refresh_token::find(desk, &plain).await?;
            let family = found.map(|(family, ..)| family);
            decide_refresh(&caller.client().id, family.as_ref(), request, now)
        }
        None => decide(caller, verify::living(desk, token, now), request, now),
    };
    // Nothing in it can be stale: a revocation holds whatever else happened.
    let _done = desk.memory.keep(decision.changes).await?;
    Ok(())
}

/// RI2: another client's token stays as it is, and the answer is the same. One of the family's older tokens ends it as
/// well: its owner wants to be rid of it.
fn decide_refresh(client: &ClientId, family: Option<&RefreshFamily>, request: &str, now: Moment) -> Decision<()> {
    let Some(family) = family.filter(|family| family.client == *client) else {
        return Decision::just(());
    };
    let of = (&family.client, &family.account);
    let detail = json!({ "authorization": family.id });
    let mut changes = ended(family, now);
    changes.push(event("refresh.revoked", of, Outcome::Done, detail, request, now));
    Decision::with((), changes)
}

/// What a revocation request changes. Dead, unknown and foreign tokens change nothing, and the answer is
/// the same (RFC 7009 §2.2).
#[must_use]
pub fn decide(caller: &Caller, living: Option<Living>, request: &str, now: Moment) -> Decision<()> {
    let client = caller.client();
    let Some(living) = living.filter(|living| living.token.client_id == client.id.as_str()) else {
        return Decision::just(());
    };
    let revocation = Revocation {
        target: Target::Token(living.name.clone()),
        issued_until: now,
        // Verifiers may allow 60 seconds of clock difference.
        forget_after: Moment(living.token.expires).plus(60),
    };
    let event = Event {
        seq: 0,
        at: now,
        actor: Actor::Client(client.id.to_string()),
        kind: "token.revoked".to_owned(),
        account: Some(client.account.clone()),
        subject: client.id.to_string(),
        outcome: Outcome::Done,
        request: Some(request.to_owned()),
        hash: String::new(),
        detail: json!({ "token": living.name, "jti": living.token.id }),
    };
    Decision::with((), vec![Change::Revoke(revocation), Change::Record(event)])
}

#[cfg(test)]
mod tests;
