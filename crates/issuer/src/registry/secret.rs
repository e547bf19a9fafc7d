//! Secrets of clients: regenerate, with an overlap of the owner's choice, and revoke.

mod reveal;

pub use reveal::reveal;

use super::api::LONGEST;
use super::{Asker, No, Registered, named, settle};
use crate::desk::Desk;
use crate::terms::SecretTerms;
use serde_json::json;
use tollgate_keys::secret::{Kind, Plain};
use tollgate_model::revocation::Target;
use tollgate_model::{
    Change, Client, ClientId, ClientRecord, Decision, Fault, Moment, Revocation, Secret, SecretId, Version,
};

/// What a new secret is asked for with.
#[derive(Clone, Debug, Default)]
pub struct Regenerate {
    /// What the owner calls it; absent: the day it is made.
    pub label: Option<String>,
    /// How long the secrets alive now live on, in seconds; 0: not at all. Absent: as the terms say.
    pub overlap: Option<i64>,
    /// The client's version that the asker saw: somebody else's change in between is then not overwritten.
    pub seen: Option<Version>,
}

/// A new secret. [`Plain`] is what the asker is shown, this once.
#[derive(Debug)]
pub struct Regenerated {
    /// The secret itself.
    pub plain: Plain,
    /// What is on record of it.
    pub secret: Secret,
}

/// Makes a new secret for a client; those alive now end, at once or after an overlap. Tokens they bought
/// live to their own expiry.
///
/// # Errors
/// A [`Fault`] of the store or of the source of chance.
pub async fn regenerate(desk: &Desk, asker: &Asker, id: &ClientId, ask: &Regenerate) -> Registered<Regenerated> {
    let (plain, fresh) = Fresh::make(desk)?;
    let settled = settle(desk, "client", || async {
        let Some(record) = desk.store.client(id).await? else {
            return Ok(Err(No::NotFound("client")));
        };
        if record.client.is_public() {
            return Ok(Err(No::InUse(
                "this client proves itself with nothing, so a secret would open nothing".into(),
            )));
        }
        Ok(decide(&record, ask, &fresh, asker, desk.terms.secrets, desk.now()))
    });
    Ok(settled.await?.map(|secret| Regenerated { plain, secret }))
}

/// Every secret of a client, the ended ones too, oldest first. What is on record of them, that is: the
/// secrets themselves are kept nowhere.
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn list(desk: &Desk, client: &ClientId) -> Registered<Vec<Secret>> {
    if desk.store.client(client).await?.is_none() {
        return Ok(Err(No::NotFound("client")));
    }
    Ok(Ok(desk.store.secrets(client).await?))
}

/// What is kept of a secret just made.
pub(crate) struct Fresh {
    pub(crate) id: SecretId,
    pub(crate) digest: String,
    /// Only where the terms let owners look at their secrets again.
    pub(crate) sealed: Option<Vec<u8>>,
}

impl Fresh {
    /// A new secret, for whomever it turns out to be.
    ///
    /// # Errors
    /// A [`Fault`] of the source of chance or of the sealing.
    pub(crate) fn make(desk: &Desk) -> Result<(Plain, Self), Fault> {
        let plain =
            Plain::mint(Kind::ClientSecret, &*desk.entropy).map_err(|e| Fault::unavailable("making a secret", e))?;
        let id = tollgate_keys::ids::id("sec", &*desk.entropy).map_err(|e| Fault::unavailable("naming a secret", e))?;
        let id = SecretId::new(id);
        let sealed = if desk.terms.console.revealable {
            Some(reveal::seal(&desk.sealer, &id, &plain)?)
        } else {
            None
        };
        let digest = desk.digests.digest(plain.expose()).to_string();
        Ok((plain, Self { id, digest, sealed }))
    }

    /// What is on record of it as a secret of `client`.
    ///
    /// # Errors
    /// [`No::Invalid`] for a label that is none.
    pub(crate) fn secret(
        &self,
        client: &Client,
        label: Option<&str>,
        terms: SecretTerms,
        asker: &Asker,
        now: Moment,
    ) -> Result<Secret, No> {
        let label = match label {
            Some(label) => named("label", label)?,
            None => format!("made {}", crate::registry::date(now)),
        };
        Ok(Secret {
            id: self.id.clone(),
            client: client.id.clone(),
            label,
            digest: self.digest.clone(),
            created: now,
            created_by: asker.actor.to_string(),
            expires: terms.lifetime.map(|lifetime| now.plus(lifetime)),
            revoked: None,
            last_used: None,
        })
    }

    /// The changes that put it on record.
    pub(crate) fn added(&self, secret: Secret) -> impl Iterator<Item = Change> {
        let seal = self.sealed.clone().map(|sealed| Change::SealSecret {
            id: self.id.clone(),
            sealed,
        });
        std::iter::once(Change::AddSecret(secret)).chain(seal)
    }
}

/// The line of the audit log for a new secret.
pub(crate) fn told(secret: &Secret, overlap: i64, client: &Client, asker: &Asker, now: Moment) -> Change {
    asker.did(
        "secret.regenerated",
        Some(&client.account),
        client.id.as_str(),
        now,
        json!({ "secret": secret.id, "label": secret.label, "overlap": overlap }),
    )
}

fn decide(
    record: &ClientRecord,
    ask: &Regenerate,
    fresh: &Fresh,
    asker: &Asker,
    terms: SecretTerms,
    now: Moment,
) -> Result<Decision<Secret>, No> {
    if ask.seen.is_some_and(|seen| seen != record.client.version) {
        return Err(No::Stale("client"));
    }
    let overlap = ask.overlap.unwrap_or(terms.overlap);
    if !(0..=terms.longest_overlap).contains(&overlap) {
        return Err(No::invalid(
            "overlap",
            format!("must be 0 to {} seconds", terms.longest_overlap),
        ));
    }
    let client = &record.client;
    let secret = fresh.secret(client, ask.label.as_deref(), terms, asker, now)?;
    let mut changes = vec![Change::ReviseClient {
        client: client.clone(),
        was: client.version,
    }];
    // The newest of the old may live on, as many as the terms leave room for beside the new one.
    let room = if overlap == 0 {
        0
    } else {
        terms.most_alive.saturating_sub(1)
    };
    let alive = record.secrets.iter().rev().filter(|secret| secret.alive(now));
    for (place, old) in alive.enumerate() {
        let (id, of) = (old.id.clone(), old.client.clone());
        let end = now.plus(overlap);
        if place >= room {
            changes.push(Change::RevokeSecret {
                id,
                client: of,
                at: now,
            });
        } else if old.expires.is_none_or(|set| end < set) {
            changes.push(Change::ExpireSecret {
                id,
                client: of,
                at: end,
            });
        }
    }
    changes.extend(fresh.added(secret.clone()));
    changes.push(told(&secret, overlap, client, asker, now));
    Ok(Decision::with(secret, changes))
}

/// Ends a secret now, and every token it bought: what one does with a secret that leaked. One that was ended already,
/// by Regenerate for instance, may have bought tokens that still live: they end.
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn revoke(desk: &Desk, asker: &Asker, client: &ClientId, id: &SecretId) -> Registered<Client> {
    settle(desk, "client", || async {
        let Some(record) = desk.store.client(client).await? else {
            return Ok(Err(No::NotFound("client")));
        };
        let secrets = desk.store.secrets(client).await?;
        Ok(decide_revoke(&record.client, &secrets, id, asker, desk.now()))
    })
    .await
}

fn decide_revoke(
    client: &Client,
    secrets: &[Secret],
    id: &SecretId,
    asker: &Asker,
    now: Moment,
) -> Result<Decision<Client>, No> {
    let Some(secret) = secrets.iter().find(|secret| secret.id == *id) else {
        return Err(No::NotFound("secret"));
    };
    let mut changes = vec![Change::ReviseClient {
        client: client.clone(),
        was: client.version,
    }];
    if secret.revoked.is_none() {
        changes.push(Change::RevokeSecret {
            id: id.clone(),
            client: client.id.clone(),
            at: now,
        });
    }
    changes.extend([
        Change::Revoke(tokens_until(Target::Secret(id.clone()), now.plus(OTHER_CLOCKS), now)),
        asker.did(
            "secret.revoked",
            Some(&client.account),
            client.id.as_str(),
            now,
            json!({ "secret": id }),
        ),
    ]);
    Ok(Decision::with(client.clone(), changes))
}

/// By how many seconds another node's clock may be ahead (tollgate_keys::verify). A secret that is dead buys nothing
/// any more, so tokens dated later than this moment are none of a living one's.
const OTHER_CLOCKS: i64 = 60;

/// For how many seconds another node may go on issuing after a client or an account was disabled: it may not have heard
/// of it for one, and the next second may begin meanwhile.
pub(crate) const UNHEARD: i64 = 2;

/// The revocation of every token that `target` was given up to `until`, kept until the last has expired. That is
/// reckoned from the longest life that any API may give: lifetimes may have been lowered since those tokens were made.
pub(crate) fn tokens_until(target: Target, until: Moment, now: Moment) -> Revocation {
    // Verifiers may allow 60 seconds of clock difference (tollgate_keys::verify).
    Revocation {
        target,
        issued_until: until,
        forget_after: now.plus(LONGEST + 60),
    }
}

#[cfg(test)]
mod tests;
