//! The program killed amid rotations, again and again.

use crate::process::Program;
use crate::scene::alone;
use futures_util::future::join_all;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::{Notify, watch};
use tollgate_keys::secret::{Kind, Plain};
use tollgate_tests::app::{App, Wanted, text};
use tollgate_tests::house::{House, ORDINARY, open_sockets};
use tollgate_tests::{Backend, run};

/// How many families are rotated side by side.
const FAMILIES: usize = 8;
/// How often each is.
const ROTATIONS: usize = 1250;
/// After how many answers the program is killed.
const EVERY: usize = 400;

/// What the clients tell the one who kills.
#[derive(Default)]
struct Count {
    answered: AtomicUsize,
    more: Notify,
    /// Requests whose answer never came.
    lost: AtomicUsize,
}

/// RL3, RL4: ten thousand rotations, and the program killed after every four hundred. A token that was answered is good
/// after the restart; whoever lost an answer asks again and has it; and no rotation is on record but those that were
/// answered.
#[test]
fn nothing_that_was_answered_is_lost_when_the_program_is_killed() {
    run(async {
        let _alone = alone().await;
        let port = open_sockets().await.issuer.unwrap().local_addr().unwrap().port();
        // The longest window that there is: the machine may be slow to start the program again.
        let text = format!(
            "{ORDINARY}\n[people]\nenabled = true\nrefresh = {{ window = 60 }}\n[server]\npublic_url = \"http://localhost:{port}\"\n"
        );
        let house = House::start(&text, Backend::Sqlite).await;
        house.person(tollgate_tests::app::ANN, false).await;
        let app = house.app(Wanted::default()).await;
        let mut first = Vec::new();
        let mut ann = house.visitor();
        for _ in 0..FAMILIES {
            let asked = app.ask("openid offline_access");
            let answer = house.walk(&mut ann, &asked).await;
            let (status, body) = house.redeem(&app, &asked, answer.code()).await;
            assert_eq!(status, 200, "{body}");
            first.push(self::text(&body, "refresh_token").to_owned());
        }

        tokio::task::spawn_blocking(tollgate_tests::binary::program)
            .await
            .unwrap();
        let program = program_of(&house, &text, port);
        let stopped = house.stop().await;
        let url = format!("http://localhost:{port}/oauth2/token");
        let (count, last) = rotated(&program, &url, &app, first.clone()).await;
        assert_eq!(count.answered.load(Ordering::SeqCst), FAMILIES * ROTATIONS);
        assert!(count.lost.load(Ordering::SeqCst) > 0, "no kill hit anything");

        let house = stopped.start_again(open_sockets().await).await;
        let desk = house.desk();
        for (first, last) in first.iter().zip(&last) {
            let plain = Plain::read(Kind::Refresh, last).unwrap();
            assert_eq!(
                plain.family(),
                Plain::read(Kind::Refresh, first).unwrap().family(),
                "it is its own family's still"
            );
            let handle = desk.digests.digest(plain.family()).to_string();
            let (family, _) = desk.store.family(&handle).await.unwrap().expect("a family that lives");
            assert_eq!(family.current, desk.digests.digest(last).to_string());
            // Every rotation counts the version up by one: none was lost, and none was kept twice.
            assert_eq!(usize::try_from(family.version).unwrap(), 1 + ROTATIONS);
            assert_eq!(house.refresh(&app, last).await.0, 200);
        }
    });
}

/// The program on the store of a house, answering at the house's public address.
fn program_of(house: &House, text: &str, port: u16) -> Program {
    let dir = house.dir.path();
    let config = dir.join("tollgate.toml");
    let rest = format!(
        "development = true\nlisten = \"127.0.0.1:{port}\"\nmanagement_listen = \"127.0.0.1:0\"\n[gateway]\nlisten = \"127.0.0.1:0\"\n[store]\nurl = \"{}\"\n",
        house.config.store.url
    );
    let text = text.replace("targets = []", "targets = [\"http://127.0.0.1:9\"]");
    std::fs::write(&config, format!("{text}{rest}")).unwrap();
    Program {
        config,
        master_key: house.master_key.clone(),
        listens: format!("127.0.0.1:{port}"),
        log: dir.join("log"),
    }
}

/// Rotates every family to its end, and kills the program all the while; the token of each that was answered last.
async fn rotated(program: &Program, url: &str, app: &App, first: Vec<String>) -> (Arc<Count>, Vec<String>) {
    let count = Arc::new(Count::default());
    let (started, starts) = watch::channel(0);
    let clients: Vec<_> = first
        .into_iter()
        .map(|token| {
            let client = Client {
                url: url.to_owned(),
                app: app.clone(),
                starts: starts.clone(),
                count: Arc::clone(&count),
            };
            tokio::spawn(client.rotate(token))
        })
        .collect();
    let mut process = program.start().await;
    started.send_replace(1);
    for kills in 1..FAMILIES * ROTATIONS / EVERY {
        while count.answered.load(Ordering::SeqCst) < kills * EVERY {
            count.more.notified().await;
        }
        process.kill();
        process = program.start().await;
        started.send_replace(1 + kills);
    }
    let last = join_all(clients).await.into_iter().map(Result::unwrap).collect();
    process.kill();
    (count, last)
}

/// Somebody with a refresh token, who asks again when no answer comes.
struct Client {
    url: String,
    app: App,
    /// How often the program was started.
    starts: watch::Receiver<usize>,
    count: Arc<Count>,
}

impl Client {
    async fn rotate(mut self, mut token: String) -> String {
        let mut seen = BTreeSet::from([token.clone()]);
        let mut http = reqwest::Client::new();
        let mut connected = *self.starts.wait_for(|starts| *starts > 0).await.unwrap();
        while seen.len() <= ROTATIONS {
            let Ok((status, body)) = self.ask(&http, &token).await else {
                self.count.lost.fetch_add(1, Ordering::SeqCst);
                // Connections to the one that was killed are of no use to the next.
                connected = *self.starts.wait_for(|starts| *starts > connected).await.unwrap();
                http = reqwest::Client::new();
                continue;
            };
            assert_eq!(status, 200, "after {} rotations: {body}", seen.len());
            token = text(&body, "refresh_token").to_owned();
            assert!(seen.insert(token.clone()), "it was given before");
            self.count.answered.fetch_add(1, Ordering::SeqCst);
            self.count.more.notify_one();
        }
        token
    }

    async fn ask(&self, http: &reqwest::Client, token: &str) -> reqwest::Result<(u16, Value)> {
        let form = [("grant_type", "refresh_token"), ("refresh_token", token)];
        let request = http
            .post(&self.url)
            .basic_auth(&self.app.id, self.app.secret.as_deref());
        let answer = request.form(&form).send().await?;
        Ok((answer.status().as_u16(), answer.json().await?))
    }
}
