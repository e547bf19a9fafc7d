//! Wiring: from settings to a house that answers.

use crate::listen::{self, Served};
use crate::settings::Complaint;
use crate::settings::config::Config;
use crate::settings::resolve::{Resolved, resolve};
use crate::{clock, tls};
use anyhow::Context as _;
use rustls_pki_types::CertificateDer;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tollgate_gateway::{Gateway, HttpSource};
use tollgate_issuer::feed::Feed;
use tollgate_issuer::guessing::Guesses;
use tollgate_issuer::keyring::Keyring;
use tollgate_issuer::memory::Memory;
use tollgate_issuer::tally::Tally;
use tollgate_issuer::{Desk, declare, registry};
use tollgate_keys::chance;
use tollgate_keys::seal::MasterKey;
use tollgate_keys::secret::Plain;
use tollgate_model::moment::Clock;
use tollgate_model::{Change, Source};
use tollgate_web::House;
use tollgate_web::peer::TrustedProxies;
use tollgate_web::request_id::RequestIds;
use zeroize::Zeroizing;

/// What comes by environment or file and never stands in the configuration.
#[derive(Default)]
pub struct Secrets {
    /// `TOLLGATE_MASTER_KEY`.
    pub master_key: Option<Zeroizing<String>>,
    /// `TOLLGATE_GATEWAY_TOKEN`.
    pub gateway_token: Option<Zeroizing<String>>,
}

/// Sockets that are open already, for those who must know the ports beforehand.
#[derive(Default)]
pub struct Sockets {
    /// The issuer's.
    pub issuer: Option<TcpListener>,
    /// The management API's.
    pub management: Option<TcpListener>,
    /// The gateway's.
    pub gateway: Option<TcpListener>,
}

/// A house that answers.
pub struct Running {
    /// Where the issuer listens.
    pub issuer: Option<SocketAddr>,
    /// Where the management API listens.
    pub management: Option<SocketAddr>,
    /// Where the gateway listens.
    pub gateway: Option<SocketAddr>,
    /// The rules' side, in a process that is an issuer.
    pub desk: Option<Arc<Desk>>,
    /// The first operator's token, on the first start only.
    pub first_operator: Option<Plain>,
    stop: CancellationToken,
    tasks: JoinSet<()>,
}

impl Running {
    /// Stops accepting, lets running requests end, and ends.
    pub async fn stop(mut self) {
        self.stop.cancel();
        while self.tasks.join_next().await.is_some() {}
        if let Some(desk) = self.desk.take()
            && let Err(fault) = desk.memory.keep(desk.tally.take()).await
        {
            tracing::warn!(doing = fault.doing, source = %fault.source, "the last counts were not kept");
        }
    }
}

/// Complaints about settings, as an error.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.iter().map(Complaint::to_string).collect::<Vec<_>>().join("\n"))]
pub struct BadSettings(pub Vec<Complaint>);

/// Starts what the configuration names and returns when everything answers.
///
/// # Errors
/// When the settings are bad, the store cannot be opened, or a port is taken.
pub async fn start(
    config: &Config,
    secrets: Secrets,
    clock: Option<Arc<dyn Clock>>,
    mut sockets: Sockets,
) -> anyhow::Result<Running> {
    let resolved = resolve(config).map_err(BadSettings)?;
    let clock = clock.unwrap_or_else(|| Arc::new(clock::System));
    let stop = CancellationToken::new();
    let mut running = Running {
        issuer: None,
        management: None,
        gateway: None,
        desk: None,
        first_operator: None,
        stop: stop.clone(),
        tasks: JoinSet::new(),
    };
    let source: Arc<dyn Source> = if config.issuer.enabled {
        issuer(
            config,
            resolved,
            &secrets,
            Arc::clone(&clock),
            &mut sockets,
            &mut running,
        )
        .await?
    } else {
        elsewhere(config, &secrets)?
    };
    if config.gateway.enabled {
        gateway(config, source, clock, sockets.gateway.take(), &mut running).await?;
    }
    Ok(running)
}

async fn issuer(
    config: &Config,
    resolved: Resolved,
    secrets: &Secrets,
    clock: Arc<dyn Clock>,
    sockets: &mut Sockets,
    running: &mut Running,
) -> anyhow::Result<Arc<dyn Source>> {
    let desk = desk(config, resolved.terms, secrets, clock).await?;
    desk.memory.learn(desk.now()).await?;
    if let Err(no) = declare::apply(&desk, &resolved.declared).await? {
        anyhow::bail!("the declared APIs and routes cannot be applied: {no}");
    }
    registry::key::ensure(&desk).await?;
    running.first_operator = registry::operator::first(&desk).await?;

    running.tasks.spawn(follow(Arc::clone(&desk), running.stop.clone()));
    running.tasks.spawn(count(Arc::clone(&desk), running.stop.clone()));
    running.tasks.spawn(tidy(Arc::clone(&desk), running.stop.clone()));

    let mut process = [0_u8; 8];
    desk.entropy.fill(&mut process)?;
    let house = Arc::new(House {
        desk: Arc::clone(&desk),
        paths: resolved.paths,
        ids: RequestIds::new(u64::from_be_bytes(process)),
    });
    let source: Arc<dyn Source> = Arc::new(Feed {
        desk: Arc::clone(&desk),
        stop: running.stop.clone(),
    });
    let proxies = Arc::new(TrustedProxies(config.server.trusted_proxies.clone()));

    let socket = bound(sockets.issuer.take(), config.server.listen).await?;
    running.issuer = Some(socket.local_addr()?);
    let tls = acceptor(config.server.tls.as_ref())?;
    let served = Served {
        router: tollgate_web::public(house),
        tls,
        proxies: Arc::clone(&proxies),
    };
    running.tasks.spawn(listen::serve(socket, served, running.stop.clone()));

    let socket = bound(sockets.management.take(), config.server.management_listen).await?;
    running.management = Some(socket.local_addr()?);
    let tls = acceptor(config.server.management_tls.as_ref())?;
    let router = tollgate_web::management::router(Arc::clone(&desk)).merge(tollgate_web::management::feed_router(
        Arc::clone(&desk),
        Arc::clone(&source),
    ));
    running.tasks.spawn(listen::serve(
        socket,
        Served { router, tls, proxies },
        running.stop.clone(),
    ));
    running.desk = Some(desk);
    Ok(source)
}

async fn desk(
    config: &Config,
    terms: tollgate_issuer::Terms,
    secrets: &Secrets,
    clock: Arc<dyn Clock>,
) -> anyhow::Result<Arc<Desk>> {
    let master = master_key(config, secrets)?;
    let store = tollgate_store::open(&store_settings(config)?).await?;
    let keyring = Arc::new(Keyring::new(master.sealer()?));
    Ok(Arc::new(Desk {
        terms,
        memory: Memory::new(Arc::clone(&store), keyring),
        store,
        guesses: Guesses::default(),
        tally: Tally::default(),
        digests: master.digest_key()?,
        entropy: Arc::new(chance::System),
        clock,
    }))
}

fn store_settings(config: &Config) -> anyhow::Result<tollgate_store::Settings> {
    let url = match &config.store.url_file {
        Some(path) => secret_file(path)?.to_string(),
        None => config.store.url.clone(),
    };
    Ok(tollgate_store::Settings {
        url,
        connections: config.store.connections,
    })
}

fn master_key(config: &Config, secrets: &Secrets) -> anyhow::Result<MasterKey> {
    let text = match (&secrets.master_key, &config.master_key.file) {
        (Some(text), _) => text.clone(),
        (None, Some(path)) => secret_file(path)?,
        (None, None) => anyhow::bail!(
            "there is no master key: set TOLLGATE_MASTER_KEY or master_key.file (`tollgate init --master-key FILE` makes one)"
        ),
    };
    MasterKey::parse(text.trim()).context("the master key")
}

fn secret_file(path: &Path) -> anyhow::Result<Zeroizing<String>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    Ok(Zeroizing::new(text.trim().to_owned()))
}

fn elsewhere(config: &Config, secrets: &Secrets) -> anyhow::Result<Arc<dyn Source>> {
    let feed = config
        .gateway
        .feed
        .as_ref()
        .context("gateway.feed is required where the issuer is elsewhere")?;
    let token = match (&secrets.gateway_token, &feed.token_file) {
        (Some(token), _) => token.clone(),
        (None, Some(path)) => secret_file(path)?,
        (None, None) => {
            anyhow::bail!("there is no gateway token: set TOLLGATE_GATEWAY_TOKEN or gateway.feed.token_file")
        }
    };
    let roots = upstream_roots(config)?;
    Ok(Arc::new(
        HttpSource::new(&feed.url, &token, &roots).context("gateway.feed")?,
    ))
}

fn upstream_roots(config: &Config) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    match &config.gateway.upstream_roots {
        Some(path) => tls::certificates(path),
        None => Ok(Vec::new()),
    }
}

async fn gateway(
    config: &Config,
    source: Arc<dyn Source>,
    clock: Arc<dyn Clock>,
    socket: Option<TcpListener>,
    running: &mut Running,
) -> anyhow::Result<()> {
    let typed = &config.gateway;
    let defaults = tollgate_gateway::Settings::default();
    let settings = tollgate_gateway::Settings {
        name: config.vendor.name.clone().unwrap_or_else(|| defaults.name.clone()),
        trusted_proxies: typed
            .trusted_proxies
            .iter()
            .map(|address| address.to_string().parse())
            .collect::<Result<_, _>>()?,
        leeway: typed.leeway,
        pass_authorization: typed.pass_authorization,
        upstream_roots: upstream_roots(config)?,
        memory: tollgate_gateway::Memory {
            tokens: typed.remembered_tokens,
            ..defaults.memory
        },
        ..defaults
    };
    let gateway = Gateway::new(settings, source, clock);
    let socket = bound(socket, typed.listen).await?;
    running.gateway = Some(socket.local_addr()?);
    let tls = typed
        .tls
        .as_ref()
        .map(tls::server)
        .transpose()?
        .map(Arc::unwrap_or_clone);
    let (following, stop) = (Arc::clone(&gateway), running.stop.clone());
    running.tasks.spawn(async move { following.follow(stop).await });
    gateway.ready().await;
    let stop = running.stop.clone();
    running
        .tasks
        .spawn(async move { gateway.serve(socket, tls, stop).await });
    Ok(())
}

fn acceptor(tls: Option<&crate::settings::config::Tls>) -> anyhow::Result<Option<TlsAcceptor>> {
    Ok(tls.map(tls::server).transpose()?.map(TlsAcceptor::from))
}

async fn bound(socket: Option<TcpListener>, address: SocketAddr) -> anyhow::Result<TcpListener> {
    match socket {
        Some(socket) => Ok(socket),
        None => TcpListener::bind(address)
            .await
            .with_context(|| format!("listening on {address}")),
    }
}

/// Follows the change log, and keeps trying while the store cannot be reached.
async fn follow(desk: Arc<Desk>, stop: CancellationToken) {
    loop {
        let followed = tokio::select! {
            followed = desk.memory.follow(desk.now()) => followed,
            () = stop.cancelled() => return,
        };
        if let Err(fault) = followed {
            tracing::warn!(doing = fault.doing, source = %fault.source, "the change log cannot be followed");
            tokio::select! {
                () = tokio::time::sleep(Duration::from_millis(200)) => {}
                () = stop.cancelled() => return,
            }
        }
    }
}

/// Keeps what was counted, once a second.
async fn count(desk: Arc<Desk>, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(1)) => {}
            () = stop.cancelled() => return,
        }
        if let Err(fault) = desk.memory.keep(desk.tally.take()).await {
            tracing::warn!(doing = fault.doing, source = %fault.source, "counts were not kept");
        }
    }
}

/// How many entries the change log keeps for followers that were away.
const LOG_KEPT: i64 = 100_000;

/// Forgets what nobody needs any more, once a minute.
async fn tidy(desk: Arc<Desk>, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(60)) => {}
            () = stop.cancelled() => return,
        }
        let now = desk.now();
        desk.memory.tidy(now);
        let forget = Change::Forget {
            now,
            log_up_to: desk.memory.reached() - LOG_KEPT,
        };
        if let Err(fault) = desk.memory.keep(vec![forget]).await {
            tracing::warn!(doing = fault.doing, source = %fault.source, "old records were not cleared away");
        }
    }
}
