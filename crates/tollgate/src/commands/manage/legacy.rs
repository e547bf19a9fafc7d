//! `tollgate legacy`: subscription keys and tokens of the old kind.

mod file;

use super::Paging;
use super::connection::{Connection, Output, object, say};
use super::shape::Shape;
use anyhow::{Context as _, bail};
use clap::{Subcommand, ValueEnum};
use reqwest::Method;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

const LIST: Shape = Shape::List(&[
    ("ID", "id"),
    ("METHOD", "method"),
    ("KIND", "kind"),
    ("ACCOUNT", "account"),
    ("MEMBER", "member"),
    ("LABEL", "label"),
    ("EXPIRES", "expires"),
    ("ENDED", "ended"),
]);

/// What a credential is.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Kind {
    /// A subscription key.
    Key,
    /// A token of the old login.
    Bearer,
}

/// What is done with credentials of the old kind.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// Make one; it is shown this once.
    Issue {
        /// The legacy method of the configuration.
        #[arg(long)]
        method: String,
        /// What it is.
        #[arg(long, value_enum, default_value = "key")]
        kind: Kind,
        /// Whose: the account.
        #[arg(long)]
        account: String,
        /// Whose within the account, by e-mail address.
        #[arg(long)]
        member: Option<String>,
        /// What its owners call it.
        #[arg(long)]
        label: String,
        /// How long it lives; without it until it is ended.
        #[arg(long, value_name = "SECONDS")]
        lifetime: Option<i64>,
    },
    /// Bring credentials along from the old system: all of a file, or none.
    Import {
        /// JSON lines, or CSV with a heading: account, member, kind, text or sha256, label, expires.
        file: PathBuf,
        /// The legacy method of the configuration.
        #[arg(long)]
        method: String,
        /// Only look whether they could be.
        #[arg(long)]
        check: bool,
    },
    /// List them, without the credentials themselves.
    List {
        /// Of this account.
        #[arg(long)]
        account: Option<String>,
        #[command(flatten)]
        paging: Paging,
    },
    /// End one: it opens nothing any more.
    End {
        /// Its id.
        id: String,
    },
}

pub(super) async fn run(action: Action, server: &Connection) -> anyhow::Result<()> {
    match action {
        Action::Issue {
            method,
            kind,
            account,
            member,
            label,
            lifetime,
        } => {
            let kind = match kind {
                Kind::Key => "key",
                Kind::Bearer => "bearer",
            };
            let body = object([
                ("method", Some(method.into())),
                ("kind", Some(kind.into())),
                ("account", Some(account.into())),
                ("member", member.map(Into::into)),
                ("label", Some(label.into())),
                ("lifetime", lifetime.map(Into::into)),
            ]);
            server
                .make(Method::POST, &["legacy"], Some(body), Shape::Once("text"))
                .await
        }
        Action::Import { file, method, check } => import(&file, &method, check, server).await,
        Action::List { account, paging } => {
            server
                .show(&["legacy"], &paging.narrowed([("account", account)]), LIST)
                .await
        }
        Action::End { id } => {
            server
                .make(Method::POST, &["legacy", &id, "end"], None, Shape::One)
                .await
        }
    }
}

/// Looks at the whole file first, here and at the server, and brings nothing along while any line is wrong. Each request
/// is then kept whole or not at all; a file that broke off is sent again, and what came along already stays as it is.
async fn import(path: &Path, method: &str, check: bool, server: &Connection) -> anyhow::Result<()> {
    let batches = file::batches(&file::read(path)?)?;
    let mut wrong = Vec::new();
    for batch in &batches {
        if let Err(error) = send(batch, method, true, server).await {
            wrong.push(format!("{error:#}"));
        }
    }
    if !wrong.is_empty() {
        bail!("nothing was brought along:\n{}", wrong.join("\n"));
    }
    let (mut added, mut known) = (0, 0);
    for batch in &batches {
        let sent = send(batch, method, check, server).await;
        let (new, old) = sent.with_context(|| {
            let before = batch.first_line.saturating_sub(1);
            format!("{added} came along, those up to line {before}; nothing after it. Send the file again")
        })?;
        added += new;
        known += old;
    }
    match (server.output(), check) {
        (Output::Json, _) => say(&json!({ "added": added, "known": known, "check": check }).to_string()),
        (Output::Text, true) => say(&format!(
            "{added} could be brought along; {known} are on record already."
        )),
        (Output::Text, false) => say(&format!("{added} were brought along; {known} were on record already.")),
    }
    Ok(())
}

/// How many came along, and how many were there.
async fn send(batch: &file::Batch, method: &str, check: bool, server: &Connection) -> anyhow::Result<(u64, u64)> {
    let body = json!({
        "method": method, "lines": batch.lines, "first_line": batch.first_line, "check": check,
    });
    let text = server.post(&["legacy", "import"], body).await?;
    let told: Value = serde_json::from_str(&text).context("reading the server's answer")?;
    let count = |name: &str| told.get(name).and_then(Value::as_u64).unwrap_or_default();
    Ok((count("added"), count("known")))
}
