//! From changes to statements: the one list of what each change does.

use crate::{
    account, alert, allowance, api, application, authorization, call, checkpoint, client, consent, delivery,
    engine::{Step, Work},
    event, family, farewell, grant, hook, identity, key, legacy, link, log, mail, member, operator, revocation, route,
    secret, session, spent, transition, usage, user,
};
use tollgate_model::{Change, Fault};

/// All that keeping these changes writes.
///
/// # Errors
/// A defect, when a list cannot be written as JSON.
pub(crate) fn work(changes: &[Change]) -> Result<Work, Fault> {
    let mut work = Work::default();
    let mut sums = Vec::new();
    for change in changes {
        match sum(change) {
            Some(step) => sums.push(step),
            None => steps(change, &mut work)?,
        }
    }
    // Nodes tell the same sums at the same time, each in an order of its own. Their rows are locked in one order, or they
    // would wait for one another until PostgreSQL turns some of them away.
    sums.sort_by(|one, other| (one.statement.sqlite(), &one.binds).cmp(&(other.statement.sqlite(), &other.binds)));
    work.steps.extend(sums);
    for news in log::once(changes.iter().filter_map(Change::news))? {
        work.tells = true;
        work.log.extend(log::tell(news));
    }
    Ok(work)
}

/// The step of a change that always holds and adds to what is there, so that it may be done last and in any order.
fn sum(change: &Change) -> Option<Step> {
    match change {
        Change::SecretUsed { id, at } => Some(secret::used(id, *at)),
        Change::Count(usage) => Some(usage::count(usage)),
        Change::LegacyUsed(usage) => Some(legacy::used(usage)),
        Change::Spend(new) => Some(spent::spend(new)),
        _ => None,
    }
}

fn steps(change: &Change, work: &mut Work) -> Result<(), Fault> {
    let step: Step = match change {
        Change::AddAccount(new) => account::add(new)?,
        Change::ReviseAccount { account, was } => account::revise(account, *was)?,
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
        Change::SealSecret { id, sealed } => secret::seal(id, sealed),
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
        Change::AddUser { user, first } => {
            work.steps.extend(user::add(user, *first)?);
            return Ok(());
        }
        Change::ReviseUser { user, was } => user::revise(user, *was)?,
        Change::AddSession(new) => session::add(new)?,
        Change::SessionSeen { id, at } => session::seen(id, *at),
        Change::ViewAccount { id, user, account } => session::view(id, user, account.as_ref()),
        Change::EndSession { id, user } => session::end(id, user),
        Change::EndSessions { user, but } => session::end_all(user, but.as_ref()),
        Change::AddLink(new) => link::add(new)?,
        Change::SpendLink { id } => link::spend(id),
        Change::DropLinks { kind, email } => link::withdraw(*kind, email),
        Change::AddMail(new) => mail::add(new),
        Change::MailTried { id, tried, keep_text } => mail::tried(id, tried, *keep_text),
        Change::AddHook(new) => hook::add(new)?,
        Change::ReviseHook { hook, was } => hook::revise(hook, *was)?,
        Change::RemoveHook { id, account } => hook::remove(id, account),
        Change::AddDelivery(new) => delivery::add(new),
        Change::DeliveryTried { id, tried } => delivery::tried(id, tried),
        Change::AddAlert(new) => alert::add(new)?,
        Change::AddApplication(new) => application::add(new)?,
        Change::ReviseApplication { application, was } => application::revise(application, *was)?,
        Change::AddAuthorization(new) => authorization::add(new)?,
        Change::ReviseAuthorization { authorization, was } => authorization::revise(authorization, *was)?,
        Change::StageAuthorization { id, client, stage, was } => authorization::stage(id, client, *stage, *was),
        Change::AddConsent(new) => consent::add(new)?,
        Change::ReviseConsent { consent, was } => consent::revise(consent, *was)?,
        Change::RemoveConsent { id } => consent::remove(id),
        Change::AddFamily(new) => family::add(new)?,
        Change::ReviseFamily { family, was } => family::revise(family, *was)?,
        Change::RemoveFamily { id } => family::remove(id),
        Change::AddIdentity(new) => identity::add(new),
        Change::AddFarewell(new) => farewell::add(new),
        Change::FarewellTried { id, tried } => farewell::tried(id, tried),
        Change::AddTransition(new) => transition::add(new)?,
        Change::ReviseTransition { transition: new, was } => transition::revise(new, *was)?,
        Change::RemoveTransition { id, was } => transition::remove(id, *was),
        Change::PutException(new) => transition::put(new),
        Change::RemoveException {
            transition: of,
            account,
        } => transition::take_back(of, account),
        Change::AddLegacyCredential(new) => legacy::add(new),
        Change::EndLegacyCredential { id, account, at } => legacy::end(id, account, *at),
        Change::Called(new) => call::add(new)?,
        Change::AddCheckpoint(new) => checkpoint::add(new),
        Change::Record(event) => {
            work.audit.extend(event::record(event)?);
            return Ok(());
        }
        Change::Forget { now, log_up_to } => {
            work.steps.extend([
                revocation::forget(*now),
                allowance::forget(*now),
                link::forget(*now),
                session::forget(*now),
                mail::forget(*now),
                delivery::forget(*now),
                authorization::forget(*now),
                family::forget(*now),
                farewell::forget(*now),
                legacy::forget(*now),
                spent::forget(*now),
            ]);
            work.steps.extend(call::forget(*now));
            work.log.extend(log::forget(*log_up_to));
            return Ok(());
        }
        // See `sum`.
        Change::SecretUsed { .. } | Change::Count(_) | Change::LegacyUsed(_) | Change::Spend(_) => return Ok(()),
    };
    work.steps.push(step);
    Ok(())
}
