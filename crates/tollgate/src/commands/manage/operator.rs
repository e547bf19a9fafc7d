//! `tollgate operator`.

use super::connection::Connection;
use super::shape::Shape;
use clap::Subcommand;
use reqwest::Method;
use serde_json::json;

const LIST: Shape = Shape::List(&[
    ("ID", "id"),
    ("NAME", "name"),
    ("KIND", "kind"),
    ("STATE", "state"),
    ("CREATED", "created"),
]);

/// What is done with credentials of operators and gateways.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// Make a credential; its token is shown this once.
    Create {
        /// Whose it is.
        #[arg(long)]
        name: String,
        /// What it opens: the management API, or a gateway's feed.
        #[arg(long, value_parser = ["operator", "gateway"])]
        kind: String,
    },
    /// List credentials, without their tokens.
    List,
    /// Switch a credential off.
    Disable {
        /// The credential's id.
        id: String,
    },
}

pub(super) async fn run(action: Action, server: &Connection) -> anyhow::Result<()> {
    match action {
        Action::Create { name, kind } => {
            let body = json!({ "name": name, "kind": kind });
            let once = Shape::Once("token");
            server.make(Method::POST, &["operators"], Some(body), once).await
        }
        Action::List => server.show(&["operators"], &[], LIST).await,
        Action::Disable { id } => {
            let path = ["operators", &id, "disable"];
            server.make(Method::POST, &path, None, Shape::One).await
        }
    }
}
