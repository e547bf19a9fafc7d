//! Webhooks of an account: addresses that are told of its alerts, signed as Standard Webhooks has it.
//!
//! Every function takes the account beside the hook's id: another account's hook is not found.

mod address;
mod decide;
mod key;
mod log;

pub use address::address;
#[cfg(test)]
pub(crate) use decide::tests;
pub use key::{BOTH, keys};
pub use log::{deliveries, ping, redeliver};

use super::{Asker, No, Registered, new_id, settle};
use crate::desk::Desk;
use decide::Fresh;
use tollgate_keys::webhook::HookKey;
use tollgate_model::{AccountId, Change, Decision, Fault, Hook, HookId, State, Version};
use zeroize::Zeroizing;

/// How many an account may have. Two that are added at the same moment may make it eleven: the cap is there against
/// flooding, and nothing is counted by it.
pub const MOST: usize = 10;

/// A new hook.
#[derive(Clone, Debug)]
pub struct Add {
    /// Where to: https, without user, password and fragment.
    pub url: String,
    /// The kinds of alerts wanted, of [`crate::alerts::TOPICS`]; empty: all.
    pub topics: Vec<String>,
}

/// What is to become of a hook; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct Revise {
    /// Where to from now on.
    pub url: Option<String>,
    /// The kinds of alerts wanted from now on; empty: all.
    pub topics: Option<Vec<String>>,
    /// A disabled one is told nothing; what waits for it is given up.
    pub state: Option<State>,
    /// The version that the asker saw.
    pub seen: Option<Version>,
}

/// A hook with a new key.
pub struct Made {
    /// The hook.
    pub hook: Hook,
    /// Its signing key, `whsec_…`: what the asker is shown, this once.
    pub key: Zeroizing<String>,
}

/// Adds a hook to an account.
///
/// # Errors
/// A [`Fault`] of the store, of the source of chance or of the cipher.
pub async fn add(desk: &Desk, asker: &Asker, account: &AccountId, ask: &Add) -> Registered<Made> {
    let id = HookId::new(new_id(desk, "whk")?);
    let key = minted(desk)?;
    let fresh = Fresh {
        sealed: key::sealed(desk, &id, &key.to_text(), None)?,
        id,
        plain: desk.terms.console.plain_hooks,
    };
    let settled = settle(desk, "account", async || {
        if desk.store.account(account).await?.is_none() {
            return Ok(Err(No::NotFound("account")));
        }
        let held = desk.store.hooks(account).await?;
        Ok(decide::add(&held, account, ask, &fresh, asker, desk.now()))
    });
    Ok(settled.await?.map(|hook| Made {
        hook,
        key: key.to_text(),
    }))
}

/// The hooks of an account, by id.
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn list(desk: &Desk, account: &AccountId) -> Registered<Vec<Hook>> {
    if desk.store.account(account).await?.is_none() {
        return Ok(Err(No::NotFound("account")));
    }
    Ok(Ok(desk.store.hooks(account).await?))
}

/// A hook of an account.
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn show(desk: &Desk, account: &AccountId, id: &HookId) -> Registered<Hook> {
    Ok(match desk.store.hook(id).await? {
        Some(hook) if hook.account == *account => Ok(hook),
        _ => Err(No::NotFound("webhook")),
    })
}

/// Changes a hook's address, topics or state.
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn revise(desk: &Desk, asker: &Asker, account: &AccountId, id: &HookId, ask: &Revise) -> Registered<Hook> {
    settle(desk, "webhook", async || {
        let held = match show(desk, account, id).await? {
            Ok(held) => held,
            Err(no) => return Ok(Err(no)),
        };
        let plain = desk.terms.console.plain_hooks;
        let others = match ask.url {
            Some(_) => desk.store.hooks(account).await?,
            None => Vec::new(),
        };
        let decided = decide::revise(&held, ask, plain, asker, desk.now());
        Ok(decided.and_then(|decision| {
            let url = &decision.answer.url;
            match others.iter().any(|other| other.id != *id && other.url == *url) {
                true => Err(No::Taken { field: "url" }),
                false => Ok(decision),
            }
        }))
    })
    .await
}

/// Gives a hook a new key. For [`BOTH`] seconds messages are signed with the old one as well, so that the receiver has
/// time to take up the new.
///
/// # Errors
/// A [`Fault`] of the store, of the source of chance or of the cipher.
pub async fn rotate_key(
    desk: &Desk,
    asker: &Asker,
    account: &AccountId,
    id: &HookId,
    seen: Option<Version>,
) -> Registered<Made> {
    let key = minted(desk)?;
    let settled = settle(desk, "webhook", async || {
        let held = match show(desk, account, id).await? {
            Ok(held) => held,
            Err(no) => return Ok(Err(no)),
        };
        let now = desk.now();
        let sealed = key::rotated(desk, &held, &key.to_text(), now)?;
        Ok(decide::rotate(&held, sealed, seen, asker, now))
    });
    Ok(settled.await?.map(|hook| Made {
        hook,
        key: key.to_text(),
    }))
}

/// Removes a hook and what is on record of its deliveries.
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn remove(desk: &Desk, asker: &Asker, account: &AccountId, id: &HookId) -> Registered<()> {
    settle(desk, "webhook", async || {
        let held = match show(desk, account, id).await? {
            Ok(held) => held,
            Err(no) => return Ok(Err(no)),
        };
        let changes = vec![
            Change::RemoveHook {
                id: id.clone(),
                account: account.clone(),
            },
            decide::told(&held, "hook.removed", asker, desk.now()),
        ];
        Ok(Ok(Decision::with((), changes)))
    })
    .await
}

fn minted(desk: &Desk) -> Result<HookKey, Fault> {
    HookKey::mint(&*desk.entropy).map_err(|e| Fault::unavailable("making a webhook's key", e))
}
