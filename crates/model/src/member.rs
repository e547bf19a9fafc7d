//! A person of an account.

use crate::{AccountId, MemberId, Moment, State, Version};
use serde::{Deserialize, Serialize};

/// A person of an account: the one whom an acting-user header names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Its id; a user's `sub` never looks like a `client_id`.
    pub id: MemberId,
    /// The account it belongs to.
    pub account: AccountId,
    /// E-mail address in lower case; at most one member of an account has it.
    pub email: String,
    /// The person's name.
    pub name: String,
    /// The roles held, in the preset's own words ("Suite - API Developer").
    pub roles: Vec<String>,
    /// A disabled member is not found as an acting user.
    pub state: State,
    /// When it was made.
    pub created: Moment,
    /// Its revision.
    pub version: Version,
}
