use super::accept::{Chosen, Facts, Fresh, decide};
use super::ask::decide_operator;
use super::*;
use crate::people::facts::{NOW, fresh, guarded, link, origin, revised, spent, swept, told, user};
use crate::people::{Refused, opening};
use crate::registry::account::open::Ids;
use crate::registry::facts::api;
use crate::registry::{Asker, No};
use crate::terms::Terms;
use crate::terms::console::DefaultClient;
use serde_json::json;
use tollgate_model::client::Environment;
use tollgate_model::{AccountId, ClientId, Decision, MemberId, Session, UserId};

fn terms() -> Terms {
    let mut terms = Terms::rfc("https://auth.example");
    terms.console.sign_up = true;
    terms.console.roles.admin = vec!["Owner".into(), "Chief".into()];
    terms.console.default_client = Some(DefaultClient {
        name: "Default".into(),
        environment: Environment::Live,
        api: api().id,
        scopes: ["read", "gone"].into_iter().collect(),
    });
    terms
}

fn follow(link: &Link, user: Option<User>, terms: &Terms) -> Result<Decision<Session>, Refused> {
    let facts = Facts {
        link: link.clone(),
        user,
        apis: vec![api()],
    };
    let chosen = Chosen {
        name: "Ann Lee",
        password: "new",
    };
    let names = Fresh {
        user: UserId::new("usr_9"),
        opening: opening::Fresh {
            ids: Ids {
                account: AccountId::new("acc_9"),
                client: ClientId::new("client-nine"),
            },
            member: MemberId::new("mem_9"),
        },
    };
    decide(&facts, &chosen, &names, &fresh(), &origin(), terms, NOW)
}

/// SE9, AT2: a reset spends its link in the transaction that uses it, ends every session, and takes the older links to
/// the same box with it.
#[test]
fn a_reset_works_once_and_signs_out_everywhere() {
    let made = follow(&link(LinkKind::Reset, Some(&user())), Some(user()), &terms()).unwrap();
    assert!(spent(&made.changes));
    let dropped = Change::DropLinks {
        kind: LinkKind::Reset,
        email: user().email,
    };
    assert!(made.changes.contains(&dropped));
    assert_eq!(swept(&made.changes), Some(None));
    let (revised, was) = revised(&made.changes).unwrap();
    assert_eq!((revised.password.as_deref(), was), (Some("new"), 6));
    assert_eq!(told(&made.changes), ["password.reset", "session.begun"]);
    assert!(made.answer.complete);
    let ended = made
        .changes
        .iter()
        .position(|c| matches!(c, Change::EndSessions { .. }));
    let begun = made.changes.iter().position(|c| matches!(c, Change::AddSession(_)));
    assert!(ended < begun, "the new session is not swept away");
}

/// SE9: a reset never skips the second factor.
#[test]
fn a_reset_leaves_the_second_factor_where_it_is() {
    let made = follow(&link(LinkKind::Reset, Some(&guarded())), Some(guarded()), &terms()).unwrap();
    assert!(!made.answer.complete);
    let (revised, _) = revised(&made.changes).unwrap();
    assert!(revised.totp == guarded().totp && revised.recovery == guarded().recovery);
}

/// SE7, AT13: the link that was kept for an unknown address opens nothing, nor does one of somebody disabled, of a box
/// that is another's by now, or one too old.
#[test]
fn a_reset_link_opens_nothing_for_others() {
    let spent = |link: &Link, user: Option<User>| {
        assert_eq!(follow(link, user, &terms()).unwrap_err(), Refused::Spent);
    };
    spent(&link(LinkKind::Reset, None), None);
    spent(&link(LinkKind::Reset, None), Some(user()));
    let off = User {
        state: State::Disabled,
        ..user()
    };
    spent(&link(LinkKind::Reset, Some(&off)), Some(off.clone()));
    let moved = User {
        email: "lee@firm.example".into(),
        ..user()
    };
    spent(&link(LinkKind::Reset, Some(&moved)), Some(moved.clone()));
    let mut old = link(LinkKind::Reset, Some(&user()));
    old.expires = NOW;
    spent(&old, Some(user()));
    spent(&link(LinkKind::Email, Some(&user())), Some(user()));
    spent(&link(LinkKind::FirstOperator, None), None);
}

/// SE11: an invitation makes a person without rights of their own, and leads nowhere once they have a password.
#[test]
fn an_invitation_makes_a_person_once() {
    let made = follow(&link(LinkKind::Invitation, None), None, &terms()).unwrap();
    let added = made.changes.iter().find_map(|change| match change {
        Change::AddUser { user, first } => Some((user, *first)),
        _ => None,
    });
    let (added, first) = added.unwrap();
    assert_eq!((added.name.as_str(), added.operator, first), ("Ann Lee", false, false));
    assert_eq!(told(&made.changes), ["user.created", "session.begun"]);

    let waiting = User {
        password: None,
        operator: true,
        ..user()
    };
    let made = follow(&link(LinkKind::Invitation, Some(&waiting)), Some(waiting), &terms()).unwrap();
    assert!(revised(&made.changes).unwrap().0.operator, "an invited operator is one");
    assert_eq!(told(&made.changes), ["password.chosen", "session.begun"]);

    let no = follow(&link(LinkKind::Invitation, None), Some(user()), &terms()).unwrap_err();
    assert_eq!(no, Refused::Spent);
}

fn asked() -> Link {
    Link {
        detail: json!({ "name": "Ann", "account": "Firm" }),
        ..link(LinkKind::SignUp, None)
    }
}

/// SG-7: an account that somebody opens has its admin and its first client from the start, and test clients only.
#[test]
fn a_sign_up_opens_an_account_for_testing() {
    let made = follow(&asked(), None, &terms()).unwrap();
    let account = made.changes.iter().find_map(|change| match change {
        Change::AddAccount(account) => Some(account),
        _ => None,
    });
    assert_eq!(
        account.map(|account| (account.name.as_str(), account.live)),
        Some(("Firm", false))
    );
    let member = made.changes.iter().find_map(|change| match change {
        Change::AddMember(member) => Some(member),
        _ => None,
    });
    assert_eq!(member.unwrap().roles, ["Owner"]);
    let client = made.changes.iter().find_map(|change| match change {
        Change::AddClient(client) => Some(client.environment),
        _ => None,
    });
    assert_eq!(client, Some(Environment::Test));
    let grant = made.changes.iter().find_map(|change| match change {
        Change::PutGrant(grant) => Some(&grant.scopes),
        _ => None,
    });
    assert_eq!(grant, Some(&["read"].into_iter().collect()));
    assert_eq!(
        told(&made.changes),
        [
            "user.created",
            "account.created",
            "client.created",
            "grant.put",
            "member.added",
            "session.begun"
        ]
    );
}

#[test]
fn a_sign_up_is_refused_where_it_is_not_offered_or_not_needed() {
    let mut closed = terms();
    closed.console.sign_up = false;
    assert_eq!(follow(&asked(), None, &closed).unwrap_err(), Refused::Spent);
    assert_eq!(follow(&asked(), Some(user()), &terms()).unwrap_err(), Refused::Spent);
    let mut gone = terms();
    gone.console.default_client.as_mut().unwrap().api = tollgate_model::ApiId::new("gone");
    let made = follow(&asked(), None, &gone).unwrap();
    assert!(!told(&made.changes).contains(&"client.created"));
}

/// SE11: an operator is invited without a password, and nobody is one twice.
#[test]
fn an_operator_is_invited_once() {
    let fresh = User {
        password: None,
        operator: true,
        ..user()
    };
    let asker = Asker::system();
    let made = decide_operator(&fresh, None, &asker, NOW).unwrap();
    assert!(matches!(
        made.changes.first(),
        Some(Change::AddUser { first: false, .. })
    ));
    assert_eq!(told(&made.changes), ["operator.invited"]);

    let made = decide_operator(&fresh, Some(&guarded()), &asker, NOW).unwrap();
    let (revised, was) = revised(&made.changes).unwrap();
    assert_eq!((revised.operator, was), (true, 6));
    assert!(revised.totp == guarded().totp && revised.password == guarded().password);
    let no = decide_operator(&fresh, Some(&made.answer), &asker, NOW).unwrap_err();
    assert_eq!(no, No::Taken { field: "email" });
    let off = User {
        state: State::Disabled,
        ..user()
    };
    assert_eq!(
        decide_operator(&fresh, Some(&off), &asker, NOW).unwrap_err().code(),
        "in_use"
    );
}

/// SE9, SE11: a record of one's own is made once, has no rights, and only where people may make one.
#[test]
fn a_person_joins_once_and_without_rights() {
    let mut open = terms();
    open.people.sign_up = true;
    let asked = Link {
        detail: json!({ "name": "Ann", "flow": "azn_1" }),
        ..link(LinkKind::Join, None)
    };
    let made = follow(&asked, None, &open).unwrap();
    assert_eq!(told(&made.changes), ["user.created", "session.begun"]);
    assert!(spent(&made.changes));
    let added = made.changes.iter().find_map(|change| match change {
        Change::AddUser { user, first } => Some((user.operator, user.email_verified, *first)),
        _ => None,
    });
    assert_eq!(added, Some((false, true, false)));
    let opens = |change: &Change| matches!(change, Change::AddAccount(_) | Change::AddMember(_));
    assert!(!made.changes.iter().any(opens), "no account comes with it");
    assert_eq!(follow(&asked, Some(user()), &open).unwrap_err(), Refused::Spent);
    assert_eq!(follow(&asked, None, &terms()).unwrap_err(), Refused::Spent);
}

/// Whoever follows a link has read what was sent to the address; one that went elsewhere shows nothing of it.
#[test]
fn a_followed_link_verifies_the_address() {
    let imported = User {
        email_verified: false,
        ..user()
    };
    for kind in [LinkKind::Reset, LinkKind::Invitation] {
        let held = User {
            password: (kind == LinkKind::Reset).then(|| "phc".into()),
            ..imported.clone()
        };
        let made = follow(&link(kind, Some(&held)), Some(held), &terms()).unwrap();
        assert!(revised(&made.changes).unwrap().0.email_verified, "{kind:?}");
    }
    let mut elsewhere = link(LinkKind::Invitation, Some(&imported));
    elsewhere.email = "old@firm.example".into();
    let held = User {
        password: None,
        ..imported
    };
    let made = follow(&elsewhere, Some(held), &terms()).unwrap();
    assert!(!revised(&made.changes).unwrap().0.email_verified);
}
