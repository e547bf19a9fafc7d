//! What became of single requests, and what to do about it.

mod advice;
mod presented;
mod usage;

pub use advice::{ADVICE, Advice, advice};
pub use presented::{Shown, presented};
pub use usage::{Line, MOST_DAYS, Series, series, token as token_count, usage};

use crate::desk::Desk;
use crate::registry::{No, Registered};
use crate::rights::Seat;
use serde_json::Value;
use tollgate_model::call::CallFilter;
use tollgate_model::{AccountId, Call, Fault, Listed, Page};

/// Requests, newest first: for those who run the place.
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn list(desk: &Desk, filter: &CallFilter, page: &Page) -> Result<Listed<Call>, Fault> {
    desk.store.calls(filter, page).await
}

/// Requests of the account in view, newest first; whatever account the filter names.
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn own(desk: &Desk, seat: &Seat, filter: &CallFilter, page: &Page) -> Result<Listed<Call>, Fault> {
    let filter = CallFilter {
        account: Some(seat.account().id.clone()),
        ..filter.clone()
    };
    desk.store.calls(&filter, page).await
}

/// The requests with this id, as far as they are this account's business: its own, and those that nobody was found to
/// have made.
///
/// # Errors
/// [`No::Invalid`] when it cannot be an id; a [`Fault`] of the store.
pub async fn find(desk: &Desk, seat: &Seat, request: &str) -> Registered<Vec<Call>> {
    let request = match id(request) {
        Ok(request) => request,
        Err(no) => return Ok(Err(no)),
    };
    let filter = CallFilter {
        request: Some(request),
        ..CallFilter::default()
    };
    let found = desk.store.calls(&filter, &Page::first()).await?;
    Ok(Ok(visible(found.items, &seat.account().id)))
}

/// An id as answers name it (`Tollgate-Request-Id`), with what is copied along.
fn id(text: &str) -> Result<String, No> {
    let text = text.trim();
    let known = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    if (1..=64).contains(&text.len()) && text.bytes().all(known) {
        Ok(text.to_owned())
    } else {
        Err(No::invalid(
            "request",
            "is not a request id: copy the value of the header Tollgate-Request-Id",
        ))
    }
}

/// What an account may see of these. Who knows the id of a request that came from nobody has made it, most likely: it is
/// shown, without what would tell anybody else of whom it came from.
fn visible(calls: Vec<Call>, account: &AccountId) -> Vec<Call> {
    let seen = calls.into_iter().filter_map(|call| match &call.account {
        Some(owner) if owner == account => Some(call),
        None if call.client.is_none() => Some(anonymous(call)),
        _ => None,
    });
    seen.collect()
}

fn anonymous(mut call: Call) -> Call {
    call.path = String::new();
    call.acting_user = None;
    if let Value::Object(presented) = &mut call.presented {
        // Its beginning is enough for the one who sent it.
        if let Some(Value::String(id)) = presented.get_mut("client_id") {
            let start: String = id.chars().take(4).collect();
            *id = format!("{start}…");
        }
    }
    call
}

#[cfg(test)]
mod tests;
