//! Looks at everything on record, now and then, for what somebody should know.

use super::due::{AHEAD, UNUSED, due, stage};
use super::ending::{ACTIVE, notices};
use super::{Burst, Matter, alert, tell};
use crate::desk::Desk;
use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use tollgate_model::{ClientFilter, ClientId, ClientLine, ClientRecord, Fault, Moment, Page, State};

/// How many secrets one question about expiring ones answers at most ([`tollgate_model::Store::secrets_expiring`]).
const AT_ONCE: usize = 1000;

/// How many keys are remembered.
const REMEMBERED: usize = 200_000;

/// The keys of alerts that are known to be on record: what was told is not written and refused again every hour. It may
/// be forgotten at any time; that nothing is told twice is the store's doing.
#[derive(Default)]
pub struct Told(Mutex<HashSet<String>>);

impl Told {
    fn has(&self, key: &str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(key)
    }

    fn add(&self, key: String) {
        let mut keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if keys.len() >= REMEMBERED {
            keys.clear();
        }
        keys.insert(key);
    }
}

/// Looks at who still uses an old way that comes to its end, at every secret that ends soon and at every client that may have an old or an unused one, and tells what is
/// due and was not told. Returns how many alerts were new.
///
/// # Errors
/// A [`Fault`] of the store or of the source of chance. What was not reached is found by the next scan.
pub async fn scan(desk: &Desk, told: &Told) -> Result<usize, Fault> {
    let now = desk.now();
    let old = old_ways(desk, told, now).await?;
    Ok(old + ending(desk, told, now).await? + neglected(desk, told, now).await?)
}

/// A burst of refusals is told to the account, if there is such a client.
///
/// # Errors
/// A [`Fault`] of the store or of the source of chance.
pub async fn burst(desk: &Desk, burst: &Burst) -> Result<bool, Fault> {
    let Some(record) = desk.store.client(&burst.client).await? else {
        return Ok(false);
    };
    let matter = Matter::RefusedBurst {
        count: burst.count,
        since: burst.since,
        until: burst.until,
    };
    let client = &record.client;
    tell(desk, &alert(desk, &client.account, Some(client), matter, desk.now())?).await
}

/// Tells accounts that still use what comes to its end.
async fn old_ways(desk: &Desk, told: &Told, now: Moment) -> Result<usize, Fault> {
    let transitions = desk.store.transitions().await?;
    if !transitions
        .iter()
        .any(|dated| dated.transition.warns.is_some_and(|warns| warns <= now))
    {
        return Ok(0);
    }
    let uses = desk.store.legacy_uses(None, now.day() - ACTIVE + 1).await?;
    let mut new = 0;
    for dated in &transitions {
        for (account, matter) in notices(dated, &uses, now) {
            let alert = alert(desk, &account, None, matter, now)?;
            if !told.has(&alert.key) {
                new += usize::from(tell(desk, &alert).await?);
                told.add(alert.key);
            }
        }
    }
    Ok(new)
}

async fn ending(desk: &Desk, told: &Told, now: Moment) -> Result<usize, Fault> {
    let (mut from, to) = (now, now.plus(AHEAD + 1));
    let mut new = 0;
    loop {
        let secrets = desk.store.secrets_expiring(from, to).await?;
        let mut clients: Vec<ClientId> = secrets
            .iter()
            .filter(|secret| {
                stage(secret, now).is_some_and(|(_, days)| !told.has(&format!("secret_expiring:{}:{days}", secret.id)))
            })
            .map(|secret| secret.client.clone())
            .collect();
        clients.sort_unstable();
        clients.dedup();
        for client in &clients {
            new += look(desk, told, client, now).await?;
        }
        let Some(last) = secrets.last().filter(|_| secrets.len() >= AT_ONCE) else {
            return Ok(new);
        };
        let reached = last.expires.unwrap_or(to);
        // Secrets that end in the same second as the last one may be left, so that second is asked for again; unless it
        // alone fills an answer.
        from = if reached > from { reached } else { from.plus(1) };
    }
}

async fn neglected(desk: &Desk, told: &Told, now: Moment) -> Result<usize, Fault> {
    let filter = ClientFilter {
        state: Some(State::Active),
        ..ClientFilter::default()
    };
    let mut page = Page::first();
    let mut new = 0;
    loop {
        let lines = desk.store.client_lines(&filter, now, &page).await?;
        for line in lines.items.iter().filter(|line| suspect(line, now)) {
            new += look(desk, told, &line.client.id, now).await?;
        }
        match lines.next {
            Some(next) => page.after = Some(next),
            None => return Ok(new),
        }
    }
}

/// Whether a client is worth reading whole: with several living secrets one may be old, and with one that nobody used
/// for long that one is unused. (If another secret, ended since, was used lately, the one is found when that is long
/// ago as well.)
fn suspect(line: &ClientLine, now: Moment) -> bool {
    let seen = line.last_used.unwrap_or(line.client.created);
    line.secrets_alive > 1 || line.secrets_alive == 1 && now.since(seen) >= UNUSED
}

async fn look(desk: &Desk, told: &Told, client: &ClientId, now: Moment) -> Result<usize, Fault> {
    let Some(record) = desk.store.client(client).await? else {
        return Ok(0);
    };
    let ClientRecord { client, .. } = &record;
    let mut new = 0;
    for matter in due(&record, now) {
        let key = matter.key(Some(client));
        if told.has(&key) {
            continue;
        }
        let alert = alert(desk, &client.account, Some(client), matter, now)?;
        new += usize::from(tell(desk, &alert).await?);
        told.add(key);
    }
    Ok(new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::facts;

    const NOW: Moment = facts::NOW;

    fn line(secrets_alive: i64, created: i64, last_used: Option<i64>) -> ClientLine {
        let mut client = facts::client();
        client.created = NOW.plus(-created);
        ClientLine {
            client,
            account_name: "Firm".into(),
            last_used: last_used.map(|ago| NOW.plus(-ago)),
            secrets_alive,
        }
    }

    #[test]
    fn a_client_is_read_whole_only_when_something_may_be_due() {
        for (secrets, created, used, expected) in [
            (0, 2 * UNUSED, None, false),
            (1, UNUSED - 1, None, false),
            (1, UNUSED, None, true),
            (1, 2 * UNUSED, Some(UNUSED - 1), false),
            (1, 2 * UNUSED, Some(UNUSED), true),
            (2, 0, Some(0), true),
        ] {
            assert_eq!(
                suspect(&line(secrets, created, used), NOW),
                expected,
                "{secrets} {created} {used:?}"
            );
        }
    }

    #[test]
    fn remembered_keys_are_bounded() {
        let told = Told::default();
        for number in 0..=REMEMBERED {
            told.add(number.to_string());
        }
        assert!(told.has(&REMEMBERED.to_string()));
        assert!(!told.has("0"));
    }
}
