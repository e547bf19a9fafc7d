//! An account that somebody opens alone.

use super::Refused;
use crate::desk::Desk;
use crate::registry::account::open::{self, Ids};
use crate::registry::account::{Open, Opened};
use crate::registry::{Asker, new_id};
use crate::terms::Terms;
use crate::terms::console::Roles;
use serde_json::json;
use tollgate_model::{Api, Change, Decision, Fault, Member, MemberId, Moment, State, User};

/// Names for what is opened.
#[derive(Clone, Debug)]
pub(super) struct Fresh {
    pub(super) ids: Ids,
    pub(super) member: MemberId,
}

pub(super) fn fresh(desk: &Desk) -> Result<Fresh, Fault> {
    Ok(Fresh {
        ids: Ids::new(desk)?,
        member: MemberId::new(new_id(desk, "mem")?),
    })
}

/// The account, for testing only, with the client that every new account has and the person as its admin. They belong
/// into one transaction with the person.
pub(super) fn changes(
    fresh: &Fresh,
    name: &str,
    user: &User,
    apis: &[Api],
    terms: &Terms,
    (asker, now): (&Asker, Moment),
) -> Result<Vec<Change>, Refused> {
    let ask = Open {
        name: name.to_owned(),
        live: false,
        apis: None,
    };
    let Decision {
        answer: Opened { account, .. },
        mut changes,
    } = open::decide(&fresh.ids, &ask, apis.to_vec(), terms, asker, now)?;
    let member = Member {
        id: fresh.member.clone(),
        account: account.id,
        email: user.email.clone(),
        name: user.name.clone(),
        roles: admin(&terms.console.roles),
        state: State::Active,
        created: now,
        version: 1,
    };
    let detail = json!({ "email": member.email, "roles": member.roles });
    let told = asker.did("member.added", Some(&member.account), member.id.as_str(), now, detail);
    changes.extend([Change::AddMember(member), told]);
    Ok(changes)
}

/// The first role that opens most; none where every member may all the same.
fn admin(roles: &Roles) -> Vec<String> {
    let first = roles.admin.first().or_else(|| roles.developer.first());
    first.cloned().into_iter().collect()
}
