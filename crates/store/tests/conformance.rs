//! Every law, on both backends.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "tests, and what helps them")]

use std::{sync::Arc, time::Duration};
use tokio::sync::Semaphore;
use tollgate_store::conformance::{Home, LAWS};

/// How many scenes are played at the same time.
const STAGES: usize = 4;

/// Plays every law, each in a home of its own, and says which are broken.
async fn hold<F: Future<Output = Home>>(home: impl Fn() -> F) {
    let stages = Arc::new(Semaphore::new(STAGES));
    let mut scenes = Vec::new();
    for (sentence, law) in LAWS {
        let stage = Arc::clone(&stages).acquire_owned().await.expect("a stage");
        let home = home().await;
        let scene = tokio::spawn({
            let home = home.clone();
            async move {
                let played = tokio::time::timeout(Duration::from_secs(120), law(home)).await;
                drop(stage);
                assert!(played.is_ok(), "it did not end");
            }
        });
        scenes.push((sentence, home, scene));
    }
    let mut broken = Vec::new();
    for (sentence, home, scene) in scenes {
        if scene.await.is_err() {
            broken.push(*sentence);
        }
        home.clear().await.expect("a home is cleared away");
    }
    assert!(
        broken.is_empty(),
        "{} of {} laws are broken: {broken:#?}",
        broken.len(),
        LAWS.len()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_law_holds_on_sqlite() {
    hold(async || Home::sqlite().expect("a folder")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_law_holds_on_postgresql() {
    let server = server();
    hold(async || Home::postgres(&server).await.expect("a database")).await;
}

/// No law is excused on PostgreSQL: without a server this fails.
#[expect(clippy::disallowed_methods, reason = "a test's only setting")]
fn server() -> String {
    std::env::var("TOLLGATE_TEST_POSTGRES").expect(
        "TOLLGATE_TEST_POSTGRES must name a PostgreSQL server on which databases may be made, such as \
         postgres://postgres@localhost:5432/postgres; `./test` starts one and sets it. By hand, as a user other \
         than root: initdb -A trust -U postgres -D DIR && pg_ctl -D DIR -o '-p 5432' start",
    )
}
