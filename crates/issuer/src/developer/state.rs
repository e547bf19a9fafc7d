//! Switching a client off and on.

use super::Standing;
use super::client::{own, revise};
use crate::desk::Desk;
use crate::registry::client::Revise;
use crate::registry::{Asker, No, Registered};
use crate::rights::{Role, Seat};
use tollgate_model::event::{Actor, EventFilter};
use tollgate_model::{AccountId, Client, ClientId, Fault, Page, State, Version};

/// Disables a client, which ends its tokens, or enables it again. What those who run the place switched off is not the
/// account's to switch on.
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn set_state(
    desk: &Desk,
    seat: &Seat,
    asker: &Asker,
    id: &ClientId,
    state: State,
    seen: Option<Version>,
) -> Registered<Client> {
    let owned = match own(desk, seat, Role::Developer, id).await? {
        Ok(owned) => owned,
        Err(no) => return Ok(Err(no)),
    };
    let client = &owned.record().client;
    let wakes = client.state == State::Disabled && state == State::Active;
    if wakes && !Standing::of(seat).operator && stopped_from_above(desk, &client.account, id).await? {
        let vendor = &desk.terms.console.vendor;
        return Ok(Err(No::Forbidden(format!(
            "{vendor} switched this client off; ask there"
        ))));
    }
    let ask = Revise {
        state: Some(state),
        // The version that was looked at here: another may have switched it off anew in between.
        seen: seen.or(Some(client.version)),
        ..Revise::default()
    };
    revise(desk, seat, asker, id, &ask).await
}

/// Whether the last to switch the client off was no member of its account.
async fn stopped_from_above(desk: &Desk, account: &AccountId, id: &ClientId) -> Result<bool, Fault> {
    let filter = EventFilter {
        account: Some(account.clone()),
        kind: Some("client.disabled".to_owned()),
        subject: Some(id.to_string()),
        ..EventFilter::default()
    };
    let last = Page { after: None, limit: 1 };
    let newest = desk.store.events(&filter, &last).await?.items.into_iter().next();
    let Some(event) = newest else {
        return Ok(false);
    };
    let Actor::User(user) = event.actor else {
        return Ok(true);
    };
    let Some(user) = desk.store.user(&tollgate_model::UserId::new(user)).await? else {
        return Ok(false);
    };
    // Somebody may be both: then it was a colleague.
    let colleague = desk.store.member_by_email(account, &user.email).await?.is_some();
    Ok(user.operator && !colleague)
}
