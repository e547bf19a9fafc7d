//! An issuer's program and a gateway's, on one machine and with nothing in common but the feed.

use crate::process::{Process, Program};
use reqwest::Client;
use serde_json::Value;
use std::path::PathBuf;
use std::time::Duration;
use tollgate_issuer::registry::{self, Asker};
use tollgate_model::operator::OperatorKind;
use tollgate_tests::house::{House, ORDINARY, Registered, Stopped, open_sockets, refused_at, token_at};
use tollgate_tests::until;

/// A member whom requests name.
pub(crate) const ANN: &str = "ann@firm1.example";
/// One whom nobody names until the issuer is gone.
pub(crate) const BEN: &str = "ben@firm1.example";
/// Longer than any answer may take, so that a hang is a failure and not a test that never ends.
const HANG: Duration = Duration::from_secs(20);

const ACTING: &str = r#"
[[route]]
id = "acting"
path = "/acting/{rest...}"
api = "docs"
acting_user = { header = "x-email" }
upstream = "echo"
"#;

/// Both programs, not started yet, and what their store has.
pub(crate) struct Ground {
    pub(crate) issuer: Program,
    pub(crate) gateway: Program,
    /// Where the gateway's knowledge rests.
    pub(crate) rest: PathBuf,
    pub(crate) http: Client,
    client: Registered,
    issuer_url: String,
    management_url: String,
    pub(crate) gateway_url: String,
    status_url: String,
    /// Its store and everybody's files.
    _house: Stopped,
}

impl Ground {
    /// Lays it, on this PostgreSQL database or on SQLite: an account with a client and two members, and the gateway's
    /// credential.
    pub(crate) async fn laid(database: Option<String>) -> Self {
        let [issuer, management] = free_ports().await;
        let [gateway, status] = free_ports().await;
        let text = format!("{ORDINARY}\n{ACTING}\n[server]\npublic_url = \"http://localhost:{issuer}\"\n");
        let house = House::start_on(&text, database).await;
        for email in [ANN, BEN] {
            let add = registry::member::Add {
                email: email.to_owned(),
                name: "Somebody".to_owned(),
                roles: Vec::new(),
            };
            let added = registry::member::add(house.desk(), &Asker::system(), &house.client.account, &add).await;
            added.unwrap().unwrap();
        }
        let made = registry::operator::create(house.desk(), &Asker::system(), "Gateway", OperatorKind::Gateway).await;
        let token = made.unwrap().unwrap().plain.expose().to_owned();

        let dir = house.dir.path().to_owned();
        let at = |name: &str| dir.join(name);
        let target = &house.config.upstream["echo"].targets[0];
        let text = text.replace("targets = []", &format!("targets = [\"{target}\"]"));
        let (client, master_key, store) = (
            house.client.clone(),
            house.master_key.clone(),
            house.config.store.url.clone(),
        );
        let house = house.stop().await;
        let of_issuer = format!(
            "{text}development = true\nlisten = \"127.0.0.1:{issuer}\"\nmanagement_listen = \"127.0.0.1:{management}\"\n[gateway]\nenabled = false\n[store]\nurl = \"{store}\"\n"
        );
        let rest = at("rest.json");
        let of_gateway = format!(
            "[issuer]\nenabled = false\n[gateway]\nlisten = \"127.0.0.1:{gateway}\"\nstatus_listen = \"127.0.0.1:{status}\"\nsnapshot = \"{}\"\n[gateway.feed]\nurl = \"http://127.0.0.1:{management}\"\n",
            rest.display()
        );
        std::fs::write(at("issuer.toml"), of_issuer).unwrap();
        std::fs::write(at("gateway.toml"), of_gateway).unwrap();
        tokio::task::spawn_blocking(tollgate_tests::binary::program)
            .await
            .unwrap();
        let url = |port: u16| format!("http://127.0.0.1:{port}");
        Self {
            issuer: Program {
                config: at("issuer.toml"),
                secret: ("TOLLGATE_MASTER_KEY", master_key),
                log: at("issuer.log"),
            },
            gateway: Program {
                config: at("gateway.toml"),
                secret: ("TOLLGATE_GATEWAY_TOKEN", token),
                log: at("gateway.log"),
            },
            rest,
            // Programs come and go here: a connection is for one request.
            http: Client::builder()
                .pool_max_idle_per_host(0)
                .timeout(HANG)
                .build()
                .unwrap(),
            client,
            issuer_url: url(issuer),
            management_url: url(management),
            gateway_url: url(gateway),
            status_url: url(status),
            _house: house,
        }
    }

    /// Starts the issuer, and waits until it can answer.
    pub(crate) async fn start_issuer(&self) -> Process {
        let process = self.issuer.start();
        until("the issuer answers", || async {
            self.store_answers().await == Some(200)
        })
        .await;
        process
    }

    /// Starts the gateway, and waits until it knows something.
    pub(crate) async fn start_gateway(&self) -> Process {
        let process = self.gateway.start();
        until("the gateway knows its issuer's keys", || async {
            self.health().await.is_some_and(|(status, _)| status == 200)
        })
        .await;
        process
    }

    /// Tokens that nobody has used yet.
    pub(crate) async fn tokens(&self, many: usize) -> Vec<String> {
        let url = format!("{}/oauth2/token", self.issuer_url);
        let mut tokens = Vec::new();
        for _ in 0..many {
            tokens.push(token_at(&self.http, &url, &self.client, "https://api.example/docs").await);
        }
        tokens
    }

    /// Status of a token request.
    pub(crate) async fn asked(&self) -> u16 {
        let form = [
            ("grant_type", "client_credentials"),
            ("audience", "https://api.example/docs"),
        ];
        self.post("/oauth2/token", &form).await
    }

    /// Status of a revocation.
    pub(crate) async fn revoked(&self, token: &str) -> u16 {
        self.post("/oauth2/revoke", &[("token", token)]).await
    }

    async fn post(&self, path: &str, form: &[(&str, &str)]) -> u16 {
        let request = self.http.post(format!("{}{path}", self.issuer_url));
        let request = request.basic_auth(&self.client.id, Some(&self.client.secret));
        request.form(form).send().await.unwrap().status().as_u16()
    }

    /// Status of the issuer's own health; none while nobody is there.
    pub(crate) async fn store_answers(&self) -> Option<u16> {
        let asked = self.http.get(format!("{}/api/v1/health", self.management_url));
        Some(asked.send().await.ok()?.status().as_u16())
    }

    /// Status and body of the gateway's health; none while nobody is there.
    pub(crate) async fn health(&self) -> Option<(u16, Value)> {
        let answer = self.http.get(format!("{}/health", self.status_url)).send().await.ok()?;
        Some((answer.status().as_u16(), answer.json().await.ok()?))
    }

    /// The code with which the gateway refuses a token; none when it lets it through.
    pub(crate) async fn refused(&self, token: &str) -> Option<String> {
        refused_at(&self.http, &self.gateway_url, token).await
    }

    /// The code with which it refuses a request on behalf of somebody; none when it lets it through, and says for whom.
    pub(crate) async fn refused_for(&self, email: &str, token: &str) -> Option<String> {
        let request = self
            .http
            .get(format!("{}/acting/1", self.gateway_url))
            .bearer_auth(token);
        let answer = request.header("x-email", email).send().await.unwrap();
        let status = answer.status();
        let body: Value = answer.json().await.unwrap();
        if status != 200 {
            return Some(body["code"].as_str().unwrap().to_owned());
        }
        let told = serde_json::json!(["tollgate-acting-user", email]);
        assert!(body["headers"].as_array().unwrap().contains(&told), "{body}");
        None
    }

    /// Every token passes.
    pub(crate) async fn all_pass(&self, tokens: &[String], why: &str) {
        for token in tokens {
            assert_eq!(self.refused(token).await, None, "{why}\n{}", self.gateway.said());
        }
    }

    /// Waits until the gateway has heard that a token was revoked.
    pub(crate) async fn hears_of(&self, token: &str) {
        until("the gateway hears of the revocation", || async {
            self.refused(token).await.as_deref() == Some("token_revoked")
        })
        .await;
    }
}

/// Ports that were free a moment ago.
async fn free_ports() -> [u16; 2] {
    let sockets = open_sockets().await;
    [sockets.issuer, sockets.management].map(|socket| socket.unwrap().local_addr().unwrap().port())
}
