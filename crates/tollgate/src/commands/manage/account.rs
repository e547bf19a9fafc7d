//! `tollgate account`.

use super::Paging;
use super::connection::{Connection, object, some};
use super::shape::Shape;
use clap::Subcommand;
use reqwest::Method;
use serde_json::{Value, json};

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
        /// An API it has; may be given several times. Without any it has all.
        #[arg(long = "api", conflicts_with = "no_apis")]
        apis: Vec<String>,
        /// It has no API at all.
        #[arg(long)]
        no_apis: bool,
        /// Its clients are for testing only.
        #[arg(long)]
        test_only: bool,
    },
    /// List accounts.
    List {
        /// Whose name contains this, or whose id begins with it.
        #[arg(long)]
        text: Option<String>,
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
    /// Say what an account has; what is not given stays.
    Revise {
        /// The account.
        id: String,
        /// Its new name.
        #[arg(long)]
        name: Option<String>,
        /// An API; all that are given are all it has.
        #[arg(long = "api", conflicts_with_all = ["no_apis", "all_apis"])]
        apis: Vec<String>,
        /// It has no API at all.
        #[arg(long, conflicts_with = "all_apis")]
        no_apis: bool,
        /// It has every API.
        #[arg(long)]
        all_apis: bool,
        /// Whether its clients may be live.
        #[arg(long)]
        live: Option<bool>,
    },
    /// Set what an account may ask for.
    Set {
        /// The account.
        id: String,
        /// A plan of the configuration.
        #[arg(long, required_unless_present = "default_plan")]
        plan: Option<String>,
        /// What the default plan gives.
        #[arg(long, conflicts_with = "plan")]
        default_plan: bool,
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
        Action::Create {
            name,
            apis,
            no_apis,
            test_only,
        } => {
            let body = object([
                ("name", Some(name.into())),
                ("apis", if no_apis { Some(json!([])) } else { some(apis) }),
                ("live", test_only.then_some(false.into())),
            ]);
            server.make(Method::POST, &["accounts"], Some(body), Shape::One).await
        }
        Action::List { text, paging } => {
            let mut query = paging.query();
            query.extend(text.map(|text| ("text", text)));
            server.show(&["accounts"], &query, LIST).await
        }
        Action::Show { id } => server.show(&["accounts", &id], &[], Shape::One).await,
        Action::Rename { id, name } => patch(id, json!({ "name": name })).await,
        Action::Revise {
            id,
            name,
            apis,
            no_apis,
            all_apis,
            live,
        } => {
            let apis = match (no_apis, all_apis) {
                (true, _) => Some(json!([])),
                (_, true) => Some(Value::Null),
                _ => some(apis),
            };
            let body = object([
                ("name", name.map(Into::into)),
                ("apis", apis),
                ("live", live.map(Into::into)),
            ]);
            patch(id, body).await
        }
        Action::Set { id, plan, .. } => patch(id, json!({ "plan": plan })).await,
        Action::Disable { id } => patch(id, json!({ "state": "disabled" })).await,
        Action::Enable { id } => patch(id, json!({ "state": "active" })).await,
    }
}
