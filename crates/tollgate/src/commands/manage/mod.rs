//! Commands that manage a running server through its management API.
//!
//! Each noun is a file; none of them decides anything. What is typed becomes a request, and the answer is
//! printed: as a table for people, or as the server's own JSON.

mod account;
mod api;
mod client;
mod connection;
mod event;
mod grant;
mod key;
mod member;
mod operator;
mod route;
mod secret;
mod shape;
mod table;

pub use connection::{Connection, Output};

use clap::{Args, Subcommand};
use connection::Options;

/// What there is to manage.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Customer firms.
    Account(Box<Noun<account::Action>>),
    /// The people of a customer firm, whom acting-user headers name.
    Member(Box<Noun<member::Action>>),
    /// Resource servers: audience, scopes, token lifetime.
    Api(Box<Noun<api::Action>>),
    /// A customer firm's software.
    Client(Box<Noun<client::Action>>),
    /// Secrets of a client.
    Secret(Box<Noun<secret::Action>>),
    /// What a client may ask for at an API.
    Grant(Box<Noun<grant::Action>>),
    /// Where the gateway lets calls through.
    Route(Box<Noun<route::Action>>),
    /// Signing keys.
    Key(Box<Noun<key::Action>>),
    /// Credentials of operators and gateways.
    Operator(Box<Noun<operator::Action>>),
    /// The audit log.
    Event(Box<Noun<event::Action>>),
}

/// A noun: what is to be done with it, and at which server.
#[derive(Debug, Args)]
pub struct Noun<A: Subcommand> {
    #[command(flatten)]
    server: Options,
    #[command(subcommand)]
    action: A,
}

/// Which part of a long list.
#[derive(Debug, Args)]
pub struct Paging {
    /// How many at most (1 to 200).
    #[arg(long, default_value_t = 200)]
    limit: u32,
    /// Go on after this place, as the page before says.
    #[arg(long)]
    after: Option<String>,
}

impl Paging {
    fn query(&self) -> Vec<(&'static str, String)> {
        let after = self.after.iter().map(|after| ("after", after.clone()));
        [("limit", self.limit.to_string())].into_iter().chain(after).collect()
    }
}

/// Runs a command at the server that its options name.
///
/// # Errors
/// When there is no token, the server cannot be reached, or it refuses; the text says which.
pub async fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Account(noun) => account::run(noun.action, &noun.server.connect()?).await,
        Command::Member(noun) => member::run(noun.action, &noun.server.connect()?).await,
        Command::Api(noun) => api::run(noun.action, &noun.server.connect()?).await,
        Command::Client(noun) => client::run(noun.action, &noun.server.connect()?).await,
        Command::Secret(noun) => secret::run(noun.action, &noun.server.connect()?).await,
        Command::Grant(noun) => grant::run(noun.action, &noun.server.connect()?).await,
        Command::Route(noun) => route::run(noun.action, &noun.server.connect()?).await,
        Command::Key(noun) => key::run(noun.action, &noun.server.connect()?).await,
        Command::Operator(noun) => operator::run(noun.action, &noun.server.connect()?).await,
        Command::Event(noun) => event::run(noun.action, &noun.server.connect()?).await,
    }
}
