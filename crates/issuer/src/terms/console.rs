//! Terms of the console: who may do what there, and how it speaks of it.

use tollgate_model::client::Environment;
use tollgate_model::{ApiId, Moment};
use tollgate_protocol::scope::Scopes;

/// The terms of the console. Presets differ here, rules do not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsoleTerms {
    /// Where it is: scheme, authority and path, without a slash at the end. Links in mails begin with it.
    pub url: String,
    /// The vendor's name, as pages and mails have it.
    pub vendor: String,
    /// What pages call things.
    pub words: Words,
    /// Paths of the APIs that ready-made requests call first.
    pub examples: Vec<String>,
    /// From when on the developer section is there; absent: always.
    pub opens: Option<Moment>,
    /// How a client comes to be.
    pub creation: Creation,
    /// Whether anybody may open an account, for testing, alone.
    pub sign_up: bool,
    /// The client that a new account has from the start.
    pub default_client: Option<DefaultClient>,
    /// Which of a member's roles open what.
    pub roles: Roles,
    /// Whether the owner of a secret may look at it again. It is then kept sealed as well as digested.
    pub revealable: bool,
    /// Rules for redirect addresses.
    pub redirects: Redirects,
    /// Sessions.
    pub sessions: SessionTerms,
    /// What is done with a secret that was reported as leaked.
    pub leaked: Leaked,
    /// Whether mails stay in the outbox for operators to read, links and all. For trying out.
    pub outbox: bool,
    /// Whether webhooks may be plain http. For trying out and for tests.
    pub plain_hooks: bool,
}

/// What pages call things.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// The menu above the developer section ("Account Management").
    pub menu: String,
    /// The section ("Developer Section").
    pub section: String,
    /// Its first tab, the list of clients ("APIs - Client").
    pub clients: String,
    /// A client's tab with id and secrets ("Authentication").
    pub credentials: String,
    /// Whom an account asks for a client, where it cannot make one ("Professional Services").
    pub helpers: String,
}

/// How a client comes to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Creation {
    /// A member makes it.
    #[default]
    SelfService,
    /// A member applies for it, and an operator approves.
    Request,
    /// Operators make it, and nobody applies here.
    Operator,
}

/// The client that a new account has from the start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefaultClient {
    /// Its name.
    pub name: String,
    /// Test or live.
    pub environment: Environment,
    /// What it may call, with these scopes.
    pub api: ApiId,
    /// The scopes.
    pub scopes: Scopes,
}

/// Which of a member's roles, in the preset's own words, open what. A member with none of them has no access to the
/// developer section. Where all three are empty, every member is a developer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roles {
    /// Roles of account admins.
    pub admin: Vec<String>,
    /// Roles of API developers.
    pub developer: Vec<String>,
    /// Roles of those who only look.
    pub viewer: Vec<String>,
}

/// Rules for redirect and logout addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Redirects {
    /// Whether clients have any at all.
    pub used: bool,
    /// Whether a client needs at least one redirect address.
    pub required: bool,
    /// How many of each at most.
    pub most: usize,
    /// Which clients may name loopback addresses.
    pub loopback: Loopback,
}

/// Which clients may name loopback addresses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Loopback {
    /// Test clients.
    #[default]
    Test,
    /// All.
    Any,
    /// None.
    Never,
}

/// How long people stay signed in, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionTerms {
    /// Without a request.
    pub idle: i64,
    /// Altogether.
    pub absolute: i64,
    /// For how long after the password was shown dangerous things need it no more.
    pub proved: i64,
    /// How long an invitation works.
    pub invitation: i64,
    /// How long a reset link works.
    pub reset: i64,
    /// Wrong passwords and codes for one person before the next are refused.
    pub wrong: super::Limit,
}

/// What is done with a secret that was reported as leaked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Leaked {
    /// It is revoked, with the tokens it bought.
    #[default]
    Revoke,
    /// Its owner is told, and nothing else.
    Mark,
}

impl ConsoleTerms {
    /// The terms of the default, for a console at this address.
    #[must_use]
    pub fn at(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            vendor: "Tollgate".to_owned(),
            words: Words {
                menu: "Account".to_owned(),
                section: "Developer section".to_owned(),
                clients: "API clients".to_owned(),
                credentials: "Authentication".to_owned(),
                helpers: "support".to_owned(),
            },
            examples: Vec::new(),
            opens: None,
            creation: Creation::SelfService,
            sign_up: false,
            default_client: None,
            roles: Roles::default(),
            revealable: false,
            redirects: Redirects {
                used: false,
                required: false,
                most: 5,
                loopback: Loopback::Test,
            },
            sessions: SessionTerms {
                idle: 30 * 60,
                absolute: 12 * 3600,
                proved: 10 * 60,
                invitation: 7 * 86_400,
                reset: 3600,
                wrong: super::Limit { count: 10, window: 900 },
            },
            leaked: Leaked::Revoke,
            outbox: false,
            plain_hooks: false,
        }
    }
}
