//! Logout tokens over a real store.

use super::*;
use std::collections::HashMap;
use tokio::sync::Notify;
use tollgate_issuer::registry;
use tollgate_keys::verify;
use tollgate_model::{Farewell, FarewellId, SessionId};
use tollgate_protocol::jose::Algorithm;

const SLOW: &str = "https://slow.example/logout";
const QUICK: &str = "https://quick.example/logout";

/// A client that hangs, and one that answers.
#[derive(Clone, Default)]
struct Clients {
    /// Tokens by where they went.
    told: Arc<Mutex<HashMap<String, Vec<String>>>>,
    answers: Arc<Mutex<Option<Undelivered>>>,
    quick: Arc<Notify>,
}

impl Clients {
    fn tokens(&self, uri: &str) -> Vec<String> {
        self.told.lock().unwrap().get(uri).cloned().unwrap_or_default()
    }
}

impl Postman for Clients {
    fn mail<'a>(&'a self, _letter: &'a Letter<'a>) -> Answer<'a, Result<(), Undelivered>> {
        Box::pin(std::future::ready(Ok(())))
    }

    fn hook<'a>(&'a self, _parcel: &'a Parcel<'a>) -> Answer<'a, Result<i64, Undelivered>> {
        Box::pin(std::future::ready(Ok(204)))
    }

    fn farewell<'a>(&'a self, parting: &'a Parting<'a>) -> Answer<'a, Result<i64, Undelivered>> {
        let mut told = self.told.lock().unwrap();
        told.entry(parting.uri.to_owned())
            .or_default()
            .push(parting.token.to_owned());
        if parting.uri == SLOW {
            return Box::pin(std::future::pending());
        }
        self.quick.notify_one();
        let answer = self.answers.lock().unwrap().clone();
        Box::pin(std::future::ready(answer.map_or(Ok(200), Err)))
    }
}

fn farewell(id: &str, uri: &str) -> Change {
    Change::AddFarewell(Farewell {
        id: FarewellId::new(id),
        client: ClientId::new("client-one"),
        uri: uri.into(),
        subject: "usr_1".into(),
        session: SessionId::new("ses_1"),
        created: NOW,
        next: Some(NOW),
        tries: 0,
        problem: None,
    })
}

async fn scene() -> Scene {
    let scene = Scene::new().await;
    let made = registry::key::rotate(&scene.desk, &Asker::system(), Algorithm::RS256).await;
    made.unwrap().unwrap();
    scene
}

async fn round(scene: &Scene, clients: &Clients) -> usize {
    let postman: Arc<dyn Postman> = Arc::new(clients.clone());
    outbox::run(&scene.desk, &postman, Queue::Farewells).await.unwrap()
}

fn read(scene: &Scene, token: &str) -> (Option<String>, serde_json::Value) {
    let held = scene.desk.memory.keyring().held();
    let (header, payload) = verify::signature(token, &held.verifying).unwrap();
    (header.typ, serde_json::from_slice(&payload).unwrap())
}

/// OC5: a logout token is signed when it is sent, so that the second try's is as fresh as the first's, and has one name
/// at every try. Whoever never answers is given up after six.
#[tokio::test]
async fn a_logout_token_is_fresh_at_every_try_and_given_up_in_the_end() {
    let (scene, clients) = (scene().await, Clients::default());
    *clients.answers.lock().unwrap() = Some(Undelivered::Later {
        problem: "the receiver answered 503".into(),
        status: Some(503),
    });
    scene.keep(vec![farewell("bye_1", QUICK)]).await;
    let mut waited = Vec::new();
    for wait in [5, 30, 120, 600, 3_600] {
        assert_eq!(round(&scene, &clients).await, 1);
        scene.later(wait - 1);
        assert_eq!(round(&scene, &clients).await, 0, "not before its time");
        scene.later(1);
        waited.push(wait);
    }
    assert_eq!(round(&scene, &clients).await, 1);
    scene.later(30 * DAY);
    assert_eq!(round(&scene, &clients).await, 0);
    let tokens = clients.tokens(QUICK);
    assert_eq!(tokens.len(), waited.len() + 1);
    let mut issued = Vec::new();
    for token in &tokens {
        let (typ, claims) = read(&scene, token);
        assert_eq!(typ.as_deref(), Some("logout+jwt"));
        assert_eq!(
            (&claims["jti"], &claims["aud"]),
            (&"bye_1".into(), &"client-one".into())
        );
        assert_eq!((&claims["sub"], &claims["sid"]), (&"usr_1".into(), &"ses_1".into()));
        assert_eq!(claims.get("nonce"), None);
        let at = claims["iat"].as_i64().unwrap();
        assert_eq!(claims["exp"].as_i64(), Some(at + 120));
        issued.push(at - NOW.0);
    }
    assert_eq!(issued, [0, 5, 35, 155, 755, 4_355]);
}

#[tokio::test]
async fn a_logout_that_was_told_is_not_told_again() {
    let (scene, clients) = (scene().await, Clients::default());
    scene.keep(vec![farewell("bye_1", QUICK)]).await;
    let (one, other) = tokio::join!(round(&scene, &clients), round(&scene, &clients));
    assert_eq!(one + other, 1);
    scene.later(DAY);
    assert_eq!(round(&scene, &clients).await, 0);
    assert_eq!(clients.tokens(QUICK).len(), 1);
}

/// OC5: a client that never answers, with more waiting for it than one round takes, delays nobody else.
#[tokio::test]
async fn a_slow_client_delays_nobody() {
    const HANG: std::time::Duration = std::time::Duration::from_secs(20);
    let (scene, clients) = (scene().await, Clients::default());
    let slow = (0..60).map(|number| farewell(&format!("bye_{number:02}"), SLOW));
    scene.keep(slow.collect()).await;
    let stop = CancellationToken::new();
    let sending = tokio::spawn(tasks::send(Arc::clone(&scene.desk), clients.clone(), stop.clone()));
    scene.keep(vec![farewell("bye_zz", QUICK)]).await;
    let told = tokio::time::timeout(HANG, clients.quick.notified()).await;
    assert!(told.is_ok(), "one client waits for another");
    assert!(clients.tokens(SLOW).len() <= 60);
    stop.cancel();
    sending.await.unwrap();
}

/// CO7: the guard of webhooks stands before logout tokens too.
#[tokio::test]
async fn a_logout_token_does_not_go_into_a_private_network() {
    let scene = scene().await;
    let rules = hook::Rules {
        private_addresses: false,
        http: false,
        timeout: std::time::Duration::from_secs(5),
    };
    let post = Post::new(None, Hooks::new(rules).unwrap(), false);
    scene.keep(vec![farewell("bye_1", "https://127.0.0.1:1/logout")]).await;
    let postman: Arc<dyn Postman> = Arc::new(post);
    assert_eq!(outbox::run(&scene.desk, &postman, Queue::Farewells).await.unwrap(), 1);
    scene.later(DAY);
    let due = scene.desk.store.farewells_due(scene.desk.now()).await.unwrap();
    assert!(due.is_empty(), "it is given up at once");
}
