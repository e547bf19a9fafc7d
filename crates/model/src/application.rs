//! Requests for clients, where an operator makes them.

use crate::client::Environment;
use crate::{AccountId, ApiId, ApplicationId, ClientId, Moment, Version};
use serde::{Deserialize, Serialize};
use tollgate_protocol::scope::Scopes;

/// An account's request for a client, which an operator approves or declines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Application {
    /// Its id.
    pub id: ApplicationId,
    /// Whose.
    pub account: AccountId,
    /// Who asked, as in [`crate::event::Actor`]'s text form.
    pub asked_by: String,
    /// The address to answer to.
    pub email: String,
    /// The name the client is to have.
    pub name: String,
    /// Test or live.
    pub environment: Environment,
    /// What it is to call.
    pub api: ApiId,
    /// The scopes wanted.
    pub scopes: Scopes,
    /// Its redirect addresses (RFC 6749 §3.1.2).
    pub redirect_uris: Vec<String>,
    /// Where to go after logout.
    pub logout_uris: Vec<String>,
    /// What the account says about it.
    pub note: String,
    /// What became of it.
    pub state: ApplicationState,
    /// The client it became.
    pub client: Option<ClientId>,
    /// What the operator said.
    pub answer: Option<String>,
    /// When it was made.
    pub created: Moment,
    /// When it was decided.
    pub decided: Option<Moment>,
    /// Its revision.
    pub version: Version,
}

/// What became of an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ApplicationState {
    /// Not decided yet.
    Pending,
    /// A client was made.
    Approved,
    /// It was declined.
    Declined,
}

impl ApplicationState {
    /// The word it is kept and shown as.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Declined => "declined",
        }
    }

    /// The state of that word.
    #[must_use]
    pub fn of_str(word: &str) -> Option<Self> {
        [Self::Pending, Self::Approved, Self::Declined]
            .into_iter()
            .find(|state| state.as_str() == word)
    }
}
