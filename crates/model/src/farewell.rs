//! Telling clients that somebody signed out (OpenID Connect Back-Channel Logout).

use crate::{ClientId, FarewellId, Moment, SessionId};

/// A logout token that a client is to get. It is signed when it is sent, since it lives for two minutes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Farewell {
    /// Names it; the token's `jti`.
    pub id: FarewellId,
    /// Whom it is for: `aud`.
    pub client: ClientId,
    /// `backchannel_logout_uri`.
    pub uri: String,
    /// `sub`, as this client knows the person.
    pub subject: String,
    /// `sid`.
    pub session: SessionId,
    /// When the person signed out.
    pub created: Moment,
    /// When it is tried next; none: it arrived, or was given up.
    pub next: Option<Moment>,
    /// How often it was tried.
    pub tries: i64,
    /// What was wrong at the last try.
    pub problem: Option<String>,
}
