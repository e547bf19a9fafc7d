//! One code, two hundred redemptions at once (RFC 6749 §4.1.2).

use crate::scene::{CROWD, Crowded, Scene, refresh};
use tollgate_model::revocation::Target;
use tollgate_protocol::refusal::Code;
use tollgate_tests::app::{on_each_store, text};
use tollgate_tests::house::refused_at;
use tollgate_tests::until;

/// Rounds at the rule, on each store.
const ROUNDS: usize = 167;
/// Rounds over HTTP, on each store.
const SENT: usize = 3;

/// RL1, AT2, PK4: of two hundred that come with one code at once, at three nodes of one store or at one, exactly one gets
/// tokens; and since the code came again, these are revoked and the refresh token among them is worth nothing.
#[test]
fn a_code_that_many_redeem_at_once_is_spent_once() {
    on_each_store(async |backend| {
        let scene = Scene::set(backend, "").await;
        let mut answered = 0;
        for round in 0..ROUNDS {
            let Crowded { told, put_off } = scene.asked_at_once(&scene.code().await).await;
            let good: Vec<_> = told.iter().filter_map(|told| told.as_ref().ok()).collect();
            let no = |told: &&Result<_, Code>| matches!(told, Err(Code::CodeSpent | Code::CodeUnknown));
            assert_eq!(
                told.iter().filter(no).count(),
                CROWD - good.len(),
                "round {round}: {told:?}"
            );
            assert!(good.len() <= 1, "{backend:?}, round {round}: {told:?}");
            for body in &good {
                let after = scene.asked_once(&refresh(text(body, "refresh_token"))).await;
                assert_eq!(after.err(), Some(Code::RefreshUnknown), "{backend:?}, round {round}");
            }
            answered += good.len();
            if put_off == 0 {
                assert_eq!(good.len(), 1, "{backend:?}, round {round}: {told:?}");
            }
        }
        assert!(answered > 0, "{backend:?}: nobody was ever answered");
        let desk = scene.house.desk();
        let revoked = desk.store.revocations(desk.now()).await.unwrap();
        let codes = revoked
            .iter()
            .filter(|one| matches!(one.target, Target::Authorization(_)));
        assert_eq!(codes.count(), ROUNDS, "the tokens of every round are revoked");
    });
}

/// RL1, AT2: the same over HTTP, to the last gateway.
#[test]
fn a_code_that_many_send_at_once_is_spent_once() {
    on_each_store(async |backend| {
        let scene = Scene::set(backend, "").await;
        for _ in 0..SENT {
            let Crowded { told, put_off } = scene.sent_at_once(&scene.code().await).await;
            let good: Vec<_> = told.iter().filter(|(status, _)| *status == 200).collect();
            let no = |(status, body): &&(u16, _)| *status == 400 && text(body, "error") == "invalid_grant";
            assert_eq!(told.iter().filter(no).count(), CROWD - good.len(), "{told:?}");
            assert!(good.len() == 1 || good.is_empty() && put_off > 0, "{told:?}");
            let Some((_, bought)) = good.first() else { continue };
            let access = text(bought, "access_token");
            for gateway in scene.gateways() {
                until("every gateway refuses what it bought", || async {
                    refused_at(&scene.house.http, &gateway, access).await.as_deref() == Some("token_revoked")
                })
                .await;
            }
            let after = scene.house.refresh(&scene.app, text(bought, "refresh_token")).await;
            assert_eq!((after.0, text(&after.1, "error")), (400, "invalid_grant"));
        }
    });
}
