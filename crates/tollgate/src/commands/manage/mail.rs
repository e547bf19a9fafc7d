//! `tollgate mail`.

use super::Paging;
use super::connection::Connection;
use super::shape::Shape;
use clap::Subcommand;

const LIST: Shape = Shape::List(&[
    ("CREATED", "created"),
    ("TO", "to"),
    ("SUBJECT", "subject"),
    ("TRIES", "tries"),
    ("SENT", "sent"),
    ("NEXT", "next"),
    ("PROBLEM", "problem"),
]);

/// What is done with mails.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// List mails, newest first, without their text.
    List {
        #[command(flatten)]
        paging: Paging,
    },
}

pub(super) async fn run(action: Action, server: &Connection) -> anyhow::Result<()> {
    let Action::List { paging } = action;
    server.show(&["mails"], &paging.query(), LIST).await
}
