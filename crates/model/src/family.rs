//! The refresh tokens of one authorization (RFC 6749 §6), of which one lives.

use crate::authorization::{ClaimsAsked, Identified};
use crate::{AccountId, ApiId, AuthorizationId, ClientId, ConsentId, Moment, Version};
use std::fmt;
use tollgate_protocol::scope::Scopes;

/// The refresh tokens that came one out of the other since a code was exchanged. One of them lives; the one before is
/// remembered for as long as its answer may have been lost.
#[derive(Clone, PartialEq, Eq)]
pub struct RefreshFamily {
    /// The authorization it began with.
    pub id: AuthorizationId,
    /// The client it is bound to.
    pub client: ClientId,
    /// The client's account.
    pub account: AccountId,
    /// Under which consent.
    pub consent: ConsentId,
    /// For which API; none: the UserInfo endpoint alone.
    pub api: Option<ApiId>,
    /// The scopes; a request may narrow what its access token gets, and never this (RT4).
    pub scopes: Scopes,
    /// Who signed in, how and when.
    pub by: Identified,
    /// Single claims asked for.
    pub claims: ClaimsAsked,
    /// Keyed digest of what all its tokens have in common, in hexadecimal: an old token is known by it as well.
    pub handle: String,
    /// Keyed digest of the token that lives.
    pub current: String,
    /// Keyed digest of the one before.
    pub previous: Option<String>,
    /// When the one that lives took its place, or the family began.
    pub rotated: Moment,
    /// When it began.
    pub created: Moment,
    /// From when on the token that lives is refused.
    pub expires: Moment,
    /// Its revision: each rotation is one.
    pub version: Version,
}

impl fmt::Debug for RefreshFamily {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RefreshFamily")
            .field("id", &self.id)
            .field("client", &self.client)
            .finish_non_exhaustive()
    }
}
