//! `tollgate consent`.

use super::Paging;
use super::connection::Connection;
use super::shape::Shape;
use clap::{Args, Subcommand};
use reqwest::Method;

const LIST: Shape = Shape::List(&[
    ("ID", "id"),
    ("USER", "user"),
    ("CLIENT", "client"),
    ("GIVEN", "given"),
    ("LAST", "revised"),
]);

/// What is done with consents.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// List what a person lets clients do, or what people let a client do.
    List {
        #[command(flatten)]
        of: Of,
        #[command(flatten)]
        paging: Paging,
    },
    /// Take a consent back for its person: its refresh tokens are gone, and its tokens are refused.
    Revoke {
        /// The consent.
        id: String,
    },
}

/// Whose, or where.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Of {
    /// Of this person.
    #[arg(long)]
    user: Option<String>,
    /// At this client.
    #[arg(long)]
    client: Option<String>,
}

pub(super) async fn run(action: Action, server: &Connection) -> anyhow::Result<()> {
    match action {
        Action::List { of, paging } => {
            let (noun, id) = match (&of.user, &of.client) {
                (Some(user), _) => ("users", user.as_str()),
                (None, client) => ("clients", client.as_deref().unwrap_or_default()),
            };
            server.show(&[noun, id, "consents"], &paging.query(), LIST).await
        }
        Action::Revoke { id } => {
            let said = Shape::Said("The consent is taken back.");
            server.make(Method::DELETE, &["consents", &id], None, said).await
        }
    }
}
