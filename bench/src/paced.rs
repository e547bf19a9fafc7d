//! A load of a given rate, on keep-alive connections: each request has its moment, and its time counts from that moment on,
//! so that a server that falls behind is not spared (`wrk` only ever asks for as much as it gets).

use anyhow::Context as _;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

/// Sends `rate` requests a second to `http://address/path` for so long, and tells the 99th percentile in milliseconds.
pub(crate) async fn p99(
    (address, path): (&str, &str),
    bearer: &str,
    connections: u32,
    rate: f64,
    seconds: u32,
) -> anyhow::Result<f64> {
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: {bearer}\r\n\r\n");
    let between = Duration::from_secs_f64(f64::from(connections) / rate);
    let begin = Instant::now() + Duration::from_millis(100);
    let end = begin + Duration::from_secs(u64::from(seconds));
    let mut senders = JoinSet::new();
    for number in 0..connections {
        let (request, address) = (request.clone(), address.to_owned());
        let first = begin + between.mul_f64(f64::from(number) / f64::from(connections));
        senders.spawn(async move { sender(&address, request.as_bytes(), first, between, end).await });
    }
    let mut times = Vec::new();
    while let Some(sent) = senders.join_next().await {
        times.extend(sent.context("a connection ended")??);
    }
    times.sort_unstable();
    let place = times.len() * 99 / 100;
    times
        .get(place)
        .map(|time| time.as_secs_f64() * 1000.0)
        .context("nothing was sent")
}

async fn sender(
    address: &str,
    request: &[u8],
    first: Instant,
    between: Duration,
    end: Instant,
) -> anyhow::Result<Vec<Duration>> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (mut due, mut times, mut buffer) = (first, Vec::new(), Vec::with_capacity(4096));
    while due < end {
        sleep_until(due).await;
        stream.write_all(request).await?;
        buffer.clear();
        while !whole(&buffer)? {
            anyhow::ensure!(stream.read_buf(&mut buffer).await? > 0, "the server hung up");
        }
        times.push(due.elapsed());
        due += between;
    }
    Ok(times)
}

/// Whether an answer is there, head and body. Only answers with a length are understood, and only good ones are taken.
fn whole(buffer: &[u8]) -> anyhow::Result<bool> {
    let Some(head) = buffer.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Ok(false);
    };
    let text = std::str::from_utf8(buffer.get(..head).unwrap_or_default())?;
    anyhow::ensure!(text.starts_with("HTTP/1.1 200"), "answered: {text}");
    let length = text
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .context("an answer without length")?;
    Ok(buffer.len() >= head + 4 + length.1.trim().parse::<usize>()?)
}
