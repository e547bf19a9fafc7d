//! Addresses that no server of an API has.

use crate::scene::*;
use std::sync::atomic::Ordering;
use tollgate_gateway::{HttpSource, Settings};
use tollgate_model::Source as _;

/// 0.0.0.0 stands for all of them: the machine reads it as itself, so the server behind would hear.
const SPELLED: [&str; 5] = ["0.0.0.0", "0", "0x0", "00.0.0.0", "[::ffff:0.0.0.0]"];

async fn scene(link_local_upstreams: bool) -> Scene {
    let props = Props {
        settings: Settings {
            link_local_upstreams,
            ..Settings::default()
        },
        ..Props::default()
    };
    let change = |snapshot: &mut tollgate_model::Snapshot| {
        let to = snapshot.routes[0].upstream.clone();
        let port = to.targets[0].rsplit(':').next().unwrap().to_owned();
        for (place, host) in SPELLED.iter().enumerate() {
            let mut there = to.clone();
            there.targets = vec![format!("http://{host}:{port}")];
            let id = format!("there-{place}");
            snapshot
                .routes
                .push(route(&id, &["GET"], &format!("/{id}"), public(&[]), &there));
        }
    };
    Scene::with(change, props).await
}

/// CO7: a target at such an address is not connected to, in any spelling, unless it is meant.
#[tokio::test]
async fn no_target_is_at_a_link_local_address() {
    for allowed in [false, true] {
        let scene = scene(allowed).await;
        for (place, host) in SPELLED.iter().enumerate() {
            let answer = scene.send(scene.request("GET", &format!("/there-{place}")), "").await;
            if allowed {
                assert_eq!(answer.status, 200, "{host}: {answer:?}");
            } else {
                answer.is(503, "upstream_unreachable");
            }
        }
        let connected = scene.behind.connections.load(Ordering::SeqCst);
        assert_eq!(connected > 0, allowed, "{connected}");
    }
}

/// CO7: nor is the issuer that a gateway on its own follows.
#[tokio::test]
async fn no_issuer_is_at_a_link_local_address() {
    let scene = Scene::open().await;
    let port = scene.behind.at.port();
    for host in SPELLED {
        let source = HttpSource::new(&format!("http://{host}:{port}/"), "tgg_x", &[]).unwrap();
        let said = source.snapshot().await.unwrap_err();
        assert!(format!("{said:?}").contains("OffLimits"), "{host}: {said:?}");
    }
    assert_eq!(scene.behind.connections.load(Ordering::SeqCst), 0);
}
