//! Whether a code that was presented is good.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tollgate_keys::digest::{Digest, token_hash};
use tollgate_model::authorization::Stage;
use tollgate_model::{Authorization, ClientId, Moment};
use tollgate_protocol::parameters::Parameters;
use tollgate_protocol::refusal::{Code, Refusal};

/// What becomes of a code that was presented.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Good,
    /// It stays what it is.
    Refused(Refusal),
    /// It ends.
    Burnt(Refusal),
    /// It was spent before: what it bought ends.
    Again,
}

/// Whether the code is this client's to spend, and was presented as it should be.
pub(super) fn judge(held: &Authorization, client: &ClientId, public: bool, ask: &Parameters, now: Moment) -> Verdict {
    let unknown = || Verdict::Refused(Refusal::of(Code::CodeUnknown));
    if held.client != *client {
        return unknown();
    }
    match held.stage {
        // RFC 6749 §4.1.2, however old it is: its tokens may live.
        Stage::Spent => return Verdict::Again,
        Stage::Coded if now < held.expires => {}
        _ => return unknown(),
    }
    // RFC 6749 §4.1.3: the one of the request, octet for octet (3E-30).
    let redirect = match ask.get("redirect_uri") {
        Some(redirect) => redirect == held.asked.redirect_uri,
        None => !held.asked.redirect_named,
    };
    if !redirect {
        return Verdict::Refused(Refusal::of(Code::RedirectDiffers));
    }
    match (held.asked.challenge.as_deref(), ask.get("code_verifier")) {
        // RFC 9700 §2.1.1: where there was no challenge, a verifier is a sign that somebody took it out.
        (None, Some(_)) => Verdict::Burnt(Refusal::of(Code::VerifierWrong)),
        // The authorization endpoint lets no public client go without; nor is that believed of it here (AT5).
        (None, None) if public => Verdict::Burnt(Refusal::of(Code::VerifierMissing)),
        (None, None) => Verdict::Good,
        (Some(_), None) => Verdict::Burnt(Refusal::of(Code::VerifierMissing)),
        (Some(challenge), Some(verifier)) if proves(challenge, verifier) => Verdict::Good,
        (Some(_), Some(_)) => Verdict::Burnt(Refusal::of(Code::VerifierWrong)),
    }
}

/// S256 (RFC 7636 §4.6), compared in constant time.
fn proves(challenge: &str, verifier: &str) -> bool {
    let unreserved = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~');
    if !(43..=128).contains(&verifier.len()) || !verifier.bytes().all(unreserved) {
        return false;
    }
    let Ok(bytes) = URL_SAFE_NO_PAD.decode(challenge) else {
        return false;
    };
    <[u8; 32]>::try_from(bytes).is_ok_and(|bytes| Digest::from_bytes(bytes) == Digest::from_bytes(token_hash(verifier)))
}
