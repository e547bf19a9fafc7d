//! `tollgate hook`.

use super::Paging;
use super::connection::{Connection, object, some};
use super::shape::Shape;
use clap::{Args, Subcommand};
use reqwest::Method;
use serde_json::{Value, json};

const LIST: Shape = Shape::List(&[("ID", "id"), ("URL", "url"), ("TOPICS", "topics"), ("STATE", "state")]);
const DELIVERIES: Shape = Shape::List(&[
    ("ID", "id"),
    ("TOPIC", "topic"),
    ("CREATED", "created"),
    ("TRIES", "tries"),
    ("DELIVERED", "delivered"),
    ("STATUS", "status"),
    ("NEXT", "next"),
    ("PROBLEM", "problem"),
]);

/// Which webhook.
#[derive(Debug, Args)]
pub struct Which {
    /// The account.
    account: String,
    /// The webhook.
    id: String,
}

/// What is done with webhooks of an account.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// Add a webhook; its signing key is shown this once.
    Add {
        /// The account.
        account: String,
        /// Where to.
        #[arg(long)]
        url: String,
        /// A kind of alert that is wanted; may be given several times. Without any all are.
        #[arg(long = "topic")]
        topics: Vec<String>,
    },
    /// List the webhooks of an account.
    List {
        /// The account.
        account: String,
    },
    /// Show a webhook.
    Show {
        #[command(flatten)]
        which: Which,
    },
    /// Change a webhook; what is not given stays.
    Revise {
        #[command(flatten)]
        which: Which,
        /// Where to from now on.
        #[arg(long)]
        url: Option<String>,
        /// A kind of alert; all that are given are all that are wanted from now on.
        #[arg(long = "topic", conflicts_with = "all_topics")]
        topics: Vec<String>,
        /// All kinds of alerts are wanted.
        #[arg(long)]
        all_topics: bool,
    },
    /// Disable a webhook: it is told nothing.
    Disable {
        #[command(flatten)]
        which: Which,
    },
    /// Enable a webhook again.
    Enable {
        #[command(flatten)]
        which: Which,
    },
    /// Give it a new signing key, shown this once. For a day messages are signed with both.
    RotateKey {
        #[command(flatten)]
        which: Which,
    },
    /// Remove a webhook, and the list of what was sent to it.
    Remove {
        #[command(flatten)]
        which: Which,
    },
    /// Send a ping, to try address and signature.
    Ping {
        #[command(flatten)]
        which: Which,
    },
    /// List what was sent to it, newest first.
    Deliveries {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        paging: Paging,
    },
    /// Send the content of an earlier message once more.
    Redeliver {
        #[command(flatten)]
        which: Which,
        /// The message.
        delivery: String,
    },
}

pub(super) async fn run(action: Action, server: &Connection) -> anyhow::Result<()> {
    let at = async |method: Method, which: Which, more: &[&str], body: Option<Value>, shape: Shape| {
        let path = [&["accounts", &which.account, "hooks", &which.id], more].concat();
        server.make(method, &path, body, shape).await
    };
    match action {
        Action::Add { account, url, topics } => {
            let body = object([("url", Some(url.into())), ("topics", some(topics))]);
            let path = ["accounts", &account, "hooks"];
            server.make(Method::POST, &path, Some(body), Shape::Once("key")).await
        }
        Action::List { account } => server.show(&["accounts", &account, "hooks"], &[], LIST).await,
        Action::Show { which } => {
            let path = ["accounts", &which.account, "hooks", &which.id];
            server.show(&path, &[], Shape::One).await
        }
        Action::Revise {
            which,
            url,
            topics,
            all_topics,
        } => {
            let topics = if all_topics { Some(json!([])) } else { some(topics) };
            let body = object([("url", url.map(Into::into)), ("topics", topics)]);
            at(Method::PATCH, which, &[], Some(body), Shape::One).await
        }
        Action::Disable { which } => {
            let body = json!({ "state": "disabled" });
            at(Method::PATCH, which, &[], Some(body), Shape::One).await
        }
        Action::Enable { which } => {
            let body = json!({ "state": "active" });
            at(Method::PATCH, which, &[], Some(body), Shape::One).await
        }
        Action::RotateKey { which } => at(Method::POST, which, &["rotate-key"], None, Shape::Once("key")).await,
        Action::Remove { which } => {
            let said = Shape::Said("The webhook is removed.");
            at(Method::DELETE, which, &[], None, said).await
        }
        Action::Ping { which } => at(Method::POST, which, &["ping"], None, Shape::One).await,
        Action::Deliveries { which, paging } => {
            let path = ["accounts", &which.account, "hooks", &which.id, "deliveries"];
            server.show(&path, &paging.query(), DELIVERIES).await
        }
        Action::Redeliver { which, delivery } => {
            let more = ["deliveries", &delivery, "redeliver"];
            at(Method::POST, which, &more, None, Shape::One).await
        }
    }
}
