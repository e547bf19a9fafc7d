//! The rig of the tests over HTTP: a whole house on free ports, with a clock that the test holds.
//!
//! ```text
//! on_both_stores! {
//!     /// SS-28: success is 200.
//!     a_token_is_issued("safesend", |world| async move {
//!         assert_eq!(world.token_request().send().await.unwrap().status(), 200);
//!     })
//! }
//! ```

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

pub mod app;
pub mod binary;
pub mod curl;
pub mod house;
pub mod visitor;

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tollgate::demo::{self, Options, Showing};
use tollgate_model::Moment;
use tollgate_model::moment::Clock;

/// The store under a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    Postgres,
}

/// A clock that stands until the test moves it. It starts at the machine's time, because clients that
/// nobody here wrote look at their own.
pub struct Hands(AtomicI64);

impl Hands {
    pub fn at_machine_time() -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(tollgate::clock::System.now().0)))
    }

    pub fn forward(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for Hands {
    fn now(&self) -> Moment {
        Moment(self.0.load(Ordering::SeqCst))
    }
}

/// A house that answers, its one client, and the hands of its clock.
pub struct World {
    pub showing: Showing,
    pub clock: Arc<Hands>,
    pub http: reqwest::Client,
    pub backend: Backend,
    _dir: tempfile::TempDir,
}

impl World {
    /// Starts a demo of `preset` on free ports.
    pub async fn start(preset: &str, backend: Backend) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = match backend {
            Backend::Sqlite => None,
            Backend::Postgres => Some(fresh_postgres().await),
        };
        let options = Options {
            preset: preset.to_owned(),
            dir: dir.path().join("demo"),
            issuer_port: 0,
            gateway_port: 0,
            api_port: 0,
            management_port: 0,
            store,
        };
        let clock = Hands::at_machine_time();
        let showing = demo::start(&options, Some(clock.clone())).await.expect("a demo starts");
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        Self {
            showing,
            clock,
            http,
            backend,
            _dir: dir,
        }
    }

    /// A line of `demo.env`, by the end of its name: `env("CLIENT_ID")`.
    pub fn env(&self, name: &str) -> &str {
        &self.showing.env[format!("TOLLGATE_{name}").as_str()]
    }

    /// The request that the vendor's documentation prints, with this world's client.
    pub fn token_request(&self) -> reqwest::RequestBuilder {
        let (id, secret) = (self.env("CLIENT_ID"), self.env("CLIENT_SECRET"));
        let request = self.http.post(self.env("TOKEN_URL"));
        match self.env("PRESET") {
            "signicat" => request
                .basic_auth(id, Some(secret))
                .form(&[("grant_type", "client_credentials"), ("scope", self.env("SCOPE"))]),
            "sovos" => request
                .basic_auth(id, Some(secret))
                .form(&[("grant_type", "client_credentials"), ("audience", self.env("AUDIENCE"))]),
            _ => request.json(&serde_json::json!({
                "client_id": id, "client_secret": secret, "audience": self.env("AUDIENCE"),
                "grant_type": "client_credentials",
            })),
        }
    }

    /// A token for this world's client.
    pub async fn token(&self) -> String {
        let answer = self.token_request().send().await.unwrap();
        assert_eq!(answer.status(), 200);
        let body: serde_json::Value = answer.json().await.unwrap();
        body["access_token"].as_str().unwrap().to_owned()
    }

    /// A call of the sample API through the gateway, with this token and, where the preset wants it, the
    /// acting user.
    pub fn call(&self, token: &str) -> reqwest::RequestBuilder {
        let request = self
            .http
            .get(format!("{}{}", self.env("GATEWAY"), self.env("API_PATH")))
            .bearer_auth(token);
        if self.env("PRESET") == "safesend" {
            request.header("x-email", self.env("USER_EMAIL"))
        } else {
            request
        }
    }

    /// A request to the management API as the operator.
    pub fn manage(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let url = format!("{}/api/v1{path}", self.env("SERVER"));
        self.http
            .request(method.parse().unwrap(), url)
            .bearer_auth(self.env("OPERATOR_TOKEN"))
    }
}

/// The address of a fresh database on the PostgreSQL that the tests were given.
#[expect(clippy::disallowed_methods, reason = "a test's only setting")]
pub async fn fresh_postgres() -> String {
    let server = std::env::var("TOLLGATE_TEST_POSTGRES")
        .expect("TOLLGATE_TEST_POSTGRES names no PostgreSQL: run ./test, which starts one");
    tollgate_store::testing::fresh(&server).await.expect("a fresh database")
}

/// Runs a test on a multi-threaded runtime.
pub fn run(test: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
        .block_on(test);
}

/// Waits until `holds`, asking again and again; fails after a minute. For what becomes true on its own.
pub async fn until<F: Future<Output = bool>>(what: &str, mut holds: impl FnMut() -> F) {
    let asked = tokio::time::timeout(std::time::Duration::from_secs(60), async {
        while !holds().await {
            // Asking without a pause would keep those from working who are waited for.
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    });
    assert!(asked.await.is_ok(), "did not become true: {what}");
}

/// A test, once on each store.
#[macro_export]
macro_rules! on_both_stores {
    ($($(#[$doc:meta])* $name:ident($preset:expr, $body:expr))*) => {$(
        $(#[$doc])*
        mod $name {
            use super::*;

            #[test]
            fn on_sqlite() {
                $crate::run(async {
                    let body = $body;
                    body($crate::World::start($preset, $crate::Backend::Sqlite).await).await;
                });
            }

            #[test]
            fn on_postgresql() {
                $crate::run(async {
                    let body = $body;
                    body($crate::World::start($preset, $crate::Backend::Postgres).await).await;
                });
            }
        }
    )*};
}
