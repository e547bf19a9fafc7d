//! Switching a client off and on.

use super::Standing;
use super::client::own;
use crate::desk::Desk;
use crate::registry::client::{Revise, revise_as};
use crate::registry::{Asker, No, Registered};
use crate::rights::{Role, Seat};
use serde_json::Value;
use tollgate_model::event::EventFilter;
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
    let within = !Standing::of(seat).operator;
    revise_as(desk, asker, id, &ask, within).await
}

/// Whether the last to switch the client off did not do so as a member of its account. Who is a member by now says
/// nothing about that: an account invites whom it likes.
async fn stopped_from_above(desk: &Desk, account: &AccountId, id: &ClientId) -> Result<bool, Fault> {
    let filter = EventFilter {
        account: Some(account.clone()),
        kind: Some("client.disabled".to_owned()),
        subject: Some(id.to_string()),
        ..EventFilter::default()
    };
    let last = Page { after: None, limit: 1 };
    let newest = desk.store.events(&filter, &last).await?.items.into_iter().next();
    Ok(newest.is_some_and(|event| event.detail.get("within").and_then(Value::as_bool) != Some(true)))
}
