//! Another address: nothing changes before its owner followed the link, and then everything at once.

use crate::scene::{Scene, origin};
use tollgate_issuer::people::link;
use tollgate_issuer::people::{Refused, profile};

on_both_stores! {
    /// SE10: the new address counts once its link was followed by who asked for it, with every place in an account; the old one is told.
    a_new_address_is_confirmed_where_it_is_read("", |scene: Scene| async move {
        let desk = scene.desk();
        let who = scene.signs_in("ann@firm1.example").await;
        profile::change_email(desk, &who, "New@firm1.example", &origin()).await.unwrap().unwrap();
        scene.begins("ann@firm1.example").await;
        let token = scene.link_token("new@firm1.example").await;
        assert!(link::open(desk, &token).await.unwrap().is_some());
        let other = scene.signs_in("dan@firm1.example").await;
        let given = profile::confirm_email(desk, &other, &token, &origin()).await.unwrap();
        assert_eq!(given.unwrap_err(), Refused::Spent, "nobody else follows it");
        profile::confirm_email(desk, &who, &token, &origin()).await.unwrap().unwrap();
        let again = profile::confirm_email(desk, &who, &token, &origin()).await.unwrap();
        assert_eq!(again.unwrap_err(), Refused::Spent);
        assert_eq!(desk.store.memberships("new@firm1.example").await.unwrap().len(), 1);
        assert!(desk.store.memberships("ann@firm1.example").await.unwrap().is_empty());
        assert!(desk.store.user_by_email("ann@firm1.example").await.unwrap().is_none());
        assert!(!scene.letters("ann@firm1.example").await.is_empty(), "the old address is told");
        scene.begins("new@firm1.example").await;
    })

    /// SE7: where somebody else has the address, the answer is the same, and no mail goes out.
    an_address_of_somebody_else_is_not_told("", |scene: Scene| async move {
        let desk = scene.desk();
        scene.begins("dan@firm1.example").await;
        let who = scene.signs_in("ann@firm1.example").await;
        let taken = profile::change_email(desk, &who, "dan@firm1.example", &origin()).await.unwrap();
        let free = profile::change_email(desk, &who, "free@firm1.example", &origin()).await.unwrap();
        assert_eq!(taken, free);
        assert!(scene.letters("dan@firm1.example").await.is_empty());
        assert_eq!(scene.letters("free@firm1.example").await.len(), 1);
        assert_eq!(scene.times("address.requested").await, 2);
    })
}
