//! `tollgate serve`.

use crate::serve::{self, BadSettings, Secrets, Sockets};
use crate::settings;
use anyhow::Context as _;
use std::path::PathBuf;
use zeroize::Zeroizing;

/// What `serve` is told.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// The configuration.
    #[arg(long, env = "TOLLGATE_CONFIG", default_value = "tollgate.toml")]
    config: PathBuf,
}

/// Runs what the configuration names until it is stopped.
#[expect(clippy::print_stdout, reason = "the first operator's token is shown once, to the person who starts it")]
pub(super) async fn run(options: &Options) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(&options.config)
        .with_context(|| format!("reading {}", options.config.display()))?;
    let config = settings::read(&text).map_err(BadSettings)?;
    let running = serve::start(&config, secrets(), None, Sockets::default()).await?;
    if let Some(token) = &running.first_operator {
        println!("The first operator's token, shown this once: {}", token.expose());
    }
    tracing::info!(issuer = ?running.issuer, gateway = ?running.gateway, management = ?running.management, "everything answers");
    super::stop_signal().await?;
    tracing::info!("stopping");
    running.stop().await;
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "secrets come by environment, and this is where it is read")]
fn secrets() -> Secrets {
    let read = |name| std::env::var(name).ok().filter(|text| !text.is_empty()).map(Zeroizing::new);
    Secrets { master_key: read("TOLLGATE_MASTER_KEY"), gateway_token: read("TOLLGATE_GATEWAY_TOKEN") }
}
