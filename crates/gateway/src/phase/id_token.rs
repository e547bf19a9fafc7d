//! Whether the ID token that came along shows a person (SO-14).
//!
//! It is looked at once the access token is good, since that says whose client asks: an ID token is for one client, and
//! only that client may show it. Nothing is remembered of it: few routes want one, and a signature is soon checked.

use crate::Refusal;
use crate::memory::Remembered;
use crate::routes::IdTokenGate;
use crate::view::Catalogue;
use http::{HeaderMap, HeaderValue};
use tollgate_keys::verify::{Flaw, MAX_LEEWAY, signature};
use tollgate_model::Moment;
use tollgate_protocol::id_token::{self, IdToken};

/// `sub` of the person that the ID token shows; none when there is none and none is required.
pub(super) fn shown(
    rule: &IdTokenGate,
    headers: &HeaderMap,
    access: &Remembered,
    catalogue: &Catalogue,
    now: Moment,
    leeway: i64,
) -> Result<Option<HeaderValue>, Refusal> {
    let mut fields = headers.get_all(&rule.header).iter();
    let field = match (fields.next(), fields.next()) {
        (None, _) if rule.required => return Err(Refusal::IdTokenMissing),
        (None, _) => return Ok(None),
        (Some(field), None) => field,
        (Some(_), Some(_)) => return Err(Refusal::IdTokensSeveral),
    };
    // An empty one is not taken for an absent one: somebody meant to show a person.
    let text = field.to_str().map_err(|_| Refusal::IdTokenMalformed)?.trim();
    let (header, payload) = signature(text, &catalogue.keys).map_err(unsigned)?;
    // Before the claims are read: a token of another type has other claims (RFC 8725 §3.11).
    if !header.is_of_type(id_token::TYP) {
        return Err(Refusal::IdTokenMalformed);
    }
    let token = id_token::read(&payload).map_err(|rejected| match rejected {
        id_token::Rejected::Audience => Refusal::IdTokenClient,
        _ => Refusal::IdTokenMalformed,
    })?;
    check(&token, access, &catalogue.issuer, now, leeway)?;
    let subject = HeaderValue::from_str(&token.subject).map_err(|_| Refusal::IdTokenMalformed)?;
    // One client knows a person by one name, so two names are two people.
    if access.identity.person.as_ref().is_some_and(|person| *person != subject) {
        return Err(Refusal::IdTokenPerson);
    }
    Ok(Some(subject))
}

/// OpenID Connect Core §3.1.3.7, as far as it is about an API rather than the client.
fn check(token: &IdToken, access: &Remembered, issuer: &str, now: Moment, leeway: i64) -> Result<(), Refusal> {
    if token.issuer != issuer {
        return Err(Refusal::IdTokenIssuer);
    }
    let client = access.claims.client_id.as_str();
    if token.audience != client || token.azp.as_deref().is_some_and(|azp| azp != client) {
        return Err(Refusal::IdTokenClient);
    }
    // No leeway here, as with access tokens.
    if token.expires <= now.0 {
        return Err(Refusal::IdTokenExpired);
    }
    if token.issued > now.0.saturating_add(leeway.clamp(0, MAX_LEEWAY)) {
        return Err(Refusal::IdTokenNotYetValid);
    }
    Ok(())
}

const fn unsigned(flaw: Flaw) -> Refusal {
    match flaw {
        // All that a stranger's key, or none, comes to.
        Flaw::Algorithm | Flaw::UnknownKey | Flaw::Signature => Refusal::IdTokenSignature,
        _ => Refusal::IdTokenMalformed,
    }
}
