//! The command line.

mod check;
mod demo;
mod init;
pub mod manage;
mod serve;

use clap::{Parser, Subcommand};
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

/// Get firms' software into your API: issuer, console and gateway in one binary.
#[derive(Debug, Parser)]
#[command(name = "tollgate", version, propagate_version = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show everything in one process: issuer, gateway, a sample API, and a customer firm with its client.
    Demo(demo::Start),
    /// Run what a configuration names.
    Serve(serve::Options),
    /// Print a commented configuration to start from.
    Init(init::Options),
    /// Name every fault of a configuration.
    Check(check::Options),
    #[command(flatten)]
    Manage(manage::Command),
}

/// Runs a command.
#[must_use]
pub fn run(cli: Cli) -> ExitCode {
    let filter = EnvFilter::try_from_env("TOLLGATE_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error.into()),
    };
    let done = runtime.block_on(async {
        match cli.command {
            Command::Demo(options) => demo::run(&options).await,
            Command::Serve(options) => serve::run(&options).await,
            Command::Init(options) => init::run(&options),
            Command::Check(options) => check::run(&options),
            Command::Manage(command) => manage::run(command).await,
        }
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error),
    }
}

#[expect(clippy::print_stderr, reason = "a command that failed says so on standard error")]
fn failed(error: &anyhow::Error) -> ExitCode {
    eprintln!("tollgate: {error:#}");
    ExitCode::FAILURE
}

/// Waits for ctrl-c or SIGTERM.
pub(crate) async fn stop_signal() -> anyhow::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        pressed = tokio::signal::ctrl_c() => pressed?,
        _ = terminate.recv() => {}
    }
    Ok(())
}
