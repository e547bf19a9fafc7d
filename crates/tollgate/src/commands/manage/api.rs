//! `tollgate api`.

use super::connection::{Connection, object};
use super::shape::Shape;
use clap::{Args, Subcommand};
use reqwest::Method;
use serde_json::{Value, json};

const LIST: Shape = Shape::List(&[
    ("ID", "id"),
    ("AUDIENCE", "audience"),
    ("LIFETIME", "lifetime"),
    ("ALGORITHM", "algorithm"),
    ("SCOPES", "scopes"),
    ("DECLARED", "declared"),
]);

/// What is done with APIs.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// Add an API.
    Add {
        /// Its id, a short word.
        #[arg(long)]
        id: String,
        /// What `aud` of its tokens says; it never changes.
        #[arg(long)]
        audience: String,
        /// Its name.
        #[arg(long)]
        name: String,
        #[command(flatten)]
        terms: Terms,
    },
    /// List APIs.
    List,
    /// Show an API.
    Show {
        /// The API.
        id: String,
    },
    /// Change an API; what is not given stays.
    Revise {
        /// The API.
        id: String,
        /// Its new name.
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        terms: Terms,
    },
    /// Remove an API that no grant and no route names.
    Remove {
        /// The API.
        id: String,
    },
}

/// What its tokens are like.
#[derive(Debug, Args)]
pub struct Terms {
    /// A scope, as NAME or NAME=DESCRIPTION; all that are given are all it has.
    #[arg(long = "scope", value_name = "NAME[=DESCRIPTION]")]
    scopes: Vec<String>,
    /// What a request gets that names no scope.
    #[arg(long, value_parser = ["granted", "nothing", "refused"])]
    unasked: Option<String>,
    /// How long its tokens live, in seconds.
    #[arg(long)]
    lifetime: Option<i64>,
    /// What signs its tokens.
    #[arg(long, value_parser = ["RS256", "ES256", "PS256", "EdDSA"])]
    algorithm: Option<String>,
    /// How its tokens spell their claims.
    #[arg(long, value_parser = ["rfc9068", "auth0", "hydra", "identityserver"])]
    profile: Option<String>,
}

impl Terms {
    fn with(self, id: Option<String>, audience: Option<String>, name: Option<String>) -> Value {
        let scopes: Vec<Value> = self.scopes.iter().map(|scope| word(scope)).collect();
        object([
            ("id", id.map(Into::into)),
            ("audience", audience.map(Into::into)),
            ("name", name.map(Into::into)),
            ("scopes", (!scopes.is_empty()).then(|| scopes.into())),
            ("unasked", self.unasked.map(Into::into)),
            ("lifetime", self.lifetime.map(Into::into)),
            ("algorithm", self.algorithm.map(Into::into)),
            ("profile", self.profile.map(Into::into)),
        ])
    }
}

fn word(text: &str) -> Value {
    let (name, description) = text.split_once('=').unwrap_or((text, ""));
    json!({ "name": name, "description": description })
}

pub(super) async fn run(action: Action, server: &Connection) -> anyhow::Result<()> {
    match action {
        Action::Add {
            id,
            audience,
            name,
            terms,
        } => {
            let body = terms.with(Some(id), Some(audience), Some(name));
            server.make(Method::POST, &["apis"], Some(body), Shape::One).await
        }
        Action::List => server.show(&["apis"], &[], LIST).await,
        Action::Show { id } => server.show(&["apis", &id], &[], Shape::One).await,
        Action::Revise { id, name, terms } => {
            let body = terms.with(None, None, name);
            server.make(Method::PATCH, &["apis", &id], Some(body), Shape::One).await
        }
        Action::Remove { id } => {
            let said = Shape::Said("The API is removed.");
            server.make(Method::DELETE, &["apis", &id], None, said).await
        }
    }
}
