use super::*;
use crate::people::facts::{NOW, link, origin, revised, spent, told, user};
use tollgate_model::{AccountId, MemberId};

fn place(account: &str, email: &str) -> (Member, Account) {
    let member = Member {
        id: MemberId::new(format!("mem_{account}")),
        account: AccountId::new(account),
        email: email.into(),
        name: "Ann".into(),
        roles: Vec::new(),
        state: State::Active,
        created: NOW,
        version: 4,
    };
    let account = Account {
        id: AccountId::new(account),
        name: "Firm".into(),
        state: State::Active,
        apis: None,
        live: true,
        plan: None,
        created: NOW,
        version: 1,
    };
    (member, account)
}

fn facts() -> Facts {
    let mut asked = link(LinkKind::Email, Some(&user()));
    asked.email = "lee@firm.example".into();
    asked.detail = json!({ "was": user().email });
    Facts {
        link: asked,
        user: user(),
        places: vec![place("acc_1", &user().email), place("acc_2", &user().email)],
        there: vec![place("acc_2", "lee@firm.example")],
    }
}

/// SE9: the person and every place go over together, and the link is spent with it; an account where the new address has
/// a place already keeps both.
#[test]
fn an_address_changes_everywhere_at_once() {
    let made = decide(&facts(), &origin(), NOW).unwrap();
    assert!(spent(&made.changes));
    let (user, was) = revised(&made.changes).unwrap();
    assert_eq!((user.email.as_str(), was), ("lee@firm.example", 6));
    let moved: Vec<_> = made
        .changes
        .iter()
        .filter_map(|change| match change {
            Change::ReviseMember { member, was } => Some((member.account.as_str(), member.email.as_str(), *was)),
            _ => None,
        })
        .collect();
    assert_eq!(moved, [("acc_1", "lee@firm.example", 4)]);
    assert_eq!(told(&made.changes), ["address.changed", "member.revised"]);
}

/// AT12, AT13: a link of somebody disabled or somebody else, or from before the last change, changes nothing.
#[test]
fn an_old_address_link_changes_nothing() {
    let refused = |facts: Facts| assert_eq!(decide(&facts, &origin(), NOW).unwrap_err(), Refused::Spent);
    let mut off = facts();
    off.user.state = State::Disabled;
    refused(off);
    let mut other = facts();
    other.user.id = tollgate_model::UserId::new("usr_9");
    refused(other);
    let mut moved = facts();
    moved.user.email = "other@firm.example".into();
    refused(moved);
    let mut old = facts();
    old.link.expires = NOW;
    refused(old);
}
