//! (b) The gateway with a remembered token.

use crate::house::{Served, answers, told, written};
use crate::peers::{self, HAPROXY, HAPROXY_JWT, NGINX, UPSTREAM};
use crate::say;
use crate::wrk::{self, Pace, median};
use std::time::Instant;

const CONNECTIONS: u32 = 32;

/// Measures with RS256, and ES256 for comparison.
pub(crate) async fn run(pace: Pace) -> anyhow::Result<()> {
    for algorithm in ["RS256", "ES256"] {
        measure(pace, algorithm).await?;
    }
    Ok(())
}

async fn measure(pace: Pace, algorithm: &str) -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let peers = peers::start(dir.path(), algorithm)?;
    let path = dir.path().display().to_string();
    let upstream = format!("http://127.0.0.1:{UPSTREAM}");
    let _house = Served::start(&[
        "house",
        "--dir",
        &path,
        "--algorithm",
        algorithm,
        "--upstream",
        &upstream,
    ])?;
    let about = written(&dir.path().join("house.json")).await?;
    answers(&format!("http://127.0.0.1:{HAPROXY}/"), Instant::now()).await?;
    let token = token(&about).await?;
    let gateway = told(&about, "gateway")?;
    let (ours, theirs) = (format!("Bearer {token}"), format!("Bearer {}", peers.token));
    let contenders = [
        ("gateway, token checked", format!("{gateway}/checked"), ours.as_str()),
        ("gateway, unchecked", format!("{gateway}/unchecked"), ours.as_str()),
        (
            "nginx, unchecked",
            format!("http://127.0.0.1:{NGINX}/checked"),
            ours.as_str(),
        ),
        (
            "HAProxy, unchecked",
            format!("http://127.0.0.1:{HAPROXY}/checked"),
            ours.as_str(),
        ),
        (
            "HAProxy, jwt_verify and scope",
            format!("http://127.0.0.1:{HAPROXY_JWT}/checked"),
            theirs.as_str(),
        ),
    ];
    let mut rates: Vec<Vec<f64>> = vec![Vec::new(); contenders.len()];
    let mut p99s: Vec<Vec<f64>> = vec![Vec::new(); contenders.len()];
    for _ in 0..pace.rounds {
        for ((_, url, bearer), (rates, p99s)) in contenders.iter().zip(rates.iter_mut().zip(p99s.iter_mut())) {
            let seen = wrk::run(url, &wrk::get(&[("Authorization", bearer)]), CONNECTIONS, pace.seconds)?;
            rates.push(seen.rate);
            p99s.push(seen.p99);
        }
    }
    say(&format!("## Gateway, {algorithm}\n"));
    say("| who | requests/s | p99 ms | gateway checked / this | to reach |");
    say("|---|---|---|---|---|");
    let goals = ["", "0.90", "-", "-", if algorithm == "RS256" { "1.5" } else { "-" }];
    let checked = rates.first().cloned().unwrap_or_default();
    for ((((name, _, _), rates), p99s), goal) in contenders.iter().zip(&rates).zip(&p99s).zip(goals) {
        let ratios = checked.iter().zip(rates).map(|(one, other)| one / other).collect();
        let (rate, p99) = (median(rates.clone()), median(p99s.clone()) / 1000.0);
        say(&format!(
            "| {name} | {rate:.0} | {p99:.2} | {:.2} | {goal} |",
            median(ratios)
        ));
    }
    say("");
    Ok(())
}

/// A token of the house.
pub(crate) async fn token(about: &serde_json::Value) -> anyhow::Result<String> {
    let form = [
        ("grant_type", "client_credentials".to_owned()),
        ("client_id", told(about, "client")?),
        ("client_secret", told(about, "secret")?),
    ];
    let answer = reqwest::Client::new()
        .post(format!("{}/oauth2/token", told(about, "issuer")?))
        .form(&form)
        .send()
        .await?;
    let body: serde_json::Value = answer.error_for_status()?.json().await?;
    told(&body, "access_token")
}
