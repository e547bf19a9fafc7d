//! `tollgate demo`: everything in one process, with one customer firm, for a visitor.

use crate::serve::{self, Running, Secrets, Sockets};
use crate::settings::config::{Config, Demo, Upstream};
use crate::settings::preset;
use crate::{listen, sample};
use anyhow::{Context as _, bail};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tollgate_issuer::Desk;
use tollgate_issuer::registry::{self, Asker};
use tollgate_keys::chance;
use tollgate_keys::seal::MasterKey;
use tollgate_model::client::Environment;
use tollgate_model::moment::Clock;
use tollgate_model::operator::OperatorKind;
use tollgate_model::{AccountId, ApiId, ClientId, MemberId};
use tollgate_web::peer::TrustedProxies;
use zeroize::Zeroizing;

/// What a visitor may choose.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// The vendor whose requests and answers it speaks.
    #[arg(long, default_value = "safesend", value_parser = preset::NAMES)]
    pub preset: String,
    /// Where it keeps its database, keys and demo.env between runs.
    #[arg(long, default_value = "./tollgate-demo")]
    pub dir: PathBuf,
    /// Port of issuer and console.
    #[arg(long, default_value_t = 8080)]
    pub issuer_port: u16,
    /// Port of the gateway.
    #[arg(long, default_value_t = 8081)]
    pub gateway_port: u16,
    /// Port of the sample API behind it.
    #[arg(long, default_value_t = 8082)]
    pub api_port: u16,
    /// Port of the management API; 0 takes a free one.
    #[arg(long, default_value_t = 0)]
    pub management_port: u16,
    /// Keep records in this PostgreSQL instead of the embedded store.
    #[arg(long, env = "TOLLGATE_DEMO_STORE", hide_env_values = true)]
    pub store: Option<String>,
}

/// A demo that answers.
pub struct Showing {
    /// Issuer, management and gateway.
    pub running: Running,
    /// The lines of `demo.env`.
    pub env: BTreeMap<&'static str, String>,
    sample: tokio::task::JoinHandle<()>,
    stop: CancellationToken,
}

impl Showing {
    /// Stops everything.
    pub async fn stop(self) {
        self.running.stop().await;
        self.stop.cancel();
        let _ended = self.sample.await;
    }
}

/// Starts a demo and writes `DIR/demo.env` when everything answers. Its time is `clock`'s, or the machine's.
///
/// # Errors
/// When a port is taken, or the directory or the store cannot be used.
pub async fn start(options: &Options, clock: Option<Arc<dyn Clock>>) -> anyhow::Result<Showing> {
    let dir = private_dir(&options.dir)?;
    let env_file = dir.join("demo.env");
    let before = read_env(&env_file);
    // Whoever waits for the file must not find the one of the run before.
    if env_file.exists() {
        std::fs::remove_file(&env_file).with_context(|| format!("removing {}", env_file.display()))?;
    }
    let sockets = Sockets {
        issuer: Some(port(options.issuer_port).await?),
        gateway: Some(port(options.gateway_port).await?),
        management: Some(port(options.management_port).await?),
    };
    let api = port(options.api_port).await?;
    let config = config(options, &dir, &sockets, &api)?;
    let demo = config.demo.clone().context("this preset has no [demo]")?;
    let secrets = Secrets {
        master_key: Some(master_key(&dir)?),
        gateway_token: None,
    };
    let stop = CancellationToken::new();
    let served = listen::Served {
        router: sample::router(&demo.sample),
        tls: None,
        proxies: Arc::new(TrustedProxies::default()),
    };
    let sample = tokio::spawn(listen::serve(api, served, stop.clone()));
    let running = serve::start(&config, secrets, clock, sockets).await?;
    let desk = running.desk.clone().context("a demo is an issuer")?;
    let env = furnish(&desk, &config, &demo, &running, &before).await?;
    write_env(&env_file, &env)?;
    Ok(Showing {
        running,
        env,
        sample,
        stop,
    })
}

/// The preset, moved onto this machine's loopback.
fn config(options: &Options, dir: &Path, sockets: &Sockets, api: &TcpListener) -> anyhow::Result<Config> {
    let text = preset::text(&options.preset).context("no such preset")?;
    let mut config = crate::settings::read(text).map_err(serve::BadSettings)?;
    let issuer = sockets.issuer.as_ref().context("a demo has an issuer")?.local_addr()?;
    config.preset = Some(options.preset.clone());
    config.server.public_url = format!("http://localhost:{}", issuer.port());
    config.server.development = true;
    config.store.url = match &options.store {
        Some(url) => url.clone(),
        None => format!("sqlite:{}", dir.join("tollgate.db").display()),
    };
    let sample = Upstream {
        targets: vec![format!("http://localhost:{}", api.local_addr()?.port())],
        http2: false,
        health_path: None,
        connect_timeout: None,
        response_timeout: None,
        upgrades: false,
        max_body: 0,
    };
    for upstream in config.upstream.values_mut() {
        *upstream = sample.clone();
    }
    Ok(config)
}

async fn port(port: u16) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(("127.0.0.1", port)).await;
    listener
        .with_context(|| format!("port {port} is taken; choose others with --issuer-port, --gateway-port, --api-port"))
}

/// The firm, its member and its client: made on the first run, found again on later ones.
async fn furnish(
    desk: &Desk,
    config: &Config,
    demo: &Demo,
    running: &Running,
    before: &BTreeMap<String, String>,
) -> anyhow::Result<BTreeMap<&'static str, String>> {
    let asker = Asker::system();
    let account = account(desk, &asker, demo).await?;
    let member = member(desk, &asker, demo, &account).await?;
    let client = client(desk, &asker, demo, &account, &member).await?;
    let secret = match known_secret(desk, &client, before).await? {
        Some(secret) => secret,
        None => {
            let ask = registry::secret::Regenerate {
                label: Some("Demo".to_owned()),
                ..Default::default()
            };
            settled(registry::secret::regenerate(desk, &asker, &client, &ask).await?)?
                .plain
                .expose()
                .to_owned()
        }
    };
    let operator = match operator_token(desk, running, before).await? {
        Some(token) => token,
        None => {
            let made = registry::operator::create(desk, &asker, "Demo", OperatorKind::Operator).await?;
            settled(made)?.plain.expose().to_owned()
        }
    };
    let api = config
        .api
        .iter()
        .find(|api| api.id == demo.client.api)
        .context("demo.client.api names no API")?;
    let origin = config.server.public_url.clone();
    let at = |socket: Option<std::net::SocketAddr>| {
        socket.map_or_else(String::new, |a| format!("http://localhost:{}", a.port()))
    };
    let mut env = BTreeMap::from([
        ("TOLLGATE_PRESET", config.preset.clone().unwrap_or_default()),
        ("TOLLGATE_ISSUER", desk.terms.issuer.clone()),
        ("TOLLGATE_TOKEN_URL", format!("{origin}{}", config.issuer.paths.token)),
        ("TOLLGATE_GATEWAY", at(running.gateway)),
        ("TOLLGATE_CONSOLE", origin.clone()),
        ("TOLLGATE_SERVER", at(running.management)),
        ("TOLLGATE_OPERATOR_TOKEN", operator),
        ("TOLLGATE_CLIENT_ID", client.to_string()),
        ("TOLLGATE_CLIENT_SECRET", secret),
        ("TOLLGATE_AUDIENCE", api.audience.clone()),
        ("TOLLGATE_SCOPE", demo.client.scopes.join(" ")),
        ("TOLLGATE_API_PATH", demo.path.clone()),
        ("TOLLGATE_USER_EMAIL", demo.member.email.clone()),
    ]);
    // The whole contract stands in the file; what this house does not have yet is empty.
    for name in LATER {
        env.entry(name).or_default();
    }
    Ok(env)
}

/// Names of the contract that come with sign-in and the transition.
const LATER: [&str; 8] = [
    "TOLLGATE_AUTHORIZE_URL",
    "TOLLGATE_USER_PASSWORD",
    "TOLLGATE_OPERATOR_EMAIL",
    "TOLLGATE_OPERATOR_PASSWORD",
    "TOLLGATE_WEB_CLIENT_ID",
    "TOLLGATE_WEB_CLIENT_SECRET",
    "TOLLGATE_REDIRECT_URI",
    "TOLLGATE_API_KEY",
];

async fn account(desk: &Desk, asker: &Asker, demo: &Demo) -> anyhow::Result<AccountId> {
    let held = desk.store.accounts(&tollgate_model::Page::first()).await?.items;
    if let Some(account) = held.into_iter().find(|account| account.name == demo.account) {
        return Ok(account.id);
    }
    Ok(settled(registry::account::create(desk, asker, &demo.account).await?)?.id)
}

async fn member(desk: &Desk, asker: &Asker, demo: &Demo, account: &AccountId) -> anyhow::Result<MemberId> {
    if let Some(member) = desk.store.member_by_email(account, &demo.member.email).await? {
        return Ok(member.id);
    }
    let ask = registry::member::Add {
        email: demo.member.email.clone(),
        name: demo.member.name.clone(),
        roles: demo.member.roles.clone(),
    };
    Ok(settled(registry::member::add(desk, asker, account, &ask).await?)?.id)
}

async fn client(
    desk: &Desk,
    asker: &Asker,
    demo: &Demo,
    account: &AccountId,
    owner: &MemberId,
) -> anyhow::Result<ClientId> {
    let held = desk
        .store
        .clients(Some(account), &tollgate_model::Page::first())
        .await?
        .items;
    if let Some(client) = held.into_iter().find(|client| client.name == demo.client.name) {
        return Ok(client.id);
    }
    let ask = registry::client::Create {
        account: account.clone(),
        name: demo.client.name.clone(),
        environment: Environment::Live,
        auth_methods: None,
        owner: Some(owner.clone()),
        introspects: Vec::new(),
        id: None,
    };
    let client = settled(registry::client::create(desk, asker, &ask).await?)?.id;
    let grant = registry::grant::Put {
        api: ApiId::new(&demo.client.api),
        scopes: demo.client.scopes.clone(),
        lifetime: demo.client.lifetime,
        seen: None,
    };
    settled(registry::grant::put(desk, asker, &client, &grant).await?)?;
    Ok(client)
}

/// The secret of the run before, if it is still the client's.
async fn known_secret(
    desk: &Desk,
    client: &ClientId,
    before: &BTreeMap<String, String>,
) -> anyhow::Result<Option<String>> {
    let Some(secret) = before.get("TOLLGATE_CLIENT_SECRET").filter(|secret| !secret.is_empty()) else {
        return Ok(None);
    };
    let digest = desk.digests.digest(secret).to_string();
    let record = desk.store.client(client).await?;
    let now = desk.now();
    let alive = record.is_some_and(|record| {
        record
            .secrets
            .iter()
            .any(|held| held.digest == digest && held.alive(now))
    });
    Ok(alive.then(|| secret.clone()))
}

async fn operator_token(
    desk: &Desk,
    running: &Running,
    before: &BTreeMap<String, String>,
) -> anyhow::Result<Option<String>> {
    if let Some(first) = &running.first_operator {
        return Ok(Some(first.expose().to_owned()));
    }
    let Some(token) = before.get("TOLLGATE_OPERATOR_TOKEN").filter(|token| !token.is_empty()) else {
        return Ok(None);
    };
    let known = registry::operator::authenticate(desk, token).await?;
    Ok(known.map(|_| token.clone()))
}

fn settled<T>(answer: Result<T, registry::No>) -> anyhow::Result<T> {
    answer.map_err(|no| anyhow::anyhow!("setting up the demo: {no}"))
}

/// The directory, readable by its owner alone.
fn private_dir(dir: &Path) -> anyhow::Result<PathBuf> {
    use std::os::unix::fs::DirBuilderExt as _;
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(dir);
    made.with_context(|| format!("making the directory {}", dir.display()))?;
    Ok(dir.to_owned())
}

/// The key over all keys of this demo, made on the first run.
fn master_key(dir: &Path) -> anyhow::Result<Zeroizing<String>> {
    let path = dir.join("master.key");
    if path.exists() {
        let text = std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
        return Ok(Zeroizing::new(text));
    }
    let text = MasterKey::generate(&chance::System)?.to_text();
    private_file(&path, &text)?;
    Ok(text)
}

/// Writes a file that its owner alone can read, whole or not at all.
fn private_file(path: &Path, text: &str) -> anyhow::Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let next = path.with_extension("next");
    let write = || {
        let mut file = std::fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&next)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        std::fs::rename(&next, path)
    };
    write().with_context(|| format!("writing {}", path.display()))
}

fn write_env(path: &Path, env: &BTreeMap<&'static str, String>) -> anyhow::Result<()> {
    let mut text = String::new();
    for (name, value) in env {
        if value.contains(['\'', '\n']) {
            bail!("{name} cannot be written for a shell");
        }
        text.push_str(&format!("{name}='{value}'\n"));
    }
    private_file(path, &text)
}

fn read_env(path: &Path) -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let pairs = text.lines().filter_map(|line| line.split_once('='));
    pairs
        .map(|(name, value)| (name.to_owned(), value.trim_matches('\'').to_owned()))
        .collect()
}
