//! Changes to members made by the account itself: one who decides what others may stays.
//!
//! Two admins who remove each other in the same moment change two different records, and neither change would see the
//! other. So each also revises the account, as it is, under the version it saw: one of the two comes second, and then
//! the other is gone already.

use super::{Revise, decide_remove, decide_revise, rewritten};
use crate::desk::Desk;
use crate::registry::{Asker, No, Registered, settle};
use crate::rights::{Role, role};
use crate::terms::console::Roles;
use tollgate_model::{Account, AccountId, Change, Decision, Fault, Member, MemberId, Page, State, Version};

/// Changes a member of this account, as long as an admin is left.
///
/// # Errors
/// A [`Fault`] of the store.
pub(crate) async fn revise(
    desk: &Desk,
    asker: &Asker,
    account: &AccountId,
    id: &MemberId,
    ask: &Revise,
) -> Registered<Member> {
    settle(desk, "member", async || {
        let Some(house) = house(desk, account, id).await? else {
            return Ok(Err(No::NotFound("member")));
        };
        let roles = &desk.terms.console.roles;
        let revised = match rewritten(&house.member, ask, &desk.terms.roles) {
            Ok(revised) => revised,
            Err(no) => return Ok(Err(no)),
        };
        let guard = match stays(&house, Some(&revised), roles) {
            Ok(guard) => guard,
            Err(no) => return Ok(Err(no)),
        };
        let holder = desk.store.member_by_email(account, &revised.email).await?;
        let decided = decide_revise(&house.member, revised, holder.as_ref(), asker, desk.now());
        Ok(decided.map(|decision| guarded(decision, guard)))
    })
    .await
}

/// Removes a member of this account, as long as an admin is left.
///
/// # Errors
/// A [`Fault`] of the store.
pub(crate) async fn remove(
    desk: &Desk,
    asker: &Asker,
    account: &AccountId,
    id: &MemberId,
    seen: Option<Version>,
) -> Registered<()> {
    settle(desk, "member", async || {
        let Some(house) = house(desk, account, id).await? else {
            return Ok(Err(No::NotFound("member")));
        };
        let guard = match stays(&house, None, &desk.terms.console.roles) {
            Ok(guard) => guard,
            Err(no) => return Ok(Err(no)),
        };
        let decided = decide_remove(&house.member, seen, asker, desk.now());
        Ok(decided.map(|decision| guarded(decision, guard)))
    })
    .await
}

/// A member, and those it shares the account with.
struct House {
    account: Account,
    member: Member,
    others: Vec<Member>,
}

/// CO4: another account's member is not found.
async fn house(desk: &Desk, account: &AccountId, id: &MemberId) -> Result<Option<House>, Fault> {
    let Some(account) = desk.store.account(account).await? else {
        return Ok(None);
    };
    let member = desk.store.member(id).await?;
    let Some(member) = member.filter(|member| member.account == account.id) else {
        return Ok(None);
    };
    let (mut page, mut others) = (Page::first(), Vec::new());
    loop {
        let listed = desk.store.members(&account.id, &page).await?;
        others.extend(listed.items.into_iter().filter(|other| other.id != member.id));
        match listed.next {
            Some(next) => page.after = Some(next),
            None => break,
        }
    }
    Ok(Some(House {
        account,
        member,
        others,
    }))
}

/// Whether an admin is left when the member becomes `then` (nobody: is removed). Where the change takes one away, the
/// condition under which that was seen comes with the answer.
fn stays(house: &House, then: Option<&Member>, roles: &Roles) -> Result<Option<Change>, No> {
    let admin = |member: &Member| member.state == State::Active && role(&member.roles, roles) == Some(Role::Admin);
    if !admin(&house.member) || then.is_some_and(admin) {
        return Ok(None);
    }
    if !house.others.iter().any(admin) {
        let problem = "this is the last admin of the account; make somebody else one first";
        return Err(No::InUse(problem.into()));
    }
    Ok(Some(Change::ReviseAccount {
        account: house.account.clone(),
        was: house.account.version,
    }))
}

fn guarded<T>(mut decision: Decision<T>, guard: Option<Change>) -> Decision<T> {
    if !decision.changes.is_empty() {
        decision.changes.extend(guard);
    }
    decision
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::facts::{account, member};

    fn roles() -> Roles {
        Roles {
            admin: vec!["System Admin".into()],
            developer: vec!["Developer".into()],
            viewer: Vec::new(),
        }
    }

    fn holding(id: &str, role: &str) -> Member {
        Member {
            id: MemberId::new(id),
            email: format!("{id}@firm.example"),
            roles: vec![role.into()],
            ..member()
        }
    }

    fn house(others: Vec<Member>) -> House {
        House {
            account: account(),
            member: holding("mem_1", "System Admin"),
            others,
        }
    }

    /// SS-6: somebody who decides what others may is always left.
    #[test]
    fn the_last_admin_stays() {
        let alone = house(vec![holding("mem_2", "Developer")]);
        let lower = holding("mem_1", "Developer");
        let off = Member {
            state: State::Disabled,
            ..alone.member.clone()
        };
        for then in [None, Some(&lower), Some(&off)] {
            assert_eq!(stays(&alone, then, &roles()).unwrap_err().code(), "in_use");
        }
        let renamed = Member {
            name: "Ann Lee".into(),
            ..alone.member.clone()
        };
        assert_eq!(stays(&alone, Some(&renamed), &roles()), Ok(None));
        let asleep = Member {
            state: State::Disabled,
            ..holding("mem_2", "System Admin")
        };
        assert!(stays(&house(vec![asleep]), None, &roles()).is_err());
    }

    /// Of two admins who remove each other one is second, because both revise the account.
    #[test]
    fn an_admin_goes_under_the_accounts_version() {
        let two = house(vec![holding("mem_2", "System Admin")]);
        let guard = stays(&two, None, &roles()).unwrap();
        let expected = Change::ReviseAccount {
            account: account(),
            was: account().version,
        };
        assert_eq!(guard, Some(expected));
        let developer = House {
            member: holding("mem_3", "Developer"),
            ..two
        };
        assert_eq!(stays(&developer, None, &roles()), Ok(None));
    }
}
