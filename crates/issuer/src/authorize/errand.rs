//! An errand at another OpenID provider: the person leaves for a connection, and comes back with who they are there.
//!
//! The rules are here; what is said to the provider and whether its answer can be believed is the business of an
//! [`Upstream`]. While the person is away, the flow's record holds the errand: the digest of `state`, `nonce`, and the
//! sealed PKCE verifier. `state` names the flow, so that the one address for all who come back finds it; it opens nothing
//! but in the browser that left (CO2), and once.

mod returned;

pub use returned::{Arriving, Homecoming, Unwelcome, returned};

use super::flow::Flow;
use super::resume::{self, Standing};
use super::settle;
use crate::desk::Desk;
use crate::registry::new_id;
use crate::terms::people::{Connection, ConnectionKind};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};
use tollgate_keys::digest::token_hash;
use tollgate_model::authorization::{Asked, Errand, Prompt};
use tollgate_model::{Answer, Authorization, AuthorizationId, Change, Decision, Fault, Moment};
use zeroize::Zeroizing;

/// The most characters of a `login_hint` that is passed on.
const MOST_HINT: usize = 200;

/// Other OpenID providers. An implementation waits for a bounded time, remembers a bounded amount, and lets no provider
/// delay another's people.
pub trait Upstream: Send + Sync {
    /// Where to send the person: the provider's authorization endpoint with a request of ours.
    fn leave<'a>(&'a self, connection: &'a Connection, leaving: &'a Leaving<'a>) -> Answer<'a, Result<String, Failed>>;

    /// Exchanges the code that the person came back with, and says who that is, once the ID token was found in order
    /// (OpenID Connect Core §3.1.3.7).
    fn returned<'a>(
        &'a self,
        connection: &'a Connection,
        returning: &'a Returning<'a>,
    ) -> Answer<'a, Result<Told, Failed>>;
}

/// A person about to leave.
pub struct Leaving<'a> {
    /// Where they shall come back to.
    pub redirect_uri: &'a str,
    /// Names the flow, and cannot be guessed.
    pub state: &'a str,
    /// The ID token must repeat it.
    pub nonce: &'a str,
    /// `code_challenge` of method S256 (RFC 7636 §4.2).
    pub challenge: &'a str,
    /// Whether the person must show a factor there again (`prompt=login`).
    pub again: bool,
    /// `max_age`, as the client asked.
    pub max_age: Option<i64>,
    /// Whom the client expects, if that is an address.
    pub login_hint: Option<&'a str>,
    /// The language of our pages.
    pub language: &'a str,
    /// The moment.
    pub now: Moment,
}

/// A person who came back with a code.
pub struct Returning<'a> {
    /// Where they were to come back to.
    pub redirect_uri: &'a str,
    /// The code.
    pub code: &'a str,
    /// The PKCE verifier.
    pub verifier: &'a str,
    /// What the ID token must repeat.
    pub nonce: &'a str,
    /// `iss` of the answer, if it came (RFC 9207).
    pub iss: Option<&'a str>,
    /// The moment.
    pub now: Moment,
}

/// What a provider tells of a person.
#[derive(Clone, PartialEq, Eq)]
pub struct Told {
    /// `sub` there.
    pub subject: String,
    /// `email`.
    pub email: Option<String>,
    /// `email_verified`; false also when nothing is said.
    pub email_verified: bool,
    /// `name`.
    pub name: Option<String>,
    /// Whatever else was told.
    pub claims: Map<String, Value>,
    /// When the person showed a factor there, if that is said: from then on `auth_time` counts, and not from their coming
    /// back.
    pub auth_time: Option<Moment>,
}

impl std::fmt::Debug for Told {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Told")
            .field("subject", &self.subject)
            .finish_non_exhaustive()
    }
}

/// An errand that came to nothing. The texts are for operators: they hold no secret, and nothing long of another's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failed {
    /// There was no answer, or none in time.
    #[error("not reached: {0}")]
    Unreachable(String),
    /// What was answered cannot be believed.
    #[error("not believed: {0}")]
    Unbelieved(String),
    /// The provider said no.
    #[error("refused: {0}")]
    Refused(String),
}

/// What leaving comes to.
#[derive(Debug)]
pub enum Departure {
    /// The person goes there.
    To(String),
    /// The provider cannot be reached, or cannot be spoken with.
    Failed(Failed),
    /// The flow is over, or there is no such provider.
    Over,
}

/// Sends the person of this flow to a connection. `back` is where they shall come back to.
///
/// # Errors
/// A [`Fault`] of the store, of the source of chance or of the cipher.
pub async fn leave(
    desk: &Desk,
    flow: &Flow,
    connection: &str,
    upstream: &dyn Upstream,
    back: &str,
) -> Result<Departure, Fault> {
    let Some(connection) = provider(desk, connection) else {
        return Ok(Departure::Over);
    };
    let asked = &flow.authorization.asked;
    let luggage = Luggage::pack(desk, &flow.authorization.id)?;
    let leaving = Leaving {
        redirect_uri: back,
        state: &luggage.state,
        nonce: &luggage.nonce,
        challenge: &luggage.challenge(),
        again: again(asked),
        max_age: asked.max_age,
        login_hint: asked.login_hint.as_deref().filter(|hint| is_address(hint)),
        language: &flow.language,
        now: desk.now(),
    };
    let to = match upstream.leave(connection, &leaving).await {
        Ok(to) => to,
        Err(failed) => {
            tracing::warn!(connection = connection.name, %failed, "nobody can leave for a connection");
            return Ok(Departure::Failed(failed));
        }
    };
    let errand = luggage.errand(desk, connection, &flow.authorization.id)?;
    let left = settle(desk, async || {
        let Standing::UnderWay(held, _) = resume::standing_of(desk, flow, desk.now()).await? else {
            return Ok(Decision::just(false));
        };
        // Leaving again, from another tab: the last errand counts.
        Ok(Decision::with(true, vec![going(&held, Some(errand.clone()))]))
    })
    .await?;
    Ok(if left { Departure::To(to) } else { Departure::Over })
}

/// The provider of that name.
fn provider<'a>(desk: &'a Desk, name: &str) -> Option<&'a Connection> {
    let found = desk.terms.people.connection(name)?;
    matches!(found.kind, ConnectionKind::OpenId { .. }).then_some(found)
}

/// Whether the client wants a factor shown now. Then the provider's own session is not enough.
fn again(asked: &Asked) -> bool {
    asked.prompt.contains(&Prompt::Login) || asked.max_age == Some(0)
}

/// A hint may be a firm's domain or a number (3E-17), which means nothing there.
fn is_address(hint: &str) -> bool {
    hint.contains('@') && hint.len() <= MOST_HINT
}

fn going(held: &Authorization, errand: Option<Errand>) -> Change {
    Change::ReviseAuthorization {
        authorization: Authorization { errand, ..held.clone() },
        was: held.version,
    }
}

/// What an errand is made with.
struct Luggage {
    state: String,
    nonce: String,
    verifier: Zeroizing<String>,
}

impl Luggage {
    fn pack(desk: &Desk, flow: &AuthorizationId) -> Result<Self, Fault> {
        Ok(Self {
            state: format!("{flow}.{}", new_id(desk, "err")?),
            nonce: new_id(desk, "non")?,
            // RFC 7636 §4.1: 43 characters at least.
            verifier: Zeroizing::new(format!("{}.{}", new_id(desk, "ver")?, new_id(desk, "ver")?)),
        })
    }

    fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(token_hash(&self.verifier))
    }

    fn errand(&self, desk: &Desk, connection: &Connection, flow: &AuthorizationId) -> Result<Errand, Fault> {
        let verifier = desk.sealer.seal(&place(flow), self.verifier.as_bytes());
        Ok(Errand {
            connection: connection.name.clone(),
            state: desk.digests.digest(&self.state).to_string(),
            nonce: self.nonce.clone(),
            verifier: verifier.map_err(|e| Fault::defect("sealing a verifier", e))?,
        })
    }
}

fn place(flow: &AuthorizationId) -> String {
    format!("authorization/{flow}/verifier")
}

#[cfg(test)]
mod tests;
