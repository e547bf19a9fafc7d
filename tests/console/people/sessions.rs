//! How sessions begin, take each other's place, and end.

use super::app::{half, set_up};
use crate::scene::{Scene, code, origin, whole};
use tollgate_issuer::Desk;
use tollgate_issuer::people::session::{self, Resumed};
use tollgate_issuer::people::{profile, sign_in};
use tollgate_model::SessionId;
use tollgate_tests::house::PASSWORD;

async fn lives(desk: &Desk, token: &str) -> bool {
    session::resume(desk, token).await.unwrap().is_some()
}

on_both_stores! {
    /// SE2, AT15: each sign-in has a token of its own, and so has each step up; the one before is dead at once.
    a_session_is_renewed_at_sign_in_and_at_every_step_up("", |scene: Scene| async move {
        let desk = scene.desk();
        let first = scene.begins("ann@firm1.example").await;
        let second = scene.begins("ann@firm1.example").await;
        assert_ne!(first.token.expose(), second.token.expose());
        assert_ne!(first.session.id, second.session.id);

        let who = whole(desk, first.token.expose()).await;
        let again = sign_in::again(desk, &who, PASSWORD, &origin()).await.unwrap().unwrap();
        assert!(!lives(desk, first.token.expose()).await && lives(desk, again.token.expose()).await);
        assert_eq!(again.session.ends, first.session.ends, "SE4: it lasts no longer for it");
        // Whoever has the old one cannot step up with it either.
        let twice = sign_in::again(desk, &who, PASSWORD, &origin()).await.unwrap();
        assert_eq!(twice.unwrap_err().code(), "stale");

        let who = whole(desk, again.token.expose()).await;
        let changed = profile::change_password(desk, &who, "another battery phrase", &origin()).await.unwrap().unwrap();
        for old in [&second, &again] {
            assert!(!lives(desk, old.token.expose()).await);
        }
        assert!(lives(desk, changed.token.expose()).await);
    })

    /// SE2: the half session of a password is dead once the second factor was shown, and opens nothing before.
    the_half_session_ends_with_the_second_factor("", |scene: Scene| async move {
        let desk = scene.desk();
        let (app, _) = set_up(&scene, "ann@firm1.example").await;
        let begun = sign_in::password(desk, "ann@firm1.example", PASSWORD, &origin()).await.unwrap().unwrap();
        assert!(!begun.session.complete);
        let Some(Resumed::Half(half)) = session::resume(desk, begun.token.expose()).await.unwrap() else {
            panic!("not half")
        };
        let whole = sign_in::second(desk, &half, &app.code(scene.now()), &origin()).await.unwrap().unwrap();
        assert!(whole.session.complete);
        assert_eq!(whole.session.factors, ["pwd", "otp"]);
        assert!(!lives(desk, begun.token.expose()).await && lives(desk, whole.token.expose()).await);
    })

    /// SE3: sessions end on the server, one, the others or this one, and on every node at once; somebody else's is not
    /// found.
    sessions_end_on_the_server("", |scene: Scene| async move {
        let desk = scene.desk();
        let elsewhere = scene.another_node().await;
        let other = elsewhere.desk.clone().unwrap();
        let mut begun = Vec::new();
        for _ in 0..4 {
            begun.push(scene.begins("ann@firm1.example").await);
        }
        let dan = scene.signs_in("dan@firm1.example").await;
        let who = whole(desk, begun[0].token.expose()).await;
        assert_eq!(session::list(desk, &who).await.unwrap().len(), 4);

        for id in [dan.session().id.clone(), SessionId::new("ses_none")] {
            assert_eq!(code(session::end(desk, &who, "r1", &id).await.unwrap()), "not_found");
        }
        session::end(desk, &who, "r1", &begun[1].session.id).await.unwrap().unwrap();
        assert!(!lives(&other, begun[1].token.expose()).await);
        session::end_others(desk, &who, "r1").await.unwrap().unwrap();
        for ended in &begun[2..] {
            assert!(!lives(&other, ended.token.expose()).await);
        }
        assert!(lives(&other, begun[0].token.expose()).await);
        session::sign_out(&other, who.session(), "r1").await.unwrap();
        assert!(!lives(desk, begun[0].token.expose()).await);
        assert_eq!(session::list(desk, &dan).await.unwrap().len(), 1, "nobody else was signed out");
    })

    /// SE4: a session ends when it lay idle, and at its absolute end whatever was done with it.
    a_session_ends_idle_and_absolutely("", |scene: Scene| async move {
        let desk = scene.desk();
        let terms = desk.terms.console.sessions;
        let idle = scene.begins("ann@firm1.example").await;
        scene.clock.forward(terms.idle - 1);
        assert!(lives(desk, idle.token.expose()).await, "this was a request: it counts anew from here");
        scene.clock.forward(terms.idle - 1);
        assert!(lives(desk, idle.token.expose()).await);
        scene.clock.forward(terms.idle);
        assert!(!lives(desk, idle.token.expose()).await);

        let mut used = scene.begins("ann@firm1.example").await;
        let end = used.session.ends;
        assert_eq!(end, scene.now().plus(terms.absolute));
        while scene.now().plus(terms.idle - 1) < end {
            scene.clock.forward(terms.idle - 1);
            let who = whole(desk, used.token.expose()).await;
            used = sign_in::again(desk, &who, PASSWORD, &origin()).await.unwrap().unwrap();
        }
        scene.clock.forward(end.since(scene.now()) - 1);
        assert!(lives(desk, used.token.expose()).await);
        scene.clock.forward(1);
        assert!(!lives(desk, used.token.expose()).await);
    })

    /// SE4: half a session waits ten minutes for its second factor.
    half_a_session_does_not_wait_for_long("", |scene: Scene| async move {
        let desk = scene.desk();
        let (app, _) = set_up(&scene, "ann@firm1.example").await;
        let begun = sign_in::password(desk, "ann@firm1.example", PASSWORD, &origin()).await.unwrap().unwrap();
        scene.clock.forward(599);
        assert!(lives(desk, begun.token.expose()).await);
        scene.clock.forward(1);
        assert!(!lives(desk, begun.token.expose()).await);
        let fresh = half(&scene, "ann@firm1.example").await;
        assert!(sign_in::second(desk, &fresh, &app.code(scene.now()), &origin()).await.unwrap().is_ok());
    })

    /// SE5: the token of a form is its session's own.
    a_forms_token_is_its_sessions_own("", |scene: Scene| async move {
        let desk = scene.desk();
        let (one, two) = (scene.signs_in("ann@firm1.example").await, scene.signs_in("ann@firm1.example").await);
        let token = session::csrf(desk, one.session());
        assert!(session::csrf_matches(desk, one.session(), &token));
        assert!(!session::csrf_matches(desk, two.session(), &token));
        for forged in ["", "0", &token[1..], &one.session().digest] {
            assert!(!session::csrf_matches(desk, one.session(), forged), "{forged}");
        }
    })

    /// OP6: a text that is no token never reaches the store, and neither does another kind of credential.
    what_is_no_token_is_nobody("", |scene: Scene| async move {
        let desk = scene.desk();
        let begun = scene.begins("ann@firm1.example").await;
        let token = begun.token.expose();
        let other = token.replacen("tgn_", "tgl_", 1);
        for text in ["", "tgn_", &token[..41], &token.to_uppercase(), &other, &format!("{token}x"), &begun.session.digest] {
            assert!(!lives(desk, text).await, "{text}");
        }
    })
}
