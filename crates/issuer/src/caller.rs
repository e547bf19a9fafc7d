//! Who asks: from what was presented to a client that proved itself.

use crate::known::{Known, KnownSecret};
use crate::terms::Terms;
use std::sync::Arc;
use tollgate_keys::digest::DigestKey;
use tollgate_keys::secret::{Kind, Plain};
use tollgate_model::client::AuthMethod;
use tollgate_model::{ClientId, Moment, State};
use tollgate_protocol::basic::Basic;
use tollgate_protocol::parameters::Parameters;
use tollgate_protocol::refusal::{Code, Refusal};

/// What a request presents to authenticate its client; nothing of it is checked yet.
pub struct Presented {
    /// The `client_id`.
    pub client_id: ClientId,
    secret: Option<String>,
    used: AuthMethod,
    both: bool,
}

/// A client that proved itself, or one that has nothing to prove itself with. Only [`authenticate`] makes one.
#[derive(Clone, Debug)]
pub struct Caller {
    client: Arc<Known>,
    secret: Option<Arc<KnownSecret>>,
}

impl Caller {
    /// What is known of it.
    #[must_use]
    pub fn client(&self) -> &Known {
        &self.client
    }

    /// The secret it authenticated with; none: it is a public client, and anybody can say to be it (RFC 6749 §2.1).
    #[must_use]
    pub fn secret(&self) -> Option<&KnownSecret> {
        self.secret.as_deref()
    }
}

/// Finds the credentials of a request in its `Authorization` header and its body (RFC 6749 §2.3.1).
///
/// # Errors
/// A [`Refusal`] when there are none, when they are malformed, or when there are two ways of
/// authenticating where the terms allow one.
pub fn present(authorization: Option<&str>, parameters: &Parameters, terms: &Terms) -> Result<Presented, Refusal> {
    let body_id = parameters.get("client_id");
    let body_secret = parameters.get("client_secret");
    let Some(header) = authorization.filter(|header| Basic::is(header)) else {
        let client_id = body_id.ok_or_else(|| Refusal::of(Code::ClientMissing))?;
        return Ok(Presented {
            client_id: ClientId::new(client_id),
            used: match body_secret {
                Some(_) => AuthMethod::ClientSecretPost,
                None => AuthMethod::None,
            },
            secret: body_secret.map(str::to_owned),
            both: false,
        });
    };
    let basic = Basic::read(header).map_err(|_| Refusal::of(Code::ClientHeaderMalformed))?;
    let client_id = basic.client_id();
    if client_id.is_empty() {
        return Err(Refusal::of(Code::ClientMissing));
    }
    if body_id.is_some_and(|id| id != client_id) {
        return Err(Refusal::of(Code::ClientIdsSeveral));
    }
    match (basic.client_secret(), body_secret) {
        // RFC 6749 §2.3: one method per request.
        (Some(_), Some(_)) if !terms.methods_together => Err(Refusal::of(Code::ClientMethodsSeveral)
            .with("used", AuthMethod::ClientSecretPost.as_str())
            .with("registered", AuthMethod::ClientSecretBasic.as_str())),
        // Two secrets that disagree prove nothing.
        (Some(basic), Some(body)) if basic != body => Err(Refusal::of(Code::SecretWrong)),
        (Some(secret), body) => Ok(Presented {
            client_id: ClientId::new(client_id),
            secret: Some(secret),
            used: AuthMethod::ClientSecretBasic,
            both: body.is_some(),
        }),
        // A Basic header that names the client and leaves the secret to the body.
        (None, body) => Ok(Presented {
            client_id: ClientId::new(client_id),
            secret: body.map(str::to_owned),
            used: AuthMethod::ClientSecretPost,
            both: false,
        }),
    }
}

/// Whether these credentials are this client's.
///
/// # Errors
/// A [`Refusal`]; on the wire an unknown client looks like a wrong secret.
pub fn authenticate(
    presented: &Presented,
    known: Option<Arc<Known>>,
    digests: &DigestKey,
    now: Moment,
) -> Result<Caller, Refusal> {
    let Some(client) = known else {
        return Err(Refusal::of(Code::ClientUnknown));
    };
    let registered = &client.auth_methods;
    if presented.used == AuthMethod::None && !registered.contains(&AuthMethod::None) {
        return Err(Refusal::of(Code::SecretMissing));
    }
    let allowed = registered.contains(&presented.used) || presented.both && !registered.is_empty();
    if !allowed {
        let registered = registered.first().map_or("none", |method| method.as_str());
        return Err(Refusal::of(Code::ClientMethodNotRegistered)
            .with("used", presented.used.as_str())
            .with("registered", registered));
    }
    let secret = match (presented.used, presented.secret.as_deref()) {
        (AuthMethod::None, _) => None,
        (_, None) => return Err(Refusal::of(Code::SecretMissing)),
        (_, Some(text)) => {
            let held = matching(text, &client.secrets, digests).ok_or_else(|| Refusal::of(Code::SecretWrong))?;
            if !held.alive(now) {
                return Err(Refusal::of(Code::SecretEnded));
            }
            Some(Arc::clone(held))
        }
    };
    if client.state == State::Disabled {
        return Err(Refusal::of(Code::ClientDisabled));
    }
    if client.account_state == State::Disabled {
        return Err(Refusal::of(Code::AccountDisabled));
    }
    Ok(Caller { client, secret })
}

/// The secret on record that has this text. The checksum is looked at before any digest is made.
fn matching<'a>(text: &str, secrets: &'a [Arc<KnownSecret>], digests: &DigestKey) -> Option<&'a Arc<KnownSecret>> {
    let plain = Plain::read(Kind::ClientSecret, text)?;
    let digest = digests.digest(plain.expose());
    // Every digest is compared, so that the time taken tells nothing.
    secrets.iter().fold(
        None,
        |found, secret| {
            if secret.digest == digest { Some(secret) } else { found }
        },
    )
}

impl Presented {
    /// Whether the secret could be anybody's, by its form and checksum. What cannot is refused before anything
    /// is looked up.
    #[must_use]
    pub fn is_plausible(&self) -> bool {
        self.secret
            .as_deref()
            .is_none_or(|text| Plain::read(Kind::ClientSecret, text).is_some())
    }

    /// The same credentials, whatever way of authenticating is registered: to tell whether an exposed
    /// secret is a real one, never to let anybody in.
    #[must_use]
    pub fn by_any_method(mut self) -> Self {
        self.both = true;
        self
    }
}
