//! From what was granted to a signed token (RFC 9068 and the profiles of `protocol::claims`).

use crate::caller::Caller;
use crate::token::client_credentials::Granted;
use tollgate_keys::chance::Entropy;
use tollgate_keys::ring::Ring;
use tollgate_model::{Fault, Moment};
use tollgate_protocol::claims::{AccessToken, Mark};

/// A token that was signed.
pub struct Minted {
    /// The compact form.
    pub token: String,
    /// Seconds from `iat` to `exp`.
    pub lifetime: i64,
}

/// Signs what was granted.
///
/// # Errors
/// A [`Fault`] when there is no key for the API's algorithm, or entropy or signing fails.
pub fn mint(
    caller: &Caller,
    granted: &Granted<'_>,
    issuer: &str,
    ring: &Ring,
    entropy: &dyn Entropy,
    now: Moment,
) -> Result<Minted, Fault> {
    let profile = granted.api.profile;
    let client = caller.client();
    let client_id = client.id.as_str();
    let id = if profile.names_tokens() {
        Some(tollgate_keys::ids::id("jwt", entropy).map_err(|e| Fault::unavailable("naming a token", e))?)
    } else {
        None
    };
    let claims = profile.write(&AccessToken {
        issuer: issuer.to_owned(),
        subject: profile.client_subject(client_id),
        client_id: client_id.to_owned(),
        audience: granted.audience.clone(),
        scopes: granted.scopes.clone(),
        issued: now.0,
        not_before: profile.says_not_before().then_some(now.0),
        expires: now.plus(granted.lifetime).0,
        id,
        mark: Some(Mark {
            account: client.account.to_string(),
            secret: Some(caller.secret().id.to_string()),
            environment: client.environment.as_str().to_owned(),
        }),
    });
    let signer = ring.signer(granted.api.algorithm, now.0).ok_or_else(|| {
        Fault::unavailable(
            "finding a signing key",
            format!("no active {} key", granted.api.algorithm),
        )
    })?;
    let token = signer
        .sign(profile.typ(), &claims)
        .map_err(|e| Fault::defect("signing a token", e))?;
    Ok(Minted {
        token,
        lifetime: granted.lifetime,
    })
}
