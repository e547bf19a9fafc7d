//! Tokens that say nothing by themselves (RFC 7662).

use super::Stop;
use super::route::Routed;
use super::verify::alive;
use crate::memory::Remembered;
use crate::routes::TokenGate;
use crate::{Gateway, Refusal};
use std::sync::Arc;
use tollgate_keys::verify::MAX_LEEWAY;
use tollgate_model::Moment;

/// The longest opaque token that is asked about, in bytes.
const LONGEST: usize = 4096;

/// What the authorization server says of the token, if that is good here and now. Whatever is remembered is judged anew
/// (RS3): audience, times and revocations on every request, scopes by *admit*. A token that is not good here though it
/// is known is left in `seen`.
pub(crate) async fn look_up(
    gateway: &Gateway,
    routed: &Routed<'_>,
    gate: &TokenGate,
    text: &str,
    now: Moment,
    seen: &mut Option<Arc<Remembered>>,
) -> Result<Arc<Remembered>, Stop> {
    let introspector = gateway
        .introspector
        .as_ref()
        .filter(|_| text.len() <= LONGEST)
        .ok_or(Refusal::TokenMalformed)?;
    let token = introspector.ask(text, &gate.audience, now).await?;
    let issuer = introspector.issuer().unwrap_or(&routed.view.catalogue.issuer);
    let leeway = gateway.settings.leeway;
    match judge(&token, gate, issuer, now, leeway).and_then(|()| alive(&token, routed.view)) {
        Ok(()) => Ok(token),
        Err(refusal) => {
            *seen = Some(token);
            Err(refusal.into())
        }
    }
}

fn judge(token: &Remembered, gate: &TokenGate, issuer: &str, now: Moment, leeway: i64) -> Result<(), Refusal> {
    let claims = &token.claims;
    // RFC 7662 §2.2 leaves `iss` to the server; where it says one, it is the right one.
    if !claims.issuer.is_empty() && claims.issuer != issuer {
        return Err(Refusal::TokenIssuer);
    }
    // A token for nobody in particular is not for us (RS3).
    if !claims.audience.contains(&gate.audience) {
        return Err(Refusal::TokenAudience);
    }
    if claims.expires <= now.0 {
        return Err(Refusal::TokenExpired);
    }
    let latest = now.0.saturating_add(leeway.clamp(0, MAX_LEEWAY));
    if claims.issued > latest || claims.not_before.is_some_and(|start| start > latest) {
        return Err(Refusal::TokenNotYetValid);
    }
    Ok(())
}
