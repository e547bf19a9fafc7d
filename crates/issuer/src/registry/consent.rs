//! Consents: what people let clients do, and taking it back.
//!
//! A consent that is taken back is gone with its refresh tokens in one transaction, and the access tokens under it die
//! on every node and gateway with the same line of the change log (RT6). The client asks again, and so is the person
//! (3E-44): a later consent has another name.

use super::{Asker, No, Registered, settle};
use crate::desk::Desk;
use crate::registry::secret::tokens_until;
use crate::rights::SignedIn;
use crate::token::issue::OTHER_CLOCKS;
use serde_json::json;
use tollgate_model::revocation::Target;
use tollgate_model::{
    Change, Client, ClientId, Consent, ConsentId, Decision, Fault, Listed, Moment, Page, User, UserId,
};

/// What a person lets clients do, by id.
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn list(desk: &Desk, user: &UserId, page: &Page) -> Result<Listed<(Consent, Client)>, Fault> {
    desk.store.consents(user, page).await
}

/// What people let a client do, by id.
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn at_client(desk: &Desk, client: &ClientId, page: &Page) -> Result<Listed<Consent>, Fault> {
    desk.store.consents_at(client, page).await
}

/// Takes a consent back for its person: operators always can, and where people cannot themselves it is they who do it on
/// request (3E-43).
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn revoke(desk: &Desk, asker: &Asker, id: &ConsentId) -> Registered<()> {
    settle(desk, "consent", async || {
        let Some(consent) = desk.store.consent_by_id(id).await? else {
            return Ok(Err(No::NotFound("consent")));
        };
        Ok(Ok(Decision::with((), taken_back(&consent, asker, desk.now()))))
    })
    .await
}

/// What the person at this browser lets clients do: for their own page (CO3).
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn own(desk: &Desk, who: &SignedIn) -> Result<Vec<(Consent, Client)>, Fault> {
    all(desk, &who.user.id).await
}

async fn all(desk: &Desk, user: &UserId) -> Result<Vec<(Consent, Client)>, Fault> {
    let (mut all, mut page) = (Vec::new(), Page::first());
    loop {
        let listed = desk.store.consents(user, &page).await?;
        all.extend(listed.items);
        match listed.next {
            Some(next) => page.after = Some(next),
            None => return Ok(all),
        }
    }
}

/// Takes back what the person at this browser lets a client do, where the terms leave that to people (CO3, 3E-43).
/// Somebody else's is not found (CO4).
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn revoke_own(desk: &Desk, who: &SignedIn, id: &ConsentId, request: &str) -> Registered<()> {
    settle(desk, "consent", async || {
        let consent = desk.store.consent_by_id(id).await?;
        let own = desk.terms.people.own_consents;
        Ok(decide_own(consent, &who.user, own, &who.asker(request), desk.now()))
    })
    .await
}

fn decide_own(
    consent: Option<Consent>,
    user: &User,
    own: bool,
    asker: &Asker,
    now: Moment,
) -> Result<Decision<()>, No> {
    let Some(consent) = consent.filter(|consent| consent.user == user.id) else {
        return Err(No::NotFound("consent"));
    };
    if !own {
        return Err(No::Forbidden(
            "only those who run this place take a consent back; ask them".into(),
        ));
    }
    Ok(Decision::with((), taken_back(&consent, asker, now)))
}

/// What takes back every consent of a person: for one who is disabled (RT6, AT13). To be kept together with that; when a
/// consent was taken back in between, all of it is `Stale`.
///
/// # Errors
/// A [`Fault`] of the store.
pub(crate) async fn revoke_all(desk: &Desk, user: &UserId, asker: &Asker, now: Moment) -> Result<Vec<Change>, Fault> {
    let held = all(desk, user).await?;
    Ok(held
        .iter()
        .flat_map(|(consent, _)| taken_back(consent, asker, now))
        .collect())
}

fn taken_back(consent: &Consent, asker: &Asker, now: Moment) -> Vec<Change> {
    let target = Target::Consent(consent.id.clone());
    vec![
        Change::RemoveConsent { id: consent.id.clone() },
        Change::Revoke(tokens_until(target, now.plus(OTHER_CLOCKS), now)),
        asker.did(
            "consent.revoked",
            Some(&consent.account),
            consent.id.as_str(),
            now,
            json!({ "client": consent.client, "user": consent.user }),
        ),
    ]
}

#[cfg(test)]
mod tests;
