//! Nobody learns from an answer who is known here (SE7).

use crate::scene::{OPERATOR, Scene, origin};
use tollgate_issuer::people::{link, sign_in};
use tollgate_issuer::registry::{self, Asker};
use tollgate_model::{Event, State};

/// What an event says, but for whom it is about.
fn shape(event: &Event) -> (String, String) {
    (event.kind.clone(), event.detail.to_string())
}

const UNKNOWN: [&str; 4] = ["nobody@firm1.example", "no address", "", "\u{202e}ann@firm1.example"];

on_both_stores! {
    /// SE7: the unknown, the disabled, those without a password and a wrong password are answered alike, and leave the
    /// same behind.
    a_refused_sign_in_says_nothing_about_whom("", |scene: Scene| async move {
        let desk = scene.desk();
        scene.begins("ann@firm1.example").await;
        let dan = scene.signs_in("dan@firm1.example").await;
        let system = Asker::system();
        registry::user::set_state(desk, &system, &dan.user().id, State::Disabled).await.unwrap().unwrap();
        link::invite_operator(desk, &system, OPERATOR, "Olga").await.unwrap().unwrap();
        let mut left = Vec::new();
        for email in ["ann@firm1.example", "dan@firm1.example", OPERATOR].iter().chain(&UNKNOWN) {
            let password = "not the battery phrase";
            let before = scene.told().await;
            let no = sign_in::password(desk, email, password, &origin()).await.unwrap().unwrap_err();
            let told: Vec<_> = scene.since(before).await.iter().map(shape).collect();
            left.push((no.to_string(), no.code(), told));
        }
        assert!(left.windows(2).all(|pair| pair[0] == pair[1]), "{left:#?}");
        assert_eq!(left[0].2.len(), 1);
        // The right password of somebody disabled is wrong as well.
        let right = sign_in::password(desk, "dan@firm1.example", tollgate_tests::house::PASSWORD, &origin()).await;
        assert_eq!(right.unwrap().unwrap_err().code(), "wrong");
        assert!(!format!("{:?}", scene.since(0).await).contains("not the battery"));
    })

    /// SE7, SE8: somebody who does not exist is kept waiting after as many tries.
    the_unknown_are_counted_too("", |scene: Scene| async move {
        let desk = scene.desk();
        scene.begins("ann@firm1.example").await;
        let mut told = Vec::new();
        for email in ["ann@firm1.example", "nobody@firm1.example"] {
            let mut answers = Vec::new();
            for _ in 0..11 {
                answers.push(sign_in::password(desk, email, "not the battery phrase", &origin()).await.unwrap().unwrap_err());
            }
            told.push(answers);
        }
        assert_eq!(told[0], told[1]);
        assert_eq!(told[0][10].code(), "too_many");
    })

    /// SE7: asking for a new password says nothing, changes as much, and mails those who are there only; not more than
    /// five an hour.
    a_forgotten_password_says_nothing_about_whom("", |scene: Scene| async move {
        let desk = scene.desk();
        scene.begins("ann@firm1.example").await;
        let dan = scene.signs_in("dan@firm1.example").await;
        registry::user::set_state(desk, &Asker::system(), &dan.user().id, State::Disabled).await.unwrap().unwrap();
        let mut left = Vec::new();
        for email in ["ann@firm1.example", "dan@firm1.example"].iter().chain(&UNKNOWN) {
            let before = scene.told().await;
            link::forgot(desk, email, &origin()).await.unwrap();
            left.push(scene.since(before).await.iter().map(shape).collect::<Vec<_>>());
        }
        assert!(left.windows(2).all(|pair| pair[0] == pair[1]), "{left:#?}");
        assert_eq!(left[0].len(), 1);
        for _ in 0..7 {
            link::forgot(desk, "ANN@firm1.example", &origin()).await.unwrap();
        }
        assert_eq!(scene.letters("ann@firm1.example").await.len(), 5);
        for email in ["dan@firm1.example", "nobody@firm1.example"] {
            assert!(scene.letters(email).await.is_empty(), "{email}");
        }
        scene.clock.forward(3600);
        link::forgot(desk, "ann@firm1.example", &origin()).await.unwrap();
        assert_eq!(scene.letters("ann@firm1.example").await.len(), 6);
    })

    /// SE7: opening an account says nothing about an address that is known, and mails it nothing.
    a_sign_up_says_nothing_about_whom("[console]\nsign_up = true", |scene: Scene| async move {
        let desk = scene.desk();
        scene.begins("ann@firm1.example").await;
        let mut left = Vec::new();
        for email in ["ann@firm1.example", "new@firm3.example"] {
            let before = scene.told().await;
            let answer = link::sign_up(desk, email, "Somebody", "Third Firm", &origin()).await.unwrap();
            left.push((answer, scene.since(before).await.iter().map(shape).collect::<Vec<_>>()));
        }
        assert_eq!(left[0], left[1]);
        assert!(scene.letters("ann@firm1.example").await.is_empty());
        assert_eq!(scene.letters("new@firm3.example").await.len(), 1);
    })
}
