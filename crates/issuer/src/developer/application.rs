//! Requests for clients, where an operator makes them.

use super::allowed;
use crate::desk::Desk;
use crate::registry::application::{self, Applying};
use crate::registry::{Asker, No, Registered};
use crate::rights::{Role, Seat};
use crate::terms::console::Creation;
use tollgate_model::application::ApplicationState;
use tollgate_model::{Application, ApplicationId, Listed, Page};

/// Asks for a client (3E-5). The answer goes to the address of whoever asks.
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store or of the source of chance.
pub async fn apply(desk: &Desk, seat: &Seat, asker: &Asker, ask: &Applying) -> Registered<Application> {
    let may = allowed(desk, seat, Role::Developer).and_then(|()| taken_here(desk.terms.console.creation));
    match may {
        Ok(()) => application::create(desk, asker, &seat.account().id, &seat.who().user().email, ask).await,
        Err(no) => Ok(Err(no)),
    }
}

/// Whether requests are taken at all.
pub(super) fn taken_here(creation: Creation) -> Result<(), No> {
    match creation {
        Creation::Request => Ok(()),
        Creation::SelfService => Err(No::Forbidden("a client is made here, and not requested".into())),
        // SO-1: no registration of any kind.
        Creation::Operator => Err(No::Forbidden("clients are not requested here".into())),
    }
}

/// The account's requests, newest first.
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store.
pub async fn applications(
    desk: &Desk,
    seat: &Seat,
    state: Option<ApplicationState>,
    page: &Page,
) -> Registered<Listed<Application>> {
    match allowed(desk, seat, Role::Viewer) {
        Ok(()) => Ok(Ok(application::list(desk, Some(&seat.account().id), state, page).await?)),
        Err(no) => Ok(Err(no)),
    }
}

/// One of the account's requests.
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store.
pub async fn application(desk: &Desk, seat: &Seat, id: &ApplicationId) -> Registered<Application> {
    if let Err(no) = allowed(desk, seat, Role::Viewer) {
        return Ok(Err(no));
    }
    // CO4: another account's request is not found.
    Ok(match application::show(desk, id).await? {
        Ok(found) if found.account == seat.account().id => Ok(found),
        _ => Err(No::NotFound("application")),
    })
}
