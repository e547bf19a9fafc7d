//! Who a person is at another provider.

use crate::{Moment, UserId};

/// Who a person is at a connection (an upstream OpenID provider).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The connection, by its name in the settings.
    pub connection: String,
    /// `sub` there.
    pub subject: String,
    /// Who that is here.
    pub user: UserId,
    /// Since when.
    pub created: Moment,
}
