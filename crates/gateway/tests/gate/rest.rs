//! A gateway that starts while its issuer is gone.

use crate::scene::*;
use std::path::Path;
use std::sync::atomic::Ordering;
use tokio_util::sync::CancellationToken;
use tollgate_gateway::{Rest, Settings};
use tollgate_model::revocation::Target;
use tollgate_model::{ClientId, SecretId};
use tollgate_protocol::claims::Profile;

fn props(path: &Path, credential: &str, gone: bool) -> Props {
    Props {
        settings: Settings {
            rest: Some(Rest::new(path, credential)),
            ..Settings::default()
        },
        gone,
        ..Props::default()
    }
}

/// Writes down what it knows, as at a stop.
async fn written(scene: &Scene) {
    let stopped = CancellationToken::new();
    stopped.cancel();
    scene.gateway.keep_at_rest(stopped).await;
}

/// RL23, RS10: it starts without its issuer from what it wrote, knows whom it has seen and what was revoked, says how old
/// that is, and follows once the issuer is back.
#[tokio::test]
async fn a_gateway_starts_without_its_issuer_where_it_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rest.json");
    let before = Scene::with(|_| {}, props(&path, "tgg_one", false)).await;
    let mut dead = claims("https://api.signicat.com", "identify");
    dead.mark.as_mut().unwrap().secret = Some("sec_dead".into());
    let dead = sign(key(), Profile::IdentityServer, &dead);
    let seq = before.desk.revoke(Target::Secret(SecretId::new("sec_dead")));
    before.gateway.reached(seq).await;
    let bearer = format!("Bearer {}", safesend());
    let upload = [("authorization", bearer.as_str()), ("x-email", "dev@firm.test")];
    assert_eq!(before.upload(&upload).await.status, 200);
    written(&before).await;

    let after = Scene::with(|_| {}, props(&path, "tgg_one", true)).await;
    after.clock.0.store(NOW + 500, Ordering::SeqCst);
    after.gateway.ready().await;
    assert_eq!(after.gateway.staleness(), Some(500));
    assert_eq!(after.get("/identify", &signicat("identify")).await.status, 200);
    after.get("/identify", &dead).await.is(401, "token_revoked");
    assert_eq!(after.upload(&upload).await.status, 200, "seen before");
    after
        .upload(&[("authorization", bearer.as_str()), ("x-email", "system@firm.test")])
        .await
        .is(503, "directory_unreachable");

    after.desk.change(|state| {
        state.gone = false;
        state.snapshot.seq = seq;
    });
    let seq = after.desk.revoke(Target::Client(ClientId::new("client_1")));
    after.gateway.reached(seq).await;
    after
        .get("/identify", &signicat("identify"))
        .await
        .is(401, "token_revoked");
    assert_eq!(after.gateway.staleness(), Some(0));
}

/// RS10: what another gateway wrote opens nothing.
#[tokio::test]
async fn what_another_gateway_wrote_is_not_worked_from() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rest.json");
    let before = Scene::with(|_| {}, props(&path, "tgg_one", false)).await;
    written(&before).await;
    let after = Scene::with(|_| {}, props(&path, "tgg_two", true)).await;
    after
        .get("/identify", &signicat("identify"))
        .await
        .is(503, "keys_unknown");
    after.desk.change(|state| state.gone = false);
    after.gateway.ready().await;
    assert_eq!(after.get("/identify", &signicat("identify")).await.status, 200);
}
