//! The load: `wrk`, one thread, keep-alive.

use anyhow::Context as _;
use std::process::Command;

/// How long and how often.
#[derive(Clone, Copy)]
pub(crate) struct Pace {
    pub(crate) seconds: u32,
    pub(crate) rounds: usize,
}

/// What wrk saw.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen {
    /// Answers a second.
    pub(crate) rate: f64,
    /// 99th percentile, microseconds.
    pub(crate) p99: f64,
}

/// Runs wrk with a Lua script on a URL. Any answer that is not 2xx or 3xx fails the run.
pub(crate) fn run(url: &str, script: &str, connections: u32, seconds: u32) -> anyhow::Result<Seen> {
    let dir = tempfile::tempdir()?;
    let file = dir.path().join("load.lua");
    let report = "\nfunction done(s, l, r)\n io.write(string.format('FIGURES %f %f %d\\n', s.requests / s.duration * 1e6, l:percentile(99), s.errors.status + s.errors.read + s.errors.write + s.errors.timeout))\nend\n";
    std::fs::write(&file, format!("{script}{report}"))?;
    let output = Command::new("wrk")
        .args(["-t1", &format!("-c{connections}"), &format!("-d{seconds}s"), "-s"])
        .arg(&file)
        .arg(url)
        .output()
        .context("wrk is needed (Debian package wrk)")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("FIGURES "))
        .with_context(|| format!("wrk: {text}"))?;
    let figures: Vec<f64> = line.split(' ').map(str::parse).collect::<Result<_, _>>()?;
    let [rate, p99, errors] = figures.as_slice() else {
        anyhow::bail!("wrk: {line}")
    };
    anyhow::ensure!(*errors == 0.0, "wrk saw {errors} errors at {url}");
    Ok(Seen { rate: *rate, p99: *p99 })
}

/// A GET with a header.
pub(crate) fn get(headers: &[(&str, &str)]) -> String {
    let mut script = "wrk.method = 'GET'\n".to_owned();
    for (name, value) in headers {
        script.push_str(&format!("wrk.headers['{name}'] = '{value}'\n"));
    }
    script
}

/// A form POST.
pub(crate) fn form(body: &str) -> String {
    format!(
        "wrk.method = 'POST'\nwrk.headers['Content-Type'] = 'application/x-www-form-urlencoded'\nwrk.body = '{body}'\n"
    )
}

/// The middle one.
pub(crate) fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}
