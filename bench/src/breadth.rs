//! (c) The gateway with much to know, with tokens it never saw, and at half load.

use crate::gateway::token;
use crate::house::{Served, answers, told, written};
use crate::peers::{self, NGINX, UPSTREAM};
use crate::wrk::{self, Pace, median};
use crate::{paced, say};
use anyhow::Context as _;
use std::path::Path;
use std::time::Instant;
use tokio::task::JoinSet;
use tollgate_keys::jwk::JwkSet;
use tollgate_keys::verify::{VerifyingKeys, signature};

const CONNECTIONS: u32 = 32;
/// What the large house knows.
const ROUTES: &str = "10000";
const REVOCATIONS: &str = "1000000";
/// More tokens a second than the gateway verifies.
const TOKENS_A_SECOND: usize = 30_000;

/// Measures all three, with ES256.
pub(crate) async fn run(pace: Pace) -> anyhow::Result<()> {
    let peers_at = tempfile::tempdir()?;
    let _peers = peers::start(peers_at.path(), "ES256")?;
    let upstream = format!("http://127.0.0.1:{UPSTREAM}");
    let (small, large) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let (small_path, large_path) = (small.path().display().to_string(), large.path().display().to_string());
    let plain = ["house", "--upstream", &upstream, "--dir", &small_path];
    let full = [
        "house",
        "--upstream",
        &upstream,
        "--dir",
        &large_path,
        "--routes",
        ROUTES,
        "--revocations",
        REVOCATIONS,
    ];
    let (_one, other) = (Served::start(&plain)?, Served::start(&full)?);
    let few = written(&small.path().join("house.json")).await?;
    let many = written(&large.path().join("house.json")).await?;
    answers(&format!("http://127.0.0.1:{NGINX}/"), Instant::now()).await?;
    let (few, many) = (House::of(&few).await?, House::of(&many).await?);
    half_load(pace, &few).await?;
    breadth(pace, &few, &many, &other)?;
    first_seen(pace, &few, small.path()).await
}

/// A house's gateway, and a token for it.
struct House {
    gateway: String,
    about: serde_json::Value,
    bearer: String,
}

impl House {
    async fn of(about: &serde_json::Value) -> anyhow::Result<Self> {
        Ok(Self {
            gateway: told(about, "gateway")?,
            bearer: format!("Bearer {}", token(about).await?),
            about: about.clone(),
        })
    }

    fn rate(&self, path: &str, pace: Pace) -> anyhow::Result<f64> {
        let script = wrk::get(&[("Authorization", &self.bearer)]);
        Ok(wrk::run(&format!("{}{path}", self.gateway), &script, CONNECTIONS, pace.seconds)?.rate)
    }
}

/// Both at half of what the slower can do.
async fn half_load(pace: Pace, house: &House) -> anyhow::Result<()> {
    let script = wrk::get(&[("Authorization", &house.bearer)]);
    let nginx = wrk::run(
        &format!("http://127.0.0.1:{NGINX}/checked"),
        &script,
        CONNECTIONS,
        pace.seconds,
    )?
    .rate;
    let rate = nginx.min(house.rate("/checked", pace)?) / 2.0;
    let gateway = house.gateway.trim_start_matches("http://");
    let [mut ours, mut theirs, mut ratios] = [const { Vec::new() }; 3];
    for _ in 0..pace.rounds {
        let one = paced::p99((gateway, "/checked"), &house.bearer, CONNECTIONS, rate, pace.seconds).await?;
        let address = format!("127.0.0.1:{NGINX}");
        let other = paced::p99((&address, "/checked"), &house.bearer, CONNECTIONS, rate, pace.seconds).await?;
        ratios.push(one / other);
        ours.push(one);
        theirs.push(other);
    }
    say("## Gateway at half load, with much to know, with new tokens (ES256)\n");
    say("| what | figure | against | ratio (median of rounds) | to reach |");
    say("|---|---|---|---|---|");
    say(&format!(
        "| p99 at {rate:.0} requests/s, checked | {:.2} ms | nginx, unchecked: {:.2} ms | {:.2} | 1.5 |",
        median(ours),
        median(theirs),
        median(ratios)
    ));
    Ok(())
}

fn breadth(pace: Pace, few: &House, many: &House, process: &Served) -> anyhow::Result<()> {
    let [mut ours, mut theirs, mut ratios] = [const { Vec::new() }; 3];
    for _ in 0..pace.rounds {
        let one = many.rate("/checked", pace)?;
        let other = few.rate("/checked", pace)?;
        ratios.push(other / one);
        ours.push(one);
        theirs.push(other);
    }
    say(&format!(
        "| {ROUTES} routes and {REVOCATIONS} revocations | {:.0}/s, {:.0} MiB with its issuer | two routes, none: {:.0}/s | {:.2} | 1.1 |",
        median(ours),
        process.resident()?,
        median(theirs),
        median(ratios)
    ));
    Ok(())
}

/// Each token once. The ceiling is what forwarding costs, and verifying one signature, one after the other.
async fn first_seen(pace: Pace, house: &House, dir: &Path) -> anyhow::Result<()> {
    let seconds = usize::try_from(pace.seconds)?;
    let keys = keys(house).await?;
    let [mut ours, mut theirs, mut ratios] = [const { Vec::new() }; 3];
    for round in 0..pace.rounds {
        let tokens = mint(house, TOKENS_A_SECOND * seconds).await?;
        let unchecked = house.rate("/unchecked", pace)?;
        let verified = verified(&tokens, &keys)?;
        let file = dir.join(format!("tokens-{round}.txt"));
        std::fs::write(&file, tokens.join("\n"))?;
        let script = format!(
            "local line = io.lines('{}')\nfunction request()\n return wrk.format('GET', nil, {{['Authorization'] = 'Bearer ' .. assert(line(), 'no token is left')}})\nend\n",
            file.display()
        );
        let seen = wrk::run(
            &format!("{}/checked", house.gateway),
            &script,
            CONNECTIONS,
            pace.seconds,
        )?
        .rate;
        let ceiling = 1.0 / (1.0 / unchecked + 1.0 / verified);
        ratios.push(seen / ceiling);
        ours.push(seen);
        theirs.push(ceiling);
    }
    say(&format!(
        "| tokens never seen before | {:.0}/s | one signature verified and forwarded: {:.0}/s | {:.2} | 0.9 |",
        median(ours),
        median(theirs),
        median(ratios)
    ));
    say("");
    Ok(())
}

async fn keys(house: &House) -> anyhow::Result<VerifyingKeys> {
    let url = format!("{}/.well-known/jwks.json", told(&house.about, "issuer")?);
    let text = reqwest::get(url).await?.error_for_status()?.bytes().await?;
    let set = JwkSet::parse(&text).map_err(|error| anyhow::anyhow!("{error}"))?;
    VerifyingKeys::of(&set).map_err(|error| anyhow::anyhow!("{error}"))
}

/// Signatures a second on all cores.
fn verified(tokens: &[String], keys: &VerifyingKeys) -> anyhow::Result<f64> {
    let cores = std::thread::available_parallelism()?.get();
    let sample: Vec<&String> = tokens.iter().take(20_000).collect();
    let began = Instant::now();
    std::thread::scope(|scope| {
        for part in sample.chunks(sample.len().div_ceil(cores)) {
            scope.spawn(move || part.iter().filter(|token| signature(token, keys).is_ok()).count());
        }
    });
    Ok(f64::from(u32::try_from(sample.len())?) / began.elapsed().as_secs_f64())
}

/// So many tokens of the house's client.
async fn mint(house: &House, many: usize) -> anyhow::Result<Vec<String>> {
    const AT_ONCE: usize = 16;
    let client = reqwest::Client::new();
    let mut makers = JoinSet::new();
    for _ in 0..AT_ONCE {
        let (client, about) = (client.clone(), house.about.clone());
        makers.spawn(async move {
            let form = [
                ("grant_type", "client_credentials".to_owned()),
                ("client_id", told(&about, "client")?),
                ("client_secret", told(&about, "secret")?),
            ];
            let url = format!("{}/oauth2/token", told(&about, "issuer")?);
            let mut tokens = Vec::new();
            for _ in 0..many.div_ceil(AT_ONCE) {
                let answer = client.post(&url).form(&form).send().await?.error_for_status()?;
                let body: serde_json::Value = answer.json().await?;
                tokens.push(told(&body, "access_token")?);
            }
            anyhow::Ok(tokens)
        });
    }
    let mut tokens = Vec::new();
    while let Some(made) = makers.join_next().await {
        tokens.extend(made.context("a maker ended")??);
    }
    Ok(tokens)
}
