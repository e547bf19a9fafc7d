//! `tollgate grant`.

use super::connection::{Connection, object};
use super::shape::Shape;
use clap::Subcommand;
use reqwest::Method;

const LIST: Shape = Shape::List(&[("API", "api"), ("SCOPES", "scopes"), ("LIFETIME", "lifetime")]);

/// What is done with grants.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// Grant a client scopes of an API, in place of what it was granted there.
    Put {
        /// The client_id.
        client: String,
        /// The API.
        api: String,
        /// A scope; may be given several times.
        #[arg(long = "scope")]
        scopes: Vec<String>,
        /// Token lifetime in seconds, at most the API's.
        #[arg(long)]
        lifetime: Option<i64>,
    },
    /// Take a grant back.
    Remove {
        /// The client_id.
        client: String,
        /// The API.
        api: String,
    },
    /// List the grants of a client.
    List {
        /// The client_id.
        client: String,
    },
}

pub(super) async fn run(action: Action, server: &Connection) -> anyhow::Result<()> {
    match action {
        Action::Put {
            client,
            api,
            scopes,
            lifetime,
        } => {
            let body = object([("scopes", Some(scopes.into())), ("lifetime", lifetime.map(Into::into))]);
            let path = ["clients", &client, "grants", &api];
            server.make(Method::PUT, &path, Some(body), Shape::One).await
        }
        Action::Remove { client, api } => {
            let said = Shape::Said("The grant is taken back.");
            let path = ["clients", &client, "grants", &api];
            server.make(Method::DELETE, &path, None, said).await
        }
        Action::List { client } => server.show(&["clients", &client, "grants"], &[], LIST).await,
    }
}
