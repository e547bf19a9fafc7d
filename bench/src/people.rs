//! Codes and refresh tokens against the store's own commits, and signing in against Argon2.
//!
//! A rotation is one commit and counts as one. A flow, from the authorization request of somebody who is signed in and
//! agreed before to the tokens, is two: the code that is given out, and the code that is spent.

use crate::house::{Served, answers, told};
use crate::peopled::{EMAIL, PASSWORD, about, origin, provide, start};
use crate::wrk::{self, Pace, median};
use crate::{commits, say};
use anyhow::Context as _;
use std::path::Path;
use std::time::Instant;
use tollgate_issuer::people::sign_in;
use tollgate_keys::password::Verdict;
use tollgate_store::{Settings, testing};

const CONNECTIONS: u32 = 16;
/// Refresh tokens for each round: more than connections, because wrk asks for a request that it never sends.
const FAMILIES: usize = 2 * CONNECTIONS as usize;
/// How often somebody signs in, each round.
const SIGN_INS: usize = 10;

/// Measures on SQLite and, where an address of a server is given, on PostgreSQL.
pub(crate) async fn run(pace: Pace, postgres: Option<&str>) -> anyhow::Result<()> {
    say("## People: code flow, rotation, sign-in\n");
    say(
        "| store | what | /s | commits each | commits/s, served | ratio, to reach 0.60 | commits/s, in process | ratio |",
    );
    say("|---|---|---|---|---|---|---|---|");
    let dir = tempfile::tempdir()?;
    let at = |name: &str| format!("sqlite:{}", dir.path().join(name).display());
    measure(pace, "SQLite", (&at("house.db"), &at("ceiling.db"))).await?;
    if let Some(server) = postgres {
        let (house, ceiling) = (testing::fresh(server).await?, testing::fresh(server).await?);
        let measured = measure(pace, "PostgreSQL", (&house, &ceiling)).await;
        for database in [&house, &ceiling] {
            testing::discard(server, database).await?;
        }
        measured?;
    }
    say("");
    signing_in(pace).await
}

async fn measure(pace: Pace, name: &str, (house, ceiling): (&str, &str)) -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let behind = format!("{ceiling}{}", if ceiling.starts_with("sqlite:") { ".http" } else { "" });
    let _behind = Served::start(&["ceiling", "--algorithm", "ES256", "--port", "18098", "--store", &behind])?;
    answers("http://127.0.0.1:18098/", Instant::now()).await?;
    let path = dir.path().display().to_string();
    let families = (FAMILIES * pace.rounds).to_string();
    let _served = Served::start(&["peopled", "--dir", &path, "--store", house, "--families", &families])?;
    let about = about(dir.path()).await?;
    let url = told(&about, "issuer")?;
    let store = tollgate_store::open(&Settings::at(ceiling)).await?;
    let flow = flow(&about)?;
    let [mut flows, mut rotations, mut commits, mut served] = [const { Vec::new() }; 4];
    for round in 0..pace.rounds {
        commits.push(commits::rate(&store, CONNECTIONS, pace.seconds).await?);
        served.push(wrk::run("http://127.0.0.1:18098/", &wrk::form("a=b"), CONNECTIONS, pace.seconds)?.rate);
        // Each flow is two requests.
        flows.push(wrk::run(&url, &flow, CONNECTIONS, pace.seconds)?.rate / 2.0);
        let rotation = rotation(&about, dir.path(), round)?;
        rotations.push(wrk::run(&url, &rotation, CONNECTIONS, pace.seconds)?.rate);
    }
    for (what, each, seen) in [
        ("code flow, consent remembered", 2.0, flows),
        ("refresh rotation", 1.0, rotations),
    ] {
        let ratio = |ceiling: &[f64]| {
            median(
                seen.iter()
                    .zip(ceiling)
                    .map(|(seen, most)| each * seen / most)
                    .collect(),
            )
        };
        say(&format!(
            "| {name} | {what} | {:.0} | {each:.0} | {:.0} | {:.2} | {:.0} | {:.2} |",
            median(seen.clone()),
            median(served.clone()),
            ratio(&served),
            median(commits.clone()),
            ratio(&commits),
        ));
    }
    Ok(())
}

/// A request for a code, and then, for each that came, the request for its tokens.
fn flow(about: &serde_json::Value) -> anyhow::Result<String> {
    Ok(format!(
        "local codes, ask = {{}}\nfunction init() ask = wrk.format('GET', '{}', {{['Cookie'] = '{}'}}) end\nfunction request()\n local code = table.remove(codes)\n if not code then return ask end\n return wrk.format('POST', '/oauth2/token', {{['Content-Type'] = 'application/x-www-form-urlencoded'}}, '{}' .. code)\nend\nfunction response(status, headers)\n if status ~= 303 then return end\n local location = headers['location'] or headers['Location']\n codes[#codes + 1] = assert(location:match('[?&]code=([^&]+)'), location)\nend\n",
        told(about, "authorize")?,
        told(about, "cookie")?,
        told(about, "buy")?
    ))
}

/// Families of this round, rotated in turn: the token of an answer goes to the end of the line.
fn rotation(about: &serde_json::Value, dir: &Path, round: usize) -> anyhow::Result<String> {
    let (from, to) = (round * FAMILIES + 1, (round + 1) * FAMILIES);
    Ok(format!(
        "local tokens, first, last, line = {{}}, 1, 0, 0\nfor token in io.lines('{}') do\n line = line + 1\n if line >= {from} and line <= {to} then last = last + 1; tokens[last] = token end\nend\nfunction request()\n local token = assert(tokens[first], 'no token is left')\n tokens[first] = nil\n first = first + 1\n return wrk.format('POST', '/oauth2/token', {{['Content-Type'] = 'application/x-www-form-urlencoded'}}, '{}' .. token)\nend\nfunction response(status, headers, body)\n last = last + 1\n tokens[last] = assert(body:match('\"refresh_token\":\"([^\"]+)\"'), body)\nend\n",
        dir.join("tokens.txt").display(),
        told(about, "refresh")?
    ))
}

/// One who signs in after another, against as many comparisons of the same password with the same hash.
async fn signing_in(pace: Pace) -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let store = format!("sqlite:{}", dir.path().join("sign-in.db").display());
    let running = start(dir.path(), &store).await?;
    let desk = running.desk.clone().context("no issuer")?;
    provide(&desk).await?;
    let user = desk.store.user_by_email(EMAIL).await?.context("nobody")?;
    let hash = user.password.context("no password")?;
    let [mut ours, mut theirs, mut ratios] = [const { Vec::new() }; 3];
    for _ in 0..pace.rounds {
        let [mut one, mut other] = [const { Vec::new() }; 2];
        for _ in 0..SIGN_INS {
            let began = Instant::now();
            let verdict = desk.bench.verify(PASSWORD, &hash).await?;
            other.push(began.elapsed().as_secs_f64() * 1000.0);
            anyhow::ensure!(matches!(verdict, Verdict::Right { .. }), "not the password");
            let began = Instant::now();
            sign_in::password(&desk, EMAIL, PASSWORD, &origin()).await??;
            one.push(began.elapsed().as_secs_f64() * 1000.0);
        }
        let (one, other) = (median(one), median(other));
        ratios.push(other / one);
        ours.push(one);
        theirs.push(other);
    }
    drop(desk);
    running.stop().await;
    say("| what | ms | Argon2 alone, ms | ratio (median of rounds) | to reach |");
    say("|---|---|---|---|---|");
    say(&format!(
        "| sign-in with a password (SQLite) | {:.1} | {:.1} | {:.2} | 0.90 |",
        median(ours),
        median(theirs),
        median(ratios)
    ));
    say("");
    Ok(())
}
