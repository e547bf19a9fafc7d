//! The commands over the management API.

/// A management command.
#[derive(Debug, clap::Subcommand)]
pub enum Command {}

/// Runs it.
pub(super) async fn run(command: Command) -> anyhow::Result<()> {
    match command {}
}
