//! Guessing: one counter over spellings, factors, doors and nodes (SE8, AT14).

use super::app::{half, set_up};
use crate::scene::{Scene, origin, whole};
use std::sync::Arc;
use tokio::task::JoinSet;
use tollgate_issuer::Desk;
use tollgate_issuer::people::{Refused, sign_in};
use tollgate_tests::house::PASSWORD;

const WRONG: &str = "not the battery phrase";

/// How a wrong password for this address is answered.
async fn wrong(desk: &Desk, email: &str) -> Refused {
    sign_in::password(desk, email, WRONG, &origin())
        .await
        .unwrap()
        .unwrap_err()
}

fn refused(answers: &[Refused]) -> usize {
    answers.iter().filter(|answer| **answer == Refused::Wrong).count()
}

on_both_stores! {
    /// SE8, AT14: of forty wrong tries at once, under every spelling of the address, ten are compared; then the right
    /// password is refused too, until the window is over.
    forty_wrong_tries_at_once_are_ten("", |scene: Scene| async move {
        let desk = scene.desk();
        scene.begins("ann@firm1.example").await;
        let forms = ["ann@firm1.example", "ANN@FIRM1.EXAMPLE", " Ann@firm1.example ", "aNN@Firm1.Example"];
        let mut tries = JoinSet::new();
        for place in 0..40 {
            let desk = Arc::clone(desk);
            tries.spawn(async move { wrong(&desk, forms[place % forms.len()]).await });
        }
        let answers = tries.join_all().await;
        assert_eq!(refused(&answers), 10);
        assert!(answers.iter().all(|answer| matches!(answer, Refused::Wrong | Refused::TooMany { .. })));
        let right = sign_in::password(desk, "ann@firm1.example", PASSWORD, &origin()).await.unwrap();
        assert_eq!(right.unwrap_err(), Refused::TooMany { seconds: 900 });
        assert_eq!(scene.times("sign_in.suspended").await, 1);
        // Nobody else waits for it.
        scene.begins("dan@firm1.example").await;
        scene.clock.forward(899);
        let right = sign_in::password(desk, "ann@firm1.example", PASSWORD, &origin()).await.unwrap();
        assert_eq!(right.unwrap_err(), Refused::TooMany { seconds: 1 });
        scene.clock.forward(1);
        assert!(sign_in::password(desk, "ann@firm1.example", PASSWORD, &origin()).await.unwrap().is_ok());
    })

    /// SE8: wrong passwords, codes and recovery codes, at the door and before what is dangerous, fill one counter.
    every_factor_fills_one_counter("", |scene: Scene| async move {
        let desk = scene.desk();
        let (app, who) = set_up(&scene, "ann@firm1.example").await;
        let half = half(&scene, "ann@firm1.example").await;
        let mut answers = Vec::new();
        for place in 0..3 {
            answers.push(wrong(desk, "ann@firm1.example").await);
            let code = format!("00000{place}");
            answers.push(sign_in::second(desk, &half, &code, &origin()).await.unwrap().unwrap_err());
            let code = format!("aaaa-bbbb-cccc-ddd{place}");
            answers.push(sign_in::second(desk, &half, &code, &origin()).await.unwrap().unwrap_err());
        }
        answers.push(sign_in::again(desk, &who, WRONG, &origin()).await.unwrap().unwrap_err());
        assert_eq!(refused(&answers), 10, "{answers:?}");
        let full = Refused::TooMany { seconds: 900 };
        assert_eq!(sign_in::again(desk, &who, PASSWORD, &origin()).await.unwrap().unwrap_err(), full);
        let code = app.code(scene.now());
        assert_eq!(sign_in::second(desk, &half, &code, &origin()).await.unwrap().unwrap_err(), full);
        let recovery = &app.recovery[0];
        assert_eq!(sign_in::second(desk, &half, recovery, &origin()).await.unwrap().unwrap_err(), full);
        // Who is signed in stays signed in.
        let begun_before = who.session().digest.clone();
        assert!(desk.store.session(&begun_before).await.unwrap().is_some());
    })

    /// SE8, AT14: the counter is the same on every node.
    nodes_count_together("", |scene: Scene| async move {
        let elsewhere = scene.another_node().await;
        let (here, there) = (scene.desk(), elsewhere.desk.clone().unwrap());
        scene.begins("ann@firm1.example").await;
        let mut tries = JoinSet::new();
        for place in 0..40 {
            let desk = Arc::clone(if place % 2 == 0 { here } else { &there });
            tries.spawn(async move { wrong(&desk, "ann@firm1.example").await });
        }
        let answers = tries.join_all().await;
        assert_eq!(refused(&answers), 10, "{answers:?}");
        for desk in [here, &there] {
            let right = sign_in::password(desk, "ann@firm1.example", PASSWORD, &origin()).await.unwrap();
            assert!(matches!(right, Err(Refused::TooMany { .. })));
        }
    })

    /// SE8: whoever is kept out by another's guesses comes in by a mailed link, at once, and that clears no counter.
    a_mailed_link_gets_past_the_counter("", |scene: Scene| async move {
        let desk = scene.desk();
        scene.begins("ann@firm1.example").await;
        for _ in 0..10 {
            assert_eq!(wrong(desk, "ann@firm1.example").await, Refused::Wrong);
        }
        tollgate_issuer::people::link::forgot(desk, "ann@firm1.example", &origin()).await.unwrap();
        let token = scene.link_token("ann@firm1.example").await;
        let begun = tollgate_issuer::people::link::accept(desk, &token, "", "a newer battery phrase", &origin()).await;
        let begun = begun.unwrap().unwrap();
        assert_eq!(whole(desk, begun.token.expose()).await.user().email, "ann@firm1.example");
        assert!(matches!(wrong(desk, "ann@firm1.example").await, Refused::TooMany { .. }));
    })
}
