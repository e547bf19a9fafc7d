//! Old ways of authenticating: by what a credential is known, whom it stands for, and the old login that gives some out.
//!
//! A gateway never tells a credential's text, only its [name](tollgate_model::legacy::LegacyName). What is kept is a keyed
//! digest of that, so that a stolen table is of no use to whoever has the old system's hashes.

pub mod login;
mod name;

pub use name::{MOST as LONGEST_TEXT, name, named, parse};

use crate::desk::Desk;
use crate::terms::transition::TransitionTerms;
use tollgate_model::legacy::{LegacyKind, LegacyName};
use tollgate_model::{Account, ActingUser, Fault, LegacyCredential, LegacyKnown, LegacyMethod, Member, Moment, State};

/// Whether a method takes credentials of this kind.
#[must_use]
pub const fn takes(method: &LegacyMethod, kind: LegacyKind) -> bool {
    match kind {
        LegacyKind::Bearer => method.bearer,
        LegacyKind::Key => !method.key_headers.is_empty(),
    }
}

/// The digest under which a name is on record.
pub(crate) fn digest(desk: &Desk, name: &str) -> String {
    desk.digests.digest(name).to_string()
}

/// The credential of this name, whether it lives or not.
pub(crate) async fn find(desk: &Desk, name: &str) -> Result<Option<LegacyCredential>, Fault> {
    if !named(name) {
        return Ok(None);
    }
    desk.store.legacy_credential(&digest(desk, name)).await
}

/// The legacy credential of this name as gateways may know it: one that lives, of a method of ours, of an active account
/// and, where it is a member's, of an active member.
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn known(desk: &Desk, name: &LegacyName) -> Result<Option<LegacyKnown>, Fault> {
    let Some(credential) = find(desk, name).await? else {
        return Ok(None);
    };
    let account = desk.store.account(&credential.account).await?;
    let member = match &credential.member {
        Some(member) => desk.store.member(member).await?,
        None => None,
    };
    let terms = &desk.terms.transition;
    Ok(decide_known(&credential, account.as_ref(), member, terms, desk.now()))
}

fn decide_known(
    credential: &LegacyCredential,
    account: Option<&Account>,
    member: Option<Member>,
    terms: &TransitionTerms,
    now: Moment,
) -> Option<LegacyKnown> {
    let method = terms.method(&credential.method)?;
    // Where the old system is asked, our records are not.
    let ours = takes(method, credential.kind) && method.verify.is_none();
    let firm = account.is_some_and(|account| account.id == credential.account && account.state == State::Active);
    if !ours || !firm || !credential.lives(now) {
        return None;
    }
    let member = match &credential.member {
        None => None,
        // Whose person is gone or disabled, that opens nothing: it does not become the firm's own.
        Some(id) => Some(acting(member.filter(|member| {
            member.id == *id && member.account == credential.account && member.state == State::Active
        })?)),
    };
    Some(LegacyKnown {
        id: credential.id.clone(),
        method: credential.method.clone(),
        kind: credential.kind,
        account: credential.account.clone(),
        member,
        expires: credential.expires,
    })
}

fn acting(member: Member) -> ActingUser {
    ActingUser {
        id: member.id,
        account: member.account,
        email: member.email,
        roles: member.roles,
    }
}

#[cfg(test)]
pub(crate) mod facts;
#[cfg(test)]
mod tests;
