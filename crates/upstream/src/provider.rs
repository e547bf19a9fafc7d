//! One provider: what is remembered of it, and for how long.

use crate::discovery::{Discovered, discover};
use crate::exchange::{self, Bought};
use crate::fetch::{Fetch, read};
use crate::{claims, keys, request};
use std::sync::Arc;
use tokio::sync::{Mutex, Semaphore};
use tollgate_issuer::authorize::errand::{Failed, Leaving, Returning, Told};
use tollgate_keys::verify::{self, Flaw, VerifyingKeys};
use tollgate_model::Moment;
use tollgate_protocol::jose::Algorithm;
use zeroize::Zeroizing;

/// For how many seconds what a provider says of itself is remembered.
const LASTS: i64 = 3600;
/// For how many seconds nobody asks it again after it did not answer as it should.
const PAUSE: i64 = 3;
/// A key that is not known is asked for once in so many seconds: anybody may invent one.
const KEYS_PAUSE: i64 = 60;
/// So many people's errands may be under way at once. More are turned away rather than kept waiting.
const AT_ONCE: usize = 128;

/// Our client at a provider.
pub(crate) struct Ours {
    pub(crate) issuer: String,
    pub(crate) client_id: String,
    pub(crate) scopes: String,
    pub(crate) secret: Zeroizing<String>,
}

/// A provider.
pub(crate) struct Provider {
    ours: Ours,
    fetch: Fetch,
    seats: Semaphore,
    memory: Mutex<Memory>,
}

/// What is remembered. Whoever finds it missing asks, and others wait for that answer rather than ask as well.
#[derive(Default)]
struct Memory {
    discovered: Option<Held<Discovered>>,
    keys: Option<Held<VerifyingKeys>>,
    failed: Option<(Moment, Failed)>,
}

struct Held<T> {
    since: Moment,
    what: Arc<T>,
}

impl<T> Held<T> {
    fn new(since: Moment, what: T) -> Self {
        Self {
            since,
            what: Arc::new(what),
        }
    }

    fn is_fresh(&self, lasts: i64, now: Moment) -> bool {
        (0..lasts).contains(&now.since(self.since))
    }
}

impl Memory {
    /// What went wrong a moment ago.
    fn pausing(&self, now: Moment) -> Result<(), Failed> {
        match &self.failed {
            Some((since, failed)) if (0..PAUSE).contains(&now.since(*since)) => Err(failed.clone()),
            _ => Ok(()),
        }
    }

    fn noted<T>(&mut self, outcome: Result<T, Failed>, now: Moment) -> Result<T, Failed> {
        if let Err(failed) = &outcome {
            self.failed = Some((now, failed.clone()));
        }
        outcome
    }
}

impl Provider {
    pub(crate) fn new(ours: Ours, fetch: Fetch) -> Self {
        Self {
            ours,
            fetch,
            seats: Semaphore::new(AT_ONCE),
            memory: Mutex::default(),
        }
    }

    /// Where to send somebody.
    pub(crate) async fn leave(&self, leaving: &Leaving<'_>) -> Result<String, Failed> {
        let _seat = self.seat()?;
        let discovered = self.discovered(leaving.now).await?;
        Ok(request::address(&discovered, &self.ours, leaving))
    }

    /// Who somebody is who came back.
    pub(crate) async fn returned(&self, returning: &Returning<'_>) -> Result<Told, Failed> {
        let _seat = self.seat()?;
        let now = returning.now;
        let discovered = self.discovered(now).await?;
        // RFC 9207 §2.4: who always names itself must have done so. That the name is right was looked at before.
        if discovered.names_issuer && returning.iss.is_none() {
            return Err(Failed::Unbelieved("the answer does not name its issuer".to_owned()));
        }
        if returning.iss.is_some_and(|iss| iss != self.ours.issuer) {
            return Err(Failed::Unbelieved("the answer names another issuer".to_owned()));
        }
        let bought = exchange::exchange(&self.fetch, &discovered, &self.ours, returning).await?;
        let (algorithm, payload) = self.verified(&discovered, &bought.id_token, now).await?;
        let expect = claims::Expect {
            issuer: &self.ours.issuer,
            client_id: &self.ours.client_id,
            nonce: returning.nonce,
            algorithm,
            access_token: bought.access_token.as_deref().map(String::as_str),
            now,
        };
        let said = claims::read(&payload, &expect)?;
        self.told(&discovered, &bought, said).await
    }

    fn seat(&self) -> Result<tokio::sync::SemaphorePermit<'_>, Failed> {
        let full = |_| Failed::Unreachable("too many people are on their way there".to_owned());
        self.seats.try_acquire().map_err(full)
    }

    async fn discovered(&self, now: Moment) -> Result<Arc<Discovered>, Failed> {
        let mut memory = self.memory.lock().await;
        if let Some(held) = memory.discovered.as_ref().filter(|held| held.is_fresh(LASTS, now)) {
            return Ok(Arc::clone(&held.what));
        }
        memory.pausing(now)?;
        let outcome = discover(&self.fetch, &self.ours.issuer).await;
        let held = Held::new(now, memory.noted(outcome, now)?);
        Ok(Arc::clone(&memory.discovered.insert(held).what))
    }

    /// The payload of an ID token that is signed with a key of the provider's, and what it is signed with.
    async fn verified(
        &self,
        discovered: &Discovered,
        token: &str,
        now: Moment,
    ) -> Result<(Algorithm, Vec<u8>), Failed> {
        let keys = self.keys(discovered, LASTS, now).await?;
        let outcome = match verify::signature(token, &keys) {
            // It may have changed its keys (RFC 7517 §4.5).
            Err(Flaw::UnknownKey) => {
                let keys = self.keys(discovered, KEYS_PAUSE, now).await?;
                verify::signature(token, &keys)
            }
            outcome => outcome,
        };
        let (header, payload) = outcome.map_err(|flaw| Failed::Unbelieved(format!("the ID token: {flaw}")))?;
        // Whatever else the provider signs is no ID token (RFC 8725 §3.11).
        if header.typ.is_some() && !header.is_of_type("JWT") {
            return Err(Failed::Unbelieved("the ID token: it is of another type".to_owned()));
        }
        Ok((header.algorithm, payload))
    }

    async fn keys(&self, discovered: &Discovered, lasts: i64, now: Moment) -> Result<Arc<VerifyingKeys>, Failed> {
        let mut memory = self.memory.lock().await;
        if let Some(held) = memory.keys.as_ref().filter(|held| held.is_fresh(lasts, now)) {
            return Ok(Arc::clone(&held.what));
        }
        memory.pausing(now)?;
        let outcome = self.fetch.get("the key set", &discovered.jwks_uri).await;
        let outcome = outcome.and_then(|document| keys::read(&document, &discovered.algorithms));
        let held = Held::new(now, memory.noted(outcome, now)?);
        Ok(Arc::clone(&memory.keys.insert(held).what))
    }

    /// With what the UserInfo endpoint adds, where the ID token says too little (OpenID Connect Core §5.3).
    async fn told(&self, discovered: &Discovered, bought: &Bought, said: claims::Said) -> Result<Told, Failed> {
        let (Some(place), Some(token), false) = (
            &discovered.userinfo_endpoint,
            &bought.access_token,
            said.names_address(),
        ) else {
            return Ok(said.told());
        };
        let document = self.fetch.get_as("UserInfo", place, token).await?;
        let more = read("UserInfo", &document)?;
        Ok(said.with(more)?.told())
    }
}
