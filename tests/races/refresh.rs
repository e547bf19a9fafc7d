//! One refresh token, two hundred uses at once (RFC 9700 §4.14.2).

use crate::scene::{CROWD, Crowded, Scene, refresh};
use serde_json::Value;
use std::collections::BTreeSet;
use tollgate_protocol::refusal::Code;
use tollgate_tests::app::{on_each_store, text};

/// Rounds at the rule, on each store, of each kind.
const ROUNDS: usize = 167;
/// Rounds over HTTP, on each store, of each kind.
const SENT: usize = 2;

/// The refresh tokens that were given, and how often one was.
fn given(told: &[Result<Value, Code>]) -> (BTreeSet<&str>, usize) {
    let good = || told.iter().filter_map(|told| told.as_ref().ok());
    (good().map(|body| text(body, "refresh_token")).collect(), good().count())
}

/// RL2, AT1: without a window, of two hundred uses at once one is answered, and the others end the family.
#[test]
fn without_a_window_one_use_of_many_at_once_is_answered() {
    on_each_store(async |backend| {
        let scene = Scene::set(backend, "refresh = { window = 0 }").await;
        let mut answered = 0;
        for round in 0..ROUNDS {
            let Crowded { told, put_off } = scene.asked_at_once(&refresh(&scene.family().await)).await;
            let (tokens, count) = given(&told);
            let no = |told: &&Result<_, Code>| matches!(told, Err(Code::RefreshSpent | Code::RefreshUnknown));
            assert_eq!(told.iter().filter(no).count(), CROWD - count, "round {round}: {told:?}");
            assert!(count <= 1, "{backend:?}, round {round}: {told:?}");
            for token in tokens {
                let after = scene.asked_once(&refresh(token)).await;
                assert_eq!(after.err(), Some(Code::RefreshUnknown), "{backend:?}, round {round}");
            }
            answered += count;
            if put_off == 0 {
                assert_eq!(count, 1, "{backend:?}, round {round}: {told:?}");
            }
        }
        assert!(answered > 0, "{backend:?}: nobody was ever answered");
    });
}

/// RL2, AT1: within the window all two hundred are answered with the one successor, round after round of one family: each
/// successor is the token that lives.
#[test]
fn within_the_window_many_uses_at_once_have_one_living_branch() {
    on_each_store(async |backend| {
        let scene = Scene::set(backend, "refresh = { window = 10 }").await;
        let mut living = scene.family().await;
        let mut seen = BTreeSet::from([living.clone()]);
        for round in 0..ROUNDS {
            let Crowded { told, .. } = scene.asked_at_once(&refresh(&living)).await;
            let (tokens, count) = given(&told);
            assert_eq!(
                (tokens.len(), count),
                (1, CROWD),
                "{backend:?}, round {round}: {told:?}"
            );
            living = tokens.first().unwrap().to_string();
            assert!(
                seen.insert(living.clone()),
                "{backend:?}, round {round}: it came before"
            );
        }
        // The clock stood still. Once the window is over, the token before the last ends them all.
        let last = scene.asked_once(&refresh(&living)).await.unwrap();
        scene.house.clock.forward(10);
        assert_eq!(
            scene.asked_once(&refresh(&living)).await.err(),
            Some(Code::RefreshSpent)
        );
        let after = scene.asked_once(&refresh(text(&last, "refresh_token"))).await;
        assert_eq!(after.err(), Some(Code::RefreshUnknown));
    });
}

/// RL2, AT1: both over HTTP.
#[test]
fn many_refreshes_sent_at_once_have_one_living_branch() {
    on_each_store(async |backend| {
        for window in [0, 10] {
            let scene = Scene::set(backend, &format!("refresh = {{ window = {window} }}")).await;
            for _ in 0..SENT {
                let Crowded { told, put_off } = scene.sent_at_once(&refresh(&scene.family().await)).await;
                let good: Vec<_> = told
                    .iter()
                    .filter(|(status, _)| *status == 200)
                    .map(|(_, body)| text(body, "refresh_token"))
                    .collect();
                let no = |(status, body): &&(u16, _)| *status == 400 && text(body, "error") == "invalid_grant";
                assert_eq!(told.iter().filter(no).count(), CROWD - good.len(), "{told:?}");
                let tokens: BTreeSet<_> = good.iter().copied().collect();
                assert!(
                    tokens.len() == 1 || window == 0 && tokens.is_empty() && put_off > 0,
                    "{told:?}"
                );
                let Some(token) = tokens.first() else { continue };
                let living = scene.house.refresh(&scene.app, token).await;
                match window {
                    0 => {
                        assert_eq!(good.len(), 1, "{told:?}");
                        assert_eq!((living.0, text(&living.1, "error")), (400, "invalid_grant"));
                    }
                    _ => assert_eq!((good.len(), living.0), (CROWD, 200), "{told:?}"),
                }
            }
        }
    });
}
