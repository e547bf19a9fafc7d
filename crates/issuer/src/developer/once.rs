//! A form that makes a client once, however often it is sent.
//!
//! The answer that shows a new secret is the answer to the form itself. Who reloads it sends the form again, and would
//! get another client without having asked for one. So the form brings the id of the client it makes, as we chose it,
//! for this session and this account (CO5: it is nobody else's to choose).

use crate::desk::Desk;
use crate::registry::client;
use crate::rights::Seat;
use tollgate_keys::digest::Digest;
use tollgate_model::{ClientId, Fault};

/// What the form of a new client brings along.
///
/// # Errors
/// A [`Fault`] of the source of chance.
pub fn ticket(desk: &Desk, seat: &Seat) -> Result<String, Fault> {
    let id = client::new_id(desk)?;
    Ok(format!("{id}.{}", sign(desk, seat, id.as_str())))
}

/// The client that a form of ours makes; none for what is no ticket of this session and account.
pub(super) fn read(desk: &Desk, seat: &Seat, ticket: &str) -> Option<ClientId> {
    let (id, brought) = ticket.rsplit_once('.')?;
    (Digest::parse(brought)? == sign(desk, seat, id)).then(|| ClientId::new(id))
}

fn sign(desk: &Desk, seat: &Seat, id: &str) -> Digest {
    let (session, account) = (&seat.who().session().digest, &seat.account().id);
    desk.digests.digest(&format!("new-client:{session}:{account}:{id}"))
}
