//! From changes to statements: the one list of what each change does.

use crate::{
    account, allowance, api, client,
    engine::{Step, Work},
    event, grant, key, log, member, operator, revocation, route, secret, usage,
};
use tollgate_model::{Change, Fault};

/// All that keeping these changes writes.
///
/// # Errors
/// A defect, when a list cannot be written as JSON.
pub(crate) fn work(changes: &[Change]) -> Result<Work, Fault> {
    let mut work = Work::default();
    for change in changes {
        steps(change, &mut work)?;
    }
    for news in log::once(changes.iter().filter_map(Change::news))? {
        work.tells = true;
        work.log.extend(log::tell(news));
    }
    Ok(work)
}

fn steps(change: &Change, work: &mut Work) -> Result<(), Fault> {
    let step: Step = match change {
        Change::AddAccount(new) => account::add(new),
        Change::ReviseAccount { account, was } => account::revise(account, *was),
        Change::AddMember(new) => member::add(new)?,
        Change::ReviseMember { member, was } => member::revise(member, *was)?,
        Change::RemoveMember { account, id, was } => member::remove(account, id, *was),
        Change::AddApi(new) => api::add(new)?,
        Change::ReviseApi { api, was } => api::revise(api, *was)?,
        Change::RemoveApi { id, was } => api::remove(id, *was),
        Change::AddClient(new) => client::add(new)?,
        Change::ReviseClient { client, was } => client::revise(client, *was)?,
        Change::AddSecret(new) => secret::add(new),
        Change::ExpireSecret { id, client, at } => secret::expire(id, client, *at),
        Change::RevokeSecret { id, client, at } => secret::revoke(id, client, *at),
        Change::SecretUsed { id, at } => secret::used(id, *at),
        Change::PutGrant(grant) => grant::put(grant)?,
        Change::RemoveGrant { client, api } => grant::remove(client, api),
        Change::AddRoute(new) => route::add(new)?,
        Change::ReviseRoute { route, was } => route::revise(route, *was)?,
        Change::RemoveRoute { id, was } => route::remove(id, *was),
        Change::AddKey(new) => key::add(new),
        Change::ReviseKey { key, was } => key::revise(key, *was),
        Change::AddOperator { operator, first } => {
            work.steps.extend(operator::add(operator, *first));
            return Ok(());
        }
        Change::SetOperatorState { id, state } => {
            work.steps.extend(operator::set_state(id, *state));
            return Ok(());
        }
        Change::Revoke(revocation) => revocation::revoke(revocation),
        Change::Take {
            bucket,
            limit,
            window,
            now,
        } => allowance::take(bucket, *limit, *window, *now),
        Change::Count(usage) => usage::count(usage),
        Change::Record(event) => event::record(event)?,
        Change::Forget { now, log_up_to } => {
            work.steps.push(revocation::forget(*now));
            work.steps.push(allowance::forget(*now));
            work.log.extend(log::forget(*log_up_to));
            return Ok(());
        }
    };
    work.steps.push(step);
    Ok(())
}
