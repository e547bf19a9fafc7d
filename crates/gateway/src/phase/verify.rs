//! Whether the request carries a good token for its route.

use super::route::Routed;
use super::{Notes, Stop, id_token, legacy, opaque};
use crate::gateway::Trace;
use crate::legacy::Old;
use crate::memory::{Remembered, Tokens};
use crate::routes::{Gate, TokenGate};
use crate::{Gateway, Refusal};
use http::HeaderValue;
use http::header;
use http::request::Parts;
use std::sync::Arc;
use tollgate_keys::digest::token_hash;
use tollgate_keys::verify::{Expect, Flaw, check, read, signature};
use tollgate_model::Moment;

/// A request that proved what its route wants proved.
pub(crate) struct Verified<'v> {
    routed: Routed<'v>,
    proof: Proof<'v>,
}

/// What a request proved about who asks.
pub(crate) enum Proof<'v> {
    /// Nothing: its route is public.
    Nothing,
    /// A token that is good: signed by the issuer, for this API, alive, not revoked.
    Token(Carried<'v>),
    /// A credential of an old kind that is good, while the old way works.
    Legacy(Old<'v>),
}

/// A good token, and what its route wants of it.
pub(crate) struct Carried<'v> {
    pub(crate) gate: &'v TokenGate,
    pub(crate) token: Arc<Remembered>,
    /// `sub` of the ID token that came along.
    pub(crate) shown: Option<HeaderValue>,
}

impl Carried<'_> {
    /// `sub` of the person for whom the request is: whom the ID token shows, else whom the access token speaks for.
    pub(crate) fn person(&self) -> Option<&HeaderValue> {
        self.shown.as_ref().or(self.token.identity.person.as_ref())
    }
}

impl<'v> Verified<'v> {
    pub(crate) const fn routed(&self) -> &Routed<'v> {
        &self.routed
    }

    pub(crate) const fn proof(&self) -> &Proof<'v> {
        &self.proof
    }

    pub(crate) fn into_parts(self) -> (Routed<'v>, Proof<'v>) {
        (self.routed, self.proof)
    }
}

/// Looks at the `Authorization` header and, for an old way, at that way's own: a token in query or body is not seen (RFC
/// 9700 §4.3.2). A token that is not good here though its signature is right is left in `trace`: whose request it was is
/// known.
pub(crate) async fn proof<'v>(
    gateway: &Gateway,
    routed: Routed<'v>,
    head: &Parts,
    now: Moment,
    notes: &mut Notes,
    trace: &mut Trace<'v>,
) -> Result<Verified<'v>, Stop> {
    let gate: &TokenGate = match &routed.route.gate {
        Gate::Public => {
            return Ok(Verified {
                routed,
                proof: Proof::Nothing,
            });
        }
        Gate::Closed => return Err(Refusal::RouteClosed.into()),
        Gate::Token(gate) => gate,
    };
    if !routed.route.legacy.is_empty()
        && let Some(old) = legacy::look(gateway, &routed, gate, head, now, notes, &mut trace.old).await?
    {
        return Ok(Verified {
            routed,
            proof: Proof::Legacy(old),
        });
    }
    let presented = presented(head)?;
    if gate.opaque && !looks_signed(presented) {
        let token = opaque::look_up(gateway, &routed, gate, presented, now, &mut trace.token).await?;
        let carried = person(
            gate,
            token,
            &routed,
            head,
            now,
            gateway.settings.leeway,
            &mut trace.token,
        )?;
        return Ok(Verified {
            routed,
            proof: Proof::Token(carried),
        });
    }
    let carried = token(gateway, &routed, gate, presented, head, now, &mut trace.token)?;
    Ok(Verified {
        routed,
        proof: Proof::Token(carried),
    })
}

/// Whether a text may be a JWS (RFC 7515 §3.1): three parts, of which the first begins as a JSON object does.
fn looks_signed(text: &str) -> bool {
    text.starts_with("ey") && text.bytes().filter(|b| *b == b'.').count() == 2
}

/// A token that the issuer signed, as good as it is.
fn token<'v>(
    gateway: &Gateway,
    routed: &Routed<'v>,
    gate: &'v TokenGate,
    presented: &str,
    head: &Parts,
    now: Moment,
    seen: &mut Option<Arc<Remembered>>,
) -> Result<Carried<'v>, Stop> {
    let (tokens, leeway): (&Tokens, i64) = (gateway.tokens(), gateway.settings.leeway);
    let catalogue = &routed.view.catalogue;
    let hash = token_hash(presented);
    let known = tokens.get(&hash, catalogue.keys_turn);
    let new = known.is_none();
    let token = match known {
        Some(token) => token,
        None => {
            let (header, payload) = signature(presented, &catalogue.keys).map_err(refusal)?;
            let claims = read(&payload).map_err(refusal)?;
            let token = Remembered::new(presented, header, claims, catalogue.keys_turn);
            Arc::new(token.ok_or(Refusal::TokenMalformed)?)
        }
    };
    let judged = judge(&token, gate, &catalogue.issuer, now, leeway).and_then(|()| alive(&token, routed.view));
    match judged {
        // Whatever this route says of it: the signature is right, and another route may take it.
        Ok(()) | Err(Refusal::TokenAudience | Refusal::TokenType | Refusal::TokenAlgorithm | Refusal::TokenRevoked)
            if new =>
        {
            tokens.keep(hash, Arc::clone(&token));
        }
        Err(Refusal::TokenExpired) if !new => tokens.drop(&hash),
        _ => {}
    }
    if let Err(refusal) = judged {
        *seen = Some(token);
        return Err(refusal.into());
    }
    person(gate, token, routed, head, now, leeway, seen)
}

/// A good token, with the person that an ID token beside it shows.
fn person<'v>(
    gate: &'v TokenGate,
    token: Arc<Remembered>,
    routed: &Routed<'v>,
    head: &Parts,
    now: Moment,
    leeway: i64,
    seen: &mut Option<Arc<Remembered>>,
) -> Result<Carried<'v>, Stop> {
    let shown = match &gate.id_token {
        None => Ok(None),
        Some(rule) => id_token::shown(rule, &head.headers, &token, &routed.view.catalogue, now, leeway),
    };
    match shown {
        Ok(shown) => Ok(Carried { gate, token, shown }),
        Err(refusal) => {
            *seen = Some(token);
            Err(refusal.into())
        }
    }
}

/// The one token of the request (RFC 6750 §2.1).
fn presented(head: &Parts) -> Result<&str, Refusal> {
    let mut fields = head.headers.get_all(header::AUTHORIZATION).iter();
    let field = fields.next().ok_or(Refusal::TokenMissing)?;
    if fields.next().is_some() {
        return Err(Refusal::TokensSeveral);
    }
    let field = field.to_str().map_err(|_| Refusal::TokenMalformed)?;
    let (scheme, token) = field.split_once(' ').unwrap_or((field, ""));
    // Another scheme is no token at all (RFC 6750 §3): the challenge then names no error.
    if !scheme.eq_ignore_ascii_case("Bearer") {
        return Err(Refusal::TokenMissing);
    }
    let token = token.trim_matches(' ');
    let is_token = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~' | b'+' | b'/' | b'=');
    if token.is_empty() || !token.bytes().all(is_token) {
        return Err(Refusal::TokenMalformed);
    }
    Ok(token)
}

/// Looked at anew on each request and for its own route: a token that is good at one API is nothing at another (RS3).
fn judge(token: &Remembered, gate: &TokenGate, issuer: &str, now: Moment, leeway: i64) -> Result<(), Refusal> {
    let header = token.header.as_ref().ok_or(Refusal::TokenType)?;
    if header.algorithm != gate.algorithm {
        return Err(Refusal::TokenAlgorithm);
    }
    let expect = Expect {
        issuer,
        audience: &[&gate.audience],
        typ: gate.typ,
        now: now.0,
        leeway,
    };
    check(header, &token.claims, &expect).map_err(refusal)?;
    // No leeway here: an expired token is unusable at once (SG-36).
    if token.claims.expires <= now.0 {
        return Err(Refusal::TokenExpired);
    }
    Ok(())
}

pub(super) fn alive(token: &Remembered, view: &crate::view::View) -> Result<(), Refusal> {
    if token.passed(view.epoch) {
        return Ok(());
    }
    if view.revocations.cover_hash(&token.name, &token.claims) {
        return Err(Refusal::TokenRevoked);
    }
    token.pass(view.epoch);
    Ok(())
}

const fn refusal(flaw: Flaw) -> Refusal {
    match flaw {
        Flaw::NotAToken
        | Flaw::TooLong
        | Flaw::HeaderUnreadable
        | Flaw::Critical
        | Flaw::NotClaims
        | Flaw::MissingClaim(_) => Refusal::TokenMalformed,
        Flaw::Algorithm => Refusal::TokenAlgorithm,
        Flaw::UnknownKey => Refusal::TokenKeyUnknown,
        Flaw::Signature => Refusal::TokenSignature,
        Flaw::Type => Refusal::TokenType,
        Flaw::Issuer => Refusal::TokenIssuer,
        Flaw::Audience => Refusal::TokenAudience,
        Flaw::Expired => Refusal::TokenExpired,
        Flaw::NotYet | Flaw::IssuedInFuture => Refusal::TokenNotYetValid,
    }
}
