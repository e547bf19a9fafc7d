//! A customer firm.

use crate::{AccountId, Moment, State, Version};
use serde::{Deserialize, Serialize};

/// A customer firm: it has members and clients, and nothing of it is visible to another account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// The firm's name, as people read it.
    pub name: String,
    /// A disabled account's clients get no tokens, and the tokens they have are refused.
    pub state: State,
    /// When it was made.
    pub created: Moment,
    /// Its revision.
    pub version: Version,
}
