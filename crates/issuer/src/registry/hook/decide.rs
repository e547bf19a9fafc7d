//! What may become of a webhook.

use super::{Add, MOST, Revise, address};
use crate::alerts::TOPICS;
use crate::registry::{Asker, No, unchanged};
use serde_json::{Value, json};
use tollgate_model::{AccountId, Change, Decision, Hook, HookId, Moment, State, Version};

/// What a new hook is made with.
pub(super) struct Fresh {
    pub(super) id: HookId,
    pub(super) sealed: Vec<u8>,
    /// Whether its address may be plain http.
    pub(super) plain: bool,
}

pub(super) fn add(
    held: &[Hook],
    account: &AccountId,
    ask: &Add,
    fresh: &Fresh,
    asker: &Asker,
    now: Moment,
) -> Result<Decision<Hook>, No> {
    let hook = Hook {
        id: fresh.id.clone(),
        account: account.clone(),
        url: address(&ask.url, fresh.plain)?,
        sealed: fresh.sealed.clone(),
        topics: topics(&ask.topics)?,
        state: State::Active,
        created: now,
        version: 1,
    };
    if held.len() >= MOST {
        let problem = format!("an account has at most {MOST} webhooks; remove one first");
        return Err(No::InUse(problem));
    }
    if held.iter().any(|other| other.url == hook.url) {
        return Err(No::Taken { field: "url" });
    }
    let changes = vec![Change::AddHook(hook.clone()), told(&hook, "hook.added", asker, now)];
    Ok(Decision::with(hook, changes))
}

pub(super) fn revise(held: &Hook, ask: &Revise, plain: bool, asker: &Asker, now: Moment) -> Result<Decision<Hook>, No> {
    unchanged("webhook", ask.seen, held.version)?;
    let mut hook = held.clone();
    if let Some(url) = &ask.url {
        hook.url = address(url, plain)?;
    }
    if let Some(asked) = &ask.topics {
        hook.topics = topics(asked)?;
    }
    hook.state = ask.state.unwrap_or(held.state);
    if hook == *held {
        return Ok(Decision::just(hook));
    }
    let kind = match (held.state, hook.state) {
        (State::Active, State::Disabled) => "hook.disabled",
        (State::Disabled, State::Active) => "hook.enabled",
        _ => "hook.changed",
    };
    Ok(kept(held, hook, kind, asker, now))
}

pub(super) fn rotate(
    held: &Hook,
    sealed: Vec<u8>,
    seen: Option<Version>,
    asker: &Asker,
    now: Moment,
) -> Result<Decision<Hook>, No> {
    unchanged("webhook", seen, held.version)?;
    let hook = Hook { sealed, ..held.clone() };
    Ok(kept(held, hook, "hook.key_rotated", asker, now))
}

fn kept(held: &Hook, hook: Hook, kind: &str, asker: &Asker, now: Moment) -> Decision<Hook> {
    let changes = vec![
        Change::ReviseHook {
            hook: hook.clone(),
            was: held.version,
        },
        told(&hook, kind, asker, now),
    ];
    let hook = Hook {
        version: held.version + 1,
        ..hook
    };
    Decision::with(hook, changes)
}

/// A line of the audit log. Of the address it has scheme, host and port: path and query may hold a credential of the
/// receiver's.
pub(super) fn told(hook: &Hook, kind: &str, asker: &Asker, now: Moment) -> Change {
    let to = url::Url::parse(&hook.url).map_or(Value::Null, |url| url.origin().ascii_serialization().into());
    let detail = json!({ "to": to, "topics": hook.topics });
    asker.did(kind, Some(&hook.account), hook.id.as_str(), now, detail)
}

/// Topics, each once and in the order of the list.
fn topics(asked: &[String]) -> Result<Vec<String>, No> {
    if let Some(unknown) = asked.iter().find(|topic| !TOPICS.contains(&topic.as_str())) {
        // Of what is not ours no more is said back than fits a line.
        let unknown: String = unknown.chars().take(40).collect();
        let known = TOPICS.join(", ");
        return Err(No::invalid("topics", format!("{unknown:?} is none of: {known}")));
    }
    let wanted = TOPICS.iter().filter(|topic| asked.iter().any(|word| word == *topic));
    Ok(wanted.map(|topic| (*topic).to_owned()).collect())
}

#[cfg(test)]
pub(crate) mod tests;
