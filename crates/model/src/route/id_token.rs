//! How a request shows which person it is about.

use serde::{Deserialize, Serialize};

/// That a request carries an ID token of ours (OpenID Connect Core §2) beside its access token. The gateway checks it
/// and tells the server behind who the person is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdTokenRule {
    /// The header that carries it, such as `x-id-token`: the token alone, without a scheme before it. The name must be
    /// one that [`super::ActingBy::may_be_header`] allows, and not that of the acting user.
    pub header: String,
    /// Whether a request without one is refused.
    #[serde(default)]
    pub required: bool,
}
