//! A record of one's own, for somebody whom an application asked to sign in.

use super::FLOW;
use super::ask::{asked, with};
use super::mint;
use crate::desk::Desk;
use crate::people::{Answered, Origin, Refused, letters, settle, tries};
use crate::registry::{named, value};
use serde_json::{Value, json};
use tollgate_model::link::LinkKind;
use tollgate_model::{AuthorizationId, Decision};

/// Asks to make a record, where the terms have it: a link goes to the address, and following it makes the person.
/// Somebody who signs in here already gets no mail; the answer is the same (SE7). `flow` is the application's request
/// that the page after it leads back to.
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store or of the source of chance.
pub async fn join(
    desk: &Desk,
    email: &str,
    name: &str,
    origin: &Origin,
    flow: Option<&AuthorizationId>,
) -> Answered<()> {
    if !desk.terms.people.sign_up {
        return Ok(Err(Refused::invalid("email", "nobody signs up here alone; ask us")));
    }
    let (email, name) = match (value::email("email", email), named("name", name)) {
        (Ok(email), Ok(name)) => (email, name),
        (Err(no), _) | (_, Err(no)) => return Ok(Err(no.into())),
    };
    let count = tries::letters(desk, LinkKind::Join, &email);
    let settled = settle(desk, async || {
        let now = desk.now();
        if count.full(desk, now).await?.is_some() {
            return Ok(Ok(Decision::just(())));
        }
        let user = desk.store.user_by_email(&email).await?;
        let (token, link) = mint(desk, LinkKind::Join, &email, None, detail(&name, flow))?;
        let letter = letters::join(&desk.terms.console, &token);
        let sent = letters::mail(desk, &email, &letter)?;
        let sent = user.is_none().then_some(sent);
        let changes = asked("user.requested", link, None, sent, origin, now);
        Ok(Ok(Decision::with((), with(count.take(now), changes))))
    });
    // Stale: other letters to this address are on their way; the answer is the same.
    let _ = settled.await?;
    Ok(Ok(()))
}

fn detail(name: &str, flow: Option<&AuthorizationId>) -> Value {
    match flow {
        Some(flow) => json!({ "name": name, FLOW: flow }),
        None => json!({ "name": name }),
    }
}
