//! Who is disabled is out at once, on every node (AT13).

use super::app::{half, set_up};
use crate::scene::{OPERATOR, Scene, account_with, code, origin};
use tollgate_issuer::people::link;
use tollgate_issuer::people::{Refused, session, sign_in};
use tollgate_issuer::registry::{self, Asker};
use tollgate_issuer::rights::{self, NoSeat};
use tollgate_model::State;
use tollgate_tests::house::PASSWORD;

on_both_stores! {
    /// AT13, RT6: disabling a person ends every session on every node, half ones too; nothing brings them back in but
    /// being enabled, and old sessions stay dead then.
    a_disabled_person_is_out_on_every_node("", |scene: Scene| async move {
        let desk = scene.desk();
        let elsewhere = scene.another_node().await;
        let other = elsewhere.desk.clone().unwrap();
        let (app, who) = set_up(&scene, "ann@firm1.example").await;
        let waiting = half(&scene, "ann@firm1.example").await;
        link::forgot(desk, "ann@firm1.example", &origin()).await.unwrap();
        let token = scene.link_token("ann@firm1.example").await;
        let id = who.user().id.clone();
        registry::user::set_state(&other, &Asker::system(), &id, State::Disabled).await.unwrap().unwrap();
        for digest in [&who.session().digest, &waiting.session().digest] {
            assert!(desk.store.session(digest).await.unwrap().is_none());
        }
        let no = sign_in::second(desk, &waiting, &app.code(scene.now()), &origin()).await.unwrap();
        assert_eq!(no.unwrap_err(), Refused::Stale);
        let no = sign_in::password(desk, "ann@firm1.example", PASSWORD, &origin()).await.unwrap();
        assert_eq!(no.unwrap_err(), Refused::Wrong, "SE7: as for a wrong password");
        assert!(link::open(desk, &token).await.unwrap().is_none());
        let no = link::accept(desk, &token, "", "another battery phrase", &origin()).await.unwrap();
        assert_eq!(no.unwrap_err(), Refused::Spent);

        registry::user::set_state(&other, &Asker::system(), &id, State::Active).await.unwrap().unwrap();
        assert!(desk.store.session(&who.session().digest).await.unwrap().is_none());
        assert!(sign_in::password(desk, "ann@firm1.example", PASSWORD, &origin()).await.unwrap().is_ok());
    })

    /// AT13, RT6: a member who is disabled, or whose account is, has no place there from the next request on.
    a_disabled_member_has_no_place("", |scene: Scene| async move {
        let desk = scene.desk();
        let elsewhere = scene.another_node().await;
        let other = elsewhere.desk.clone().unwrap();
        let begun = scene.begins("dan@firm1.example").await;
        let sits = async || {
            let who = crate::scene::whole(desk, begun.token.expose()).await;
            rights::seat(desk, who).await.unwrap().map(|seat| seat.role())
        };
        assert!(sits().await.is_ok());
        let dan = scene.ours.member("dan");
        let set = async |state| {
            let ask = registry::member::Revise { state: Some(state), ..registry::member::Revise::default() };
            registry::member::revise(&other, &Asker::system(), &dan, &ask).await.unwrap().unwrap();
        };
        set(State::Disabled).await;
        assert_eq!(sits().await, Err(NoSeat::Nowhere));
        set(State::Active).await;
        assert!(sits().await.is_ok());
        let off = account_with(None, None, Some(State::Disabled));
        registry::account::revise(&other, &Asker::system(), &scene.ours.account, &off).await.unwrap().unwrap();
        assert_eq!(sits().await, Err(NoSeat::Nowhere));
    })

    /// SS-5: an account that has no API finds the section shut, and so does a member without a role in it.
    who_does_not_have_the_product_finds_the_section_shut("", |scene: Scene| async move {
        let desk = scene.desk();
        let who = scene.signs_in("dan@firm1.example").await;
        let sits = async || rights::seat(desk, who.clone()).await.unwrap().map(|seat| seat.role());
        let ask = registry::member::Revise { roles: Some(vec!["Staff".into()]), ..registry::member::Revise::default() };
        registry::member::revise(desk, &Asker::system(), &scene.ours.member("dan"), &ask).await.unwrap().unwrap();
        assert_eq!(sits().await, Err(NoSeat::Closed));
        let ask = registry::member::Revise { roles: Some(vec!["Admin".into()]), ..registry::member::Revise::default() };
        registry::member::revise(desk, &Asker::system(), &scene.ours.member("dan"), &ask).await.unwrap().unwrap();
        assert!(sits().await.is_ok());
    })

    /// RT6: of those who run the place somebody stays who can sign in.
    the_last_operator_stays("", |scene: Scene| async move {
        let desk = scene.desk();
        let olga = scene.signs_in(OPERATOR).await;
        let off = registry::user::set_state(desk, &Asker::system(), &olga.user().id, State::Disabled).await.unwrap();
        assert_eq!(code(off), "in_use");
        assert_eq!(session::list(desk, &olga).await.unwrap().len(), 1);
    })
}
