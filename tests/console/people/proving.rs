//! What is dangerous asks for the password again (SE10).

use super::app::set_up;
use crate::scene::{Scene, origin, whole};
use tollgate_issuer::Desk;
use tollgate_issuer::people::{Refused, profile, sign_in};
use tollgate_issuer::rights::SignedIn;
use tollgate_tests::house::PASSWORD;

/// What each of the dangerous things is answered.
async fn tried(desk: &Desk, who: &SignedIn, sealed: &str, code: &str) -> Vec<Option<Refused>> {
    let by = origin();
    vec![
        profile::rename(desk, who, "Somebody", &by).await.unwrap().err(),
        profile::change_email(desk, who, "eve@firm1.example", &by)
            .await
            .unwrap()
            .err(),
        profile::new_recovery(desk, who, &by).await.unwrap().err(),
        profile::confirm_totp(desk, who, sealed, code, &by).await.unwrap().err(),
        profile::remove_totp(desk, who, &by).await.unwrap().err(),
        profile::change_password(desk, who, "another battery phrase", &by)
            .await
            .unwrap()
            .err(),
    ]
}

on_both_stores! {
    /// SE10: name, address, password, second factor and recovery codes change for who showed the password of late, and
    /// for nobody else; a wrong password proves nothing.
    dangerous_things_ask_for_the_password_again("", |scene: Scene| async move {
        let desk = scene.desk();
        let (app, who) = set_up(&scene, "ann@firm1.example").await;
        scene.clock.forward(desk.terms.console.sessions.proved);
        assert!(!sign_in::proved(desk, &who));
        let setup = profile::begin_totp(desk, &who).unwrap();
        let before = scene.everything().await;
        let code = app.code(scene.now());
        let answers = tried(desk, &who, &setup.sealed, &code).await;
        assert_eq!(answers, vec![Some(Refused::Unproved); 6]);
        assert_eq!(scene.everything().await, before);

        let wrong = sign_in::again(desk, &who, "not the battery phrase", &origin()).await.unwrap();
        assert_eq!(wrong.unwrap_err(), Refused::Wrong);
        assert!(!sign_in::proved(desk, &who));

        let begun = sign_in::again(desk, &who, PASSWORD, &origin()).await.unwrap().unwrap();
        let who = whole(desk, begun.token.expose()).await;
        assert!(sign_in::proved(desk, &who));
        let setup = profile::begin_totp(desk, &who).unwrap();
        let new = totp_rs::Totp::from_url(setup.uri.as_str()).unwrap();
        let code = new.generate(u64::try_from(scene.now().0).unwrap()).to_string();
        let answers = tried(desk, &who, &setup.sealed, &code).await;
        assert_eq!(answers, vec![None; 6]);
    })

    /// SE10: a session that ended in the meantime changes nothing, however fresh its password.
    an_ended_session_changes_nothing("", |scene: Scene| async move {
        let desk = scene.desk();
        let (app, who) = set_up(&scene, "ann@firm1.example").await;
        let setup = profile::begin_totp(desk, &who).unwrap();
        tollgate_issuer::people::session::sign_out(desk, who.session(), "r1").await.unwrap();
        let before = scene.everything().await;
        let code = app.code(scene.now());
        let answers = tried(desk, &who, &setup.sealed, &code).await;
        assert!(answers.iter().all(Option::is_some), "{answers:?}");
        assert_eq!(scene.everything().await, before);
    })

    /// SE10: the secret of a second factor that was shown in one session opens in no other, and not for long.
    a_form_with_a_new_factor_is_its_sessions_own("", |scene: Scene| async move {
        let desk = scene.desk();
        let (one, two) = (scene.signs_in("ann@firm1.example").await, scene.signs_in("ann@firm1.example").await);
        let setup = profile::begin_totp(desk, &one).unwrap();
        let app = totp_rs::Totp::from_url(setup.uri.as_str()).unwrap();
        let code = || app.generate(u64::try_from(scene.now().0).unwrap()).to_string();
        let other = profile::confirm_totp(desk, &two, &setup.sealed, &code(), &origin()).await.unwrap();
        assert_eq!(other.unwrap_err(), Refused::Stale);
        for forged in ["", "00", &"ab".repeat(100), &setup.sealed[2..]] {
            let no = profile::confirm_totp(desk, &one, forged, &code(), &origin()).await.unwrap();
            assert_eq!(no.unwrap_err(), Refused::Stale, "{forged}");
        }
        let wrong = profile::confirm_totp(desk, &one, &setup.sealed, "000", &origin()).await.unwrap();
        assert_eq!(wrong.unwrap_err(), Refused::Wrong);
        assert!(profile::confirm_totp(desk, &one, &setup.sealed, &code(), &origin()).await.unwrap().is_ok());
        assert!(desk.store.session(&two.session().digest).await.unwrap().is_none(), "no second factor was shown there");
    })
}
