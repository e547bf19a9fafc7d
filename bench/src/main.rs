//! Benchmarks of Tollgate, as ratios in one run on loopback.
//!
//! `cargo run --profile dist -p tollgate-bench -- all` needs `wrk`, `nginx`, `haproxy` and `openssl`. Figures
//! that were taken stand in `bench/RESULTS.md`.

mod apart;
mod breadth;
mod clients;
mod commits;
mod console;
mod gateway;
mod house;
mod overload;
mod paced;
mod peers;
mod people;
mod peopled;
mod served;
mod token;
mod wrk;

use clap::{Parser, Subcommand};

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

#[derive(Parser)]
struct Cli {
    /// Seconds of each measurement.
    #[arg(long, default_value_t = 5, global = true)]
    seconds: u32,
    /// Rounds; ratios are taken round by round and the median is told.
    #[arg(long, default_value_t = 3, global = true)]
    rounds: usize,
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Everything below.
    All,
    /// Token endpoint against the same server doing one signature a request.
    Token,
    /// Gateway against itself unchecked, nginx, and HAProxy with and without its own check.
    Gateway,
    /// Gateway at half load, with 10,000 routes and 1,000,000 revocations, and with tokens it never saw.
    Breadth,
    /// Gateway with three times as many requests as the API behind can answer.
    Overload,
    /// Gateways alone: memory with a million members behind them, and how soon a revocation is in force at three.
    Apart,
    /// 100,000 clients against an empty store: p99, start, memory.
    Clients,
    /// Pages of the console with 10,000 clients against the same server saying nothing.
    Console,
    /// Code flow and refresh rotation against the store's own commits, and sign-in against Argon2.
    People {
        /// A PostgreSQL where databases may be made, as `postgres://USER@HOST:PORT/postgres`; without it SQLite alone.
        #[arg(long)]
        postgres: Option<String>,
    },
    /// Serves a house with a person; started by the others.
    #[command(hide = true)]
    Peopled(peopled::Peopled),
    /// Serves a house; started by the others.
    #[command(hide = true)]
    House(served::House),
    /// Serves a gateway alone; started by the others.
    #[command(hide = true)]
    Edge(apart::Edge),
    /// Serves the ceiling; started by the others.
    #[command(hide = true)]
    Ceiling(served::Ceiling),
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    let pace = wrk::Pace {
        seconds: cli.seconds,
        rounds: cli.rounds,
    };
    match cli.what {
        What::All => {
            token::run(pace).await?;
            gateway::run(pace).await?;
            breadth::run(pace).await?;
            overload::run(pace).await?;
            apart::run().await?;
            clients::run(pace).await?;
            console::run(pace).await?;
            people::run(pace, None).await
        }
        What::Token => token::run(pace).await,
        What::Gateway => gateway::run(pace).await,
        What::Breadth => breadth::run(pace).await,
        What::Overload => overload::run(pace).await,
        What::Apart => apart::run().await,
        What::Clients => clients::run(pace).await,
        What::Console => console::run(pace).await,
        What::People { postgres } => people::run(pace, postgres.as_deref()).await,
        What::Peopled(options) => peopled::peopled(options).await,
        What::House(options) => served::house(options).await,
        What::Edge(options) => apart::edge(options).await,
        What::Ceiling(options) => served::ceiling(options).await,
    }
}

/// A line of the report.
#[expect(clippy::print_stdout, reason = "the report of the benchmark")]
pub(crate) fn say(line: &str) {
    println!("{line}");
}
