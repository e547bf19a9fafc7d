//! The gateway, beside its issuer or on its own.

use super::{Running, Secrets, bound, secret_file};
use crate::settings::config::Config;
use crate::tls;
use anyhow::Context as _;
use rustls_pki_types::CertificateDer;
use std::sync::Arc;
use tokio::net::TcpListener;
use tollgate_gateway::{Gateway, HttpSource};
use tollgate_model::Source;
use tollgate_model::moment::Clock;

/// Where a gateway on its own learns what it works from.
pub(super) fn elsewhere(config: &Config, secrets: &Secrets) -> anyhow::Result<Arc<dyn Source>> {
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

/// Takes the first snapshot, and listens.
pub(super) async fn start(
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
