//! The `tollgate` command.

use clap::Parser as _;
use std::process::ExitCode;
use tollgate::commands::{Cli, run};

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    run(cli)
}
