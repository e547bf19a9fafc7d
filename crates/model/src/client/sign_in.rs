//! How people sign in at a client.

use serde::{Deserialize, Serialize};
use tollgate_protocol::jose::Algorithm;

/// How people sign in at a client (RFC 7591 and OpenID Connect Dynamic Client Registration §2, where they have a word).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SignIn {
    /// The vendor's own: people are not asked whether it may act for them. Operators alone set it (CO5).
    pub trusted: bool,
    /// Whether each sector learns another `sub` (OpenID Connect Core §8.1).
    pub pairwise: bool,
    /// `id_token_signed_response_alg`; none: the house's.
    pub id_token_alg: Option<Algorithm>,
    /// `userinfo_signed_response_alg`; none: plain JSON.
    pub userinfo_alg: Option<Algorithm>,
    /// `backchannel_logout_uri`.
    pub backchannel_logout_uri: Option<String>,
    /// `frontchannel_logout_uri`.
    pub frontchannel_logout_uri: Option<String>,
    /// Whether a refresh token dies when it is used; none: the house's way.
    pub rotates: Option<bool>,
}
