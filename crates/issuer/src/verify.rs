//! Tokens of ours that come back: is it one, and is it still good.

use crate::desk::Desk;
use tollgate_keys::digest::revocation_name;
use tollgate_keys::verify::{self, Expect, MAX_LEEWAY};
use tollgate_model::Moment;
use tollgate_protocol::claims::AccessToken;

/// An access token of this issuer that is neither expired nor revoked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Living {
    /// What it says.
    pub token: AccessToken,
    /// The name a revocation knows it by.
    pub name: String,
}

/// The token, if it is one of ours and alive. Why not is nobody's business (RFC 7662 §2.2).
///
/// A token for a person dies with its consent and its authorization: both are revocations, which every node holds. Who
/// disables a person takes back their consents (RT6, AT13).
#[must_use]
pub fn living(desk: &Desk, text: &str, now: Moment) -> Option<Living> {
    let held = desk.memory.keyring().held();
    let (header, payload) = verify::signature(text, &held.verifying).ok()?;
    let token = verify::read(&payload).ok()?;
    let catalogue = desk.memory.catalogue();
    // An API's token may be for the UserInfo endpoint as well, and is then written as that API's are.
    let api = catalogue
        .apis
        .iter()
        .chain(desk.terms.people.enabled.then_some(&desk.terms.people.openid))
        .find(|api| token.audience.contains(&api.audience))?;
    let expect = Expect {
        issuer: &desk.terms.issuer,
        audience: &[&api.audience],
        typ: api.profile.typ(),
        now: now.0,
        // Another node's clock may be ahead. A token that a gateway accepts for that reason must be known
        // here as well, or its revocation would be answered 200 and come to nothing.
        leeway: MAX_LEEWAY,
    };
    verify::check(&header, &token, &expect).ok()?;
    // That is for tokens that begin too late; one that has ended is over (RFC 7519 §4.1.4).
    if token.expires <= now.0 {
        return None;
    }
    let name = revocation_name(text);
    (!desk.memory.revocations().cover(&name, &token)).then_some(Living { token, name })
}
