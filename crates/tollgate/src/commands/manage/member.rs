//! `tollgate member`.

use super::Paging;
use super::connection::{Connection, object, some};
use super::shape::Shape;
use clap::Subcommand;
use reqwest::Method;
use serde_json::json;

const LIST: Shape = Shape::List(&[
    ("ID", "id"),
    ("EMAIL", "email"),
    ("NAME", "name"),
    ("ROLES", "roles"),
    ("STATE", "state"),
]);

/// What is done with members.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// Add a member to an account.
    Add {
        /// The account.
        #[arg(long)]
        account: String,
        /// E-mail address.
        #[arg(long)]
        email: String,
        /// The person's name.
        #[arg(long)]
        name: String,
        /// A role; may be given several times.
        #[arg(long = "role")]
        roles: Vec<String>,
    },
    /// List the members of an account.
    List {
        /// The account.
        #[arg(long)]
        account: String,
        #[command(flatten)]
        paging: Paging,
    },
    /// Show a member.
    Show {
        /// The member.
        id: String,
    },
    /// Change a member; what is not given stays.
    Revise {
        /// The member.
        id: String,
        /// The new address.
        #[arg(long)]
        email: Option<String>,
        /// The new name.
        #[arg(long)]
        name: Option<String>,
        /// A role; all that are given are all that are held from now on.
        #[arg(long = "role", conflicts_with = "no_roles")]
        roles: Vec<String>,
        /// Hold no role at all.
        #[arg(long)]
        no_roles: bool,
        /// Whether the member is found as acting user.
        #[arg(long, value_parser = ["active", "disabled"])]
        state: Option<String>,
    },
    /// Invite a member to the console, by mail.
    Invite {
        /// The member.
        id: String,
    },
    /// Remove a member.
    Remove {
        /// The member.
        id: String,
    },
}

pub(super) async fn run(action: Action, server: &Connection) -> anyhow::Result<()> {
    match action {
        Action::Add {
            account,
            email,
            name,
            roles,
        } => {
            let body = json!({ "email": email, "name": name, "roles": roles });
            let path = ["accounts", &account, "members"];
            server.make(Method::POST, &path, Some(body), Shape::One).await
        }
        Action::List { account, paging } => {
            let path = ["accounts", &account, "members"];
            server.show(&path, &paging.query(), LIST).await
        }
        Action::Show { id } => server.show(&["members", &id], &[], Shape::One).await,
        Action::Revise {
            id,
            email,
            name,
            roles,
            no_roles,
            state,
        } => {
            let roles = if no_roles { Some(json!([])) } else { some(roles) };
            let body = object([
                ("email", email.map(Into::into)),
                ("name", name.map(Into::into)),
                ("roles", roles),
                ("state", state.map(Into::into)),
            ]);
            server
                .make(Method::PATCH, &["members", &id], Some(body), Shape::One)
                .await
        }
        Action::Invite { id } => {
            let said = Shape::Said("The mail is on its way.");
            let path = ["members", &id, "invitation"];
            server.make(Method::POST, &path, None, said).await
        }
        Action::Remove { id } => {
            let said = Shape::Said("The member is removed.");
            server.make(Method::DELETE, &["members", &id], None, said).await
        }
    }
}
