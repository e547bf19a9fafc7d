//! Links that work once: an invitation, a new password, a new address, an account of one's own, the first operator.
//!
//! A link shows that somebody read the mail it was in. Looking at it spends nothing ([`open`]), so that a mail program
//! that follows links, or a HEAD request, takes nothing away (AT26). It is spent in the transaction that does what it is
//! for: of fifty who follow it at once, one gets through (SE9, AT2). It stands in for the first factor only: who has a
//! second one is half signed in afterwards.

mod accept;
mod ask;
mod first;
mod join;

pub use accept::accept;
pub use ask::{forgot, forgot_on_the_way, invite, invite_operator, sign_up};
pub use first::{First, become_first, first_operator};
pub use join::join;

use crate::desk::Desk;
use crate::registry::new_id;
use serde_json::Value;
use tollgate_keys::secret::{Kind, Plain};
use tollgate_model::link::LinkKind;
use tollgate_model::{AuthorizationId, Change, Fault, Link, LinkId, Moment, State, User};

/// Where a link names the application's request that it leads back to.
const FLOW: &str = "flow";

/// What a link is about, for the page that it opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// What it is for.
    pub kind: LinkKind,
    /// The address it was sent to; empty for the first operator's.
    pub email: String,
    /// The person's name, as far as it is known.
    pub name: Option<String>,
    /// The names of the accounts it leads to.
    pub accounts: Vec<String>,
    /// Whether the person chooses a name and a first password.
    pub new_user: bool,
    /// The application's request from which the person came to make a record, and to which the page leads back. Only
    /// the browser that it began in goes on with it.
    pub flow: Option<AuthorizationId>,
}

/// What a link is about; nothing, when it was spent, is too old, or was never one. Spends nothing.
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn open(desk: &Desk, token: &str) -> Result<Option<Opened>, Fault> {
    let Some(link) = living(desk, token).await? else {
        return Ok(None);
    };
    let user = holder(desk, &link).await?;
    let usable = match link.kind {
        LinkKind::FirstOperator => !first::is_there_one(desk).await?,
        LinkKind::SignUp => user.is_none() && desk.terms.console.sign_up,
        LinkKind::Join => user.is_none() && desk.terms.people.sign_up,
        LinkKind::Invitation => user.as_ref().is_none_or(invited),
        LinkKind::Reset => user.as_ref().is_some_and(|user| resettable(user, &link)),
        LinkKind::Email => user.as_ref().is_some_and(|user| user.state == State::Active),
    };
    if !usable {
        return Ok(None);
    }
    let accounts = match link.kind {
        LinkKind::SignUp => detail(&link, "account").into_iter().collect(),
        LinkKind::FirstOperator | LinkKind::Email | LinkKind::Join => Vec::new(),
        LinkKind::Invitation | LinkKind::Reset => names(desk, &link.email).await?,
    };
    let new_user = match link.kind {
        LinkKind::FirstOperator | LinkKind::SignUp | LinkKind::Join => true,
        LinkKind::Invitation => user.as_ref().is_none_or(|user| user.name.is_empty()),
        LinkKind::Reset | LinkKind::Email => false,
    };
    let known = user.map(|user| user.name).filter(|name| !name.is_empty());
    let known = known.or_else(|| detail(&link, "name"));
    let name = match known {
        // Whoever invited them knew a name already.
        None if link.kind == LinkKind::Invitation => {
            let places = desk.store.memberships(&link.email).await?;
            places.into_iter().next().map(|(member, _)| member.name)
        }
        known => known,
    };
    Ok(Some(Opened {
        flow: detail(&link, FLOW).map(AuthorizationId::new),
        kind: link.kind,
        name,
        email: link.email,
        accounts,
        new_user,
    }))
}

/// The link of this token, if it is one and not too old. A text without the right checksum never reaches the store
/// (OP6).
pub(super) async fn living(desk: &Desk, token: &str) -> Result<Option<Link>, Fault> {
    let Some(plain) = Plain::read(Kind::Link, token) else {
        return Ok(None);
    };
    let digest = desk.digests.digest(plain.expose()).to_string();
    let now = desk.now();
    Ok(desk.store.link(&digest).await?.filter(|link| now < link.expires))
}

/// The person a link is for: by id where it names one, or by address.
pub(super) async fn holder(desk: &Desk, link: &Link) -> Result<Option<User>, Fault> {
    match &link.user {
        Some(id) => desk.store.user(id).await,
        None if link.email.is_empty() => Ok(None),
        None => desk.store.user_by_email(&link.email).await,
    }
}

/// Whether this person was invited and has not come yet.
fn invited(user: &User) -> bool {
    user.state == State::Active && user.password.is_none()
}

/// Whether a reset link opens anything for this person: not for somebody disabled, and not when the address it was sent
/// to is another's by now.
fn resettable(user: &User, link: &Link) -> bool {
    user.state == State::Active && link.user.as_ref() == Some(&user.id) && user.email == link.email
}

async fn names(desk: &Desk, email: &str) -> Result<Vec<String>, Fault> {
    let places = desk.store.memberships(email).await?;
    Ok(places
        .into_iter()
        .filter(|(member, account)| member.state == State::Active && account.state == State::Active)
        .map(|(_, account)| account.name)
        .collect())
}

fn detail(link: &Link, name: &str) -> Option<String> {
    link.detail.get(name).and_then(Value::as_str).map(str::to_owned)
}

/// A new link, and what is kept of it: the digest (RT7).
pub(super) fn mint(
    desk: &Desk,
    kind: LinkKind,
    email: &str,
    user: Option<&User>,
    detail: Value,
) -> Result<(Plain, Link), Fault> {
    let token = Plain::mint(Kind::Link, &*desk.entropy).map_err(|e| Fault::unavailable("making a link", e))?;
    let now = desk.now();
    let link = Link {
        id: LinkId::new(new_id(desk, "lnk")?),
        digest: desk.digests.digest(token.expose()).to_string(),
        kind,
        email: email.to_owned(),
        user: user.map(|user| user.id.clone()),
        detail,
        created: now,
        expires: expires(desk, kind, now),
    };
    Ok((token, link))
}

fn expires(desk: &Desk, kind: LinkKind, now: Moment) -> Moment {
    let terms = desk.terms.console.sessions;
    now.plus(match kind {
        LinkKind::Invitation | LinkKind::SignUp | LinkKind::Join => terms.invitation,
        LinkKind::Reset | LinkKind::Email => terms.reset,
        LinkKind::FirstOperator => first::LIFETIME,
    })
}

/// Spends a link, while it was not, and ends its like: the older mails in the same box.
pub(super) fn spend(link: &Link) -> [Change; 2] {
    [
        Change::SpendLink { id: link.id.clone() },
        Change::DropLinks {
            kind: link.kind,
            email: link.email.clone(),
        },
    ]
}

#[cfg(test)]
mod tests;
