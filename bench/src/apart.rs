//! (d) Gateways in processes of their own: how much they hold, and how soon they hear.

use crate::gateway::token;
use crate::house::{Served, told, written};
use crate::say;
use crate::served::{member, terminated, write};
use anyhow::Context as _;
use reqwest::{Client, StatusCode};
use serde_json::Value;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tollgate::serve::{self, Secrets, Sockets};

/// What the issuer has on record.
const CLIENTS: usize = 100_000;
const MEMBERS: usize = 1_000_000;
const REVOCATIONS: usize = 100_000;
/// Of so many members somebody speaks at the gateway.
const NAMED: usize = 60_000;
/// How many gateways follow one issuer.
const GATEWAYS: usize = 3;
/// How many tokens are revoked, one after another.
const REVOKED: usize = 200;
/// How many ask side by side.
const AT_ONCE: usize = 16;

/// A gateway alone.
#[derive(clap::Args)]
pub(crate) struct Edge {
    /// The directory of the house whose issuer it follows; where it listens is written to a file in it,
    #[arg(long)]
    dir: PathBuf,
    /// of this name.
    #[arg(long)]
    name: String,
    /// The issuer's management listener.
    #[arg(long)]
    feed: String,
}

/// Serves it until it is told to end.
pub(crate) async fn edge(options: Edge) -> anyhow::Result<()> {
    let text = format!(
        r#"
        [issuer]
        enabled = false
        [gateway]
        listen = "127.0.0.1:0"
        status_listen = "127.0.0.1:0"
        snapshot = "{dir}/{name}.rest"
        [gateway.feed]
        url = "{feed}"
        token_file = "{dir}/gateway.token"
        "#,
        dir = options.dir.display(),
        name = options.name,
        feed = options.feed,
    );
    let config = tollgate::settings::read(&text).map_err(serve::BadSettings)?;
    let running = serve::start(&config, Secrets::default(), None, Sockets::default()).await?;
    let address = |a: Option<std::net::SocketAddr>| a.map(|a| format!("http://{a}"));
    let about = serde_json::json!({ "gateway": address(running.gateway), "status": address(running.status) });
    write(&options.dir.join(format!("{}.json", options.name)), &about.to_string())?;
    terminated().await?;
    running.stop().await;
    Ok(())
}

/// Measures both, with ES256.
pub(crate) async fn run() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let upstream = upstream().await?;
    let path = dir.path().display().to_string();
    let [clients, members, revocations] = [CLIENTS, MEMBERS, REVOCATIONS].map(|number| number.to_string());
    let _issuer = Served::start(&[
        "house",
        "--dir",
        &path,
        "--upstream",
        &upstream,
        "--clients",
        &clients,
        "--members",
        &members,
        "--revocations",
        &revocations,
    ])?;
    let about = written(&dir.path().join("house.json")).await?;
    say("## Gateways apart from their issuer (ES256)\n");
    say(&format!(
        "The issuer has {CLIENTS} clients, {MEMBERS} members and {REVOCATIONS} revocations in force.\n"
    ));
    say("| what | figure | to reach |");
    say("|---|---|---|");
    memory(dir.path(), &about).await?;
    news(dir.path(), &about).await?;
    say("");
    Ok(())
}

/// A gateway alone and its address.
struct Alone {
    process: Served,
    url: String,
    status: String,
}

impl Alone {
    async fn start(dir: &Path, about: &Value, name: &str) -> anyhow::Result<Self> {
        let path = dir.display().to_string();
        let feed = told(about, "management")?;
        let process = Served::start(&["edge", "--dir", &path, "--name", name, "--feed", &feed])?;
        let about = written(&dir.join(format!("{name}.json"))).await?;
        Ok(Self {
            process,
            url: told(&about, "gateway")?,
            status: told(&about, "status")?,
        })
    }

    /// A figure among its metrics.
    async fn figure(&self, client: &Client, name: &str) -> anyhow::Result<u64> {
        let text = client
            .get(format!("{}/metrics", self.status))
            .send()
            .await?
            .text()
            .await?;
        let name = format!("tollgate_gateway_{name} ");
        let line = text.lines().find_map(|line| line.strip_prefix(name.as_str()));
        Ok(line.with_context(|| format!("no {name}"))?.trim().parse()?)
    }
}

async fn memory(dir: &Path, about: &Value) -> anyhow::Result<()> {
    let gateway = Alone::start(dir, about, "memory").await?;
    let http = Client::new();
    let idle = gateway.process.resident()?;
    let (issuer, checked) = (told(about, "issuer")?, format!("{}/checked", gateway.url));
    let lines = std::fs::read_to_string(dir.join("clients.txt"))?;
    let clients: Vec<(String, String)> = lines
        .lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(id, secret)| (id.to_owned(), secret.to_owned()))
        .take(CLIENTS)
        .collect();
    side_by_side(clients, |(id, secret)| {
        let (http, issuer, checked) = (http.clone(), issuer.clone(), checked.clone());
        async move {
            let about = serde_json::json!({ "issuer": issuer, "client": id, "secret": secret });
            let token = token_by(&http, &about).await?;
            passes(http.get(checked).bearer_auth(token)).await
        }
    })
    .await?;
    let touched = gateway.process.resident()?;
    let token = token(about).await?;
    let acting = format!("{}/acting", gateway.url);
    // Spread over all of them.
    let named = (0..NAMED).map(|number| number * (MEMBERS / NAMED)).collect();
    side_by_side(named, |number| {
        let request = http.get(&acting).bearer_auth(&token).header("x-email", member(number));
        passes(request)
    })
    .await?;
    let tokens = gateway.figure(&http, "remembered_tokens").await?;
    let users = gateway.figure(&http, "remembered_users").await?;
    let revocations = gateway.figure(&http, "revocations").await?;
    // What it writes down takes memory too, and is written within seconds.
    tokio::time::sleep(Duration::from_secs(15)).await;
    let resident = gateway.process.resident()?;
    say(&format!(
        "| resident, idle, {revocations} revocations | {idle:.0} MiB | |"
    ));
    say(&format!(
        "| resident after a call of each of {CLIENTS} clients | {touched:.0} MiB | |"
    ));
    say(&format!(
        "| and after calls for {NAMED} members ({tokens} tokens and {users} members remembered) | {resident:.0} MiB | 200 MiB |"
    ));
    Ok(())
}

/// RL21.
async fn news(dir: &Path, about: &Value) -> anyhow::Result<()> {
    let mut gateways = Vec::new();
    for number in 0..GATEWAYS {
        gateways.push(Alone::start(dir, about, &format!("news-{number}")).await?);
    }
    let http = Client::new();
    let mut waited = Vec::new();
    for _ in 0..REVOKED {
        let token = token_by(&http, about).await?;
        for gateway in &gateways {
            passes(http.get(format!("{}/checked", gateway.url)).bearer_auth(&token)).await?;
        }
        let form = [
            ("token", token.clone()),
            ("client_id", told(about, "client")?),
            ("client_secret", told(about, "secret")?),
        ];
        let revoke = http
            .post(format!("{}/oauth2/revoke", told(about, "issuer")?))
            .form(&form);
        revoke.send().await?.error_for_status()?;
        let acknowledged = Instant::now();
        let mut hearing = JoinSet::new();
        for gateway in &gateways {
            let ask = http.get(format!("{}/checked", gateway.url)).bearer_auth(&token);
            hearing.spawn(heard(ask, acknowledged));
        }
        while let Some(heard) = hearing.join_next().await {
            waited.push(heard??);
        }
    }
    waited.sort_unstable();
    let of = |share: usize| -> anyhow::Result<f64> {
        let place = (waited.len() * share).div_ceil(100).saturating_sub(1);
        Ok(waited.get(place).context("nothing was measured")?.as_secs_f64() * 1000.0)
    };
    say(&format!(
        "| revocation in force at each of {GATEWAYS}, {} waits, p50 | {:.1} ms | |",
        waited.len(),
        of(50)?
    ));
    say(&format!("| p99 | {:.1} ms | 1000 ms |", of(99)?));
    say(&format!("| longest | {:.1} ms | |", of(100)?));
    Ok(())
}

/// How long after `acknowledged` the first 401 comes.
async fn heard(ask: reqwest::RequestBuilder, acknowledged: Instant) -> anyhow::Result<Duration> {
    loop {
        let answer = ask.try_clone().context("a request without body")?.send().await?;
        if answer.status() == StatusCode::UNAUTHORIZED {
            return Ok(acknowledged.elapsed());
        }
        anyhow::ensure!(answer.status() == StatusCode::OK, "{}", answer.status());
        anyhow::ensure!(acknowledged.elapsed() < Duration::from_secs(60), "never heard of");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

async fn passes(request: reqwest::RequestBuilder) -> anyhow::Result<()> {
    request.send().await?.error_for_status()?.bytes().await?;
    Ok(())
}

/// A token, over a connection that is kept.
async fn token_by(http: &Client, about: &Value) -> anyhow::Result<String> {
    let form = [
        ("grant_type", "client_credentials".to_owned()),
        ("client_id", told(about, "client")?),
        ("client_secret", told(about, "secret")?),
    ];
    let ask = http
        .post(format!("{}/oauth2/token", told(about, "issuer")?))
        .form(&form);
    let body: Value = ask.send().await?.error_for_status()?.json().await?;
    told(&body, "access_token")
}

/// Does all of it, a few at a time.
async fn side_by_side<T, F>(all: Vec<T>, each: impl Fn(T) -> F) -> anyhow::Result<()>
where
    F: Future<Output = anyhow::Result<()>> + Send + 'static,
{
    let mut doing = JoinSet::new();
    for one in all {
        if doing.len() >= AT_ONCE
            && let Some(done) = doing.join_next().await
        {
            done??;
        }
        doing.spawn(each(one));
    }
    while let Some(done) = doing.join_next().await {
        done??;
    }
    Ok(())
}

/// A server behind the gateways that answers everything with 200.
async fn upstream() -> anyhow::Result<String> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move { axum::serve(listener, axum::Router::new().fallback(|| async { "ok" })).await });
    Ok(format!("http://{address}"))
}
