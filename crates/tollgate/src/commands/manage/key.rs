//! `tollgate key`.

use super::connection::Connection;
use super::shape::Shape;
use clap::Subcommand;
use reqwest::Method;
use serde_json::json;

const LIST: Shape = Shape::List(&[
    ("KID", "kid"),
    ("ALGORITHM", "algorithm"),
    ("STAGE", "stage"),
    ("PUBLISHED", "published"),
    ("SIGNS FROM", "active_from"),
    ("RETIRES", "retires"),
]);

/// What is done with signing keys.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// List signing keys and their stages.
    List,
    /// Bring in a new key: published at once, signing when every cached key set has it.
    Rotate {
        /// For this algorithm.
        #[arg(long, value_parser = ["RS256", "ES256", "PS256", "EdDSA"])]
        algorithm: String,
    },
}

pub(super) async fn run(action: Action, server: &Connection) -> anyhow::Result<()> {
    match action {
        Action::List => server.show(&["keys"], &[], LIST).await,
        Action::Rotate { algorithm } => {
            let body = json!({ "algorithm": algorithm });
            server.make(Method::POST, &["keys", "rotate"], Some(body), LIST).await
        }
    }
}
