//! `tollgate audit`.

mod elsewhere;
mod kept;

use super::connection::{Connection, Output, say};
use super::shape::Shape;
use anyhow::{Context as _, bail};
use clap::Subcommand;
use elsewhere::Elsewhere;
use kept::Kept;
use serde_json::{Value, json};
use std::path::PathBuf;
use tollgate_issuer::audit::{Chain, Report, walk};

/// What is done to see whether the audit log is whole.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// Read the whole log and check it here, on this machine; exit with 1 when anything is wrong.
    Verify {
        /// A file that an earlier run saved: what it holds must still be in the log, signed with the same key.
        #[arg(long, value_name = "PATH")]
        checkpoints: Option<PathBuf>,
        /// Save the newest checkpoint and the key there, when all is well. Keep it where the server's operators have
        /// no hand in; without such a file nobody can tell a log that was cut off and signed again.
        #[arg(long, value_name = "PATH")]
        save: Option<PathBuf>,
    },
    /// Show where the log ends.
    Head,
    /// Show the key that signs checkpoints.
    Key,
    /// List checkpoints.
    Checkpoints {
        /// Go on behind this place, as the page before says.
        #[arg(long)]
        after: Option<i64>,
    },
}

const CHECKPOINTS: Shape = Shape::List(&[
    ("SEQ", "seq"),
    ("AT", "at"),
    ("HASH", "hash"),
    ("SIGNATURE", "signature"),
]);

pub(super) async fn run(action: Action, server: &Connection) -> anyhow::Result<()> {
    match action {
        Action::Verify { checkpoints, save } => verify(server, checkpoints, save).await,
        Action::Head => server.show(&["audit", "head"], &[], Shape::One).await,
        Action::Key => server.show(&["audit", "key"], &[], Shape::One).await,
        Action::Checkpoints { after } => {
            let after: Vec<_> = after.iter().map(|after| ("after", after.to_string())).collect();
            server.show(&["audit", "checkpoints"], &after, CHECKPOINTS).await
        }
    }
}

async fn verify(server: &Connection, before: Option<PathBuf>, save: Option<PathBuf>) -> anyhow::Result<()> {
    let before = before.as_deref().map(Kept::read).transpose()?;
    let log = Elsewhere(server);
    let told = log.key().await?;
    // A key that came along with the log proves nothing against whoever wrote both.
    let key = before.as_ref().map_or(&told, |before| &before.public_key).clone();
    let mut chain = Chain::new(key.clone());
    for checkpoint in before.iter().flat_map(|before| &before.checkpoints) {
        chain.checkpoint(checkpoint);
    }
    let report = walk(&log, chain).await?;
    let mut wrong: Vec<Value> = report
        .findings
        .iter()
        .map(|finding| json!({ "code": finding.code(), "text": finding.to_string() }))
        .collect();
    if key != told {
        let text = "the server names another key than the file does";
        wrong.push(json!({ "code": "other_key", "text": text }));
    }
    print(server.output(), &report, &wrong)?;
    if !wrong.is_empty() {
        bail!("the audit log is not whole");
    }
    match (save, report.signed) {
        (Some(path), Some(newest)) => Kept::with(before, key, newest).write(&path),
        (Some(_), None) => bail!("nothing was saved: no checkpoint was signed yet; one is made every minute"),
        (None, _) => Ok(()),
    }
}

fn print(output: Output, report: &Report, wrong: &[Value]) -> anyhow::Result<()> {
    let signed = report.signed.as_ref();
    if output == Output::Json {
        let told = json!({
            "whole": wrong.is_empty(), "chained": report.chained, "unchained": report.unchained,
            "checkpoints": report.checkpoints, "end": { "seq": report.end.seq, "hash": report.end.hash },
            "signed": signed, "findings": wrong, "more": report.more,
        });
        say(&serde_json::to_string(&told).context("writing what was found")?);
        return Ok(());
    }
    say(&format!(
        "{} events are chained, the last at place {}; {} checkpoints bear the key's signature{}",
        report.chained,
        report.end.seq,
        report.checkpoints,
        signed.map_or_else(String::new, |signed| format!(
            ", the newest that fits at place {}",
            signed.seq
        )),
    ));
    if report.unchained > 0 {
        say(&format!(
            "{} events are from before there was a chain; nothing can be said of them",
            report.unchained
        ));
    }
    for finding in wrong {
        say(finding.get("text").and_then(Value::as_str).unwrap_or_default());
    }
    if report.more > 0 {
        say(&format!("and {} more", report.more));
    }
    if wrong.is_empty() {
        say("The audit log is whole.");
    }
    Ok(())
}
