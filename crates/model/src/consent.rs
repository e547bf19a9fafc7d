//! What a person lets a client do.

use crate::{AccountId, ApiId, ClientId, ConsentId, Moment, UserId, Version};
use tollgate_protocol::scope::Scopes;

/// What a person lets a client do on their behalf: one for each person and client. Every token that speaks for a
/// person names it, so that it can be taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// Its id. It tells nobody who the person is.
    pub id: ConsentId,
    /// Who.
    pub user: UserId,
    /// Which client.
    pub client: ClientId,
    /// The client's account.
    pub account: AccountId,
    /// What was agreed to, API by API.
    pub given: Vec<Given>,
    /// When it was given first.
    pub created: Moment,
    /// When it was given last.
    pub revised: Moment,
    /// Its revision.
    pub version: Version,
}

/// The scopes agreed to at one API.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Given {
    /// The API; none: what the person tells about themselves, and staying signed in.
    pub api: Option<ApiId>,
    /// The scopes.
    pub scopes: Scopes,
}

impl Consent {
    /// The scopes agreed to at this API.
    #[must_use]
    pub fn at(&self, api: Option<&ApiId>) -> Option<&Scopes> {
        self.given
            .iter()
            .find(|given| given.api.as_ref() == api)
            .map(|given| &given.scopes)
    }
}
