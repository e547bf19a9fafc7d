//! Old ways of authenticating and their ends, and how much may be asked for, as they are typed.

use serde::Deserialize;
use std::path::PathBuf;
use tollgate_model::limit::Per;

/// An old way of authenticating.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Legacy {
    /// A short word for it.
    pub id: String,
    /// Its name, as people read it.
    pub name: String,
    /// Whether a request carries an opaque token in `Authorization: Bearer`.
    #[serde(default)]
    pub bearer: bool,
    /// Headers of which one carries a subscription key; none: there is none.
    #[serde(default)]
    pub key_headers: Vec<String>,
    /// The vendor's old endpoint that says what a credential is worth; absent: it is on record here.
    pub verify: Option<LegacyVerify>,
    /// The old login endpoint, served by the issuer.
    pub login: Option<LegacyLogin>,
}

/// The vendor's old endpoint that says what a credential is worth.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LegacyVerify {
    /// Its address.
    pub url: String,
    /// Where its answer names the account (RFC 6901).
    pub account: String,
    /// Where it names the member, by e-mail address.
    pub member: Option<String>,
    /// For how many seconds an answer is believed.
    #[serde(default = "minute")]
    pub remembered: u32,
}

const fn minute() -> u32 {
    60
}

/// The old login endpoint.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LegacyLogin {
    /// Its path.
    pub path: String,
    /// Where the request has the e-mail address (RFC 6901).
    #[serde(default = "email")]
    pub email: String,
    /// Where it has the password.
    #[serde(default = "password")]
    pub password: String,
    /// How long a token lives, in seconds.
    #[serde(default = "eight_hours")]
    pub lifetime: i64,
    /// The answer, JSON with texts to be filled in.
    pub answer: String,
    /// The status of a refusal.
    #[serde(default = "unauthorized")]
    pub refused_status: u16,
    /// A refusal, JSON with texts to be filled in.
    pub refused: String,
}

fn email() -> String {
    "/email".to_owned()
}

fn password() -> String {
    "/password".to_owned()
}

const fn eight_hours() -> i64 {
    28_800
}

const fn unauthorized() -> u16 {
    401
}

/// A dated end of something old.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transition {
    /// A short word for it.
    pub id: String,
    /// Its name, as people read it.
    pub name: String,
    /// The old way of authenticating that ends.
    pub method: Option<String>,
    /// Or the path of the alias that ends.
    pub alias: Option<String>,
    /// Routes where it holds, or where neither of those is named, the routes that end; none: all.
    #[serde(default)]
    pub routes: Vec<String>,
    /// APIs on whose routes it holds; none: all.
    #[serde(default)]
    pub apis: Vec<String>,
    /// Accounts for which it holds; none: all.
    #[serde(default)]
    pub accounts: Vec<String>,
    /// From when on answers say that it ends.
    pub opens: Option<String>,
    /// From when on people are told.
    pub warns: Option<String>,
    /// From when on it is refused.
    pub ends: Option<String>,
    /// Where people read what to do.
    pub documentation: Option<String>,
    /// Windows in which it is refused before.
    #[serde(default)]
    pub brownouts: Vec<Brownout>,
}

impl Transition {
    /// Whether it has no date at all.
    #[must_use]
    pub const fn is_undated(&self) -> bool {
        self.opens.is_none() && self.warns.is_none() && self.ends.is_none() && self.brownouts.is_empty()
    }
}

/// A window in which the old way is refused.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Brownout {
    /// Its name, as people read it.
    pub name: String,
    /// When it begins.
    pub from: String,
    /// When it is over.
    pub to: String,
}

/// How much an account may ask for.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// A short word for it.
    pub id: String,
    /// Its name, as people read it.
    pub name: String,
    /// Whether accounts have it for which nobody chose one.
    #[serde(default)]
    pub default: bool,
    /// All of them hold.
    #[serde(default)]
    pub limits: Vec<CallLimit>,
}

/// So many calls in such a window.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallLimit {
    /// A word for it.
    pub name: String,
    /// Whose calls are counted together.
    pub per: Per,
    /// How many.
    pub count: i64,
    /// In which window.
    pub window: Window,
}

/// In which window calls are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Window {
    /// So many seconds.
    Seconds(i64),
    /// A stretch of the calendar.
    Calendar(Calendar),
}

/// A stretch of the calendar, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Calendar {
    /// A day.
    Day,
    /// A month.
    Month,
}

/// How the server behind a route is told who asks.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assertion {
    /// `aud` of the statement.
    pub audience: String,
}

/// Whom the gateway asks about opaque tokens (RFC 7662).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Introspection {
    /// The endpoint.
    pub url: String,
    /// The gateway's client there.
    pub client_id: String,
    /// A file with its secret.
    pub client_secret_file: PathBuf,
    /// For how many seconds an answer is believed.
    #[serde(default = "half_a_minute")]
    pub remembered: u32,
    /// `iss` of the tokens that it speaks of; absent: our own issuer.
    pub issuer: Option<String>,
    /// The member of an answer that says whose account a token is of; absent: it is of none.
    pub account: Option<String>,
}

const fn half_a_minute() -> u32 {
    30
}

/// Which headers say what is left of a limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RateLimitHeaders {
    /// `RateLimit` and `RateLimit-Policy`.
    #[default]
    Standard,
    /// `X-RateLimit-Limit`, `-Remaining` and `-Reset`.
    XRatelimit,
    /// All of them.
    Both,
    /// None.
    None,
}
