//! `tollgate init`.

use crate::settings::preset;

/// What `init` is told.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// The vendor to start from.
    #[arg(long, value_parser = preset::NAMES)]
    preset: Option<String>,
}

/// Prints a configuration to start from.
#[expect(clippy::print_stdout, reason = "the answer of the command")]
pub(super) fn run(options: &Options) -> anyhow::Result<()> {
    if let Some(name) = &options.preset {
        println!("preset = {name:?}\n");
    }
    println!("[server]\npublic_url = \"https://auth.example.com\"");
    Ok(())
}
