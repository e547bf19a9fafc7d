//! The nouns of Tollgate and the ports between its rooms.
//!
//! **Owns** the records (account, member, client, secret, grant, API, route …), the [`Change`]s that may
//! be made to them, the [`Decision`] that carries changes, and the ports ([`Store`], [`Source`]) through
//! which rules and storage meet.
//!
//! **Invariant**: no SQL, no HTTP, no crypto, no clock. A record here is a value; what may be done
//! with it is decided in `issuer`, and how it is kept is known to `store`.

mod id;

pub mod account;
pub mod alert;
pub mod allowance;
pub mod api;
pub mod application;
pub mod audit;
pub mod authorization;
pub mod call;
pub mod change;
pub mod client;
pub mod consent;
pub mod event;
pub mod family;
pub mod farewell;
pub mod fault;
pub mod feed;
pub mod hook;
pub mod identity;
pub mod key;
pub mod legacy;
pub mod limit;
pub mod link;
pub mod mail;
pub mod member;
pub mod moment;
pub mod operator;
pub mod page;
pub mod revocation;
pub mod route;
pub mod session;
pub mod store;
pub mod transition;
pub mod usage;
pub mod user;

pub use account::Account;
pub use alert::Alert;
pub use allowance::Allowance;
pub use api::Api;
pub use application::Application;
pub use audit::{AuditHead, Checkpoint};
pub use authorization::Authorization;
pub use call::Call;
pub use change::{Change, Decision, Kept};
pub use client::{Client, ClientFilter, ClientLine, ClientRecord, Grant, Secret};
pub use consent::Consent;
pub use event::Event;
pub use family::RefreshFamily;
pub use farewell::Farewell;
pub use fault::Fault;
pub use feed::{ActingUser, Followed, News, Notice, Seq, Snapshot, Source};
pub use hook::{Delivery, Hook};
pub use id::{
    AccountId, AlertId, ApiId, ApplicationId, AuthorizationId, ClientId, ConsentId, DeliveryId, FarewellId, HookId,
    Kid, LegacyCredentialId, LegacyMethodId, LinkId, MailId, MemberId, OperatorId, PlanId, RouteId, SecretId,
    SessionId, TransitionId, UserId,
};
pub use identity::Identity;
pub use key::SigningKeyRow;
pub use legacy::{LegacyCredential, LegacyKnown, LegacyMethod, LegacyUse};
pub use limit::{Limit, Plan, Spent};
pub use link::Link;
pub use mail::{Mail, Tried};
pub use member::Member;
pub use moment::Moment;
pub use operator::Operator;
pub use page::{Listed, Page};
pub use revocation::{Revocation, Revocations};
pub use route::Route;
pub use session::Session;
pub use store::Store;
pub use transition::{Dated, Exception, Stage, Transition};
pub use usage::Usage;
pub use user::User;

/// A boxed future, so that ports can be held as trait objects.
pub type Answer<'a, T> = std::pin::Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Whether a record may act.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It may act.
    #[default]
    Active,
    /// It was switched off and may be switched on again.
    Disabled,
}

impl State {
    /// The word it is kept and shown as.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
        }
    }

    /// The state of that word.
    #[must_use]
    pub fn of_str(word: &str) -> Option<Self> {
        [Self::Active, Self::Disabled]
            .into_iter()
            .find(|state| state.as_str() == word)
    }
}

/// How often a record was revised: the condition under which a revision is made.
///
/// A new record has version 1; each kept revision adds one.
pub type Version = i64;
