//! The account's own people.

use super::shelf::{desk, sits};
use super::*;
use tollgate_model::{ClientId, MemberId, Page, State};

/// SS-6: members are an admin's business.
#[tokio::test]
async fn a_developer_decides_nothing_about_members() {
    let (desk, shelf) = desk(terms()).await;
    let before = shelf.0.lock().unwrap().members.clone();
    for email in ["dan@firm1.example", "vic@firm1.example"] {
        let seat = sits(&desk, email).await;
        let by = asker(&seat);
        let me = MemberId::new("mem_dan1");
        let change = MemberChange {
            roles: Some(vec!["Admin".into()]),
            ..MemberChange::default()
        };
        let invited = Invited {
            email: "eve@firm1.example".into(),
            name: "Eve".into(),
            roles: vec!["Admin".into()],
        };
        let answers = [
            code(members(&desk, &seat, &Page::first()).await.unwrap()),
            code(invite_member(&desk, &seat, &by, &invited).await.unwrap()),
            code(invite_again(&desk, &seat, &by, &me).await.unwrap()),
            code(revise_member(&desk, &seat, &by, &me, &change).await.unwrap()),
            code(remove_member(&desk, &seat, &by, &me, None).await.unwrap()),
        ];
        assert_eq!(answers, ["forbidden"; 5]);
    }
    assert_eq!(shelf.0.lock().unwrap().members, before);
}

/// An invited member is in the account at once, and a link is on its way to nobody but that address.
#[tokio::test]
async fn an_admin_invites_a_member() {
    let (desk, shelf) = desk(terms()).await;
    let seat = sits(&desk, "ann@firm1.example").await;
    let by = asker(&seat);
    let invited = Invited {
        email: "Eve@Firm1.example".into(),
        name: "Eve".into(),
        roles: vec!["Developer".into()],
    };
    let eve = invite_member(&desk, &seat, &by, &invited).await.unwrap().unwrap();
    assert_eq!(
        (&eve.account, eve.email.as_str()),
        (&seat.account().id, "eve@firm1.example")
    );
    assert_eq!(sits(&desk, "eve@firm1.example").await.role(), Role::Developer);
    assert!(invite_again(&desk, &seat, &by, &eve.id).await.unwrap().is_ok());
    let held = shelf.0.lock().unwrap();
    assert_eq!(held.mailed, ["eve@firm1.example", "eve@firm1.example"]);
}

/// SS-6: an admin gives and takes roles, and the last one stays.
#[tokio::test]
async fn the_last_admin_makes_another_before_going() {
    let (desk, _) = desk(terms()).await;
    let seat = sits(&desk, "ann@firm1.example").await;
    let by = asker(&seat);
    let (ann, dan) = (MemberId::new("mem_ann1"), MemberId::new("mem_dan1"));
    assert_eq!(
        code(remove_member(&desk, &seat, &by, &ann, None).await.unwrap()),
        "in_use"
    );
    let off = MemberChange {
        state: Some(State::Disabled),
        ..MemberChange::default()
    };
    assert_eq!(
        code(revise_member(&desk, &seat, &by, &ann, &off).await.unwrap()),
        "in_use"
    );
    let raise = MemberChange {
        roles: Some(vec!["Admin".into()]),
        ..MemberChange::default()
    };
    let raised = revise_member(&desk, &seat, &by, &dan, &raise).await.unwrap().unwrap();
    assert_eq!(raised.roles, ["Admin"]);
    assert!(remove_member(&desk, &seat, &by, &ann, None).await.unwrap().is_ok());
    let left = sits(&desk, "dan@firm1.example").await;
    assert_eq!(left.role(), Role::Admin);
}

/// SS-17: a secret outlives the membership of whoever made it.
#[tokio::test]
async fn a_secret_outlives_whoever_made_it() {
    let (desk, _) = desk(terms()).await;
    let (ann, dan) = (
        sits(&desk, "ann@firm1.example").await,
        sits(&desk, "dan@firm1.example").await,
    );
    let id = ClientId::new("client-one");
    let ask = crate::registry::secret::Regenerate::default();
    let made = regenerate(&desk, &dan, &asker(&dan), &id, &ask).await.unwrap().unwrap();
    let gone = remove_member(&desk, &ann, &asker(&ann), &MemberId::new("mem_dan1"), None).await;
    assert!(gone.unwrap().is_ok());
    let shown = show(&desk, &ann, &id).await.unwrap().unwrap();
    let ends = ending(&shown.owned, crate::registry::facts::NOW);
    assert_eq!(ends.len(), 1);
    assert_eq!(ends[0].id, made.secret.id);
}
