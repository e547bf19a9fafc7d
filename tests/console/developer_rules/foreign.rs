//! What is another account's is not there.

use crate::scene::{Scene, asker, code};
use tollgate_issuer::developer::*;
use tollgate_issuer::registry::grant::Scoped;
use tollgate_issuer::registry::secret::Regenerate;
use tollgate_model::{ApiId, ClientId, MemberId, Page, SecretId, State};

/// A day that is long after any that a machine has.
const NOT_YET: &str = "[console]\nopens = \"2999-04-25\"";

on_both_stores! {
    /// CO4: every function that takes a client answers for another firm's as for one that nobody has, and changes
    /// nothing.
    a_foreign_client_is_not_found_by_any_function("", |scene: Scene| async move {
        let desk = scene.desk();
        let seat = scene.sits("ann@firm1.example").await;
        let by = asker(&seat);
        let other = scene.sits("ann@firm2.example").await;
        let theirs = regenerate(desk, &other, &asker(&other), &scene.theirs.client, &Regenerate::default()).await;
        let secret = theirs.unwrap().unwrap().secret.id;
        let before = scene.everything().await;
        for id in [scene.theirs.client.clone(), ClientId::new("client-none")] {
            let api = ApiId::new("docs");
            let scoped = Scoped { api: api.clone(), scopes: vec!["read".into()], seen: None };
            let ask = Regenerate::default();
            let addresses = (Vec::new(), Vec::new());
            let off = State::Disabled;
            let answers = [
                code(show(desk, &seat, &id).await.unwrap()),
                code(rename(desk, &seat, &by, &id, "Mine", None).await.unwrap()),
                code(set_state(desk, &seat, &by, &id, off, None).await.unwrap()),
                code(set_addresses(desk, &seat, &by, &id, addresses, None).await.unwrap()),
                code(set_sign_in(desk, &seat, &by, &id, &Visited::default(), None).await.unwrap()),
                code(set_scopes(desk, &seat, &by, &id, &scoped).await.unwrap()),
                code(give_back(desk, &seat, &by, &id, &api, None).await.unwrap()),
                code(revoke_tokens(desk, &seat, &by, &id).await.unwrap()),
                code(regenerate(desk, &seat, &by, &id, &ask).await.unwrap()),
                code(revoke_secret(desk, &seat, &by, &id, &secret).await.unwrap()),
                code(reveal(desk, &seat, &by, &id, &secret).await.unwrap()),
                code(test_token(desk, &seat, &by, &id, &api).await.unwrap()),
            ];
            assert_eq!(answers, ["not_found"; 12], "{id}");
        }
        // A foreign secret under a client of one's own.
        let mixed = revoke_secret(desk, &seat, &by, &scene.ours.client, &secret).await.unwrap();
        assert_eq!(code(mixed), "not_found");
        let none = SecretId::new("sec_none");
        let none = revoke_secret(desk, &seat, &by, &scene.ours.client, &none).await.unwrap();
        assert_eq!(code(none), "not_found");
        assert_eq!(scene.everything().await, before);
    })

    /// CO4, SS-16: lists show what is the account's own.
    lists_hold_what_is_the_accounts_own("", |scene: Scene| async move {
        let desk = scene.desk();
        let seat = scene.sits("ann@firm1.example").await;
        let listed = clients(desk, &seat, &Narrow::default(), &Page::first()).await.unwrap().unwrap();
        let ids: Vec<_> = listed.items.into_iter().map(|line| line.client.id).collect();
        assert_eq!(ids, std::slice::from_ref(&scene.ours.client));
        let people = members(desk, &seat, &Page::first()).await.unwrap().unwrap().items;
        assert!(people.iter().all(|member| member.account == scene.ours.account));
        assert_eq!(people.len(), 3);
    })

    /// CO4: another firm's member is neither changed nor removed.
    a_foreign_member_is_not_found("", |scene: Scene| async move {
        let desk = scene.desk();
        let seat = scene.sits("ann@firm1.example").await;
        let by = asker(&seat);
        let before = scene.everything().await;
        for id in [scene.theirs.member("dan"), MemberId::new("mem_none")] {
            let change = MemberChange { roles: Some(vec!["Admin".into()]), ..MemberChange::default() };
            let answers = [
                code(revise_member(desk, &seat, &by, &id, &change).await.unwrap()),
                code(remove_member(desk, &seat, &by, &id, None).await.unwrap()),
                code(invite_again(desk, &seat, &by, &id).await.unwrap()),
            ];
            assert_eq!(answers, ["not_found"; 3]);
        }
        assert_eq!(scene.everything().await, before);
    })

    /// SS-6, SS-8: before the day nothing opens for a member, and everything for an operator.
    before_its_day_the_section_is_shut_for_members(NOT_YET, |scene: Scene| async move {
        let desk = scene.desk();
        let id = &scene.ours.client;
        let seat = scene.sits("ann@firm1.example").await;
        let by = asker(&seat);
        let ask = Regenerate::default();
        assert_eq!(code(show(desk, &seat, id).await.unwrap()), "forbidden");
        assert_eq!(code(apis(desk, &seat).await.unwrap()), "forbidden");
        assert_eq!(code(regenerate(desk, &seat, &by, id, &ask).await.unwrap()), "forbidden");
        assert_eq!(code(members(desk, &seat, &Page::first()).await.unwrap()), "forbidden");
        let operator = scene.visits().await;
        assert!(show(desk, &operator, id).await.unwrap().is_ok());
        assert!(regenerate(desk, &operator, &asker(&operator), id, &ask).await.unwrap().is_ok());
    })
}
