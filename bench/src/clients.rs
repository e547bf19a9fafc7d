//! 100,000 registered clients against one: p99, start, memory.

use crate::house::{Served, told, written};
use crate::say;
use crate::wrk::{self, Pace, median};
use std::path::Path;
use std::time::{Duration, Instant};

const CLIENTS: usize = 100_000;
const CONNECTIONS: u32 = 16;

/// Measures.
pub(crate) async fn run(pace: Pace) -> anyhow::Result<()> {
    let (few, many) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let (small, small_issuer) = house(few.path(), 0).await?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let idle = small.resident()?;
    let (large, large_issuer) = house(many.path(), CLIENTS).await?;
    // Both have answered everybody once before it counts; what the first answers cost is told apart.
    wrk::run(
        &small_issuer,
        &any_client(&few.path().join("clients.txt")),
        CONNECTIONS,
        1,
    )?;
    let cold = wrk::run(
        &large_issuer,
        &any_client(&many.path().join("clients.txt")),
        CONNECTIONS,
        2 * pace.seconds,
    )?;
    let (mut one, mut all) = (Vec::new(), Vec::new());
    for _ in 0..pace.rounds {
        one.push(wrk::run(
            &small_issuer,
            &any_client(&few.path().join("clients.txt")),
            CONNECTIONS,
            pace.seconds,
        )?);
        all.push(wrk::run(
            &large_issuer,
            &any_client(&many.path().join("clients.txt")),
            CONNECTIONS,
            pace.seconds,
        )?);
    }
    let resident = large.resident()?;
    drop(large);
    let start = restart(many.path()).await?;
    let ratios = all.iter().zip(&one).map(|(all, one)| all.p99 / one.p99).collect();
    let p99 = |seen: &[wrk::Seen]| median(seen.iter().map(|seen| seen.p99 / 1000.0).collect());
    let rate = |seen: &[wrk::Seen]| median(seen.iter().map(|seen| seen.rate).collect());
    say(&format!("## {CLIENTS} clients, each asked at random (ES256, SQLite)\n"));
    say("| what | figure | to reach |");
    say("|---|---|---|");
    say(&format!(
        "| p99 with one client | {:.2} ms at {:.0}/s | |",
        p99(&one),
        rate(&one)
    ));
    say(&format!(
        "| p99 with {CLIENTS} | {:.2} ms at {:.0}/s | |",
        p99(&all),
        rate(&all)
    ));
    say(&format!(
        "| p99 with {CLIENTS}, nobody remembered at first | {:.2} ms at {:.0}/s | |",
        cold.p99 / 1000.0,
        cold.rate
    ));
    say(&format!(
        "| ratio of the p99s (median of rounds) | {:.2} | 1.2 |",
        median(ratios)
    ));
    say(&format!(
        "| from start to first token with {CLIENTS} | {} ms | 300 ms |",
        start.as_millis()
    ));
    say(&format!("| resident, idle, one client | {idle:.0} MiB | 64 MiB |"));
    say(&format!(
        "| resident after the load, {CLIENTS} clients | {resident:.0} MiB | 160 MiB |"
    ));
    say("");
    Ok(())
}

pub(crate) async fn house(dir: &Path, clients: usize) -> anyhow::Result<(Served, String)> {
    let path = dir.display().to_string();
    let served = Served::start(&["house", "--dir", &path, "--clients", &clients.to_string()])?;
    let about = written(&dir.join("house.json")).await?;
    Ok((served, format!("{}/oauth2/token", told(&about, "issuer")?)))
}

/// From the start of the process to the first token of a client that it has never seen.
async fn restart(dir: &Path) -> anyhow::Result<Duration> {
    let client = reqwest::Client::new();
    let about: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(dir.join("house.json"))?)?;
    let began = Instant::now();
    let path = dir.display().to_string();
    let _served = Served::start(&["house", "--dir", &path])?;
    let again = written(&dir.join("again.json")).await?;
    let form = [
        ("grant_type", "client_credentials".to_owned()),
        ("client_id", told(&about, "client")?),
        ("client_secret", told(&about, "secret")?),
    ];
    let answer = client
        .post(format!("{}/oauth2/token", told(&again, "issuer")?))
        .form(&form)
        .send()
        .await?;
    answer.error_for_status()?;
    Ok(began.elapsed())
}

/// Asks as a random one of the clients in the file. Every request is written beforehand, and as many for a file
/// with one client as for a full one: wrk itself must cost the same in both.
fn any_client(file: &Path) -> String {
    format!(
        "local lines, asks = {{}}, {{}}\nfor line in io.lines('{}') do lines[#lines + 1] = line end\nmath.randomseed(7)\nfunction init()\n for i = 1, {CLIENTS} do\n  local id, secret = lines[(i - 1) % #lines + 1]:match('(%S+) (%S+)')\n  asks[i] = wrk.format('POST', nil, {{['Content-Type'] = 'application/x-www-form-urlencoded'}}, 'grant_type=client_credentials&client_id=' .. id .. '&client_secret=' .. secret .. '&scope=read')\n end\nend\nfunction request() return asks[math.random({CLIENTS})] end\n",
        file.display()
    )
}
