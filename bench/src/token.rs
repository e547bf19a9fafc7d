//! (a) The token endpoint against its ceiling.

use crate::house::{Served, answers, told, written};
use crate::say;
use crate::wrk::{self, Pace, median};
use std::time::Instant;

const CONNECTIONS: u32 = 16;

/// Measures ES256 and RS256, EdDSA for comparison.
pub(crate) async fn run(pace: Pace) -> anyhow::Result<()> {
    say("## Token endpoint: client_credentials to JWT\n");
    say("| algorithm | token endpoint/s | ceiling/s | ratio (median of rounds) | to reach |");
    say("|---|---|---|---|---|");
    for (algorithm, goal) in [("ES256", "0.70"), ("RS256", "0.95"), ("EdDSA", "-")] {
        measure(pace, algorithm, goal).await?;
    }
    say("");
    Ok(())
}

async fn measure(pace: Pace, algorithm: &str, goal: &str) -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let path = dir.path().display().to_string();
    let _house = Served::start(&["house", "--dir", &path, "--algorithm", algorithm])?;
    let about = written(&dir.path().join("house.json")).await?;
    let _ceiling = Served::start(&["ceiling", "--algorithm", algorithm, "--port", "18099"])?;
    answers("http://127.0.0.1:18099/", Instant::now()).await?;
    let body = format!(
        "grant_type=client_credentials&client_id={}&client_secret={}&audience=https%3A%2F%2Fapi.example.com&scope=read",
        told(&about, "client")?,
        told(&about, "secret")?
    );
    let script = wrk::form(&body);
    let url = format!("{}/oauth2/token", told(&about, "issuer")?);
    let (mut ours, mut theirs, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..pace.rounds {
        let one = wrk::run(&url, &script, CONNECTIONS, pace.seconds)?;
        let other = wrk::run("http://127.0.0.1:18099/", &script, CONNECTIONS, pace.seconds)?;
        ratios.push(one.rate / other.rate);
        ours.push(one.rate);
        theirs.push(other.rate);
    }
    say(&format!(
        "| {algorithm} | {:.0} | {:.0} | {:.2} | {goal} |",
        median(ours),
        median(theirs),
        median(ratios)
    ));
    Ok(())
}
