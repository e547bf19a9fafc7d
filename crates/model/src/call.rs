//! What became of single requests, for people who ask why.

use crate::{AccountId, ClientId, Moment};
use serde::{Deserialize, Serialize};

/// One request at issuer or gateway. Holds no secret: neither token nor query nor body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// Its place in the log, given by the store; 0 before it is kept.
    pub seq: i64,
    /// When it came.
    pub at: Moment,
    /// The request's id, as its answer named it.
    pub request: String,
    /// Where it was answered.
    pub place: Place,
    /// The client it came from, as far as that was proved (a good token, a right secret) or said (`client_id` with a
    /// wrong secret).
    pub client: Option<ClientId>,
    /// That client's account.
    pub account: Option<AccountId>,
    /// The method.
    pub method: String,
    /// The path, without query, shortened.
    pub path: String,
    /// The route or endpoint that took it.
    pub route: Option<String>,
    /// The API it was about, by id.
    pub api: Option<String>,
    /// What it was answered with.
    pub status: u16,
    /// The refusal's stable code.
    pub code: Option<String>,
    /// The member for whom it acted, by address.
    pub acting_user: Option<String>,
    /// What was presented, in words: kinds and names, never a secret.
    pub presented: serde_json::Value,
}

/// Where a request was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Place {
    /// At the issuer: token, introspection, revocation.
    Issuer,
    /// At a gateway.
    Gateway,
}

impl Place {
    /// The word it is kept and shown as.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Issuer => "issuer",
            Self::Gateway => "gateway",
        }
    }

    /// The place of that word.
    #[must_use]
    pub fn of_str(word: &str) -> Option<Self> {
        [Self::Issuer, Self::Gateway]
            .into_iter()
            .find(|place| place.as_str() == word)
    }
}

/// Which calls are asked for; every field narrows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallFilter {
    /// Of this account.
    pub account: Option<AccountId>,
    /// Of this client.
    pub client: Option<ClientId>,
    /// With this request id.
    pub request: Option<String>,
    /// Only what was refused.
    pub refused: bool,
}
