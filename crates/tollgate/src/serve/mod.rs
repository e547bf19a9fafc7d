//! Wiring: from settings to a house that answers.

mod console;
mod gateway;
mod issuer;
mod post;
mod reload;
mod source;
mod tasks;
mod upstream;

use crate::clock;
use crate::settings::Complaint;
use crate::settings::config::{Config, Tls};
use crate::settings::resolve::resolve;
use crate::tls::{self, Shown};
use anyhow::Context as _;
use rustls::ServerConfig;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use tokio::net::{TcpListener, TcpSocket};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tollgate_issuer::{Desk, registry};
use tollgate_keys::secret::Plain;
use tollgate_model::Source;
use tollgate_model::moment::Clock;
use zeroize::Zeroizing;

/// What comes by environment or file and never stands in the configuration.
#[derive(Default)]
pub struct Secrets {
    /// `TOLLGATE_MASTER_KEY`.
    pub master_key: Option<Zeroizing<String>>,
    /// `TOLLGATE_GATEWAY_TOKEN`.
    pub gateway_token: Option<Zeroizing<String>>,
    /// `TOLLGATE_MAIL_PASSWORD`.
    pub mail_password: Option<Zeroizing<String>>,
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
    /// Where the gateway says how it is.
    pub status: Option<SocketAddr>,
    /// The rules' side, in a process that is an issuer.
    pub desk: Option<Arc<Desk>>,
    /// The first operator's token, on the first start only.
    pub first_operator: Option<Plain>,
    /// The link with which somebody becomes the first operator of the console, on the first start only.
    pub first_link: Option<Zeroizing<String>>,
    stop: CancellationToken,
    tasks: JoinSet<()>,
    /// What it runs on, and what of it can be replaced.
    config: Config,
    clock: Arc<dyn Clock>,
    shown: Vec<Arc<Shown>>,
    issuing: Option<issuer::Issuing>,
}

impl Running {
    /// Stops accepting, lets running requests end, and ends.
    pub async fn stop(mut self) {
        self.stop.cancel();
        while self.tasks.join_next().await.is_some() {}
        if let Some(desk) = self.desk.take() {
            tasks::keep_counts(&desk).await;
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
        status: None,
        desk: None,
        first_operator: None,
        first_link: None,
        stop,
        tasks: JoinSet::new(),
        config: config.clone(),
        clock: Arc::clone(&clock),
        shown: Vec::new(),
        issuing: None,
    };
    let source: Arc<dyn Source> = if config.issuer.enabled {
        issuer::start(config, resolved, &secrets, &mut sockets, &mut running).await?
    } else {
        gateway::elsewhere(config, &secrets)?
    };
    if config.gateway.enabled {
        gateway::start(config, &secrets, source, clock, sockets.gateway.take(), &mut running).await?;
    }
    // Last of all: a start that fails shows nothing, and what it made could never be shown again.
    if let Some(desk) = &running.desk {
        running.first_operator = registry::operator::first(desk).await?;
        running.first_link = console::first_link(config, desk, running.management).await?;
    }
    Ok(running)
}

fn secret_file(path: &Path) -> anyhow::Result<Zeroizing<String>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    Ok(Zeroizing::new(text.trim().to_owned()))
}

impl Running {
    /// A listener's TLS, whose certificate can be replaced.
    fn tls(&mut self, tls: Option<&Tls>) -> anyhow::Result<Option<Arc<ServerConfig>>> {
        let Some(tls) = tls else {
            return Ok(None);
        };
        let (config, shown) = tls::server(tls)?;
        self.shown.push(shown);
        Ok(Some(config))
    }
}

/// So many connections may wait to be taken.
const QUEUE: u32 = 1024;

/// The socket that is open already, or one at `address`, which with `shared` others may have, too (RL17): then the next
/// process can start beside this one, and this one be stopped.
async fn bound(socket: Option<TcpListener>, address: SocketAddr, shared: bool) -> anyhow::Result<TcpListener> {
    if let Some(socket) = socket {
        return Ok(socket);
    }
    let listening = || format!("listening on {address}");
    if !shared {
        return TcpListener::bind(address).await.with_context(listening);
    }
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()
    } else {
        TcpSocket::new_v6()
    };
    let open = || {
        let socket = socket?;
        socket.set_reuseaddr(true)?;
        socket.set_reuseport(true)?;
        socket.bind(address)?;
        socket.listen(QUEUE)
    };
    open().with_context(listening)
}
