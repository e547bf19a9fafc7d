//! The people of the account in view.

use super::allowed;
use crate::desk::Desk;
use crate::people::link;
use crate::registry::member::{self, Add, Revise, keep};
use crate::registry::{Asker, No, Registered};
use crate::rights::{Role, Seat};
use tollgate_model::{Listed, Member, MemberId, Page, State, Version};

/// Somebody who is invited.
#[derive(Clone, Debug)]
pub struct Invited {
    /// E-mail address.
    pub email: String,
    /// The person's name.
    pub name: String,
    /// The roles held, in the words of the terms.
    pub roles: Vec<String>,
}

/// What is to become of a member; what is absent stays. The address is the person's own and not an admin's to change.
#[derive(Clone, Debug, Default)]
pub struct MemberChange {
    /// The new name.
    pub name: Option<String>,
    /// All roles that are held from now on.
    pub roles: Option<Vec<String>>,
    /// A disabled member has no place in the account.
    pub state: Option<State>,
    /// The version that the asker saw.
    pub seen: Option<Version>,
}

/// The account's members.
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store.
pub async fn members(desk: &Desk, seat: &Seat, page: &Page) -> Registered<Listed<Member>> {
    match allowed(desk, seat, Role::Admin) {
        Ok(()) => Ok(Ok(desk.store.members(&seat.account().id, page).await?)),
        Err(no) => Ok(Err(no)),
    }
}

/// One of the account's members.
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store.
pub async fn member(desk: &Desk, seat: &Seat, id: &MemberId) -> Registered<Member> {
    if let Err(no) = allowed(desk, seat, Role::Admin) {
        return Ok(Err(no));
    }
    // CO4: another account's member is not found.
    let found = desk.store.member(id).await?;
    let found = found.filter(|member| member.account == seat.account().id);
    Ok(found.ok_or(No::NotFound("member")))
}

/// Adds a member to the account, and sends word: a link to somebody new here, a note to somebody who is known. A refusal
/// that is not about the member ([`No::InUse`]) leaves one who was sent nothing; see [`invite_again`].
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store, of the source of chance, or of the sealing of the mail.
pub async fn invite_member(desk: &Desk, seat: &Seat, asker: &Asker, ask: &Invited) -> Registered<Member> {
    if let Err(no) = allowed(desk, seat, Role::Admin) {
        return Ok(Err(no));
    }
    let add = Add {
        email: ask.email.clone(),
        name: ask.name.clone(),
        roles: ask.roles.clone(),
    };
    let account = seat.account();
    let member = match member::add(desk, asker, &account.id, &add).await? {
        Ok(member) => member,
        Err(no) => return Ok(Err(no)),
    };
    let sent = link::invite(desk, asker, &member.email, Some(account)).await?;
    Ok(sent.map(|()| member))
}

/// Sends word to a member once more, where the first did not arrive or was left too long.
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store, of the source of chance, or of the sealing of the mail.
pub async fn invite_again(desk: &Desk, seat: &Seat, asker: &Asker, id: &MemberId) -> Registered<()> {
    match member(desk, seat, id).await? {
        Ok(member) => link::invite(desk, asker, &member.email, Some(seat.account())).await,
        Err(no) => Ok(Err(no)),
    }
}

/// Changes a member, as long as an admin is left.
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store.
pub async fn revise_member(
    desk: &Desk,
    seat: &Seat,
    asker: &Asker,
    id: &MemberId,
    ask: &MemberChange,
) -> Registered<Member> {
    let revise = Revise {
        email: None,
        name: ask.name.clone(),
        roles: ask.roles.clone(),
        state: ask.state,
        seen: ask.seen,
    };
    match allowed(desk, seat, Role::Admin) {
        Ok(()) => keep::revise(desk, asker, &seat.account().id, id, &revise).await,
        Err(no) => Ok(Err(no)),
    }
}

/// Removes a member, as long as an admin is left. Secrets that the member made stay: they are the account's (SS-17).
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store.
pub async fn remove_member(
    desk: &Desk,
    seat: &Seat,
    asker: &Asker,
    id: &MemberId,
    seen: Option<Version>,
) -> Registered<()> {
    match allowed(desk, seat, Role::Admin) {
        Ok(()) => keep::remove(desk, asker, &seat.account().id, id, seen).await,
        Err(no) => Ok(Err(no)),
    }
}
