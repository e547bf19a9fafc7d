//! Mails, webhooks and alerts over a real store, with a postman that notes what he is given.

mod farewells;

use super::*;
use crate::serve::tasks;
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use tokio_util::sync::CancellationToken;
use tollgate_issuer::alerts::{self, Told};
use tollgate_issuer::guessing::Guesses;
use tollgate_issuer::keyring::Keyring;
use tollgate_issuer::memory::Memory;
use tollgate_issuer::outbox::Queue;
use tollgate_issuer::people::bench::Bench;
use tollgate_issuer::registry::hook as hooks;
use tollgate_issuer::registry::{Asker, No};
use tollgate_issuer::tally::Tally;
use tollgate_issuer::{Desk, Terms, outbox};
use tollgate_keys::chance;
use tollgate_keys::seal::MasterKey;
use tollgate_keys::webhook::sign;
use tollgate_model::client::{AuthMethod, Environment, GrantType};
use tollgate_model::moment::Clock;
use tollgate_model::{
    Account, AccountId, Change, Client, ClientId, Kept, Member, MemberId, Moment, Page, Secret, SecretId, State,
};

const NOW: Moment = Moment(1_800_000_000);
const DAY: i64 = 86_400;

struct Hands(AtomicI64);

impl Clock for Hands {
    fn now(&self) -> Moment {
        Moment(self.0.load(Ordering::SeqCst))
    }
}

/// A desk over a store of its own.
struct Scene {
    desk: Arc<Desk>,
    hands: Arc<Hands>,
    directory: PathBuf,
}

impl Drop for Scene {
    fn drop(&mut self) {
        let _gone = std::fs::remove_dir_all(&self.directory);
    }
}

impl Scene {
    async fn new() -> Self {
        let name = tollgate_keys::ids::id("tollgate", &chance::System).unwrap();
        let directory = std::env::temp_dir().join(name);
        std::fs::create_dir(&directory).unwrap();
        let url = format!("sqlite:{}", directory.join("store.db").display());
        let store = tollgate_store::open(&tollgate_store::Settings::at(url)).await.unwrap();
        let master = MasterKey::generate(&chance::System).unwrap();
        let hands = Arc::new(Hands(AtomicI64::new(NOW.0)));
        let mut terms = Terms::rfc("https://id.example");
        // So that a mail's text can be looked at.
        terms.console.outbox = true;
        let desk = Arc::new(Desk {
            terms,
            memory: Memory::new(Arc::clone(&store), Arc::new(Keyring::new(master.sealer().unwrap()))),
            store,
            guesses: Guesses::default(),
            tally: Tally::default(),
            digests: master.digest_key().unwrap(),
            sealer: master.sealer().unwrap(),
            audit: master.audit_key().unwrap(),
            bench: Bench::default(),
            entropy: Arc::new(chance::System),
            clock: Arc::clone(&hands) as Arc<dyn Clock>,
        });
        let scene = Self { desk, hands, directory };
        scene.furnish().await;
        scene
    }

    /// An account with a member, and a client whose secret ends in seven days.
    async fn furnish(&self) {
        let (account, client) = (account(), ClientId::new("client-one"));
        self.keep(vec![
            Change::AddAccount(Account {
                id: account.clone(),
                name: "Firm".into(),
                state: State::Active,
                apis: None,
                live: true,
                plan: None,
                created: NOW.plus(-60 * DAY),
                version: 1,
            }),
            Change::AddMember(Member {
                id: MemberId::new("mem_1"),
                account: account.clone(),
                email: "ann@firm.example".into(),
                name: "Ann".into(),
                roles: Vec::new(),
                state: State::Active,
                created: NOW.plus(-60 * DAY),
                version: 1,
            }),
            Change::AddClient(Client {
                sign_in: tollgate_model::client::SignIn::default(),
                id: client.clone(),
                account,
                name: "Robot".into(),
                environment: Environment::Live,
                auth_methods: vec![AuthMethod::ClientSecretBasic],
                grant_types: vec![GrantType::ClientCredentials],
                owner: None,
                introspects: Vec::new(),
                redirect_uris: Vec::new(),
                logout_uris: Vec::new(),
                state: State::Active,
                created: NOW.plus(-60 * DAY),
                version: 1,
            }),
            Change::AddSecret(Secret {
                id: SecretId::new("sec_1"),
                client,
                label: "first".into(),
                digest: "ab".repeat(32),
                created: NOW.plus(-60 * DAY),
                created_by: "system".into(),
                expires: Some(NOW.plus(7 * DAY)),
                revoked: None,
                last_used: Some(NOW.plus(-DAY)),
            }),
        ])
        .await;
    }

    async fn keep(&self, changes: Vec<Change>) {
        assert_eq!(self.desk.memory.keep(changes).await.unwrap(), Kept::Done);
    }

    async fn round(&self, postman: &Arc<Noting>) -> usize {
        let postman: Arc<dyn Postman> = Arc::clone(postman) as Arc<dyn Postman>;
        let mails = outbox::run(&self.desk, &postman, Queue::Mails).await.unwrap();
        mails + outbox::run(&self.desk, &postman, Queue::Messages).await.unwrap()
    }

    fn later(&self, seconds: i64) {
        self.hands.0.fetch_add(seconds, Ordering::SeqCst);
    }

    async fn hook(&self) -> hooks::Made {
        let add = hooks::Add {
            url: "https://firm.example/hooks".into(),
            topics: Vec::new(),
        };
        hooks::add(&self.desk, &Asker::system(), &account(), &add)
            .await
            .unwrap()
            .unwrap()
    }
}

fn account() -> AccountId {
    AccountId::new("acc_1")
}

/// What he was given, and whether he says that it arrived.
#[derive(Default)]
struct Noting {
    mails: Mutex<Vec<(String, String, String)>>,
    /// Body, and one signature for each key.
    parcels: Mutex<Vec<(String, Vec<String>)>>,
    fails: bool,
    keeps: bool,
}

impl Noting {
    fn came(&self) -> Result<(), Undelivered> {
        if self.fails {
            return Err(Undelivered::Later {
                problem: "nobody there".into(),
                status: Some(503),
            });
        }
        Ok(())
    }
}

impl Postman for Noting {
    fn mail<'a>(&'a self, letter: &'a Letter<'a>) -> Answer<'a, Result<(), Undelivered>> {
        let (to, subject, text) = (letter.to.into(), letter.subject.into(), letter.text.into());
        self.mails.lock().unwrap().push((to, subject, text));
        Box::pin(std::future::ready(self.came()))
    }

    fn hook<'a>(&'a self, parcel: &'a Parcel<'a>) -> Answer<'a, Result<i64, Undelivered>> {
        let (id, at, body) = (parcel.id.as_str(), parcel.at.0, parcel.body);
        let signed = parcel.keys.iter().map(|key| sign(key, id, at, body.as_bytes()));
        self.parcels.lock().unwrap().push((body.into(), signed.collect()));
        Box::pin(std::future::ready(self.came().map(|()| 204)))
    }

    fn farewell<'a>(&'a self, _parting: &'a Parting<'a>) -> Answer<'a, Result<i64, Undelivered>> {
        Box::pin(std::future::ready(self.came().map(|()| 200)))
    }

    fn keeps_text(&self) -> bool {
        self.keeps
    }
}

/// Two nodes that empty one outbox at once send each letter once, and its text is gone afterwards.
#[tokio::test]
async fn two_nodes_send_a_mail_once_and_its_text_is_gone() {
    let scene = Scene::new().await;
    let mail = outbox::mail(&scene.desk, "ann@firm.example", "Hello", "a canary link").unwrap();
    let Change::AddMail(kept) = &mail else {
        panic!("a mail is a mail");
    };
    let id = kept.id.clone();
    assert!(!kept.sealed.as_ref().unwrap().windows(6).any(|bytes| bytes == b"canary"));
    scene.keep(vec![mail]).await;
    assert_eq!(*outbox::read(&scene.desk, &id).await.unwrap().unwrap(), "a canary link");

    let postman = Arc::new(Noting::default());
    let (one, other) = tokio::join!(scene.round(&postman), scene.round(&postman));
    assert_eq!(one + other, 1);
    let sent = postman.mails.lock().unwrap().clone();
    assert_eq!(
        sent,
        [("ann@firm.example".into(), "Hello".into(), "a canary link".into())]
    );
    let no = outbox::read(&scene.desk, &id).await.unwrap().unwrap_err();
    assert!(matches!(no, No::NotFound(_)));
    assert!(scene.desk.store.mail(&id).await.unwrap().unwrap().sent.is_some());
    assert_eq!(scene.round(&postman).await, 0);
}

/// A receiver that never answers, and a mail server.
#[derive(Clone, Default)]
struct Silent {
    reached: Arc<tokio::sync::Notify>,
    mailed: Arc<tokio::sync::Notify>,
}

impl Postman for Silent {
    fn mail<'a>(&'a self, _letter: &'a Letter<'a>) -> Answer<'a, Result<(), Undelivered>> {
        self.mailed.notify_one();
        Box::pin(std::future::ready(Ok(())))
    }

    fn hook<'a>(&'a self, _parcel: &'a Parcel<'a>) -> Answer<'a, Result<i64, Undelivered>> {
        self.reached.notify_one();
        Box::pin(std::future::pending())
    }

    fn farewell<'a>(&'a self, _parting: &'a Parting<'a>) -> Answer<'a, Result<i64, Undelivered>> {
        Box::pin(std::future::pending())
    }
}

/// CO7: whoever lets a webhook hang does not keep others from signing in by mail.
#[tokio::test]
async fn a_mail_does_not_wait_for_a_webhook_that_hangs() {
    const HANG: std::time::Duration = std::time::Duration::from_secs(20);
    let scene = Scene::new().await;
    let made = scene.hook().await;
    let ping = hooks::ping(&scene.desk, &Asker::system(), &account(), &made.hook.id).await;
    ping.unwrap().unwrap();
    let (silent, stop) = (Silent::default(), CancellationToken::new());
    let sending = tokio::spawn(tasks::send(Arc::clone(&scene.desk), silent.clone(), stop.clone()));
    tokio::time::timeout(HANG, silent.reached.notified()).await.unwrap();
    let mail = outbox::mail(&scene.desk, "ann@firm.example", "Hello", "a link").unwrap();
    scene.keep(vec![mail]).await;
    let mailed = tokio::time::timeout(HANG, silent.mailed.notified()).await;
    assert!(mailed.is_ok(), "the mail waits for a webhook");
    stop.cancel();
    sending.await.unwrap();
}

#[tokio::test]
async fn a_demo_keeps_what_it_delivered() {
    let scene = Scene::new().await;
    let mail = outbox::mail(&scene.desk, "ann@firm.example", "Hello", "a link").unwrap();
    let Change::AddMail(kept) = &mail else {
        panic!("a mail is a mail");
    };
    let id = kept.id.clone();
    scene.keep(vec![mail]).await;
    let keeps = Arc::new(Noting {
        keeps: true,
        ..Noting::default()
    });
    assert_eq!(scene.round(&keeps).await, 1);
    assert_eq!(*outbox::read(&scene.desk, &id).await.unwrap().unwrap(), "a link");
    assert_eq!(scene.round(&keeps).await, 0);
}

#[tokio::test]
async fn what_did_not_arrive_is_tried_again_and_given_up_in_the_end() {
    let scene = Scene::new().await;
    let made = scene.hook().await;
    let (account, asker) = (account(), Asker::system());
    let ping = hooks::ping(&scene.desk, &asker, &account, &made.hook.id).await;
    let id = ping.unwrap().unwrap().id;
    let broken = Arc::new(Noting {
        fails: true,
        ..Noting::default()
    });
    let mut waited = Vec::new();
    loop {
        assert_eq!(scene.round(&broken).await, 1);
        assert_eq!(scene.round(&broken).await, 0, "not before its time");
        let delivery = scene.desk.store.delivery(&id).await.unwrap().unwrap();
        assert_eq!(
            (delivery.status, delivery.problem.as_deref()),
            (Some(503), Some("nobody there"))
        );
        let Some(next) = delivery.next else {
            assert_eq!(outbox::attempts(delivery.tries), 10);
            break;
        };
        let wait = next.since(scene.desk.now());
        waited.push(wait);
        scene.later(wait);
    }
    assert_eq!(waited, [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]);
    let bodies: Vec<_> = broken
        .parcels
        .lock()
        .unwrap()
        .iter()
        .map(|(body, _)| body.clone())
        .collect();
    assert!(bodies.iter().all(|body| body == &bodies[0]), "the same on every try");
}

#[tokio::test]
async fn an_expiring_secret_is_told_once_by_mail_and_webhook_also_by_two_nodes() {
    let scene = Scene::new().await;
    scene.hook().await;
    let scan = || async { alerts::scan(&scene.desk, &Told::default()).await.unwrap() };
    let (one, other) = tokio::join!(scan(), scan());
    assert_eq!(one + other, 1);
    assert_eq!(scan().await, 0);

    let postman = Arc::new(Noting::default());
    assert_eq!(scene.round(&postman).await, 2);
    let mails = postman.mails.lock().unwrap().clone();
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].0, "ann@firm.example");
    assert_eq!(mails[0].1, "Tollgate: A secret of “Robot” expires in 7 days");
    assert!(mails[0].2.contains("https://id.example/console/clients/client-one"));
    assert!(!mails[0].2.contains(&"ab".repeat(32)));
    let parcels = postman.parcels.lock().unwrap().clone();
    let body: serde_json::Value = serde_json::from_str(&parcels[0].0).unwrap();
    assert_eq!(parcels.len(), 1);
    assert_eq!(
        (&body["type"], &body["data"]["days"]),
        (&"secret.expiring".into(), &7.into())
    );

    let listed = scene.desk.store.alerts(&account(), &Page::first()).await.unwrap();
    assert_eq!(listed.items.len(), 1);
    scene.later(6 * DAY + 1);
    assert_eq!(scan().await, 1, "the last day is told as well");
}

#[tokio::test]
async fn a_burst_of_refusals_is_told_once_a_day() {
    let scene = Scene::new().await;
    let burst = alerts::Burst {
        client: ClientId::new("client-one"),
        count: 50,
        since: NOW.plus(-60),
        until: NOW,
    };
    let (one, other) = tokio::join!(alerts::burst(&scene.desk, &burst), alerts::burst(&scene.desk, &burst));
    assert_ne!(one.unwrap(), other.unwrap(), "one of them, whichever comes first");
    let unknown = alerts::Burst {
        client: ClientId::new("nobody"),
        ..burst
    };
    assert!(!alerts::burst(&scene.desk, &unknown).await.unwrap());
}

#[tokio::test]
async fn after_a_rotation_messages_carry_both_signatures_for_a_day() {
    let scene = Scene::new().await;
    let made = scene.hook().await;
    let (account, id, asker) = (account(), made.hook.id.clone(), Asker::system());
    let rotated = hooks::rotate_key(&scene.desk, &asker, &account, &id, Some(1))
        .await
        .unwrap()
        .unwrap();
    assert!(made.key.starts_with("whsec_") && *made.key != *rotated.key);
    let stored = scene.desk.store.hook(&id).await.unwrap().unwrap();
    let keys = |after| {
        let keys = hooks::keys(&scene.desk, &stored, NOW.plus(after)).unwrap();
        keys.iter().map(|key| key.to_text().to_string()).collect::<Vec<_>>()
    };
    assert_eq!(keys(DAY - 1), [rotated.key.to_string(), made.key.to_string()]);
    assert_eq!(keys(DAY), [rotated.key.to_string()]);

    let postman = Arc::new(Noting::default());
    hooks::ping(&scene.desk, &asker, &account, &id).await.unwrap().unwrap();
    assert_eq!(scene.round(&postman).await, 1);
    assert_eq!(postman.parcels.lock().unwrap()[0].1.len(), 2);
    scene.later(DAY);
    hooks::ping(&scene.desk, &asker, &account, &id).await.unwrap().unwrap();
    assert_eq!(scene.round(&postman).await, 1);
    assert_eq!(postman.parcels.lock().unwrap()[1].1.len(), 1);
}

#[tokio::test]
async fn a_delivery_is_sent_again_as_a_message_of_its_own() {
    let scene = Scene::new().await;
    let made = scene.hook().await;
    let (account, id, asker) = (account(), made.hook.id, Asker::system());
    let first = hooks::ping(&scene.desk, &asker, &account, &id).await.unwrap().unwrap();
    scene.later(60);
    let again = hooks::redeliver(&scene.desk, &asker, &account, &id, &first.id)
        .await
        .unwrap()
        .unwrap();
    assert_ne!(again.id, first.id);
    assert_eq!((&again.body, &again.topic), (&first.body, &first.topic));
    let listed = hooks::deliveries(&scene.desk, &account, &id, &Page::first())
        .await
        .unwrap()
        .unwrap();
    let ids: Vec<_> = listed.items.into_iter().map(|delivery| delivery.id).collect();
    assert_eq!(ids, [again.id, first.id]);
}

/// CO4: with another account's id in hand, a hook is not found, whatever is asked of it.
#[tokio::test]
async fn another_accounts_hook_is_not_found() {
    let scene = Scene::new().await;
    let made = scene.hook().await;
    let (foreign, id, asker) = (AccountId::new("acc_2"), made.hook.id, Asker::system());
    let desk = &scene.desk;
    let ping = hooks::ping(desk, &asker, &account(), &id).await.unwrap().unwrap();
    let missing = |no: Option<No>| assert_eq!(no, Some(No::NotFound("webhook")));
    missing(hooks::show(desk, &foreign, &id).await.unwrap().err());
    let revise = hooks::Revise::default();
    missing(hooks::revise(desk, &asker, &foreign, &id, &revise).await.unwrap().err());
    missing(
        hooks::rotate_key(desk, &asker, &foreign, &id, None)
            .await
            .unwrap()
            .err(),
    );
    missing(hooks::remove(desk, &asker, &foreign, &id).await.unwrap().err());
    missing(hooks::ping(desk, &asker, &foreign, &id).await.unwrap().err());
    missing(
        hooks::redeliver(desk, &asker, &foreign, &id, &ping.id)
            .await
            .unwrap()
            .err(),
    );
    missing(
        hooks::deliveries(desk, &foreign, &id, &Page::first())
            .await
            .unwrap()
            .err(),
    );

    hooks::remove(desk, &asker, &account(), &id).await.unwrap().unwrap();
    assert!(desk.store.delivery(&ping.id).await.unwrap().is_none());
    missing(hooks::remove(desk, &asker, &account(), &id).await.unwrap().err());
}

#[tokio::test]
async fn what_waits_for_a_disabled_hook_is_given_up() {
    let scene = Scene::new().await;
    let made = scene.hook().await;
    let (account, id, asker) = (account(), made.hook.id, Asker::system());
    let ping = hooks::ping(&scene.desk, &asker, &account, &id).await.unwrap().unwrap();
    let off = hooks::Revise {
        state: Some(State::Disabled),
        ..hooks::Revise::default()
    };
    hooks::revise(&scene.desk, &asker, &account, &id, &off)
        .await
        .unwrap()
        .unwrap();
    let postman = Arc::new(Noting::default());
    scene.round(&postman).await;
    assert!(postman.parcels.lock().unwrap().is_empty());
    let delivery = scene.desk.store.delivery(&ping.id).await.unwrap().unwrap();
    assert_eq!((delivery.next, delivery.delivered), (None, None));
    assert_eq!(delivery.problem.as_deref(), Some("the webhook is disabled"));
}
