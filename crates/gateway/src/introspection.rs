//! Asking an authorization server about tokens that say nothing by themselves (RFC 7662).
//!
//! What is remembered of an answer is what the server said, found by the whole token *and* the audience it was asked
//! for: what holds at one API is no answer at another. Whether that is enough is judged on each request, for its own
//! route.

mod answer;
mod settings;

pub use settings::{BadIntrospection, Introspection};

use crate::memory::Remembered;
use crate::resolver::{Guarded, guarded};
use crate::{Refusal, tls};
use answer::Answer;
use bytes::Bytes;
use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared};
use http::{HeaderValue, Method, Request, StatusCode, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use quick_cache::Equivalent;
use quick_cache::sync::Cache;
use rustls_pki_types::CertificateDer;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tollgate_keys::digest::token_hash;
use tollgate_model::Moment;

/// How long an answer is waited for, as a whole.
const TIMEOUT: Duration = Duration::from_secs(2);
/// The most of an answer that is read, in bytes.
const MOST: usize = 64 * 1024;
/// So many questions are with the server at a time,
const AT_ONCE: usize = 64;
/// and so many may wait for their turn. A flood of invented tokens is refused here, not there.
const WAITING: usize = 1024;
/// For how many seconds a token that is not good is not asked about again.
const REFUSED_FOR: i64 = 5;
/// So many tokens that are not good are remembered. Apart from the others: inventions crowd out nothing that is good.
const REFUSED: usize = 10_000;

/// Asks, and remembers for a while.
pub(crate) struct Introspector {
    settings: Introspection,
    /// None where the machine cannot speak TLS.
    client: Option<Client<HttpsConnector<Guarded>, Full<Bytes>>>,
    good: Cache<Slot, Good>,
    refused: Cache<Slot, (Span, Refusal)>,
    /// Questions under way: whoever has the same one waits for the same answer.
    asking: Mutex<HashMap<Slot, Question>>,
    room: Semaphore,
    /// Where questions run: their connections are shared by all lanes, and outlive each of them.
    home: OnceLock<Handle>,
}

type Question = Shared<BoxFuture<'static, Result<Arc<Remembered>, Refusal>>>;

#[derive(Clone)]
struct Good {
    span: Span,
    token: Arc<Remembered>,
}

/// From when to when something is believed, in unix seconds. A clock that was set back believes nothing.
#[derive(Clone, Copy)]
struct Span {
    from: i64,
    until: i64,
}

impl Span {
    const fn holds(self, now: Moment) -> bool {
        self.from <= now.0 && now.0 < self.until
    }
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Slot {
    token: [u8; 32],
    audience: Box<str>,
}

/// A slot that is only looked for: hashes as [`Slot`] does.
#[derive(Hash)]
struct Place<'a> {
    token: [u8; 32],
    audience: &'a str,
}

impl Equivalent<Slot> for Place<'_> {
    fn equivalent(&self, slot: &Slot) -> bool {
        self.token == slot.token && *self.audience == *slot.audience
    }
}

impl Introspector {
    /// Asks as `settings` say, and remembers `most` tokens. `roots` are trusted next to the machine's authorities.
    pub(crate) fn new(settings: Introspection, roots: &[CertificateDer<'static>], most: usize) -> Arc<Self> {
        let client = tls::client(roots).map(|tls| {
            let connector = HttpsConnectorBuilder::new()
                .with_tls_config(tls)
                .https_or_http()
                .enable_all_versions()
                .wrap_connector(guarded(TIMEOUT, false));
            Client::builder(TokioExecutor::new())
                .pool_timer(TokioTimer::new())
                .timer(TokioTimer::new())
                .build(connector)
        });
        Arc::new(Self {
            settings,
            client,
            good: Cache::new(most.max(1)),
            refused: Cache::new(REFUSED),
            asking: Mutex::default(),
            room: Semaphore::new(AT_ONCE),
            home: OnceLock::new(),
        })
    }

    /// Asks from this runtime from now on. Only the first time counts.
    pub(crate) fn settle(&self) {
        self.home.get_or_init(Handle::current);
    }

    /// `iss` of the tokens that the server speaks of, where it is not the gateway's own issuer.
    pub(crate) fn issuer(&self) -> Option<&str> {
        self.settings.issuer()
    }

    /// What the server says of the token, for this audience.
    pub(crate) async fn ask(
        self: &Arc<Self>,
        text: &str,
        audience: &str,
        now: Moment,
    ) -> Result<Arc<Remembered>, Refusal> {
        let token = token_hash(text);
        let place = Place { token, audience };
        if let Some(good) = self.good.get(&place).filter(|good| good.span.holds(now)) {
            return Ok(good.token);
        }
        if let Some((_, refusal)) = self.refused.get(&place).filter(|(span, _)| span.holds(now)) {
            return Err(refusal);
        }
        let audience = audience.into();
        self.question(Slot { token, audience }, text, now)?.await
    }

    /// The question about this token that is under way, or a new one. It goes on when the asker goes away: others may
    /// wait for it.
    fn question(self: &Arc<Self>, slot: Slot, text: &str, now: Moment) -> Result<Question, Refusal> {
        // The lock guards a map of questions, which no panic leaves half-written.
        let mut asking = self.asking.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(question) = asking.get(&slot) {
            return Ok(question.clone());
        }
        if asking.len() >= WAITING {
            return Err(Refusal::IntrospectionUnreachable);
        }
        let home = self.home.get().cloned().unwrap_or_else(Handle::current);
        let task = home.spawn(Arc::clone(self).answered(slot.clone(), text.to_owned(), now));
        let question = task
            .map(|ended| ended.unwrap_or(Err(Refusal::IntrospectionUnreachable)))
            .boxed()
            .shared();
        asking.insert(slot, question.clone());
        Ok(question)
    }

    async fn answered(self: Arc<Self>, slot: Slot, text: String, now: Moment) -> Result<Arc<Remembered>, Refusal> {
        // Whatever becomes of it, it is under way no longer.
        let _end = End(&self, &slot);
        let asked = tokio::time::timeout(TIMEOUT, async {
            let _room = self.room.acquire().await.ok()?;
            self.send(&text).await
        });
        let Some(answer) = asked.await.unwrap_or_else(|_| {
            tracing::warn!(server = %self.settings.uri(), "introspection: no answer in time");
            None
        }) else {
            return Err(Refusal::IntrospectionUnreachable);
        };
        let span = |seconds: i64| Span {
            // From the moment of the question: what the server did since is not in its answer.
            from: now.0,
            until: now.0.saturating_add(seconds),
        };
        let read = match answer {
            Answer::Inactive => Err(Refusal::TokenInactive),
            Answer::Unfit(refusal) => Err(refusal),
            Answer::Active(claims) => Remembered::opaque(&text, *claims).ok_or(Refusal::TokenMalformed),
        };
        match read {
            Ok(token) => {
                let token = Arc::new(token);
                let mut span = span(self.settings.believed_for());
                span.until = span.until.min(token.claims.expires);
                let token_there = Arc::clone(&token);
                self.refused.remove(&slot);
                self.good.insert(slot.clone(), Good { span, token });
                Ok(token_there)
            }
            Err(refusal) => {
                self.good.remove(&slot);
                self.refused.insert(slot.clone(), (span(REFUSED_FOR), refusal));
                Err(refusal)
            }
        }
    }

    /// One question. None when there is no answer that can be read; why is in the log, without the token.
    async fn send(&self, text: &str) -> Option<Answer> {
        let server = self.settings.uri();
        let body = format!(
            "token={}&token_type_hint=access_token",
            utf8_percent_encode(text, NON_ALPHANUMERIC)
        );
        let request = Request::builder()
            .method(Method::POST)
            .uri(server.clone())
            .header(header::AUTHORIZATION, self.settings.authorization().clone())
            .header(header::ACCEPT, HeaderValue::from_static("application/json"))
            .header(
                header::CONTENT_TYPE,
                HeaderValue::from_static("application/x-www-form-urlencoded"),
            )
            .body(Full::new(Bytes::from(body)))
            .ok()?;
        let response = match self.client.as_ref()?.request(request).await {
            Ok(response) => response,
            Err(error) => {
                tracing::warn!(%server, error = ?error, "introspection: the server is not reached");
                return None;
            }
        };
        let status = response.status();
        if status != StatusCode::OK {
            // RFC 7662 §2.3: 401 says that our own credentials are wrong.
            tracing::error!(%server, status = status.as_u16(), "introspection: the server refuses to answer");
            return None;
        }
        let body = Limited::new(response.into_body(), MOST).collect().await;
        let read = body.ok().and_then(|body| self.settings.read(&body.to_bytes()));
        if read.is_none() {
            tracing::error!(%server, "introspection: the answer cannot be read");
        }
        read
    }
}

struct End<'a>(&'a Introspector, &'a Slot);

impl Drop for End<'_> {
    fn drop(&mut self) {
        let mut asking = self.0.asking.lock().unwrap_or_else(PoisonError::into_inner);
        asking.remove(self.1);
    }
}

#[cfg(test)]
mod tests;
