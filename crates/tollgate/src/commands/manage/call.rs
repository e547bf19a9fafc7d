//! `tollgate call`.

use super::Paging;
use super::connection::Connection;
use super::shape::Shape;
use clap::Subcommand;

const LIST: Shape = Shape::List(&[
    ("AT", "at"),
    ("PLACE", "place"),
    ("CLIENT", "client"),
    ("METHOD", "method"),
    ("PATH", "path"),
    ("STATUS", "status"),
    ("CODE", "code"),
    ("REQUEST", "request_id"),
]);

/// What is done with requests at issuer and gateway.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// List requests of the last week, newest first.
    List {
        /// Of this account only.
        #[arg(long)]
        account: Option<String>,
        /// Of this client only.
        #[arg(long)]
        client: Option<String>,
        /// With this id, as the answer named it.
        #[arg(long)]
        request: Option<String>,
        /// Only what was refused.
        #[arg(long)]
        refused: bool,
        #[command(flatten)]
        paging: Paging,
    },
}

pub(super) async fn run(action: Action, server: &Connection) -> anyhow::Result<()> {
    let Action::List {
        account,
        client,
        request,
        refused,
        paging,
    } = action;
    let filters = [
        ("account", account),
        ("client", client),
        ("request", request),
        ("refused", refused.then(|| "true".to_owned())),
    ];
    server.show(&["calls"], &paging.narrowed(filters), LIST).await
}
