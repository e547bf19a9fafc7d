//! `tollgate check`.

use crate::serve::BadSettings;
use crate::settings;
use crate::settings::resolve::resolve;
use anyhow::Context as _;
use std::path::PathBuf;

/// What `check` is told.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// The configuration.
    #[arg(long, env = "TOLLGATE_CONFIG", default_value = "tollgate.toml")]
    config: PathBuf,
}

/// Names every fault of a configuration.
#[expect(clippy::print_stdout, reason = "the answer of the command")]
pub(super) fn run(options: &Options) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(&options.config)
        .with_context(|| format!("reading {}", options.config.display()))?;
    let config = settings::read(&text).map_err(BadSettings)?;
    resolve(&config).map_err(BadSettings)?;
    println!("{}: no fault found", options.config.display());
    Ok(())
}
