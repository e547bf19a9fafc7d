//! Logout: OpenID Connect RP-Initiated Logout 1.0, and who learns of it by Back-Channel and Front-Channel Logout 1.0.
//!
//! The session ends on the server. Clients that were signed in to learn of it: by a logout token, which waits as a
//! farewell until it is delivered, so a slow one delays nobody (OC5); and by the addresses that the last page loads.
//!
//! Refresh tokens stay. There are none but those that somebody agreed to with an offline scope, which is to say: for when
//! I am not there (Back-Channel Logout §2.7).

mod guests;
mod token;

pub use guests::farewells;
pub use token::logout_token;

use crate::desk::Desk;
use crate::known::Known;
use crate::people::Origin;
use crate::rights::SignedIn;
use crate::token::id_token::{self, Hint};
use guests::Guest;
use serde_json::json;
use tollgate_keys::digest::DigestKey;
use tollgate_model::{Change, Client, ClientId, Fault, SessionId, State, UserId};
use tollgate_protocol::parameters::Parameters;
use tollgate_protocol::refusal::{Code, Refusal};
use url::form_urlencoded::byte_serialize;

/// What a request to sign out comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The person is asked first; nothing has changed. The same request comes again with the answer.
    Ask {
        /// The name of the client that wants it, where it is known.
        client: Option<String>,
    },
    /// Nobody is signed in at this browser any more; the page takes the cookie away.
    Gone {
        /// Where to go on to, with `state`; none: a page says that it is done.
        back: Option<String>,
        /// What that page loads in frames, so that clients forget the browser. With any of these it is shown before going
        /// on.
        frontchannel: Vec<String>,
    },
    /// The request is not in order, and nothing has changed: a page, never a redirect.
    Refused(Refusal),
}

/// What was asked, and found in order.
struct Wish {
    client: Option<Client>,
    back: Option<String>,
    /// Whose ID token came along, and at which client.
    hint: Option<Hint>,
}

/// Signs out whoever is signed in at this browser. They are asked first when no ID token came along, or somebody else's
/// (OC4): a link on any page must not do it. `confirmed` says that the person was asked, by a form that was checked.
///
/// # Errors
/// A [`Fault`] of the store or of the source of chance.
pub async fn end(
    desk: &Desk,
    ask: &Parameters,
    who: Option<&SignedIn>,
    confirmed: bool,
    origin: &Origin,
) -> Result<Ending, Fault> {
    let hint = match ask.get("id_token_hint").map(|text| id_token::hint(desk, text)) {
        Some(None) => return Ok(Ending::Refused(Refusal::of(Code::HintMalformed))),
        Some(hint) => hint,
        None => None,
    };
    let named = match named(hint.as_ref(), ask.get("client_id")) {
        Ok(named) => named,
        Err(refusal) => return Ok(Ending::Refused(refusal)),
    };
    let client = match client(desk, named.as_ref()).await? {
        Ok(client) => client,
        Err(refusal) => return Ok(Ending::Refused(refusal)),
    };
    let asked = (ask.get("post_logout_redirect_uri"), ask.get("state"));
    let back = match listed(client.as_ref(), asked.0) {
        Ok(back) => back.map(|uri| with_state(uri, asked.1)),
        Err(refusal) => return Ok(Ending::Refused(refusal)),
    };
    let Some(who) = who else {
        return Ok(gone(back));
    };
    let wish = Wish { client, back, hint };
    let known = match &wish.hint {
        Some(hint) => desk.memory.client(&hint.client).await?,
        None => None,
    };
    if !confirmed && !is_own(&desk.digests, wish.hint.as_ref(), known.as_deref(), &who.user.id) {
        let client = wish.client.map(|client| client.name);
        return Ok(Ending::Ask { client });
    }
    let before = wish.hint.map(|hint| hint.session);
    close(desk, who, before.as_ref(), wish.back, origin).await
}

/// Auth0's way of it: `client_id`, and `returnTo` among the client's logout addresses; without it the first of them.
/// Nobody is asked whom the client named has signed in in this session; anybody else is.
///
/// # Errors
/// A [`Fault`] of the store or of the source of chance.
pub async fn v2_logout(
    desk: &Desk,
    ask: &Parameters,
    who: Option<&SignedIn>,
    confirmed: bool,
    origin: &Origin,
) -> Result<Ending, Fault> {
    let named = ask.get("client_id").map(ClientId::new);
    let client = match client(desk, named.as_ref()).await? {
        Ok(client) => client,
        Err(refusal) => return Ok(Ending::Refused(refusal)),
    };
    let back = match listed(client.as_ref(), ask.get("returnTo")) {
        Ok(Some(back)) => Some(back.to_owned()),
        Ok(None) => client.as_ref().and_then(|client| client.logout_uris.first().cloned()),
        Err(refusal) => return Ok(Ending::Refused(refusal)),
    };
    let Some(who) = who else {
        return Ok(gone(back));
    };
    if !confirmed {
        let guests = guests::of(desk, &who.session.line).await?;
        let guest = |client: &Client| guests.iter().any(|guest| guest.is(&client.id));
        if !client.as_ref().is_some_and(guest) {
            let client = client.map(|client| client.name);
            return Ok(Ending::Ask { client });
        }
    }
    close(desk, who, None, back, origin).await
}

const fn gone(back: Option<String>) -> Ending {
    Ending::Gone {
        back,
        frontchannel: Vec::new(),
    }
}

/// RP-Initiated Logout §2: where both are there, the ID token must be that client's.
fn named(hint: Option<&Hint>, client_id: Option<&str>) -> Result<Option<ClientId>, Refusal> {
    match (hint, client_id) {
        (Some(hint), Some(id)) if hint.client.as_str() != id => Err(Refusal::of(Code::HintMalformed)),
        (Some(hint), _) => Ok(Some(hint.client.clone())),
        (None, id) => Ok(id.map(ClientId::new)),
    }
}

async fn client(desk: &Desk, id: Option<&ClientId>) -> Result<Result<Option<Client>, Refusal>, Fault> {
    let Some(id) = id else {
        return Ok(Ok(None));
    };
    let record = desk.store.client(id).await?;
    let record = record.filter(|held| held.client.state == State::Active && held.account.state == State::Active);
    Ok(match record {
        Some(record) => Ok(Some(record.client)),
        None => Err(Refusal::of(Code::ClientUnknown)),
    })
}

/// OC4, 3E-12: back to an address that the client has listed, octet for octet, and to nowhere else.
fn listed<'a>(client: Option<&Client>, asked: Option<&'a str>) -> Result<Option<&'a str>, Refusal> {
    match asked {
        None => Ok(None),
        Some(uri) if client.is_some_and(|client| client.logout_uris.iter().any(|held| held == uri)) => Ok(Some(uri)),
        Some(_) => Err(Refusal::of(Code::RedirectUnknown)),
    }
}

/// The address with `state` added to what it says already.
fn with_state(uri: &str, state: Option<&str>) -> String {
    match state {
        Some(state) => with(uri, &[("state", state)]),
        None => uri.to_owned(),
    }
}

fn with(uri: &str, parameters: &[(&str, &str)]) -> String {
    let mut text = uri.to_owned();
    for (name, value) in parameters {
        text.push(if text.contains('?') { '&' } else { '?' });
        text.push_str(name);
        text.push('=');
        // A space as %20, which every reader of addresses understands.
        text.extend(byte_serialize(value.as_bytes()).map(|piece| if piece == "+" { "%20" } else { piece }));
    }
    text
}

/// Whether an ID token came along, and it is that of the person at this browser.
fn is_own(digests: &DigestKey, hint: Option<&Hint>, client: Option<&Known>, user: &UserId) -> bool {
    match (hint, client.and_then(|client| client.sign_in.as_deref())) {
        (Some(hint), Some(sign_in)) => hint.names(digests, sign_in, user),
        _ => false,
    }
}

/// Ends the session, and has everybody told who was signed in to with it, or with the one whose place it took
/// (`before`).
async fn close(
    desk: &Desk,
    who: &SignedIn,
    before: Option<&SessionId>,
    back: Option<String>,
    origin: &Origin,
) -> Result<Ending, Fault> {
    let (user, session, now) = (&who.user, &who.session, desk.now());
    let mut guests = guests::of(desk, &session.line).await?;
    if let Some(before) = before.filter(|before| **before != session.line) {
        let earlier = guests::of(desk, before).await?;
        guests.extend(earlier.into_iter().filter(|guest| guest.is_of(&user.id)));
    }
    let mut changes = vec![
        Change::EndSession {
            id: session.id.clone(),
            user: user.id.clone(),
        },
        who.asker(&origin.request).did(
            "session.ended",
            None,
            user.id.as_str(),
            now,
            json!({ "session": session.id, "signed_out": true }),
        ),
    ];
    changes.extend(guests::told(desk, &guests, now)?);
    // Stale: it was ended already, and whoever did that had everybody told.
    let _ = desk.memory.keep(changes).await?;
    Ok(Ending::Gone {
        back,
        frontchannel: frontchannel(&guests, &desk.terms.issuer),
    })
}

/// Front-Channel Logout §2: with `iss` and `sid`, so that a client knows which of its sessions is meant.
fn frontchannel(guests: &[Guest], issuer: &str) -> Vec<String> {
    let address = |guest: &Guest| {
        let uri = guest.sign_in()?.terms.frontchannel_logout_uri.as_deref()?;
        Some(with(uri, &[("iss", issuer), ("sid", guest.session().as_str())]))
    };
    guests.iter().filter_map(address).collect()
}

#[cfg(test)]
mod tests;
