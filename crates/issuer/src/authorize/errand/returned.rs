//! Coming back from another OpenID provider (OpenID Connect Core §3.1.2.5, RFC 9207).

use super::{Failed, Returning, Told, Upstream, again, going, place, provider};
use crate::authorize::resume::Standing;
use crate::authorize::resume::{ending, standing, told};
use crate::authorize::{Back, settle, way_of};
use crate::desk::Desk;
use crate::people::session::Begun;
use crate::people::{Origin, arrival};
use crate::rights::SignedIn;
use crate::terms::people::{Connection, ConnectionKind};
use serde_json::json;
use tollgate_keys::digest::{Digest, DigestKey};
use tollgate_model::authorization::{Asked, Errand};
use tollgate_model::event::Outcome as Came;
use tollgate_model::{Authorization, AuthorizationId, Change, Decision, Fault, Moment};
use tollgate_protocol::parameters::Parameters;
use tollgate_protocol::refusal::{Code, Refusal};

/// The longest `state` of ours.
const LONGEST_STATE: usize = 128;
/// The longest code that is passed on, and the longest word of a refusal.
const LONGEST_CODE: usize = 4096;
const LONGEST_WORD: usize = 64;
/// By how many seconds a provider's clock may be behind ours.
const LEEWAY: i64 = 60;

/// Somebody who comes back.
#[derive(Debug)]
pub struct Arriving<'a> {
    /// The digest that [`browser()`](crate::authorize::browser()) gave.
    pub browser: &'a str,
    /// Who is signed in at this browser.
    pub who: Option<&'a SignedIn>,
    /// What the provider sent along.
    pub parameters: &'a Parameters,
    /// Where they were to come back to.
    pub back: &'a str,
}

/// What coming back comes to.
#[derive(Debug)]
pub enum Homecoming {
    /// The person is known: a session began, and the flow goes on.
    Begun(AuthorizationId, Begun),
    /// The person said no there, where the client wanted them to go: the client is told.
    Back(Back),
    /// It came to nothing, and a page says so. The flow goes on.
    Failed {
        /// The flow.
        id: AuthorizationId,
        /// The language of its pages.
        language: String,
        /// What the connection is called on its button.
        connection: String,
        /// Why.
        why: Unwelcome,
    },
    /// No flow of this browser waits for this.
    Over,
}

/// Why somebody who comes back is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unwelcome {
    /// The provider could not be reached, was not believed, or said no.
    Failed,
    /// The provider says who it is, and that is nobody here.
    Unknown,
}

/// Takes in who comes back from a provider. The errand is over whatever comes of it: `state` works once.
///
/// # Errors
/// A [`Fault`] of the store, of the source of chance or of the cipher.
pub async fn returned(
    desk: &Desk,
    arriving: &Arriving<'_>,
    upstream: &dyn Upstream,
    origin: &Origin,
) -> Result<Homecoming, Fault> {
    let Some((held, errand)) = take(desk, arriving).await? else {
        return Ok(Homecoming::Over);
    };
    let Some(connection) = provider(desk, &errand.connection) else {
        return Ok(Homecoming::Over);
    };
    let told = match ask(desk, arriving, &held, &errand, connection, upstream).await? {
        Ok(told) => told,
        Err(failed) => return fail(desk, arriving, connection, &held, &failed, origin).await,
    };
    match arrival::arrive(desk, connection, &told, arriving.who, origin).await? {
        Ok(begun) => Ok(Homecoming::Begun(held.id, begun)),
        Err(why) => {
            let why = format!("nobody here: {}", why.code());
            let event = turned_away(&held, arriving.who, connection, &why, origin, desk.now());
            // An event alone has no condition.
            let _ = desk.memory.keep(vec![event]).await?;
            Ok(failed(held, connection, Unwelcome::Unknown))
        }
    }
}

/// Takes the errand out of the flow that `state` names, if this browser left on it. Of two that come back with one
/// `state`, one finds it.
async fn take(desk: &Desk, arriving: &Arriving<'_>) -> Result<Option<(Authorization, Errand)>, Fault> {
    let state = arriving
        .parameters
        .get("state")
        .filter(|text| text.len() <= LONGEST_STATE);
    let Some((state, (id, _))) = state.and_then(|state| Some((state, state.split_once('.')?))) else {
        return Ok(None);
    };
    let id = AuthorizationId::new(id);
    settle(desk, async || {
        let Standing::UnderWay(held, _) = standing(desk, &id, arriving.browser, desk.now()).await? else {
            return Ok(Decision::just(None));
        };
        let errand = held
            .errand
            .as_ref()
            .filter(|errand| left_with(&desk.digests, errand, state));
        let Some(errand) = errand.cloned() else {
            return Ok(Decision::just(None));
        };
        let change = going(&held, None);
        Ok(Decision::with(Some((*held, errand)), vec![change]))
    })
    .await
}

/// Whether the person left with this `state`. Compared in constant time.
fn left_with(digests: &DigestKey, errand: &Errand, state: &str) -> bool {
    Digest::parse(&errand.state).is_some_and(|kept| kept == digests.digest(state))
}

async fn ask(
    desk: &Desk,
    arriving: &Arriving<'_>,
    held: &Authorization,
    errand: &Errand,
    connection: &Connection,
    upstream: &dyn Upstream,
) -> Result<Result<Told, Failed>, Fault> {
    let code = match code(arriving.parameters, connection) {
        Ok(code) => code,
        Err(failed) => return Ok(Err(failed)),
    };
    let verifier = desk
        .sealer
        .open(&place(&held.id), &errand.verifier)
        .map_err(|e| Fault::defect("opening a verifier", e))?;
    let verifier = std::str::from_utf8(&verifier).map_err(|e| Fault::defect("reading a verifier", e))?;
    let returning = Returning {
        redirect_uri: arriving.back,
        code,
        verifier,
        nonce: &errand.nonce,
        iss: arriving.parameters.get("iss"),
        now: desk.now(),
    };
    let told = upstream.returned(connection, &returning).await;
    Ok(told.and_then(|told| fresh(told, &held.asked, held.created, desk.now())))
}

/// The code, once it is sure who speaks: an answer that names another issuer was meant for somebody else's client
/// (RFC 9207 §2.4), also when it says no.
fn code<'a>(parameters: &'a Parameters, connection: &Connection) -> Result<&'a str, Failed> {
    let ConnectionKind::OpenId { issuer, .. } = &connection.kind else {
        return Err(Failed::Unbelieved("it is no OpenID provider".to_owned()));
    };
    if parameters.get("iss").is_some_and(|named| named != issuer) {
        return Err(Failed::Unbelieved("the answer names another issuer".to_owned()));
    }
    if let Some(error) = parameters.get("error") {
        let word = error.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') && error.len() <= LONGEST_WORD;
        let word = if word { error } else { "an unknown error" };
        return Err(Failed::Refused(word.to_owned()));
    }
    match parameters.get("code") {
        Some(code) if code.len() <= LONGEST_CODE => Ok(code),
        _ => Err(Failed::Unbelieved("the answer has no code".to_owned())),
    }
}

/// What the client asked of the sign-in holds for the one at the provider too, as far as it says when that was. Otherwise
/// the person would be sent there for ever.
///
/// When that was is told on as it was said, and corrected by no more than clocks may differ: it was not after now, and
/// what the client wanted to be recent, and the provider let pass, is as recent as that.
fn fresh(told: Told, asked: &Asked, opened: Moment, now: Moment) -> Result<Told, Failed> {
    let since = match asked.max_age {
        _ if again(asked) => Some(opened),
        Some(most) => Some(now.plus(-most)),
        None => None,
    };
    let Some(shown) = told.auth_time else {
        return Ok(told);
    };
    if since.is_some_and(|since| shown < since.plus(-LEEWAY)) {
        return Err(Failed::Unbelieved("the person did not sign in there again".to_owned()));
    }
    let shown = since.map_or(shown, |since| shown.max(since)).min(now);
    Ok(Told {
        auth_time: Some(shown),
        ..told
    })
}

async fn fail(
    desk: &Desk,
    arriving: &Arriving<'_>,
    connection: &Connection,
    held: &Authorization,
    failed: &Failed,
    origin: &Origin,
) -> Result<Homecoming, Fault> {
    tracing::warn!(connection = connection.name, %failed, "a connection came to nothing");
    let why = failed.to_string();
    let settled = settle(desk, async || {
        let now = desk.now();
        let event = turned_away(held, arriving.who, connection, &why, origin, now);
        let under_way = match standing(desk, &held.id, arriving.browser, now).await? {
            Standing::UnderWay(current, _) if is_final(&held.asked, connection, failed) => Some(current),
            _ => None,
        };
        Ok(match under_way {
            Some(current) => {
                let refusal = Refusal::of(Code::ConnectionFailed).with("connection", &connection.name);
                let back = way_of(&current.asked).refused(&refusal, &desk.terms);
                Decision::with(Some(back), vec![ending(&current), event])
            }
            None => Decision::with(None, vec![event]),
        })
    })
    .await?;
    Ok(match settled {
        Some(back) => Homecoming::Back(back),
        None => self::failed(held.clone(), connection, Unwelcome::Failed),
    })
}

/// Whether there is nothing left to try: the client wanted this connection and no other, and the provider said no.
fn is_final(asked: &Asked, connection: &Connection, failed: &Failed) -> bool {
    matches!(failed, Failed::Refused(_)) && asked.connection.as_deref() == Some(&connection.name)
}

fn failed(held: Authorization, connection: &Connection, why: Unwelcome) -> Homecoming {
    Homecoming::Failed {
        id: held.id,
        language: held.asked.language,
        connection: connection.label.clone(),
        why,
    }
}

/// The line of the audit log about somebody who was not let in.
fn turned_away(
    held: &Authorization,
    who: Option<&SignedIn>,
    connection: &Connection,
    why: &str,
    origin: &Origin,
    now: Moment,
) -> Change {
    let refused = Came::Refused(Code::ConnectionFailed.as_str().to_owned());
    let mut change = told(held, who, "connection.refused", refused, origin, now);
    if let Change::Record(event) = &mut change {
        event.detail = json!({ "client": held.client, "connection": connection.name, "why": why });
    }
    change
}

#[cfg(test)]
mod tests;
