//! Which passwords there may be, and what is kept of them.

use crate::scene::{Scene, origin, whole};
use std::sync::Arc;
use tokio::task::JoinSet;
use tollgate_issuer::people::{Refused, profile, sign_in};
use tollgate_keys::password::Weak;
use tollgate_model::fault::FaultKind;
use tollgate_tests::house::PASSWORD;

on_both_stores! {
    /// SE6: eight characters and up to 256 of any kind, without rules of composition; what is known from breaches, or
    /// made of what everybody knows of the person, is refused, and nothing changes.
    a_password_is_long_enough_and_not_known("", |scene: Scene| async move {
        let desk = scene.desk();
        let begun = scene.begins("ann@firm1.example").await;
        let mut who = whole(desk, begun.token.expose()).await;
        let before = scene.everything().await;
        for (password, weak) in [
            ("", Weak::TooShort),
            ("sevench", Weak::TooShort),
            ("\u{1f511}\u{1f511}\u{1f511}\u{1f511}\u{1f511}\u{1f511}\u{1f511}", Weak::TooShort),
            (&*"x y ".repeat(65), Weak::TooLong),
            (&*"\u{1f511}".repeat(300), Weak::TooLong),
            ("password", Weak::Breached),
            ("PASSWORD", Weak::Breached),
            ("1234567890", Weak::Breached),
            ("aaaaaaaaaaaaa", Weak::Guessable),
            ("ann@firm1.example", Weak::Guessable),
            ("annfirm1", Weak::Guessable),
            ("tollgate1", Weak::Guessable),
        ] {
            let no = profile::change_password(desk, &who, password, &origin()).await.unwrap();
            assert_eq!(no.unwrap_err(), Refused::Weak(weak), "{password}");
        }
        assert_eq!(scene.everything().await, before);
        for password in ["eight ch", "onlylowercaseletters", &"long ".repeat(51), " spaces kept ", "\u{e9}\u{1f511} \u{5e9}\u{5dc}\u{5d5}\u{5dd} x"] {
            let begun = profile::change_password(desk, &who, password, &origin()).await.unwrap();
            who = whole(desk, begun.unwrap_or_else(|no| panic!("{password}: {no}")).token.expose()).await;
            assert!(sign_in::password(desk, "ann@firm1.example", password, &origin()).await.unwrap().is_ok());
        }
        // Every character counts.
        let nearly = sign_in::password(desk, "ann@firm1.example", "\u{e9}\u{1f511} \u{5e9}\u{5dc}\u{5d5}\u{5dd} ", &origin()).await;
        assert_eq!(nearly.unwrap().unwrap_err(), Refused::Wrong);
    })

    /// OP7: what is kept is an Argon2id hash with 19 MiB and two passes, and one that cost less is made anew when its
    /// password is next shown.
    what_is_kept_of_a_password_costs_enough("", |scene: Scene| async move {
        let desk = scene.desk();
        scene.begins("ann@firm1.example").await;
        let held = desk.store.user_by_email("ann@firm1.example").await.unwrap().unwrap();
        let kept = held.password.clone().unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");

        let cheap = CHEAP.to_owned();
        let change = tollgate_model::Change::ReviseUser {
            was: held.version,
            user: tollgate_model::User { password: Some(cheap.clone()), ..held },
        };
        assert_eq!(desk.memory.keep(vec![change]).await.unwrap(), tollgate_model::Kept::Done);
        scene.begins("ann@firm1.example").await;
        let then = desk.store.user_by_email("ann@firm1.example").await.unwrap().unwrap().password.unwrap();
        assert_ne!(then, cheap);
        assert!(then.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{then}");
        scene.begins("ann@firm1.example").await;
    })

    /// OP7, RL11: a storm of sign-ins is sent away once enough wait, and who comes afterwards is served.
    a_storm_of_sign_ins_is_bounded("", |scene: Scene| async move {
        let desk = scene.desk();
        scene.begins("ann@firm1.example").await;
        let mut storm = JoinSet::new();
        for place in 0..400 {
            let desk = Arc::clone(desk);
            storm.spawn(async move {
                let email = format!("nobody{place}@firm1.example");
                sign_in::password(&desk, &email, PASSWORD, &origin()).await.map(|answer| answer.is_ok())
            });
        }
        let answers = storm.join_all().await;
        assert!(answers.iter().flatten().all(|through| !through));
        let away: Vec<_> = answers.iter().filter_map(|answer| answer.as_ref().err()).collect();
        assert!(!away.is_empty(), "nobody was sent away");
        assert!(away.iter().all(|fault| fault.kind == FaultKind::Unavailable));
        scene.begins("ann@firm1.example").await;
    })
}

/// The hash of [`PASSWORD`] at the least cost there is, as no version ever kept one.
const CHEAP: &str = "$argon2id$v=19$m=8,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$rJ90czHP04odQVE3NK6yQA0HjnRK+NW/bkh+SxsrrS8";
