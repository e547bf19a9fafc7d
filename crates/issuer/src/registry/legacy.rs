//! Subscription keys and old tokens: made here, brought along from the old system, ended.
//!
//! Of each its text is shown once, to whoever had it made; what is kept is a keyed digest of its name.

mod import;

pub use import::{Import, Imported, Line, MOST as MOST_IMPORTED, import};

use super::{Asker, No, Registered, named, new_id, settle, value};
use crate::desk::Desk;
use crate::legacy::{self, takes};
use crate::terms::transition::TransitionTerms;
use serde_json::json;
use tollgate_keys::secret::{Kind, Plain};
use tollgate_model::legacy::LegacyKind;
use tollgate_model::{
    AccountId, Change, Decision, Fault, LegacyCredential, LegacyCredentialId, LegacyMethod, LegacyMethodId, Listed,
    Member, Moment, Page,
};

/// The longest life that somebody may ask for, in seconds: ten years.
pub const LONGEST_LIFE: i64 = 10 * 366 * 86_400;

/// A credential to be made.
#[derive(Clone, Debug)]
pub struct Issue {
    /// Of which method.
    pub method: LegacyMethodId,
    /// What it is.
    pub kind: LegacyKind,
    /// Whose.
    pub account: AccountId,
    /// Whose within the account, by e-mail address; none: the account's own.
    pub member: Option<String>,
    /// What its owners call it, 1 to 200 characters.
    pub label: String,
    /// How long it lives, in seconds; none: until it is ended.
    pub lifetime: Option<i64>,
}

/// A credential that was made. [`Plain`] is what the asker is shown, this once.
#[derive(Debug)]
pub struct Issued {
    /// The credential itself.
    pub plain: Plain,
    /// What is on record of it.
    pub credential: LegacyCredential,
}

/// Makes a subscription key or an old token.
///
/// # Errors
/// A [`Fault`] of the store or of the source of chance.
pub async fn issue(desk: &Desk, asker: &Asker, ask: &Issue) -> Registered<Issued> {
    let (plain, fresh) = Fresh::make(desk, ask.kind)?;
    let settled = settle(desk, "credential", async || {
        if desk.store.account(&ask.account).await?.is_none() {
            return Ok(Err(No::NotFound("account")));
        }
        let member = match member(desk, &ask.account, ask.member.as_deref()).await? {
            Ok(member) => member,
            Err(no) => return Ok(Err(no)),
        };
        let terms = &desk.terms.transition;
        Ok(decide(ask, member.as_ref(), &fresh, terms, asker, desk.now()))
    });
    Ok(settled.await?.map(|credential| Issued { plain, credential }))
}

/// What is kept of a credential just made.
pub(crate) struct Fresh {
    pub(crate) id: LegacyCredentialId,
    pub(crate) digest: String,
}

impl Fresh {
    /// A new credential, for whomever it turns out to be.
    pub(crate) fn make(desk: &Desk, kind: LegacyKind) -> Result<(Plain, Self), Fault> {
        let kind = match kind {
            LegacyKind::Key => Kind::LegacyKey,
            LegacyKind::Bearer => Kind::LegacyToken,
        };
        let plain = Plain::mint(kind, &*desk.entropy).map_err(|e| Fault::unavailable("making a credential", e))?;
        let digest = legacy::digest(desk, &legacy::name(plain.expose()));
        let id = LegacyCredentialId::new(new_id(desk, "lgc")?);
        Ok((plain, Self { id, digest }))
    }
}

/// The member of an account with this address.
async fn member(desk: &Desk, account: &AccountId, email: Option<&str>) -> Registered<Option<Member>> {
    let Some(email) = email else {
        return Ok(Ok(None));
    };
    let email = match value::email("member", email) {
        Ok(email) => email,
        Err(no) => return Ok(Err(no)),
    };
    match desk.store.member_by_email(account, &email).await? {
        Some(member) => Ok(Ok(Some(member))),
        None => Ok(Err(No::invalid("member", "nobody in this account has this address"))),
    }
}

/// A method whose credentials are on record here.
fn ours<'a>(terms: &'a TransitionTerms, id: &LegacyMethodId) -> Result<&'a LegacyMethod, No> {
    let Some(method) = terms.method(id) else {
        return Err(No::invalid(
            "method",
            format!("there is no legacy method {:?}", id.as_str()),
        ));
    };
    if method.verify.is_some() {
        let problem = "the old system is asked about its credentials; none are on record here";
        return Err(No::invalid("method", problem));
    }
    Ok(method)
}

/// A method that takes credentials of this kind, on record here.
fn taken(terms: &TransitionTerms, id: &LegacyMethodId, kind: LegacyKind) -> Result<(), No> {
    if !takes(ours(terms, id)?, kind) {
        let problem = format!("this method takes no credential of kind {}", kind.as_str());
        return Err(No::invalid("kind", problem));
    }
    Ok(())
}

fn decide(
    ask: &Issue,
    member: Option<&Member>,
    fresh: &Fresh,
    terms: &TransitionTerms,
    asker: &Asker,
    now: Moment,
) -> Result<Decision<LegacyCredential>, No> {
    taken(terms, &ask.method, ask.kind)?;
    let expires = match ask.lifetime {
        Some(lifetime) => Some(now.plus(value::seconds("lifetime", lifetime, LONGEST_LIFE)?)),
        None => None,
    };
    let credential = LegacyCredential {
        id: fresh.id.clone(),
        method: ask.method.clone(),
        kind: ask.kind,
        account: ask.account.clone(),
        member: member.map(|member| member.id.clone()),
        digest: fresh.digest.clone(),
        label: named("label", &ask.label)?,
        created: now,
        expires,
        ended: None,
    };
    let changes = vec![
        Change::AddLegacyCredential(credential.clone()),
        told("legacy.issued", &credential, asker, now),
    ];
    Ok(Decision::with(credential, changes))
}

/// The line of the audit log about a credential.
pub(crate) fn told(kind: &str, credential: &LegacyCredential, asker: &Asker, now: Moment) -> Change {
    let detail = json!({
        "method": credential.method,
        "kind": credential.kind,
        "member": credential.member,
        "label": credential.label,
        "expires": credential.expires,
    });
    asker.did(kind, Some(&credential.account), credential.id.as_str(), now, detail)
}

/// Ends a credential: it opens nothing any more, at every gateway within a second. With `account`, another account's is
/// not found. Ending one twice changes nothing.
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn end(
    desk: &Desk,
    asker: &Asker,
    account: Option<&AccountId>,
    id: &LegacyCredentialId,
) -> Registered<LegacyCredential> {
    settle(desk, "credential", async || {
        let Some(held) = find(desk, account, id).await? else {
            return Ok(Err(No::NotFound("credential")));
        };
        Ok(Ok(decide_end(held, asker, desk.now())))
    })
    .await
}

fn decide_end(held: LegacyCredential, asker: &Asker, now: Moment) -> Decision<LegacyCredential> {
    if held.ended.is_some() {
        return Decision::just(held);
    }
    let ended = LegacyCredential {
        ended: Some(now),
        ..held
    };
    let end = Change::EndLegacyCredential {
        id: ended.id.clone(),
        account: ended.account.clone(),
        at: now,
    };
    let event = told("legacy.ended", &ended, asker, now);
    Decision::with(ended, vec![end, event])
}

/// One credential, of one account or of any.
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn find(
    desk: &Desk,
    account: Option<&AccountId>,
    id: &LegacyCredentialId,
) -> Result<Option<LegacyCredential>, Fault> {
    // The list has every id in order: a page that begins just before this one begins with it, or it is not there. What
    // comes before it is what its text without the last character begins, 62 at most.
    let Some((before, _)) = id
        .as_str()
        .char_indices()
        .next_back()
        .and_then(|(end, _)| id.as_str().split_at_checked(end))
    else {
        return Ok(None);
    };
    let page = Page {
        after: Some(before.to_owned()),
        limit: Page::MOST,
    };
    let listed = desk.store.legacy_credentials(account, &page).await?;
    Ok(listed.items.into_iter().find(|credential| credential.id == *id))
}

/// Credentials by id, of one account or of all; those that ended too, until they are forgotten.
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn list(desk: &Desk, account: Option<&AccountId>, page: &Page) -> Result<Listed<LegacyCredential>, Fault> {
    desk.store.legacy_credentials(account, page).await
}

#[cfg(test)]
mod tests;
