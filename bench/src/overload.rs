//! (h) Three times as many requests as the API behind can answer.
//!
//! The API works on so many requests at a time, each for the same time; the others wait in line there. The load is open: each
//! request has its moment, whether the one before is answered or not, as far as the connections reach. Its first second is
//! not counted: the line that forms before anything can be measured is worked off in it.

use crate::house::{Served, answers, told, written};
use crate::say;
use crate::wrk::{Pace, median};
use anyhow::Context as _;
use axum::Router;
use axum::routing::get;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};

/// So many requests at a time, and for how long each.
const AT_ONCE: u32 = 40;
const TAKES: Duration = Duration::from_millis(40);
/// Connections of the load.
const CONNECTIONS: u32 = 600;
/// What is not counted.
const BEFORE: Duration = Duration::from_secs(1);

/// Measures with and without the measured limit.
pub(crate) async fn run(pace: Pace) -> anyhow::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let upstream = format!("http://{}", listener.local_addr()?);
    let places = Arc::new(Semaphore::new(AT_ONCE as usize));
    let line = Arc::clone(&places);
    let work = get(async move || {
        // It is never closed.
        let _place = places.acquire().await;
        sleep(TAKES).await;
        "done"
    });
    tokio::spawn(async move { axum::serve(listener, Router::new().route("/unchecked", work)).await });
    say("## Gateway, three times as many requests as the API can answer\n");
    say(
        "| limit | load | goodput/s | of the full load's | accepted p99 ms | of the full load's | refused/s | refused p99 ms | gateway MiB |",
    );
    say("|---|---|---|---|---|---|---|---|---|");
    for floor in ["50", "0"] {
        measure(pace, &upstream, floor, &line).await?;
    }
    say("\nTo reach at three times the load, with the limit: goodput 0.90, accepted p99 2.0, refused p99 10 ms.\n");
    Ok(())
}

async fn measure(pace: Pace, upstream: &str, floor: &str, line: &Semaphore) -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let path = dir.path().display().to_string();
    let house = Served::start(&[
        "house",
        "--dir",
        &path,
        "--upstream",
        upstream,
        "--least-in-flight",
        floor,
    ])?;
    let about = written(&dir.path().join("house.json")).await?;
    let gateway = told(&about, "gateway")?;
    answers(&format!("{gateway}/unchecked"), std::time::Instant::now()).await?;
    let address = gateway.strip_prefix("http://").context("an address")?;
    let full = f64::from(AT_ONCE) / TAKES.as_secs_f64() * 0.9;
    let mut figures: [Vec<Seen>; 2] = [Vec::new(), Vec::new()];
    for _ in 0..pace.rounds {
        for (times, seen) in [1.0, 3.0].into_iter().zip(&mut figures) {
            // Nobody of before waits any more.
            drop(line.acquire_many(AT_ONCE).await?);
            seen.push(load(address, full * times, pace.seconds).await?);
        }
    }
    let of = |figures: &[Seen], one: fn(&Seen) -> f64| median(figures.iter().map(one).collect());
    let [usual, thrice] = &figures;
    for (name, figures) in [("full", usual), ("three times", thrice)] {
        let (goodput, accepted) = (of(figures, |seen| seen.goodput), of(figures, |seen| seen.accepted));
        say(&format!(
            "| {} | {name} | {goodput:.0} | {:.2} | {accepted:.1} | {:.2} | {:.0} | {:.1} | {:.0} |",
            if floor == "0" { "none" } else { "measured" },
            goodput / of(usual, |seen| seen.goodput),
            accepted / of(usual, |seen| seen.accepted),
            of(figures, |seen| seen.refused_rate),
            of(figures, |seen| seen.refused),
            house.resident()?,
        ));
    }
    Ok(())
}

/// What a load came to; times in milliseconds.
struct Seen {
    goodput: f64,
    accepted: f64,
    refused_rate: f64,
    refused: f64,
}

async fn load(address: &str, rate: f64, seconds: u32) -> anyhow::Result<Seen> {
    let between = Duration::from_secs_f64(f64::from(CONNECTIONS) / rate);
    let begin = Instant::now() + Duration::from_millis(200);
    let end = begin + BEFORE + Duration::from_secs(u64::from(seconds));
    let mut senders = JoinSet::new();
    for number in 0..CONNECTIONS {
        let first = begin + between.mul_f64(f64::from(number) / f64::from(CONNECTIONS));
        let address = address.to_owned();
        senders.spawn(async move { sender(&address, first, between, (begin + BEFORE, end)).await });
    }
    let (mut accepted, mut refused) = (Vec::new(), Vec::new());
    while let Some(sent) = senders.join_next().await {
        for (status, took) in sent.context("a connection ended")?? {
            match status {
                200 => accepted.push(took),
                503 => refused.push(took),
                other => anyhow::bail!("answered {other}"),
            }
        }
    }
    let rate = |times: &[Duration]| times.len() as f64 / f64::from(seconds);
    Ok(Seen {
        goodput: rate(&accepted),
        refused_rate: rate(&refused),
        accepted: p99(accepted),
        refused: p99(refused),
    })
}

fn p99(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    let at = times.get(times.len() * 99 / 100);
    at.map_or(0.0, |time| time.as_secs_f64() * 1000.0)
}

/// Statuses and times, from the moment on at which each request was written.
async fn sender(
    address: &str,
    first: Instant,
    between: Duration,
    (counted, end): (Instant, Instant),
) -> anyhow::Result<Vec<(u16, Duration)>> {
    let request = format!("GET /unchecked HTTP/1.1\r\nHost: {address}\r\n\r\n");
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (mut due, mut seen, mut buffer) = (first, Vec::new(), Vec::with_capacity(4096));
    while due < end {
        sleep_until(due).await;
        let sent = Instant::now();
        if sent >= end {
            break;
        }
        stream.write_all(request.as_bytes()).await?;
        buffer.clear();
        let status = loop {
            if let Some(status) = whole(&buffer)? {
                break status;
            }
            anyhow::ensure!(stream.read_buf(&mut buffer).await? > 0, "the server hung up");
        };
        if sent >= counted {
            seen.push((status, sent.elapsed()));
        }
        due += between;
    }
    Ok(seen)
}

/// The status, once the answer is there, head and body.
fn whole(buffer: &[u8]) -> anyhow::Result<Option<u16>> {
    let Some(head) = buffer.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Ok(None);
    };
    let text = std::str::from_utf8(buffer.get(..head).unwrap_or_default())?;
    let status = text.get(9..12).context("a status")?.parse()?;
    let length: usize = text
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .context("an answer without length")?
        .1
        .trim()
        .parse()?;
    Ok((buffer.len() >= head + 4 + length).then_some(status))
}
