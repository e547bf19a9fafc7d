//! `tollgate account`.

use super::Paging;
use super::connection::Connection;
use super::shape::Shape;
use clap::Subcommand;
use reqwest::Method;
use serde_json::json;

const LIST: Shape = Shape::List(&[
    ("ID", "id"),
    ("NAME", "name"),
    ("STATE", "state"),
    ("CREATED", "created"),
]);

/// What is done with accounts.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// Make an account.
    Create {
        /// The firm's name.
        #[arg(long)]
        name: String,
    },
    /// List accounts.
    List {
        #[command(flatten)]
        paging: Paging,
    },
    /// Show an account.
    Show {
        /// The account.
        id: String,
    },
    /// Rename an account.
    Rename {
        /// The account.
        id: String,
        /// Its new name.
        #[arg(long)]
        name: String,
    },
    /// Disable an account: its clients get no tokens, and those they have are refused.
    Disable {
        /// The account.
        id: String,
    },
    /// Enable an account again.
    Enable {
        /// The account.
        id: String,
    },
}

pub(super) async fn run(action: Action, server: &Connection) -> anyhow::Result<()> {
    let patch = async |id: String, body| {
        server
            .make(Method::PATCH, &["accounts", &id], Some(body), Shape::One)
            .await
    };
    match action {
        Action::Create { name } => {
            let body = json!({ "name": name });
            server.make(Method::POST, &["accounts"], Some(body), Shape::One).await
        }
        Action::List { paging } => server.show(&["accounts"], &paging.query(), LIST).await,
        Action::Show { id } => server.show(&["accounts", &id], &[], Shape::One).await,
        Action::Rename { id, name } => patch(id, json!({ "name": name })).await,
        Action::Disable { id } => patch(id, json!({ "state": "disabled" })).await,
        Action::Enable { id } => patch(id, json!({ "state": "active" })).await,
    }
}
