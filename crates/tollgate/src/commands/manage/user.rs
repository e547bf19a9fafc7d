//! `tollgate user`.

use super::Paging;
use super::connection::Connection;
use super::shape::Shape;
use clap::Subcommand;
use reqwest::Method;
use serde_json::json;

const LIST: Shape = Shape::List(&[
    ("ID", "id"),
    ("EMAIL", "email"),
    ("NAME", "name"),
    ("OPERATOR", "operator"),
    ("STATE", "state"),
    ("SECOND FACTOR SINCE", "second_factor"),
]);

/// What is done with people who sign in.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// List people.
    List {
        /// Only those who run the place.
        #[arg(long)]
        operators: bool,
        /// Who has this address.
        #[arg(long)]
        email: Option<String>,
        #[command(flatten)]
        paging: Paging,
    },
    /// Show a person, where they are members and where they are signed in.
    Show {
        /// The person.
        id: String,
    },
    /// Invite an operator, by mail.
    InviteOperator {
        /// E-mail address.
        #[arg(long)]
        email: String,
        /// The person's name.
        #[arg(long)]
        name: String,
    },
    /// Send an invitation again.
    InviteAgain {
        /// The person.
        id: String,
    },
    /// Disable a person, who is signed out everywhere.
    Disable {
        /// The person.
        id: String,
    },
    /// Enable a person again.
    Enable {
        /// The person.
        id: String,
    },
    /// Sign a person out everywhere.
    EndSessions {
        /// The person.
        id: String,
    },
    /// Take a person's second factor away. Make sure who asks for it.
    ResetSecondFactor {
        /// The person.
        id: String,
    },
}

pub(super) async fn run(action: Action, server: &Connection) -> anyhow::Result<()> {
    let have =
        async |id: String, what: &str, shape| server.make(Method::POST, &["users", &id, what], None, shape).await;
    match action {
        Action::List {
            operators,
            email,
            paging,
        } => {
            let operators = operators.then(|| "true".to_owned());
            let query = paging.narrowed([("operators", operators), ("email", email)]);
            server.show(&["users"], &query, LIST).await
        }
        Action::Show { id } => server.show(&["users", &id], &[], Shape::One).await,
        Action::InviteOperator { email, name } => {
            let body = json!({ "email": email, "name": name });
            server.make(Method::POST, &["users"], Some(body), Shape::One).await
        }
        Action::InviteAgain { id } => have(id, "invitation", Shape::Said("The mail is on its way.")).await,
        Action::Disable { id } => have(id, "disable", Shape::One).await,
        Action::Enable { id } => have(id, "enable", Shape::One).await,
        Action::EndSessions { id } => have(id, "end-sessions", Shape::Said("The person is signed out.")).await,
        Action::ResetSecondFactor { id } => have(id, "reset-second-factor", Shape::One).await,
    }
}
