//! Commands that manage a running server through its management API.
//!
//! Each noun is a file; none of them decides anything. What is typed becomes a request, and the answer is
//! printed: as a table for people, or as the server's own JSON.

mod account;
mod alert;
mod api;
mod application;
mod audit;
mod call;
mod client;
mod client_sign_in;
mod connection;
mod consent;
mod event;
mod grant;
mod hook;
mod import;
mod key;
mod legacy;
mod mail;
mod member;
mod operator;
mod route;
mod secret;
mod shape;
mod table;
mod transition;
mod user;

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
    /// The dated ends of what is old.
    Transition(Box<Noun<transition::Action>>),
    /// Subscription keys and tokens of the old kind.
    Legacy(Box<Noun<legacy::Action>>),
    /// Signing keys.
    Key(Box<Noun<key::Action>>),
    /// Credentials of operators and gateways.
    Operator(Box<Noun<operator::Action>>),
    /// People who sign in to the console.
    User(Box<Noun<user::Action>>),
    /// What people let clients do.
    Consent(Box<Noun<consent::Action>>),
    /// Requests for clients, where operators make them.
    Application(Box<Noun<application::Action>>),
    /// Webhooks of an account.
    Hook(Box<Noun<hook::Action>>),
    /// What accounts were told.
    Alert(Box<Noun<alert::Action>>),
    /// What became of single requests.
    Call(Box<Noun<call::Action>>),
    /// Mails on their way.
    Mail(Box<Noun<mail::Action>>),
    /// The audit log.
    Event(Box<Noun<event::Action>>),
    /// Whether the audit log is whole.
    Audit(Box<Noun<audit::Action>>),
    /// Whether the server can answer.
    Health(Box<Alone>),
}

/// Something that needs nothing but the server.
#[derive(Debug, Args)]
pub struct Alone {
    #[command(flatten)]
    server: Options,
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

    /// With what narrows the list, as far as it was given.
    fn narrowed<const N: usize>(&self, filters: [(&'static str, Option<String>); N]) -> Vec<(&'static str, String)> {
        let given = filters.into_iter().filter_map(|(name, value)| Some((name, value?)));
        self.query().into_iter().chain(given).collect()
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
        Command::Transition(noun) => transition::run(noun.action, &noun.server.connect()?).await,
        Command::Legacy(noun) => legacy::run(noun.action, &noun.server.connect()?).await,
        Command::Key(noun) => key::run(noun.action, &noun.server.connect()?).await,
        Command::Operator(noun) => operator::run(noun.action, &noun.server.connect()?).await,
        Command::User(noun) => user::run(noun.action, &noun.server.connect()?).await,
        Command::Consent(noun) => consent::run(noun.action, &noun.server.connect()?).await,
        Command::Application(noun) => application::run(noun.action, &noun.server.connect()?).await,
        Command::Hook(noun) => hook::run(noun.action, &noun.server.connect()?).await,
        Command::Alert(noun) => alert::run(noun.action, &noun.server.connect()?).await,
        Command::Call(noun) => call::run(noun.action, &noun.server.connect()?).await,
        Command::Mail(noun) => mail::run(noun.action, &noun.server.connect()?).await,
        Command::Audit(noun) => audit::run(noun.action, &noun.server.connect()?).await,
        Command::Health(alone) => alone.server.connect()?.show(&["health"], &[], shape::Shape::One).await,
        Command::Event(noun) => event::run(noun.action, &noun.server.connect()?).await,
    }
}
