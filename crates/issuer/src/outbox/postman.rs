//! Who carries what leaves.

use tollgate_keys::webhook::HookKey;
use tollgate_model::{Answer, DeliveryId, MailId, Moment};

/// A mail to carry. Its text may hold a link that works once, so it has no `Debug`.
pub struct Letter<'a> {
    /// Names it, on every try.
    pub id: &'a MailId,
    /// To whom.
    pub to: &'a str,
    /// Its subject, one line.
    pub subject: &'a str,
    /// Its text, plain.
    pub text: &'a str,
}

/// A webhook to carry.
pub struct Parcel<'a> {
    /// `webhook-id`, the same on every try.
    pub id: &'a DeliveryId,
    /// Where to.
    pub url: &'a str,
    /// `webhook-timestamp`: the moment of this try.
    pub at: Moment,
    /// JSON, signed byte by byte.
    pub body: &'a str,
    /// What signs it: one signature for each, the newest key first. For a day after a rotation there are two.
    pub keys: &'a [HookKey],
}

/// A logout token to carry (OpenID Connect Back-Channel Logout §2.5). It names who signed out where, so it has no `Debug`.
pub struct Parting<'a> {
    /// Where to: `backchannel_logout_uri`.
    pub uri: &'a str,
    /// The logout token, signed for this try.
    pub token: &'a str,
}

/// Something did not arrive. The texts are shown to people and hold no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Undelivered {
    /// It may go better another time.
    Later {
        /// Why.
        problem: String,
        /// The answer's status code, if there was an answer.
        status: Option<i64>,
    },
    /// It will not go better.
    Never {
        /// Why.
        problem: String,
        /// The answer's status code, if there was an answer.
        status: Option<i64>,
    },
}

/// Carries letters, parcels and logout tokens out of the house: one call is one try. It judges the address before it goes there.
pub trait Postman: Send + Sync {
    /// Hands a letter to the mail server.
    fn mail<'a>(&'a self, letter: &'a Letter<'a>) -> Answer<'a, Result<(), Undelivered>>;

    /// Hands a parcel to its receiver. What comes back is the status code, 200 to 299.
    fn hook<'a>(&'a self, parcel: &'a Parcel<'a>) -> Answer<'a, Result<i64, Undelivered>>;

    /// Hands a logout token to a client. What comes back is the status code, 200 to 299.
    fn farewell<'a>(&'a self, parting: &'a Parting<'a>) -> Answer<'a, Result<i64, Undelivered>>;

    /// Whether letters stay readable after they were handed over: in a demo, whose mail server is a page.
    fn keeps_text(&self) -> bool {
        false
    }
}
