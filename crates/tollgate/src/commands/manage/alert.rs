//! `tollgate alert`.

use super::Paging;
use super::connection::Connection;
use super::shape::Shape;
use clap::Subcommand;

const LIST: Shape = Shape::List(&[
    ("AT", "at"),
    ("KIND", "kind"),
    ("CLIENT", "client"),
    ("DETAIL", "detail"),
]);

/// What is done with alerts.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// List what an account was told, newest first.
    List {
        /// The account.
        account: String,
        #[command(flatten)]
        paging: Paging,
    },
}

pub(super) async fn run(action: Action, server: &Connection) -> anyhow::Result<()> {
    let Action::List { account, paging } = action;
    let path = ["accounts", &account, "alerts"];
    server.show(&path, &paging.query(), LIST).await
}
