//! A house in a process of its own, and what is known of it.

use anyhow::Context as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A child process of this benchmark, stopped when dropped.
pub(crate) struct Served {
    child: Child,
}

impl Served {
    /// Starts this program with a hidden command.
    pub(crate) fn start(arguments: &[&str]) -> anyhow::Result<Self> {
        let child = Command::new(std::env::current_exe()?)
            .args(arguments)
            .stdout(Stdio::inherit())
            .spawn()?;
        Ok(Self { child })
    }

    /// Starts another program.
    pub(crate) fn program(name: &str, arguments: &[&str]) -> anyhow::Result<Self> {
        let child = Command::new(name)
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        Ok(Self {
            child: child.with_context(|| format!("{name} is needed"))?,
        })
    }

    /// Resident memory, in MiB.
    pub(crate) fn resident(&self) -> anyhow::Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .context("no VmRSS")?;
        let kib: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
        Ok(kib / 1024.0)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _gone = Command::new("kill").arg(self.child.id().to_string()).status();
        let _reaped = self.child.wait();
    }
}

/// Waits until a URL answers, and tells how long that took since `began`.
pub(crate) async fn answers(url: &str, began: Instant) -> anyhow::Result<Duration> {
    let client = reqwest::Client::new();
    while began.elapsed() < Duration::from_secs(60) {
        if client.get(url).send().await.is_ok() {
            return Ok(began.elapsed());
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    anyhow::bail!("{url} does not answer")
}

/// Reads what a served house wrote of itself, when it has. One with a million members needs minutes.
pub(crate) async fn written(path: &Path) -> anyhow::Result<serde_json::Value> {
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(900) {
        if let Ok(text) = std::fs::read_to_string(path) {
            return Ok(serde_json::from_str(&text)?);
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    anyhow::bail!("{} was not written", path.display())
}

/// A member of what a house wrote.
pub(crate) fn told(value: &serde_json::Value, name: &str) -> anyhow::Result<String> {
    value
        .get(name)
        .and_then(serde_json::Value::as_str)
        .map(str::to_owned)
        .with_context(|| format!("no {name}"))
}
