//! Secrets of the account's clients.

use super::client::own;
use crate::desk::Desk;
use crate::people::sign_in::proved;
use crate::registry::secret::{self, Regenerate, Regenerated};
use crate::registry::{Asker, No, Registered};
use crate::rights::{Owned, Role, Seat};
use tollgate_model::{Client, ClientId, Moment, Secret, SecretId};
use zeroize::Zeroizing;

/// The secrets that work now, and that Regenerate would end at once or after the overlap: what a page asks about first
/// (SS-58). The newest comes last.
#[must_use]
pub fn ending(owned: &Owned, now: Moment) -> Vec<&Secret> {
    let secrets = &owned.record().secrets;
    secrets.iter().filter(|secret| secret.alive(now)).collect()
}

/// Makes a new secret, shown in this answer and never again (SS-10, SS-11). With `seen`, the second of two presses at
/// the same moment is told that somebody else was first.
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store or of the source of chance.
pub async fn regenerate(
    desk: &Desk,
    seat: &Seat,
    asker: &Asker,
    id: &ClientId,
    ask: &Regenerate,
) -> Registered<Regenerated> {
    match own(desk, seat, Role::Developer, id).await? {
        Ok(_) => secret::regenerate(desk, asker, id, ask).await,
        Err(no) => Ok(Err(no)),
    }
}

/// Ends a secret now, and every token it bought.
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store.
pub async fn revoke_secret(
    desk: &Desk,
    seat: &Seat,
    asker: &Asker,
    id: &ClientId,
    secret: &SecretId,
) -> Registered<Client> {
    match own(desk, seat, Role::Developer, id).await? {
        Ok(_) => secret::revoke(desk, asker, id, secret).await,
        Err(no) => Ok(Err(no)),
    }
}

/// Shows a secret again, where the house lets owners do that (SE-7), to a developer who has just shown the password.
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store, or of a seal that does not open.
pub async fn reveal(
    desk: &Desk,
    seat: &Seat,
    asker: &Asker,
    id: &ClientId,
    secret: &SecretId,
) -> Registered<Zeroizing<String>> {
    match own(desk, seat, Role::Developer, id).await? {
        Ok(_) if !proved(desk, seat.who()) => Ok(Err(No::Forbidden("show your password again first".into()))),
        Ok(_) => secret::reveal(desk, asker, id, secret).await,
        Err(no) => Ok(Err(no)),
    }
}
