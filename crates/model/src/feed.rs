//! What is told to those who remember: other nodes, and gateways.

pub mod sieve;

pub use sieve::{Sieve, is_bad};

use crate::legacy::LegacyName;
use crate::{
    AccountId, Answer, Api, ApiId, Call, ClientId, Dated, Fault, LegacyKnown, LegacyMethod, LegacyUse, MemberId,
    Moment, Plan, PlanId, Revocation, Route, Spent,
};
use serde::{Deserialize, Serialize};

/// A place in the change log; 0 is before the first entry.
pub type Seq = i64;

/// One entry of the change log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Its place.
    pub seq: Seq,
    /// What it tells.
    pub news: News,
}

/// What changed, as far as somebody may remember it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "about", rename_all = "lowercase")]
pub enum News {
    /// APIs, routes, transitions or signing keys: read them anew.
    Catalogue,
    /// Tokens died.
    Revoked {
        /// Which.
        revocation: Revocation,
    },
    /// A client, its secrets or its grants.
    Client {
        /// Which.
        id: ClientId,
    },
    /// An account's own record.
    Account {
        /// Which.
        id: AccountId,
    },
    /// A member of an account.
    Member {
        /// The account.
        account: AccountId,
    },
    /// A legacy credential of an account ended.
    Legacy {
        /// The account.
        account: AccountId,
    },
    /// An operator's or gateway's credential.
    Operator,
}

/// What a follower gets for the place it has reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Followed {
    /// What came after it, in order; empty when nothing did for as long as the source waits.
    News {
        /// In order.
        notices: Vec<Notice>,
    },
    /// The log no longer reaches back so far: take a [`Snapshot`].
    TooOld,
}

/// All that a gateway works from, as of one place in the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// As of here.
    pub seq: Seq,
    /// The `iss` of valid tokens.
    pub issuer: String,
    /// The published signing keys: a JWK Set (RFC 7517 §5), as JSON.
    pub keys: serde_json::Value,
    /// Every API.
    pub apis: Vec<Api>,
    /// Every route.
    pub routes: Vec<Route>,
    /// Every revocation still in force.
    pub revocations: Vec<Revocation>,
    /// The old ways of authenticating.
    #[serde(default)]
    pub legacy: Vec<LegacyMethod>,
    /// Every transition, by id.
    #[serde(default)]
    pub transitions: Vec<Dated>,
    /// The plans.
    #[serde(default)]
    pub plans: Vec<Plan>,
}

/// The member for whom a request acts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActingUser {
    /// Who.
    pub id: MemberId,
    /// Of which account.
    pub account: AccountId,
    /// The address on record, in lower case.
    pub email: String,
    /// The roles held.
    pub roles: Vec<String>,
}

/// How an acting user is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ActingKey {
    /// By e-mail address, in lower case.
    Email(String),
    /// The owner of this client.
    OwnerOf(ClientId),
}

/// What a gateway tells of the requests it answered lately.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// Single requests; of many only some ([`Sieve`]).
    pub calls: Vec<Call>,
    /// How many there were.
    pub counts: Vec<Counted>,
    /// Who still came by an old way.
    #[serde(default)]
    pub legacy: Vec<LegacyUse>,
}

impl Told {
    /// Whether there is nothing to tell.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.calls.is_empty() && self.counts.is_empty() && self.legacy.is_empty()
    }
}

/// How many requests of one client to one API were answered with one status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// The client.
    pub client: ClientId,
    /// The API.
    pub api: ApiId,
    /// What they were answered with.
    pub status: u16,
    /// How many.
    pub count: i64,
    /// How many of these the gateway itself refused.
    pub refused: i64,
    /// When the last of them came; all of them on the same day (UTC).
    pub last: Moment,
}

/// Where a gateway learns what it works from: the issuer next to it, or one across the network.
pub trait Source: Send + Sync {
    /// Everything, as of now.
    ///
    /// # Errors
    /// [`Fault`] when the issuer or its store cannot be reached.
    fn snapshot(&self) -> Answer<'_, Result<Snapshot, Fault>>;

    /// What came after `seq`; waits (20 seconds at most) while there is nothing.
    ///
    /// # Errors
    /// [`Fault`] when the issuer or its store cannot be reached.
    fn follow(&self, seq: Seq) -> Answer<'_, Result<Followed, Fault>>;

    /// The active member of `account` named so, if there is one. Another account's member is not found.
    ///
    /// # Errors
    /// [`Fault`] when the issuer or its store cannot be reached.
    fn acting_user<'a>(
        &'a self,
        account: &'a AccountId,
        key: &'a ActingKey,
    ) -> Answer<'a, Result<Option<ActingUser>, Fault>>;

    /// Tells the issuer of requests that were answered. What was taken is kept a little later; what was not is lost,
    /// and nobody waits for it.
    ///
    /// # Errors
    /// [`Fault`] when the issuer cannot be reached.
    fn tell(&self, told: Told) -> Answer<'_, Result<(), Fault>>;

    /// The legacy credential of this name, if it is one that lives, of an active account.
    ///
    /// # Errors
    /// [`Fault`] when the issuer or its store cannot be reached.
    fn legacy<'a>(&'a self, name: &'a LegacyName) -> Answer<'a, Result<Option<LegacyKnown>, Fault>>;

    /// The plan that this account was given; none: the default one.
    ///
    /// # Errors
    /// [`Fault`] when the issuer or its store cannot be reached.
    fn plan<'a>(&'a self, account: &'a AccountId) -> Answer<'a, Result<Option<PlanId>, Fault>>;

    /// Adds what was let through here to what all gateways let through, and answers, for each, how much that is now in
    /// its slot.
    ///
    /// # Errors
    /// [`Fault`] when the issuer or its store cannot be reached; then nothing was added, as far as anybody knows.
    fn spend<'a>(&'a self, spent: &'a [Spent]) -> Answer<'a, Result<Vec<i64>, Fault>>;
}
