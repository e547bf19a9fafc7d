//! Token revocation (RFC 7009): a client takes back a token of its own.

use crate::caller::Caller;
use crate::verify::Living;
use serde_json::json;
use tollgate_model::event::{Actor, Outcome};
use tollgate_model::revocation::Target;
use tollgate_model::{Change, Decision, Event, Moment, Revocation};

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
