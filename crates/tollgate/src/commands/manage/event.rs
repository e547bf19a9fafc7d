//! `tollgate event`.

use super::Paging;
use super::connection::Connection;
use super::shape::Shape;
use anyhow::Context as _;
use clap::{Args, Subcommand};
use std::io::{BufWriter, stdout};
use std::path::PathBuf;

const LIST: Shape = Shape::List(&[
    ("AT", "at"),
    ("ACTOR", "actor"),
    ("KIND", "kind"),
    ("ACCOUNT", "account"),
    ("SUBJECT", "subject"),
    ("OUTCOME", "outcome"),
    ("CODE", "code"),
    ("REQUEST", "request_id"),
]);

/// Which events.
#[derive(Debug, Args)]
pub struct Which {
    /// Of this account only.
    #[arg(long)]
    account: Option<String>,
    /// Of this kind only, such as `secret.regenerated`.
    #[arg(long)]
    kind: Option<String>,
    /// About this id only.
    #[arg(long)]
    subject: Option<String>,
    /// By this actor only, such as `operator:opr_1`.
    #[arg(long)]
    actor: Option<String>,
    /// Not before this moment, as 2026-11-21T09:30:00Z or in unix seconds.
    #[arg(long)]
    since: Option<String>,
    /// Before this moment, as 2026-11-21T09:30:00Z or in unix seconds.
    #[arg(long)]
    until: Option<String>,
}

/// What is done with the audit log.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// List events, newest first.
    List {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        paging: Paging,
    },
    /// Write events, oldest first, a JSON object on each line.
    Export {
        #[command(flatten)]
        which: Which,
        /// Go on behind this place in the log.
        #[arg(long)]
        after: Option<i64>,
        /// Where to; without it to standard output. What is there is replaced.
        #[arg(long, value_name = "PATH")]
        file: Option<PathBuf>,
    },
}

impl Which {
    fn filters(self) -> [(&'static str, Option<String>); 6] {
        [
            ("account", self.account),
            ("kind", self.kind),
            ("subject", self.subject),
            ("actor", self.actor),
            ("since", self.since),
            ("until", self.until),
        ]
    }
}

pub(super) async fn run(action: Action, server: &Connection) -> anyhow::Result<()> {
    match action {
        Action::List { which, paging } => {
            let query = paging.narrowed(which.filters());
            server.show(&["events"], &query, LIST).await
        }
        Action::Export { which, after, file } => {
            let given = which.filters().into_iter();
            let mut query: Vec<_> = given.filter_map(|(name, value)| Some((name, value?))).collect();
            query.extend(after.map(|after| ("after", after.to_string())));
            let path = ["events", "export"];
            match file {
                None => server.pour(&path, &query, &mut BufWriter::new(stdout().lock())).await,
                Some(file) => {
                    let made = std::fs::File::create(&file);
                    let made = made.with_context(|| format!("writing {}", file.display()))?;
                    server.pour(&path, &query, &mut BufWriter::new(made)).await
                }
            }
        }
    }
}
