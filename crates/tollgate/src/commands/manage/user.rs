//! `tollgate user`.

use super::Paging;
use super::connection::{Connection, object, read_capped};
use super::import;
use super::shape::Shape;
use anyhow::Context as _;
use clap::Subcommand;
use reqwest::Method;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

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
    /// Change a person's name and what clients may be told of them; what is not given stays.
    Revise {
        /// The person.
        id: String,
        /// The person's name.
        #[arg(long)]
        name: Option<String>,
        /// Whether the address is known to be read by this person.
        #[arg(long, value_name = "BOOL")]
        email_verified: Option<bool>,
        /// A file with all that clients may be told besides address and name: a JSON object, such as
        /// {"given_name": "…", "birthdate": "1990-05-31"}.
        #[arg(long, value_name = "FILE")]
        claims: Option<PathBuf>,
    },
    /// Bring people in from another house: a JSON object on each line, with email, name, email_verified, claims,
    /// password_hash (bcrypt, PBKDF2, scrypt or Argon2) and state. While any line is wrong nobody is brought in.
    Import {
        /// The file.
        file: PathBuf,
        /// Look at the file only, and bring nobody in.
        #[arg(long)]
        check: bool,
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
        Action::Revise {
            id,
            name,
            email_verified,
            claims,
        } => {
            let claims = claims.map(|path| read_claims(&path)).transpose()?;
            let body = object([
                ("name", name.map(Into::into)),
                ("email_verified", email_verified.map(Into::into)),
                ("claims", claims),
            ]);
            server
                .make(Method::PATCH, &["users", &id], Some(body), Shape::One)
                .await
        }
        Action::Import { file, check } => import::run(&file, check, server).await,
        Action::InviteAgain { id } => have(id, "invitation", Shape::Said("The mail is on its way.")).await,
        Action::Disable { id } => have(id, "disable", Shape::One).await,
        Action::Enable { id } => have(id, "enable", Shape::One).await,
        Action::EndSessions { id } => have(id, "end-sessions", Shape::Said("The person is signed out.")).await,
        Action::ResetSecondFactor { id } => have(id, "reset-second-factor", Shape::One).await,
    }
}

fn read_claims(path: &Path) -> anyhow::Result<Value> {
    let claims: serde_json::Map<_, _> =
        serde_json::from_str(&read_capped(path)?).with_context(|| format!("{} is no JSON object", path.display()))?;
    Ok(Value::Object(claims))
}
