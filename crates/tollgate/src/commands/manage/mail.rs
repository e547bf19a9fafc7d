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
    /// Show a mail's text, on a development server without a mail server.
    Show {
        /// The mail.
        id: String,
    },
}

pub(super) async fn run(action: Action, server: &Connection) -> anyhow::Result<()> {
    match action {
        Action::List { paging } => server.show(&["mails"], &paging.query(), LIST).await,
        Action::Show { id } => server.show(&["mails", &id, "text"], &[], Shape::One).await,
    }
}
