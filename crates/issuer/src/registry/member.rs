//! Members: the people of an account, whom acting-user headers name.

pub(crate) mod keep;

use super::{Asker, No, Registered, named, new_id, settle, unchanged, value};
use crate::desk::Desk;
use serde_json::json;
use tollgate_model::{AccountId, Change, Decision, Member, MemberId, Moment, State, Version};

/// A new member.
#[derive(Clone, Debug)]
pub struct Add {
    /// E-mail address; kept in lower case.
    pub email: String,
    /// The person's name.
    pub name: String,
    /// The roles held.
    pub roles: Vec<String>,
}

/// What is to become of a member; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct Revise {
    /// The new address.
    pub email: Option<String>,
    /// The new name.
    pub name: Option<String>,
    /// All roles that are held from now on.
    pub roles: Option<Vec<String>>,
    /// Whether the member may be named as acting user.
    pub state: Option<State>,
    /// The version that the asker saw.
    pub seen: Option<Version>,
}

/// Adds a member to an account.
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store or of the source of chance.
pub async fn add(desk: &Desk, asker: &Asker, account: &AccountId, ask: &Add) -> Registered<Member> {
    let id = MemberId::new(new_id(desk, "mem")?);
    let fresh = match written(&id, account, ask, &desk.terms.roles, desk.now()) {
        Ok(fresh) => fresh,
        Err(no) => return Ok(Err(no)),
    };
    settle(desk, "member", async || {
        if desk.store.account(account).await?.is_none() {
            return Ok(Err(No::NotFound("account")));
        }
        let holder = desk.store.member_by_email(account, &fresh.email).await?;
        Ok(decide_add(&fresh, holder.as_ref(), asker))
    })
    .await
}

fn written(id: &MemberId, account: &AccountId, ask: &Add, roles: &[String], now: Moment) -> Result<Member, No> {
    Ok(Member {
        id: id.clone(),
        account: account.clone(),
        email: value::email("email", &ask.email)?,
        name: named("name", &ask.name)?,
        roles: value::roles("roles", &ask.roles, roles)?,
        state: State::Active,
        created: now,
        version: 1,
    })
}

fn decide_add(fresh: &Member, holder: Option<&Member>, asker: &Asker) -> Result<Decision<Member>, No> {
    if holder.is_some() {
        return Err(No::Taken { field: "email" });
    }
    let add = Change::AddMember(fresh.clone());
    let event = told("member.added", fresh, asker, fresh.created);
    Ok(Decision::with(fresh.clone(), vec![add, event]))
}

/// Changes a member's address, name, roles or state.
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store.
pub async fn revise(desk: &Desk, asker: &Asker, id: &MemberId, ask: &Revise) -> Registered<Member> {
    settle(desk, "member", async || {
        let Some(held) = desk.store.member(id).await? else {
            return Ok(Err(No::NotFound("member")));
        };
        let revised = match rewritten(&held, ask, &desk.terms.roles) {
            Ok(revised) => revised,
            Err(no) => return Ok(Err(no)),
        };
        let holder = desk.store.member_by_email(&held.account, &revised.email).await?;
        Ok(decide_revise(&held, revised, holder.as_ref(), asker, desk.now()))
    })
    .await
}

fn rewritten(held: &Member, ask: &Revise, roles: &[String]) -> Result<Member, No> {
    unchanged("member", ask.seen, held.version)?;
    let mut member = held.clone();
    if let Some(email) = &ask.email {
        member.email = value::email("email", email)?;
    }
    if let Some(name) = &ask.name {
        member.name = named("name", name)?;
    }
    if let Some(asked) = &ask.roles {
        member.roles = value::roles("roles", asked, roles)?;
    }
    member.state = ask.state.unwrap_or(held.state);
    Ok(member)
}

fn decide_revise(
    held: &Member,
    mut revised: Member,
    holder: Option<&Member>,
    asker: &Asker,
    now: Moment,
) -> Result<Decision<Member>, No> {
    if holder.is_some_and(|holder| holder.id != held.id) {
        return Err(No::Taken { field: "email" });
    }
    if revised == *held {
        return Ok(Decision::just(revised));
    }
    let changes = vec![
        Change::ReviseMember {
            member: revised.clone(),
            was: held.version,
        },
        told("member.revised", &revised, asker, now),
    ];
    revised.version = held.version + 1;
    Ok(Decision::with(revised, changes))
}

/// Removes a member. Clients it owned have an owner no more, until they are given another.
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store.
pub async fn remove(desk: &Desk, asker: &Asker, id: &MemberId, seen: Option<Version>) -> Registered<()> {
    settle(desk, "member", async || {
        let Some(held) = desk.store.member(id).await? else {
            return Ok(Err(No::NotFound("member")));
        };
        Ok(decide_remove(&held, seen, asker, desk.now()))
    })
    .await
}

fn decide_remove(held: &Member, seen: Option<Version>, asker: &Asker, now: Moment) -> Result<Decision<()>, No> {
    unchanged("member", seen, held.version)?;
    let remove = Change::RemoveMember {
        account: held.account.clone(),
        id: held.id.clone(),
        was: held.version,
    };
    Ok(Decision::with(
        (),
        vec![remove, told("member.removed", held, asker, now)],
    ))
}

fn told(kind: &str, member: &Member, asker: &Asker, now: Moment) -> Change {
    let detail = json!({ "email": member.email, "roles": member.roles, "state": member.state });
    asker.did(kind, Some(&member.account), member.id.as_str(), now, detail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::facts::{self, NOW, asker, member};

    fn ask(email: &str) -> Add {
        Add {
            email: email.into(),
            name: "Ann".into(),
            roles: vec![],
        }
    }

    #[test]
    fn an_address_is_held_by_one_member_of_an_account() {
        let (id, account) = (MemberId::new("mem_2"), AccountId::new("acc_1"));
        let fresh = written(&id, &account, &ask("ANN@firm.example"), &[], NOW).unwrap();
        assert_eq!(fresh.email, "ann@firm.example");
        let no = decide_add(&fresh, Some(&member()), &asker()).unwrap_err();
        assert_eq!(no, No::Taken { field: "email" });
        let made = decide_add(&fresh, None, &asker()).unwrap();
        assert_eq!(facts::told(&made.changes), ["member.added"]);
    }

    #[test]
    fn a_wrong_value_is_named_by_its_field() {
        let (id, account) = (MemberId::new("mem_2"), AccountId::new("acc_1"));
        let field = |ask: Add| match written(&id, &account, &ask, &["Developer".into()], NOW) {
            Err(No::Invalid { field, .. }) => field,
            other => panic!("{other:?}"),
        };
        assert_eq!(field(ask("ann")), "email");
        assert_eq!(
            field(Add {
                name: " ".into(),
                ..ask("a@b.example")
            }),
            "name"
        );
        assert_eq!(
            field(Add {
                roles: vec!["Owner".into()],
                ..ask("a@b.example")
            }),
            "roles"
        );
    }

    #[test]
    fn a_member_keeps_its_own_address_when_revised() {
        let held = member();
        let ask = Revise {
            roles: Some(vec!["Owner".into()]),
            seen: Some(held.version),
            ..Revise::default()
        };
        let revised = rewritten(&held, &ask, &[]).unwrap();
        let made = decide_revise(&held, revised, Some(&held), &asker(), NOW).unwrap();
        assert_eq!(made.answer.version, held.version + 1);
        assert_eq!(facts::told(&made.changes), ["member.revised"]);
    }

    #[test]
    fn a_stale_view_of_a_member_changes_nothing() {
        let held = member();
        let ask = Revise {
            seen: Some(1),
            ..Revise::default()
        };
        assert_eq!(rewritten(&held, &ask, &[]).unwrap_err(), No::Stale("member"));
        assert_eq!(
            decide_remove(&held, Some(9), &asker(), NOW).unwrap_err(),
            No::Stale("member")
        );
    }
}
