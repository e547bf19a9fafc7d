//! `tollgate route`.

mod imported;
mod openapi;
mod test;

use super::connection::{Connection, read_capped};
use super::shape::Shape;
use anyhow::Context as _;
use clap::Subcommand;
use reqwest::Method;
use serde_json::Value;
use std::path::{Path, PathBuf};

const LIST: Shape = Shape::List(&[
    ("ID", "id"),
    ("HOSTS", "hosts"),
    ("METHODS", "methods"),
    ("PATH", "path"),
    ("ACCESS", "access"),
    ("DECLARED", "declared"),
]);

/// What is done with routes.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// Add a route.
    Add {
        /// JSON file that describes it: path, access, upstream and, if wanted, id, hosts, methods.
        #[arg(long)]
        file: PathBuf,
    },
    /// List routes.
    List,
    /// Show a route.
    Show {
        /// The route.
        id: String,
    },
    /// Change a route; what the file does not name stays.
    Revise {
        /// The route.
        id: String,
        /// JSON file with what is to change.
        #[arg(long)]
        file: PathBuf,
    },
    /// Remove a route.
    Remove {
        /// The route.
        id: String,
    },
    /// Add or change routes as an OpenAPI 3 document has them, its security scopes included.
    Import(imported::Import),
    /// Explain what would become of a request at the gateway, step by step; nothing is sent.
    Test(test::Test),
}

pub(super) async fn run(action: Action, server: &Connection) -> anyhow::Result<()> {
    match action {
        Action::Add { file } => {
            let body = Some(described(&file)?);
            server.make(Method::POST, &["routes"], body, Shape::One).await
        }
        Action::List => server.show(&["routes"], &[], LIST).await,
        Action::Show { id } => server.show(&["routes", &id], &[], Shape::One).await,
        Action::Revise { id, file } => {
            let body = Some(described(&file)?);
            server.make(Method::PATCH, &["routes", &id], body, Shape::One).await
        }
        Action::Remove { id } => {
            let said = Shape::Said("The route is removed.");
            server.make(Method::DELETE, &["routes", &id], None, said).await
        }
        Action::Import(import) => imported::run(&import, server).await,
        Action::Test(test) => test::run(test, server).await,
    }
}

fn described(file: &Path) -> anyhow::Result<Value> {
    let text = read_capped(file)?;
    serde_json::from_str(&text).with_context(|| format!("{} is not JSON", file.display()))
}
