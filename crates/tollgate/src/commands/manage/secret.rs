//! `tollgate secret`.

use super::connection::{Connection, object};
use super::shape::Shape;
use clap::Subcommand;
use reqwest::Method;

const LIST: Shape = Shape::List(&[
    ("ID", "id"),
    ("LABEL", "label"),
    ("CREATED", "created"),
    ("EXPIRES", "expires"),
    ("REVOKED", "revoked"),
    ("LAST USED", "last_used"),
    ("ALIVE", "alive"),
]);

/// What is done with secrets.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// Make a new secret, shown this once; those alive now end, at once or after an overlap.
    Regenerate {
        /// The client_id.
        client: String,
        /// How many seconds the secrets alive now live on; 0: not at all.
        #[arg(long, value_name = "SECONDS")]
        overlap: Option<i64>,
        /// What to call it.
        #[arg(long)]
        label: Option<String>,
    },
    /// List the secrets of a client, without the secrets themselves.
    List {
        /// The client_id.
        client: String,
    },
    /// End a secret now, and every token it bought.
    Revoke {
        /// The client_id.
        client: String,
        /// The secret's id.
        secret: String,
    },
}

pub(super) async fn run(action: Action, server: &Connection) -> anyhow::Result<()> {
    match action {
        Action::Regenerate { client, overlap, label } => {
            let body = object([("overlap", overlap.map(Into::into)), ("label", label.map(Into::into))]);
            let path = ["clients", &client, "secrets"];
            server
                .make(Method::POST, &path, Some(body), Shape::Once("client_secret"))
                .await
        }
        Action::List { client } => server.show(&["clients", &client, "secrets"], &[], LIST).await,
        Action::Revoke { client, secret } => {
            let said = Shape::Said("The secret is revoked, and every token it bought is refused.");
            let path = ["clients", &client, "secrets", &secret];
            server.make(Method::DELETE, &path, None, said).await
        }
    }
}
