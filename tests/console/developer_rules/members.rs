//! The account's own people.

use crate::scene::{Scene, asker, code};
use tollgate_issuer::developer::*;
use tollgate_issuer::registry::secret::Regenerate;
use tollgate_issuer::rights::Role;
use tollgate_model::{Page, State};

on_both_stores! {
    /// SS-6: members are an admin's business.
    a_developer_decides_nothing_about_members("", |scene: Scene| async move {
        let desk = scene.desk();
        for email in ["dan@firm1.example", "vic@firm1.example"] {
            let seat = scene.sits(email).await;
            let by = asker(&seat);
            let before = scene.everything().await;
            let dan = scene.ours.member("dan");
            let change = MemberChange { roles: Some(vec!["Admin".into()]), ..MemberChange::default() };
            let invited = Invited {
                email: "eve@firm1.example".into(),
                name: "Eve".into(),
                roles: vec!["Admin".into()],
            };
            let answers = [
                code(members(desk, &seat, &Page::first()).await.unwrap()),
                code(invite_member(desk, &seat, &by, &invited).await.unwrap()),
                code(invite_again(desk, &seat, &by, &dan).await.unwrap()),
                code(revise_member(desk, &seat, &by, &dan, &change).await.unwrap()),
                code(remove_member(desk, &seat, &by, &dan, None).await.unwrap()),
            ];
            assert_eq!(answers, ["forbidden"; 5]);
            assert_eq!(scene.everything().await, before);
        }
    })

    /// An invited member is in the account at once, and a link is on its way to nobody but that address.
    an_admin_invites_a_member("", |scene: Scene| async move {
        let desk = scene.desk();
        let seat = scene.sits("ann@firm1.example").await;
        let by = asker(&seat);
        let invited = Invited {
            email: "Eve@Firm1.example".into(),
            name: "Eve".into(),
            roles: vec!["Developer".into()],
        };
        let eve = invite_member(desk, &seat, &by, &invited).await.unwrap().unwrap();
        assert_eq!((&eve.account, eve.email.as_str()), (&scene.ours.account, "eve@firm1.example"));
        assert_eq!(scene.sits("eve@firm1.example").await.role(), Role::Developer);
        assert!(invite_again(desk, &seat, &by, &eve.id).await.unwrap().is_ok());
        let mails = desk.store.mails(&Page::first()).await.unwrap().items;
        let to: Vec<_> = mails.iter().map(|mail| mail.to.as_str()).collect();
        assert_eq!(to, ["eve@firm1.example", "eve@firm1.example"]);
    })

    /// SS-6: an admin gives and takes roles, and the last one stays.
    the_last_admin_makes_another_before_going("", |scene: Scene| async move {
        let desk = scene.desk();
        let seat = scene.sits("ann@firm1.example").await;
        let by = asker(&seat);
        let (ann, dan) = (scene.ours.member("ann"), scene.ours.member("dan"));
        assert_eq!(code(remove_member(desk, &seat, &by, &ann, None).await.unwrap()), "in_use");
        let off = MemberChange { state: Some(State::Disabled), ..MemberChange::default() };
        assert_eq!(code(revise_member(desk, &seat, &by, &ann, &off).await.unwrap()), "in_use");
        let raise = MemberChange { roles: Some(vec!["Admin".into()]), ..MemberChange::default() };
        let raised = revise_member(desk, &seat, &by, &dan, &raise).await.unwrap().unwrap();
        assert_eq!(raised.roles, ["Admin"]);
        assert!(remove_member(desk, &seat, &by, &ann, None).await.unwrap().is_ok());
        assert_eq!(scene.sits("dan@firm1.example").await.role(), Role::Admin);
    })

    /// SS-6: of two admins who remove each other at the same moment one stays.
    two_admins_do_not_remove_each_other("", |scene: Scene| async move {
        let desk = scene.desk();
        let seat = scene.sits("ann@firm1.example").await;
        let (ann, dan) = (scene.ours.member("ann"), scene.ours.member("dan"));
        let raise = MemberChange { roles: Some(vec!["Admin".into()]), ..MemberChange::default() };
        revise_member(desk, &seat, &asker(&seat), &dan, &raise).await.unwrap().unwrap();
        let other = scene.sits("dan@firm1.example").await;
        let (by, and) = (asker(&seat), asker(&other));
        let (one, two) = tokio::join!(
            remove_member(desk, &seat, &by, &dan, None),
            remove_member(desk, &other, &and, &ann, None),
        );
        let gone = [one.unwrap().is_ok(), two.unwrap().is_ok()];
        assert_eq!(gone.iter().filter(|gone| **gone).count(), 1, "{gone:?}");
        let left = desk.store.members(&scene.ours.account, &Page::first()).await.unwrap().items;
        assert_eq!(left.iter().filter(|member| member.roles == ["Admin"]).count(), 1);
    })

    /// SS-17: a secret outlives the membership of whoever made it.
    a_secret_outlives_whoever_made_it("", |scene: Scene| async move {
        let desk = scene.desk();
        let (ann, dan) = (scene.sits("ann@firm1.example").await, scene.sits("dan@firm1.example").await);
        let id = &scene.ours.client;
        let made = regenerate(desk, &dan, &asker(&dan), id, &Regenerate::default()).await.unwrap().unwrap();
        let gone = remove_member(desk, &ann, &asker(&ann), &scene.ours.member("dan"), None).await;
        assert!(gone.unwrap().is_ok());
        let shown = show(desk, &ann, id).await.unwrap().unwrap();
        let ends = ending(&shown.owned, scene.now());
        assert_eq!(ends.len(), 1);
        assert_eq!(ends[0].id, made.secret.id);
    })
}
