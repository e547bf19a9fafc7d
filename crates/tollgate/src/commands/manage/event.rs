//! `tollgate event`.

use super::Paging;
use super::connection::Connection;
use super::shape::Shape;
use clap::Subcommand;

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

/// What is done with the audit log.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// List events, newest first.
    List {
        /// Of this account only.
        #[arg(long)]
        account: Option<String>,
        /// Of this kind only, such as `secret.regenerated`.
        #[arg(long)]
        kind: Option<String>,
        /// About this id only.
        #[arg(long)]
        subject: Option<String>,
        /// Not before this moment, as 2026-11-21T09:30:00Z or in unix seconds.
        #[arg(long)]
        since: Option<String>,
        #[command(flatten)]
        paging: Paging,
    },
}

pub(super) async fn run(action: Action, server: &Connection) -> anyhow::Result<()> {
    let Action::List {
        account,
        kind,
        subject,
        since,
        paging,
    } = action;
    let filters = [
        ("account", account),
        ("kind", kind),
        ("subject", subject),
        ("since", since),
    ];
    let mut query = paging.query();
    query.extend(filters.into_iter().filter_map(|(name, value)| Some((name, value?))));
    server.show(&["events"], &query, LIST).await
}
