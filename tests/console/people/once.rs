//! What works once, works once: fifty who come with the same at once, and one who gets through (SE9, AT2).

use super::app::{half, set_up};
use crate::scene::{Scene, origin};
use std::sync::Arc;
use tokio::task::JoinSet;
use tollgate_issuer::Desk;
use tollgate_issuer::people::link::{self, First};
use tollgate_issuer::people::session::Begun;
use tollgate_issuer::people::{Answered, Refused, profile, sign_in};
use tollgate_model::{Page, State};
use tollgate_tests::house::{House, PASSWORD};
use tollgate_tests::{Backend, run};

/// Fifty at once; the one who got through, and what the others were told.
async fn fifty<F>(desk: &Arc<Desk>, tries: impl Fn(Arc<Desk>) -> F) -> (Begun, Vec<Refused>)
where
    F: Future<Output = Answered<Begun>> + Send + 'static,
{
    let mut set = JoinSet::new();
    for _ in 0..50 {
        set.spawn(tries(Arc::clone(desk)));
    }
    let (mut through, mut told) = (Vec::new(), Vec::new());
    for answer in set.join_all().await {
        match answer.unwrap() {
            Ok(begun) => through.push(begun),
            Err(why) => told.push(why),
        }
    }
    assert_eq!(through.len(), 1, "{told:?}");
    (through.remove(0), told)
}

on_both_stores! {
    /// SE9, AT2: of fifty who follow a link at once one signs in, and the password is the one that this one chose.
    a_raced_link_signs_one_in("", |scene: Scene| async move {
        let desk = scene.desk();
        let ours = desk.store.account(&scene.ours.account).await.unwrap().unwrap();
        let system = tollgate_issuer::registry::Asker::system();
        link::invite(desk, &system, "dan@firm1.example", Some(&ours)).await.unwrap().unwrap();
        let token = scene.link_token("dan@firm1.example").await;
        let opened = link::open(desk, &token).await.unwrap().unwrap();
        assert_eq!((opened.accounts.as_slice(), opened.new_user), (&["Harbour Shipping".to_owned()][..], true));
        let (_, told) = fifty(desk, |desk| {
            let token = token.clone();
            async move { link::accept(&desk, &token, "Dan", PASSWORD, &origin()).await }
        })
        .await;
        assert!(told.iter().all(|why| *why == Refused::Spent), "{told:?}");
        assert!(link::open(desk, &token).await.unwrap().is_none());
        let users = desk.store.users(false, &Page::first()).await.unwrap().items;
        assert_eq!(users.iter().filter(|user| user.email == "dan@firm1.example").count(), 1);
        scene.begins("dan@firm1.example").await;
    })

    /// SE9: of fifty who come with one code of the app at once one gets in; later nobody does with that code.
    a_raced_code_signs_one_in("", |scene: Scene| async move {
        let desk = scene.desk();
        let (app, _) = set_up(&scene, "ann@firm1.example").await;
        let code = app.code(scene.now());
        let first = half(&scene, "ann@firm1.example").await;
        fifty(desk, |desk| {
            let (half, code) = (first.clone(), code.clone());
            async move { sign_in::second(&desk, &half, &code, &origin()).await }
        })
        .await;
        let later = half(&scene, "ann@firm1.example").await;
        let again = sign_in::second(desk, &later, &code, &origin()).await.unwrap();
        assert_eq!(again.unwrap_err(), Refused::Wrong);
    })

    /// SE9: two halves that come with one code at once make one session.
    one_code_completes_one_of_two_halves("", |scene: Scene| async move {
        let desk = scene.desk();
        let (app, _) = set_up(&scene, "ann@firm1.example").await;
        let code = app.code(scene.now());
        let (one, two) = (half(&scene, "ann@firm1.example").await, half(&scene, "ann@firm1.example").await);
        let by = origin();
        let (one, two) = tokio::join!(
            sign_in::second(desk, &one, &code, &by),
            sign_in::second(desk, &two, &code, &by),
        );
        let through = [one.unwrap().is_ok(), two.unwrap().is_ok()];
        assert_eq!(through.iter().filter(|through| **through).count(), 1);
    })

    /// SE9: of fifty who come with one recovery code at once one gets in, and the code is used up; the person is told.
    a_raced_recovery_code_signs_one_in("", |scene: Scene| async move {
        let desk = scene.desk();
        let (app, _) = set_up(&scene, "ann@firm1.example").await;
        assert_eq!(app.recovery.len(), 10);
        let first = half(&scene, "ann@firm1.example").await;
        // As somebody reads it from paper.
        let code = app.recovery[3].to_uppercase();
        let (begun, _) = fifty(desk, |desk| {
            let (half, code) = (first.clone(), code.clone());
            async move { sign_in::second(&desk, &half, &code, &origin()).await }
        })
        .await;
        assert_eq!(begun.session.factors, ["pwd", "rec"]);
        let later = half(&scene, "ann@firm1.example").await;
        let again = sign_in::second(desk, &later, &app.recovery[3], &origin()).await.unwrap();
        assert_eq!(again.unwrap_err(), Refused::Wrong);
        let user = desk.store.user_by_email("ann@firm1.example").await.unwrap().unwrap();
        assert_eq!(user.recovery.len(), 9);
        let told = scene.letters("ann@firm1.example").await;
        assert!(told.iter().any(|text| text.contains("recovery code")), "{told:?}");
    })

    /// SE9: a reset link chooses a password and does not stand for the second factor.
    a_reset_link_does_not_skip_the_second_factor("", |scene: Scene| async move {
        let desk = scene.desk();
        let (_, before) = set_up(&scene, "ann@firm1.example").await;
        link::forgot(desk, "Ann@firm1.example", &origin()).await.unwrap();
        let token = scene.link_token("ann@firm1.example").await;
        let begun = link::accept(desk, &token, "", "yet another battery phrase", &origin()).await.unwrap().unwrap();
        assert!(!begun.session.complete);
        assert!(desk.store.session(&before.session().digest).await.unwrap().is_none(), "everybody else is out");
        let user = desk.store.user_by_email("ann@firm1.example").await.unwrap().unwrap();
        assert!(user.totp.is_some());
    })

    /// SE9: a link is good for its time, for its kind, and in its own box: an older one dies with the newer.
    a_link_is_good_for_its_time_and_kind("", |scene: Scene| async move {
        let desk = scene.desk();
        let ann = scene.signs_in("ann@firm1.example").await;
        link::forgot(desk, "ann@firm1.example", &origin()).await.unwrap();
        let old = scene.link_token("ann@firm1.example").await;
        scene.clock.forward(1);
        link::forgot(desk, "ann@firm1.example", &origin()).await.unwrap();
        let new = scene.link_token("ann@firm1.example").await;
        assert_ne!(old, new);
        // Of another kind it opens nothing.
        let other = profile::confirm_email(desk, &ann, &new, &origin()).await.unwrap();
        assert_eq!(other.unwrap_err(), Refused::Spent);
        let first = First { email: "eve@firm1.example", name: "Eve", password: PASSWORD };
        assert_eq!(link::become_first(desk, &new, &first, &origin()).await.unwrap().unwrap_err(), Refused::Spent);
        link::accept(desk, &new, "", "yet another battery phrase", &origin()).await.unwrap().unwrap();
        assert!(link::open(desk, &old).await.unwrap().is_none());

        scene.clock.forward(1);
        link::forgot(desk, "ann@firm1.example", &origin()).await.unwrap();
        let late = scene.link_token("ann@firm1.example").await;
        scene.clock.forward(desk.terms.console.sessions.reset - 1);
        assert!(link::open(desk, &late).await.unwrap().is_some());
        scene.clock.forward(1);
        assert!(link::open(desk, &late).await.unwrap().is_none());
        let spent = link::accept(desk, &late, "", "one more battery phrase", &origin()).await.unwrap();
        assert_eq!(spent.unwrap_err(), Refused::Spent);
    })

    /// AT26, SE9: looking at a link as often as one likes spends nothing.
    looking_at_a_link_spends_nothing("", |scene: Scene| async move {
        let desk = scene.desk();
        scene.begins("ann@firm1.example").await;
        link::forgot(desk, "ann@firm1.example", &origin()).await.unwrap();
        let token = scene.link_token("ann@firm1.example").await;
        let before = scene.everything().await;
        for _ in 0..5 {
            assert!(link::open(desk, &token).await.unwrap().is_some());
        }
        assert_eq!(scene.everything().await, before);
        // A password that may not be chosen does not cost the link either.
        let weak = link::accept(desk, &token, "", "short", &origin()).await.unwrap();
        assert_eq!(weak.unwrap_err().code(), "weak");
        assert!(link::accept(desk, &token, "", "a newer battery phrase", &origin()).await.unwrap().is_ok());
    })
}

/// SE11: nobody can sign in at a new house; the link of the first start makes one operator, of fifty who follow it and
/// of two links, and after that there is none to be had.
#[test]
fn the_first_operator_comes_by_a_link_and_comes_once() {
    run(async {
        for backend in [Backend::Sqlite, Backend::Postgres] {
            let house = House::ordinary("", backend).await;
            let desk = house.desk();
            assert!(desk.store.users(false, &Page::first()).await.unwrap().items.is_empty());
            let shown = house.node.running.first_link.as_ref().unwrap().to_string();
            let token = shown[shown.find("tgl_").unwrap()..].to_owned();
            let another = link::first_operator(desk).await.unwrap().unwrap();
            let (begun, told) = fifty(desk, |desk| {
                let token = token.clone();
                async move {
                    let first = First {
                        email: "olga@vendor.example",
                        name: "Olga",
                        password: PASSWORD,
                    };
                    link::become_first(&desk, &token, &first, &origin()).await
                }
            })
            .await;
            assert!(told.iter().all(|why| *why == Refused::Spent), "{told:?}");
            let (_, user) = desk.store.session(&begun.session.digest).await.unwrap().unwrap();
            assert!(user.operator && user.state == State::Active);
            let first = First {
                email: "eve@vendor.example",
                name: "Eve",
                password: PASSWORD,
            };
            let late = link::become_first(desk, another.expose(), &first, &origin())
                .await
                .unwrap();
            assert_eq!(late.unwrap_err(), Refused::Spent);
            assert!(link::first_operator(desk).await.unwrap().is_none());
            assert_eq!(desk.store.users(true, &Page::first()).await.unwrap().items.len(), 1);
            let again = house.restart().await;
            assert!(again.node.running.first_link.is_none());
        }
    });
}
