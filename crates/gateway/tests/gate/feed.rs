//! How the gateway keeps up with its issuer, and does without it.

use crate::scene::*;
use std::sync::Arc;
use tokio::net::TcpListener;
use tollgate_keys::digest::revocation_name;
use tollgate_model::revocation::Target;
use tollgate_model::{AccountId, ClientId, News, SecretId};
use tollgate_protocol::claims::Profile;

/// RS11, SO-27: a revoked token is refused as soon as the feed has told of it, whatever it was revoked by.
#[tokio::test]
async fn a_revocation_is_in_force_once_told() {
    let token = signicat("identify");
    for target in [
        Target::Token(revocation_name(&token)),
        Target::Secret(SecretId::new("sec_1")),
        Target::Client(ClientId::new("client_1")),
        Target::Account(AccountId::new("acc_firm")),
    ] {
        let scene = Scene::open().await;
        assert_eq!(scene.get("/identify", &token).await.status, 200);
        let seq = scene.desk.revoke(target.clone());
        scene.gateway.reached(seq).await;
        let answer = scene.get("/identify", &token).await;
        answer.is(401, "token_revoked");
        assert!(
            answer.header("www-authenticate").contains("invalid_token"),
            "{target:?}"
        );
        // One issued after it passes, unless it is the token itself.
        let mut later = claims("https://api.signicat.com", "identify");
        later.issued = NOW + 2;
        assert_eq!(
            scene
                .get("/identify", &sign(key(), Profile::IdentityServer, &later))
                .await
                .status,
            200
        );
    }
}

/// RS11: what was revoked before the gateway started is refused from the first request on.
#[tokio::test]
async fn revocations_of_a_snapshot_are_in_force() {
    let scene = Scene::open().await;
    scene.desk.change(|state| state.too_old = true);
    let seq = scene.desk.revoke(Target::Client(ClientId::new("client_1")));
    scene.gateway.reached(seq).await;
    scene
        .get("/identify", &signicat("identify"))
        .await
        .is(401, "token_revoked");
}

/// RS10, RL8, RL23: before it knows what to check the gateway lets nothing through, public routes included.
#[tokio::test]
async fn before_the_first_snapshot_nothing_passes() {
    let scene = Scene::with(
        |_| {},
        Props {
            gone: true,
            ..Props::default()
        },
    )
    .await;
    for path in ["/open/x", "/identify", "/nowhere"] {
        scene.get(path, &signicat("identify")).await.is(503, "keys_unknown");
    }
    assert_eq!(scene.gateway.staleness(), None);
    scene.desk.change(|state| state.gone = false);
    scene.gateway.ready().await;
    assert_eq!(scene.get("/identify", &signicat("identify")).await.status, 200);
    assert_eq!(scene.gateway.staleness(), Some(0));
}

/// RS10, RL23: with the issuer gone, tokens known and unknown are verified from the keys in memory, and
/// revocations that were told stay in force.
#[tokio::test]
async fn with_the_issuer_gone_tokens_are_verified_from_memory() {
    let scene = Scene::open().await;
    let known = signicat("identify");
    assert_eq!(scene.get("/identify", &known).await.status, 200);
    let seq = scene.desk.revoke(Target::Secret(SecretId::new("sec_dead")));
    scene.gateway.reached(seq).await;
    scene.desk.change(|state| state.gone = true);

    assert_eq!(scene.get("/identify", &known).await.status, 200);
    assert_eq!(
        scene.get("/identify", &signicat("identify event")).await.status,
        200,
        "never seen before"
    );
    scene
        .get(
            "/identify",
            &sign(
                stranger(),
                Profile::IdentityServer,
                &claims("https://api.signicat.com", "identify"),
            ),
        )
        .await
        .is(401, "token_key_unknown");
    let mut dead = claims("https://api.signicat.com", "identify");
    dead.mark.as_mut().unwrap().secret = Some("sec_dead".into());
    scene
        .get("/identify", &sign(key(), Profile::IdentityServer, &dead))
        .await
        .is(401, "token_revoked");

    // When it is back, what happened meanwhile is made up for.
    scene.desk.change(|state| state.gone = false);
    let seq = scene.desk.revoke(Target::Client(ClientId::new("client_1")));
    scene.gateway.reached(seq).await;
    scene.get("/identify", &known).await.is(401, "token_revoked");
}

/// JW7, RS10: a key that is no longer published takes its tokens along, remembered ones too; a new one is known at once.
#[tokio::test]
async fn a_change_of_keys_is_in_force_once_told() {
    let scene = Scene::open().await;
    let old = signicat("identify");
    let new = sign(
        stranger(),
        Profile::IdentityServer,
        &claims("https://api.signicat.com", "identify"),
    );
    assert_eq!(scene.get("/identify", &old).await.status, 200);
    scene.get("/identify", &new).await.is(401, "token_key_unknown");

    scene
        .desk
        .change(|state| state.snapshot.keys = keys(&[key(), stranger()]));
    let seq = scene.desk.tell(News::Catalogue);
    scene.gateway.reached(seq).await;
    assert_eq!(scene.get("/identify", &new).await.status, 200);
    assert_eq!(scene.get("/identify", &old).await.status, 200);

    scene.desk.change(|state| state.snapshot.keys = keys(&[stranger()]));
    let seq = scene.desk.tell(News::Catalogue);
    scene.gateway.reached(seq).await;
    scene.get("/identify", &old).await.is(401, "token_key_unknown");
    assert_eq!(scene.get("/identify", &new).await.status, 200);
}

/// A snapshot whose keys cannot be read is not taken: the old one stays, and revocations are followed all the same.
#[tokio::test]
async fn a_broken_snapshot_changes_nothing() {
    let scene = Scene::open().await;
    scene
        .desk
        .change(|state| state.snapshot.keys = serde_json::json!({"keys": "none"}));
    scene.desk.tell(News::Catalogue);
    assert_eq!(scene.get("/identify", &signicat("identify")).await.status, 200);
    scene.desk.revoke(Target::Client(ClientId::new("client_1")));
    // Nothing marks the place while a snapshot is wanting, so the gate itself is asked until it knows.
    let refused = async { while scene.get("/identify", &signicat("identify")).await.status != 401 {} };
    tokio::time::timeout(std::time::Duration::from_secs(20), refused)
        .await
        .expect("the revocation is in force");
}

/// A stop lets running requests end and takes no new ones.
#[tokio::test]
async fn a_stop_waits_for_running_requests() {
    let scene = Scene::open().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let stop = tokio_util::sync::CancellationToken::new();
    let serving = tokio::spawn(Arc::clone(&scene.gateway).serve(listener, None, stop.clone()));
    let mut stream = tokio::net::TcpStream::connect(at).await.unwrap();
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    stream
        .write_all(b"POST /open/x HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nhe")
        .await
        .unwrap();
    scene
        .behind
        .arrived
        .subscribe()
        .wait_for(|count| *count > 0)
        .await
        .unwrap();
    stop.cancel();
    stream.write_all(b"llo").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 200") && answer.ends_with("hello"),
        "{answer}"
    );
    serving.await.unwrap();
    assert!(tokio::net::TcpStream::connect(at).await.is_err());
}
