//! `tollgate application`.

use super::Paging;
use super::connection::{Connection, object, some};
use super::shape::Shape;
use clap::Subcommand;
use reqwest::Method;
use serde_json::json;

const LIST: Shape = Shape::List(&[
    ("ID", "id"),
    ("ACCOUNT", "account"),
    ("NAME", "name"),
    ("ENVIRONMENT", "environment"),
    ("API", "api"),
    ("SCOPES", "scopes"),
    ("STATE", "state"),
    ("CREATED", "created"),
]);

/// What is done with requests for clients.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// List requests, newest first.
    List {
        /// Of this account only.
        #[arg(long)]
        account: Option<String>,
        /// In this state only.
        #[arg(long, value_parser = ["pending", "approved", "declined"])]
        state: Option<String>,
        #[command(flatten)]
        paging: Paging,
    },
    /// Show a request.
    Show {
        /// The request.
        id: String,
    },
    /// Approve a request: the client and its grant are made, and the account is told.
    Approve {
        /// The request.
        id: String,
        /// A scope that is given; all that are given are all. Without any those wanted are.
        #[arg(long = "scope")]
        scopes: Vec<String>,
        /// What is said to the account.
        #[arg(long, default_value = "")]
        answer: String,
    },
    /// Decline a request, and tell the account why.
    Decline {
        /// The request.
        id: String,
        /// What is said to the account.
        #[arg(long)]
        answer: String,
    },
}

pub(super) async fn run(action: Action, server: &Connection) -> anyhow::Result<()> {
    match action {
        Action::List { account, state, paging } => {
            let query = paging.narrowed([("account", account), ("state", state)]);
            server.show(&["applications"], &query, LIST).await
        }
        Action::Show { id } => server.show(&["applications", &id], &[], Shape::One).await,
        Action::Approve { id, scopes, answer } => {
            let body = object([("scopes", some(scopes)), ("answer", Some(answer.into()))]);
            let path = ["applications", &id, "approve"];
            server.make(Method::POST, &path, Some(body), Shape::One).await
        }
        Action::Decline { id, answer } => {
            let path = ["applications", &id, "decline"];
            let body = json!({ "answer": answer });
            server.make(Method::POST, &path, Some(body), Shape::One).await
        }
    }
}
