//! `tollgate demo`: everything in one process, with one customer firm, for a visitor.

mod callback;
mod files;
mod furnish;
mod legacy;
mod web;

use crate::listen::Rooms;
use crate::serve::{self, Running, Secrets, Sockets};
use crate::settings::config::{Config, Connection, ConnectionKind, DemoConnection, DeskAt, Upstream};
use crate::settings::preset;
use crate::{listen, sample};
use anyhow::Context as _;
use files::Kept;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tollgate_issuer::registry::Asker;
use tollgate_model::moment::Clock;

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
    let dir = files::private_dir(&options.dir)?;
    // A port that is taken ends this before anything of a demo that runs there is touched.
    let sockets = Sockets {
        issuer: Some(port(options.issuer_port).await?),
        gateway: Some(port(options.gateway_port).await?),
        management: Some(port(options.management_port).await?),
    };
    let api = port(options.api_port).await?;
    let kept = Kept::put_aside(&dir)?;
    let back = format!("http://localhost:{}{}", api.local_addr()?.port(), callback::PATH);
    let mut config = config(options, &dir, &sockets, &api)?;
    let undated = legacy::take_undated(&mut config);
    let demo = config.demo.clone().context("this preset has no [demo]")?;
    let secrets = Secrets {
        master_key: Some(files::master_key(&dir)?),
        ..Secrets::default()
    };
    let stop = CancellationToken::new();
    let served = listen::Served {
        rooms: Rooms::of(sample::router(&demo.sample).merge(callback::router())),
        tls: None,
    };
    let sample = tokio::spawn(listen::serve(api, served, stop.clone()));
    let running = serve::start(&config, secrets, clock, sockets).await?;
    let desk = running.desk.clone().context("a demo is an issuer")?;
    let env = furnish::furnish(&desk, &config, &demo, &running, &kept, &back).await?;
    legacy::furnish_ends(&desk, &Asker::system(), &undated).await?;
    kept.replace(&env)?;
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
    let gateway = sockets.gateway.as_ref().context("a demo has a gateway")?.local_addr()?;
    config.gateway.public_url = Some(format!("http://localhost:{}", gateway.port()));
    // A visitor is firm and vendor at once, and finds both in one place.
    config.console.desk = DeskAt::Everywhere;
    config.webhooks.private_addresses = true;
    config.store.url = match &options.store {
        Some(url) => url.clone(),
        None => format!("sqlite:{}", dir.join("tollgate.db").display()),
    };
    let pressed = config.demo.iter().flat_map(|demo| &demo.connection).map(test);
    config.people.connection.extend(pressed.collect::<Vec<_>>());
    let sample = Upstream {
        targets: vec![format!("http://localhost:{}", api.local_addr()?.port())],
        http2: false,
        health_path: None,
        connect_timeout: None,
        response_timeout: None,
        upgrades: false,
        max_body: 0,
        in_flight: 0,
        failures: 0,
        rest: 10,
    };
    for upstream in config.upstream.values_mut() {
        *upstream = sample.clone();
    }
    Ok(config)
}

/// A connection that is a page with a button.
fn test(typed: &DemoConnection) -> Connection {
    Connection {
        name: typed.name.clone(),
        label: typed.label.clone(),
        kind: ConnectionKind::Test,
        factor: typed.factor.clone(),
        sign_up: false,
        issuer: None,
        client_id: None,
        client_secret_file: None,
        scopes: Vec::new(),
    }
}

async fn port(port: u16) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(("127.0.0.1", port)).await;
    listener
        .with_context(|| format!("port {port} is taken; choose others with --issuer-port, --gateway-port, --api-port"))
}

#[cfg(test)]
mod tests;
