//! The clients that somebody is signed in to with one session.

use crate::desk::Desk;
use crate::known::{Known, KnownSignIn};
use crate::registry::new_id;
use crate::token::person;
use std::sync::Arc;
use tollgate_model::authorization::Stage;
use tollgate_model::{Authorization, Change, ClientId, Farewell, FarewellId, Fault, Moment, SessionId, State, UserId};

/// A client that somebody is signed in to.
#[derive(Clone, Debug)]
pub(super) struct Guest {
    client: Arc<Known>,
    user: UserId,
    session: SessionId,
}

impl Guest {
    pub(super) fn is(&self, client: &ClientId) -> bool {
        self.client.id == *client
    }

    pub(super) fn is_of(&self, user: &UserId) -> bool {
        self.user == *user
    }

    pub(super) const fn session(&self) -> &SessionId {
        &self.session
    }

    pub(super) fn sign_in(&self) -> Option<&KnownSignIn> {
        self.client.sign_in.as_deref()
    }
}

/// The clients that got a code in this session, each once.
pub(super) async fn of(desk: &Desk, session: &SessionId) -> Result<Vec<Guest>, Fault> {
    let mut guests: Vec<Guest> = Vec::new();
    for (client, user) in signed_in(&desk.store.authorizations_of(session).await?) {
        let known = desk.memory.client(client).await?;
        if let Some(client) = known.filter(|known| known.state == State::Active) {
            guests.push(Guest {
                client,
                user: user.clone(),
                session: session.clone(),
            });
        }
    }
    Ok(guests)
}

/// Each client once. One whose flow came to nothing never learnt of the person.
fn signed_in(held: &[Authorization]) -> Vec<(&ClientId, &UserId)> {
    let mut clients: Vec<(&ClientId, &UserId)> = Vec::new();
    for authorization in held {
        let learnt = matches!(authorization.stage, Stage::Coded | Stage::Spent);
        let known = clients.iter().any(|(client, _)| **client == authorization.client);
        if let (true, false, Some(by)) = (learnt, known, &authorization.by) {
            clients.push((&authorization.client, &by.user));
        }
    }
    clients
}

/// The farewells of those who want one (Back-Channel Logout §2.3).
pub(super) fn told(desk: &Desk, guests: &[Guest], now: Moment) -> Result<Vec<Change>, Fault> {
    let mut changes = Vec::new();
    for guest in guests {
        let Some(sign_in) = guest.sign_in() else { continue };
        let Some(uri) = &sign_in.terms.backchannel_logout_uri else {
            continue;
        };
        changes.push(Change::AddFarewell(Farewell {
            id: FarewellId::new(new_id(desk, "bye")?),
            client: guest.client.id.clone(),
            uri: uri.clone(),
            subject: person::subject(&desk.digests, sign_in, &guest.user),
            session: guest.session.clone(),
            created: now,
            next: Some(now),
            tries: 0,
            problem: None,
        }));
    }
    Ok(changes)
}

/// What tells every client of a session that it ended: to be kept together with its end, wherever else that is decided.
///
/// # Errors
/// A [`Fault`] of the store or of the source of chance.
pub async fn farewells(desk: &Desk, session: &SessionId, now: Moment) -> Result<Vec<Change>, Fault> {
    let guests = of(desk, session).await?;
    told(desk, &guests, now)
}

#[cfg(test)]
mod tests;
