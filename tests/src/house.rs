//! A house of the test's own configuration: one issuer and gateway or more of them on one store, an echo
//! behind the gateway, and an account with a client.

use crate::visitor::Visitor;
use crate::{Backend, Hands, fresh_postgres};
use std::convert::Infallible;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::net::TcpListener;
use tollgate::serve::{self, Running, Secrets, Sockets};
use tollgate::settings::{self, config::Config};
use tollgate_issuer::Desk;
use tollgate_issuer::people::provided::{Provide, provide};
use tollgate_issuer::registry::{self, Asker};
use tollgate_keys::chance;
use tollgate_keys::seal::MasterKey;
use tollgate_model::client::{AuthMethod, Environment, SignIn};
use tollgate_model::{AccountId, ApiId, ClientId, SecretId};
use zeroize::Zeroizing;

/// The password of everybody that [`House::person`] sets up.
pub const PASSWORD: &str = "four plain battery words";

/// Two APIs, each behind a route of its own, in the default dialect, and both ways to authenticate.
pub const ORDINARY: &str = r#"
[clients]
auth_methods = ["client_secret_basic", "client_secret_post"]

[[api]]
id = "docs"
name = "Documents"
audience = "https://api.example/docs"
scopes = [{ name = "read", description = "Read" }, { name = "write", description = "Write" }]

[[api]]
id = "mail"
name = "Mail"
audience = "https://api.example/mail"
scopes = [{ name = "read", description = "Read" }, { name = "send", description = "Send" }]

[upstream.echo]
targets = []

[[route]]
id = "docs"
path = "/docs/{rest...}"
api = "docs"
upstream = "echo"

[[route]]
id = "docs-admin"
path = "/docs/admin/{rest...}"
api = "docs"
scopes = ["write"]
upstream = "echo"

[[route]]
id = "mail"
path = "/mail/{rest...}"
api = "mail"
upstream = "echo"

[[route]]
id = "open"
path = "/open/{rest...}"
upstream = "echo"
"#;

/// One process of a house.
pub struct Node {
    pub running: Running,
    pub desk: Option<Arc<Desk>>,
    /// Where its issuer listens; empty without one.
    pub issuer: String,
    pub gateway: String,
    pub management: String,
}

impl Node {
    /// Starts what a configuration names, on the sockets given and else on free ports.
    pub async fn start(config: &Config, secrets: Secrets, clock: Arc<Hands>, sockets: Sockets) -> anyhow::Result<Self> {
        let running = serve::start(config, secrets, Some(clock), sockets).await?;
        let at = |address: Option<std::net::SocketAddr>| {
            address.map_or_else(String::new, |a| format!("http://localhost:{}", a.port()))
        };
        Ok(Self {
            desk: running.desk.clone(),
            issuer: at(running.issuer),
            gateway: at(running.gateway),
            management: at(running.management),
            running,
        })
    }
}

/// A client that was registered, and its secret.
#[derive(Clone, Debug)]
pub struct Registered {
    pub id: String,
    pub secret: String,
    pub secret_id: SecretId,
    pub account: AccountId,
}

/// A house that answers, with an account and its client.
pub struct House {
    pub node: Node,
    pub config: Config,
    pub clock: Arc<Hands>,
    pub http: reqwest::Client,
    /// A client that may have both scopes of `docs`, `read` of `mail`, and authenticates by Basic.
    pub client: Registered,
    /// Address of the PostgreSQL database, where there is one.
    pub database: Option<String>,
    pub dir: tempfile::TempDir,
    pub master_key: String,
}

impl House {
    /// Starts [`ORDINARY`] with `extra` beneath it.
    pub async fn ordinary(extra: &str, backend: Backend) -> Self {
        Self::start(&format!("{ORDINARY}\n{extra}"), backend).await
    }

    /// Starts a configuration. Store, public address and targets of upstreams are the rig's; the client is
    /// granted the APIs `docs` and `mail` where they are declared.
    pub async fn start(text: &str, backend: Backend) -> Self {
        let database = match backend {
            Backend::Sqlite => None,
            Backend::Postgres => Some(fresh_postgres().await),
        };
        Self::start_on(text, database).await
    }

    /// As [`House::start`], on this PostgreSQL database, or on SQLite where none is named.
    pub async fn start_on(text: &str, database: Option<String>) -> Self {
        Self::start_before(text, database, echo().await).await
    }

    /// As [`House::start_on`], with this server in place of the echo behind the gateway.
    pub async fn start_before(text: &str, database: Option<String>, target: String) -> Self {
        let mut config = settings::read(text).expect("a configuration");
        let dir = tempfile::tempdir().unwrap();
        config.store.url = database
            .clone()
            .unwrap_or_else(|| format!("sqlite:{}", dir.path().join("house.db").display()));
        config.server.development = true;
        let sockets = open_sockets().await;
        if config.server.public_url.is_empty() {
            config.server.public_url = format!("http://localhost:{}", port_of(sockets.issuer.as_ref()));
        }
        for upstream in config.upstream.values_mut() {
            upstream.targets = vec![target.clone()];
        }
        let clock = Hands::at_machine_time();
        let master_key = MasterKey::generate(&chance::System).unwrap().to_text().to_string();
        let node = Node::start(&config, secrets(&master_key), clock.clone(), sockets)
            .await
            .expect("a house starts");
        let desk = node.desk.clone().expect("a house with an issuer");
        let account = registry::account::create(&desk, &Asker::system(), "Firm")
            .await
            .unwrap()
            .unwrap()
            .id;
        let client = register(&desk, &account, &[AuthMethod::ClientSecretBasic], &[]).await;
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        Self {
            node,
            config,
            clock,
            http,
            client,
            database,
            dir,
            master_key,
        }
    }

    /// The rules' side of the first node.
    pub fn desk(&self) -> &Arc<Desk> {
        self.node.desk.as_ref().unwrap()
    }

    /// Another node on the same store, on free ports, under the same public address.
    pub async fn another_node(&self) -> Node {
        Node::start(
            &self.config,
            secrets(&self.master_key),
            self.clock.clone(),
            open_sockets().await,
        )
        .await
        .expect("another node starts")
    }

    /// Stops the node and starts it again on the same store and the same port of the issuer.
    pub async fn restart(self) -> Self {
        self.stop().await.start_again(open_sockets().await).await
    }

    /// Stops the node.
    pub async fn stop(self) -> Stopped {
        let Self {
            node,
            config,
            clock,
            http,
            client,
            database,
            dir,
            master_key,
        } = self;
        // Connections to a node that is gone are of no use, and idle ones would be waited for.
        drop(http);
        let issuer = node.running.issuer.unwrap();
        drop(node.desk);
        node.running.stop().await;
        Stopped {
            issuer,
            config,
            clock,
            client,
            database,
            dir,
            master_key,
        }
    }

    /// Registers another client of the first account; granted what [`House::client`] is.
    pub async fn register(&self, methods: &[AuthMethod], introspects: &[&str]) -> Registered {
        register(self.desk(), &self.client.account, methods, introspects).await
    }

    /// Sets up somebody who signs in with [`PASSWORD`]; an operator, or anybody.
    pub async fn person(&self, email: &str, operator: bool) {
        let ask = Provide {
            email,
            name: email.split('@').next().unwrap(),
            password: PASSWORD,
            operator,
        };
        provide(self.desk(), &Asker::system(), &ask).await.unwrap().unwrap();
    }

    /// Somebody at a browser without cookies, at the public address.
    pub fn visitor(&self) -> Visitor {
        Visitor::new(&self.node.issuer)
    }

    /// As [`House::visitor`], at the management listener, where the operators' desk is open.
    pub fn visitor_at_desk(&self) -> Visitor {
        Visitor::new(&self.node.management)
    }

    /// Where a path of the issuer is.
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.node.issuer)
    }

    /// The token endpoint.
    pub fn token_url(&self) -> String {
        self.at(&self.config.issuer.paths.token)
    }

    /// A token request of the client by Basic, with these parameters.
    pub fn ask(&self, form: &[(&str, &str)]) -> reqwest::RequestBuilder {
        self.post(&self.config.issuer.paths.token, &self.client, form)
    }

    /// A form to an endpoint of the issuer, authenticated by Basic.
    pub fn post(&self, path: &str, client: &Registered, form: &[(&str, &str)]) -> reqwest::RequestBuilder {
        self.http
            .post(self.at(path))
            .basic_auth(&client.id, Some(&client.secret))
            .form(form)
    }

    /// A token for an API, by its short word.
    pub async fn token(&self, api: &str) -> String {
        self.token_of(&self.client, api).await
    }

    /// A token of some client for an API.
    pub async fn token_of(&self, client: &Registered, api: &str) -> String {
        token_at(&self.http, &self.token_url(), client, &self.audience(api)).await
    }

    /// The audience of an API.
    pub fn audience(&self, api: &str) -> String {
        self.config
            .api
            .iter()
            .find(|held| held.id == api)
            .unwrap()
            .audience
            .clone()
    }

    /// A call through the gateway of the first node.
    pub fn call(&self, path: &str, token: &str) -> reqwest::RequestBuilder {
        self.http.get(format!("{}{path}", self.node.gateway)).bearer_auth(token)
    }

    /// The refusal's code that the gateway answers a token for `docs` with; `None` when it lets it through.
    pub async fn refused(&self, token: &str) -> Option<String> {
        refused_at(&self.http, &self.node.gateway, token).await
    }

    /// What introspection says of a token to its own client.
    pub async fn introspect(&self, token: &str) -> serde_json::Value {
        self.introspect_as(&self.client, token).await
    }

    /// What introspection says of a token to some client.
    pub async fn introspect_as(&self, client: &Registered, token: &str) -> serde_json::Value {
        let answer = self
            .post(&self.config.issuer.paths.introspection, client, &[("token", token)])
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 200);
        answer.json().await.unwrap()
    }

    /// Status of a revocation request.
    pub async fn revoke_as(&self, client: &Registered, token: &str) -> u16 {
        let answer = self
            .post(&self.config.issuer.paths.revocation, client, &[("token", token)])
            .send()
            .await
            .unwrap();
        answer.status().as_u16()
    }

    /// The key set as served.
    pub async fn jwks(&self) -> serde_json::Value {
        self.http
            .get(self.at(&self.config.issuer.paths.jwks))
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap()
    }
}

/// A house that was stopped; its store is still there.
pub struct Stopped {
    issuer: std::net::SocketAddr,
    config: Config,
    clock: Arc<Hands>,
    client: Registered,
    database: Option<String>,
    dir: tempfile::TempDir,
    master_key: String,
}

impl Stopped {
    /// Starts it again, the issuer on its port of before and the rest on these sockets.
    pub async fn start_again(self, mut sockets: Sockets) -> House {
        let Self {
            issuer,
            config,
            clock,
            client,
            database,
            dir,
            master_key,
        } = self;
        sockets.issuer = Some(TcpListener::bind(issuer).await.expect("the port is free again"));
        let node = Node::start(&config, secrets(&master_key), clock.clone(), sockets)
            .await
            .expect("the house starts again");
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        House {
            node,
            config,
            clock,
            http,
            client,
            database,
            dir,
            master_key,
        }
    }
}

/// What a node of this master key is told beside its configuration.
pub fn secrets(master_key: &str) -> Secrets {
    Secrets {
        master_key: Some(Zeroizing::new(master_key.to_owned())),
        ..Secrets::default()
    }
}

/// Sockets on free ports.
pub async fn open_sockets() -> Sockets {
    let free = async || Some(TcpListener::bind(("127.0.0.1", 0)).await.unwrap());
    Sockets {
        issuer: free().await,
        management: free().await,
        gateway: free().await,
    }
}

fn port_of(socket: Option<&TcpListener>) -> u16 {
    socket.unwrap().local_addr().unwrap().port()
}

/// A token from some token endpoint.
pub async fn token_at(http: &reqwest::Client, url: &str, client: &Registered, audience: &str) -> String {
    let form = [("grant_type", "client_credentials"), ("audience", audience)];
    let answer = http
        .post(url)
        .basic_auth(&client.id, Some(&client.secret))
        .form(&form)
        .send()
        .await
        .unwrap();
    let status = answer.status();
    let body: serde_json::Value = answer.json().await.unwrap();
    assert_eq!(status, 200, "{body}");
    body["access_token"].as_str().unwrap().to_owned()
}

/// The code with which some gateway refuses a token for `docs`; `None` when it lets it through.
pub async fn refused_at(http: &reqwest::Client, gateway: &str, token: &str) -> Option<String> {
    let answer = http
        .get(format!("{gateway}/docs/1"))
        .bearer_auth(token)
        .send()
        .await
        .unwrap();
    if answer.status() == 200 {
        return None;
    }
    let body: serde_json::Value = answer.json().await.unwrap();
    Some(body["code"].as_str().unwrap().to_owned())
}

async fn register(desk: &Desk, account: &AccountId, methods: &[AuthMethod], introspects: &[&str]) -> Registered {
    let asker = Asker::system();
    let ask = registry::client::Create {
        account: account.clone(),
        name: "Robot".to_owned(),
        environment: Environment::Live,
        auth_methods: Some(methods.to_vec()),
        grant_types: None,
        sign_in: SignIn::default(),
        owner: None,
        introspects: introspects.iter().map(|id| ApiId::new(*id)).collect(),
        redirect_uris: Vec::new(),
        logout_uris: Vec::new(),
        id: None,
    };
    let id = registry::client::create(desk, &asker, &ask).await.unwrap().unwrap().id;
    grant(desk, &id).await;
    another_secret(desk, account, &id, 0).await
}

/// Grants a client both scopes of `docs` and `read` of `mail`, as far as they are declared.
pub(crate) async fn grant(desk: &Desk, id: &ClientId) {
    let apis = desk.store.apis().await.unwrap();
    for (api, scopes) in [("docs", vec!["read", "write"]), ("mail", vec!["read"])] {
        if let Some(held) = apis.iter().find(|held| held.id.as_str() == api) {
            let scopes = scopes
                .into_iter()
                .filter(|scope| held.knows(scope))
                .map(str::to_owned)
                .collect();
            let put = registry::grant::Put {
                api: ApiId::new(api),
                scopes,
                lifetime: None,
                seen: None,
            };
            let put = registry::grant::put(desk, &Asker::system(), id, &put).await;
            put.unwrap().unwrap();
        }
    }
}

/// Regenerates a client's secret; those of before live on for `overlap` seconds.
pub async fn another_secret(desk: &Desk, account: &AccountId, id: &ClientId, overlap: i64) -> Registered {
    let ask = registry::secret::Regenerate {
        overlap: Some(overlap),
        ..Default::default()
    };
    let made = registry::secret::regenerate(desk, &Asker::system(), id, &ask)
        .await
        .unwrap()
        .unwrap();
    Registered {
        id: id.to_string(),
        secret: made.plain.expose().to_owned(),
        secret_id: made.secret.id,
        account: account.clone(),
    }
}

/// A server that answers with the request line and headers it was sent, as JSON.
async fn echo() -> String {
    use http_body_util::Full;
    use hyper_util::rt::{TokioExecutor, TokioIo};
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = format!("http://localhost:{}", listener.local_addr().unwrap().port());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let service = hyper::service::service_fn(|request: hyper::Request<hyper::body::Incoming>| async move {
                let headers: Vec<(String, String)> = request
                    .headers()
                    .iter()
                    .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
                    .collect();
                let said = serde_json::json!({
                    "method": request.method().as_str(), "target": request.uri().to_string(), "headers": headers,
                });
                Ok::<_, Infallible>(hyper::Response::new(Full::new(bytes::Bytes::from(said.to_string()))))
            });
            tokio::spawn(async move {
                let server = hyper_util::server::conn::auto::Builder::new(TokioExecutor::new());
                let _ended = server.serve_connection(TokioIo::new(stream), service).await;
            });
        }
    });
    address
}

/// The value of a member of a token's claims. The signature is not looked at.
pub fn claims(token: &str) -> serde_json::Value {
    part(token, 1)
}

/// A token's header.
pub fn header(token: &str) -> serde_json::Value {
    part(token, 0)
}

fn part(token: &str, place: usize) -> serde_json::Value {
    use base64::Engine as _;
    let text = token.split('.').nth(place).unwrap();
    serde_json::from_slice(&base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap()
}

/// Where this checkout is.
pub fn checkout() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}
