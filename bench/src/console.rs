//! Pages of the console with 10,000 clients in one account.

use crate::house::{Served, told, written};
use crate::say;
use crate::wrk::{self, Pace, median};
use std::path::Path;

const CLIENTS: usize = 10_000;
const CONNECTIONS: u32 = 4;

/// Pages that are measured: what they are, and what comes after the origin.
const PAGES: [(&str, &str); 4] = [
    ("sign-in page (no session, no store)", "/console/sign-in"),
    ("list of clients, first page", "/console/clients"),
    ("list of clients, searched by name", "/console/clients?text=Client+99"),
    ("troubleshooting", "/console/calls"),
];

/// Measures.
pub(crate) async fn run(pace: Pace) -> anyhow::Result<()> {
    let (few, many) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let (_small, one) = house(few.path(), 0).await?;
    let (_large, all) = house(many.path(), CLIENTS).await?;
    say(&format!("## Console, {CLIENTS} clients in one account (SQLite)\n"));
    say("| page | p99 with one client | p99 with all | pages/s with all | to reach |");
    say("|---|---|---|---|---|");
    for (what, path) in PAGES {
        let (mut with_one, mut with_all) = (Vec::new(), Vec::new());
        for _ in 0..pace.rounds {
            for (place, seen) in [(&one, &mut with_one), (&all, &mut with_all)] {
                let cookie = format!("__Host-tollgate={}", place.session);
                let script = wrk::get(&[("Cookie", &cookie)]);
                seen.push(wrk::run(
                    &format!("{}{path}", place.origin),
                    &script,
                    CONNECTIONS,
                    pace.seconds,
                )?);
            }
        }
        let p99 = |seen: &[wrk::Seen]| median(seen.iter().map(|seen| seen.p99 / 1000.0).collect());
        let rate = median(with_all.iter().map(|seen| seen.rate).collect());
        say(&format!(
            "| {what} | {:.2} ms | {:.2} ms | {rate:.0} | 50 ms |",
            p99(&with_one),
            p99(&with_all)
        ));
    }
    say("");
    Ok(())
}

struct Place {
    origin: String,
    session: String,
}

async fn house(dir: &Path, clients: usize) -> anyhow::Result<(Served, Place)> {
    let (served, _) = crate::clients::house(dir, clients).await?;
    let about = written(&dir.join("house.json")).await?;
    let place = Place {
        origin: told(&about, "issuer")?,
        session: told(&about, "session")?,
    };
    Ok((served, place))
}
