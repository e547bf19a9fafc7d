//! The console, mail and webhooks, as they are typed.

use serde::Deserialize;
use std::path::PathBuf;
use tollgate_model::client::Environment;

use super::Limit;

/// The console.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Console {
    /// Whether there is one at the public address.
    pub enabled: Enabled,
    /// Where the operators' desk is open.
    pub desk: DeskAt,
    /// Paths of the APIs that ready-made requests call first.
    pub examples: Vec<String>,
    /// The day from which the developer section is there.
    pub opens: Option<String>,
    /// How a client comes to be.
    pub clients: Creation,
    /// Whether anybody may open a test account alone.
    pub sign_up: bool,
    /// What pages call things.
    pub words: Words,
    /// Which of a member's roles open what.
    pub roles: Roles,
    /// The client that a new account has from the start.
    pub default_client: Option<DefaultClient>,
    /// How long people stay signed in.
    pub sessions: Sessions,
    /// Wrong passwords and codes for one person before the next are refused.
    pub wrong_passwords: Option<Limit>,
}

/// A flag that is set unless somebody says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Enabled(pub bool);

impl Default for Enabled {
    fn default() -> Self {
        Self(true)
    }
}

/// Where the operators' desk is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeskAt {
    /// At the management listener alone.
    #[default]
    Management,
    /// Also at the public address.
    Everywhere,
}

/// How a client comes to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Creation {
    /// A member makes it.
    #[default]
    SelfService,
    /// A member applies, an operator approves.
    Request,
    /// An operator makes it.
    Operator,
}

/// What pages call things.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Words {
    /// The menu above the developer section.
    pub menu: Option<String>,
    /// The developer section.
    pub section: Option<String>,
    /// Its list of clients.
    pub clients: Option<String>,
    /// A client's tab with id and secrets.
    pub credentials: Option<String>,
    /// Whom an account asks for a client.
    pub helpers: Option<String>,
}

/// Which of a member's roles open what.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Roles {
    /// Account admins.
    pub admin: Vec<String>,
    /// API developers.
    pub developer: Vec<String>,
    /// Those who only look.
    pub viewer: Vec<String>,
}

/// The client that a new account has from the start.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DefaultClient {
    /// Its name.
    pub name: String,
    /// Test or live.
    #[serde(default)]
    pub environment: Environment,
    /// The API it may call.
    pub api: String,
    /// With these scopes.
    #[serde(default)]
    pub scopes: Vec<String>,
}

/// How long people stay signed in, in seconds.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Sessions {
    /// Without a request.
    pub idle: i64,
    /// Altogether.
    pub absolute: i64,
    /// How long a password that was shown is good for what is dangerous.
    pub proved: i64,
    /// How long an invitation works.
    pub invitation: i64,
    /// How long a reset link works.
    pub reset: i64,
}

impl Default for Sessions {
    fn default() -> Self {
        Self {
            idle: 1800,
            absolute: 43_200,
            proved: 600,
            invitation: 604_800,
            reset: 3600,
        }
    }
}

/// Redirect and logout addresses of clients.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Redirects {
    /// Whether clients have any; absent: where people are served.
    pub used: Option<bool>,
    /// Whether a client needs at least one.
    pub required: bool,
    /// How many of each at most.
    pub most: usize,
    /// Which clients may name loopback addresses.
    pub loopback: Loopback,
}

impl Default for Redirects {
    fn default() -> Self {
        Self {
            used: None,
            required: false,
            most: 5,
            loopback: Loopback::Test,
        }
    }
}

/// Which clients may name loopback addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Loopback {
    /// Test clients.
    Test,
    /// All.
    Any,
    /// None.
    Never,
}

/// How mails leave.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// The SMTP server.
    pub host: String,
    /// Its port.
    #[serde(default = "submission")]
    pub port: u16,
    /// How the connection is protected.
    #[serde(default)]
    pub security: MailSecurity,
    /// Whom mails come from.
    pub from: String,
    /// The name to sign in with.
    pub username: Option<String>,
    /// A file with its password. The environment variable `TOLLGATE_MAIL_PASSWORD` goes before it.
    pub password_file: Option<PathBuf>,
    /// PEM file with certificate authorities, besides the system's.
    pub roots: Option<PathBuf>,
}

const fn submission() -> u16 {
    587
}

/// How the connection to the SMTP server is protected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailSecurity {
    /// STARTTLS, required.
    #[default]
    Starttls,
    /// TLS from the first octet.
    Tls,
    /// Nothing: on loopback alone.
    None,
}

/// Webhooks.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Webhooks {
    /// Seconds that a receiver may take to answer.
    pub timeout: u64,
    /// Whether they may go to private addresses and over `http://`.
    pub private_addresses: bool,
}

impl Default for Webhooks {
    fn default() -> Self {
        Self {
            timeout: 15,
            private_addresses: false,
        }
    }
}

/// Reports of leaked secrets.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Leaks {
    /// What is done with a secret that was reported.
    pub action: LeakAction,
    /// Keys of the partners that report; none: everybody may.
    pub partner: Vec<Partner>,
}

/// What is done with a secret that was reported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LeakAction {
    /// It is revoked, with the tokens it bought.
    #[default]
    Revoke,
    /// Its owner is told.
    Mark,
}

/// A partner that reports leaked secrets.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Partner {
    /// The name of its key, as reports carry it.
    pub id: String,
    /// The public key, a PEM file.
    pub key: PathBuf,
}
