//! Another address: asked for by who is signed in, and confirmed by the same person, who reads the mail that goes there.

use super::{allowed, revising};
use crate::desk::Desk;
use crate::people::sign_in::proved;
use crate::people::{Answered, Origin, Refused, letters, link, settle, tries};
use crate::registry::value;
use crate::rights::SignedIn;
use serde_json::json;
use tollgate_model::link::LinkKind;
use tollgate_model::{Account, Change, Decision, Link, Member, Moment, State, User};

/// Asks for another address: a link goes there, and nothing changes until it is followed. Where somebody else signs in
/// with it no mail goes out, and the answer is the same (SE7).
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store or of the source of chance.
pub async fn change_email(desk: &Desk, who: &SignedIn, email: &str, origin: &Origin) -> Answered<()> {
    if !proved(desk, who) {
        return Ok(Err(Refused::Unproved));
    }
    let email = match value::email("email", email) {
        Ok(email) => email,
        Err(no) => return Ok(Err(no.into())),
    };
    if email == who.user.email {
        return Ok(Err(Refused::invalid("email", "is your address already")));
    }
    let count = tries::letters(desk, LinkKind::Email, &email);
    settle(desk, async || {
        let now = desk.now();
        if let Some(seconds) = count.full(desk, now).await? {
            return Ok(Err(Refused::TooMany { seconds }));
        }
        let user = match allowed(desk, who).await? {
            Ok(user) => user,
            Err(no) => return Ok(Err(no)),
        };
        let other = desk.store.user_by_email(&email).await?;
        let (token, link) = link::mint(desk, LinkKind::Email, &email, Some(&user), json!({ "was": user.email }))?;
        let letter = letters::new_address(&desk.terms.console, &user.name, &token);
        let sent = letters::mail(desk, &email, &letter)?;
        let mut changes = vec![count.take(now), Change::AddLink(link)];
        if other.is_none() {
            changes.push(sent);
        }
        let told = origin.asker(&user.id);
        changes.push(told.did(
            "address.requested",
            None,
            user.id.as_str(),
            now,
            json!({ "email": email }),
        ));
        Ok(Ok(Decision::with((), changes)))
    })
    .await
}

/// Follows the link to the new address. The person and every place the old address has in an account go over to it, in
/// one transaction; the old address is told.
///
/// The link shows that the address is read, and the session that it is followed by the person who asked. It needs both:
/// otherwise whoever reads the mail without having asked would give a stranger their address, with all that it opens now
/// and later; and who asked in somebody else's name, and was put out by a new password, would still get the account.
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store.
pub async fn confirm_email(desk: &Desk, who: &SignedIn, token: &str, origin: &Origin) -> Answered<()> {
    settle(desk, async || {
        let Some(link) = link::living(desk, token)
            .await?
            .filter(|link| link.kind == LinkKind::Email)
        else {
            return Ok(Err(Refused::Spent));
        };
        let Some((_, user)) = desk.store.session(&who.session.digest).await? else {
            return Ok(Err(Refused::Stale));
        };
        if desk.store.user_by_email(&link.email).await?.is_some() {
            return Ok(Err(Refused::Spent));
        }
        let facts = Facts {
            places: desk.store.memberships(&user.email).await?,
            there: desk.store.memberships(&link.email).await?,
            link,
            user,
        };
        let mut decision = match decide(&facts, origin, desk.now()) {
            Ok(decision) => decision,
            Err(no) => return Ok(Err(no)),
        };
        let letter = letters::address_changed(&desk.terms.console, &facts.user.name);
        decision.changes.push(letters::mail(desk, &facts.user.email, &letter)?);
        Ok(Ok(decision))
    })
    .await
}

struct Facts {
    link: Link,
    /// Who follows it.
    user: User,
    /// Where the old address is a member.
    places: Vec<(Member, Account)>,
    /// Where the new one is already.
    there: Vec<(Member, Account)>,
}

fn decide(facts: &Facts, origin: &Origin, now: Moment) -> Result<Decision<()>, Refused> {
    let Facts {
        link,
        user,
        places,
        there,
    } = facts;
    let asked = link.detail.get("was").and_then(|was| was.as_str()) == Some(&user.email);
    if user.state != State::Active || !asked || link.user.as_ref() != Some(&user.id) || now >= link.expires {
        return Err(Refused::Spent);
    }
    let asker = origin.asker(&user.id);
    let mut changes = link::spend(link).to_vec();
    changes.push(revising(user, |user| {
        user.email.clone_from(&link.email);
        user.email_verified = true;
    }));
    for kind in [LinkKind::Reset, LinkKind::Invitation] {
        changes.push(Change::DropLinks {
            kind,
            email: user.email.clone(),
        });
    }
    let detail = json!({ "email": link.email, "was": user.email });
    changes.push(asker.did("address.changed", None, user.id.as_str(), now, detail));
    for (member, account) in places {
        // The new address has a place of its own in this account, and that one counts from now on; whether the old one
        // is still wanted its admins know.
        if there.iter().any(|(_, other)| other.id == account.id) {
            continue;
        }
        changes.push(Change::ReviseMember {
            member: Member {
                email: link.email.clone(),
                ..member.clone()
            },
            was: member.version,
        });
        let detail = json!({ "email": link.email, "was": member.email });
        changes.push(asker.did("member.revised", Some(&account.id), member.id.as_str(), now, detail));
    }
    Ok(Decision::with((), changes))
}

#[cfg(test)]
mod tests;
