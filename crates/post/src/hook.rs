//! Webhooks over HTTP, signed as Standard Webhooks 1.0.0 has it; and logout tokens, which go the same guarded way.

pub mod address;
pub mod names;

mod farewell;
mod guarded;

pub use address::{Unfit, acceptable};
pub use guarded::guarded;

use crate::Undelivered;
use crate::undelivered::reason;
use names::{Names, System};
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use reqwest::{Client, RequestBuilder, Response};
use rustls::pki_types::CertificateDer;
use std::fmt;
use std::time::Duration;
use tollgate_keys::webhook::{HookKey, sign};

/// The longest body, in bytes.
pub const MAX_BODY: usize = 256 * 1024;

/// How much of an answer is read, in bytes. It is thrown away: only the status counts.
const MAX_ANSWER: usize = 1024;

/// Where webhooks may go, and how long one may take.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// Also to addresses and names of private networks and of this machine: for tests and development only.
    pub private_addresses: bool,
    /// How long one attempt may take, as a whole.
    pub timeout: Duration,
    /// Also over `http`: for tests and development only.
    pub http: bool,
}

/// What one attempt carries. Its body may say what only the receiver may read, so it has no `Debug`.
pub struct Parcel<'a> {
    /// Where to. It is judged again before each attempt.
    pub url: &'a str,
    /// `webhook-id`: names the message, whichever attempt it is.
    pub id: &'a str,
    /// `webhook-timestamp`: the moment of the attempt, in seconds since 1970.
    pub timestamp: i64,
    /// JSON, signed byte by byte.
    pub body: Vec<u8>,
    /// What signs it. Several while a key is being replaced: a receiver takes the signature that its own key made.
    pub keys: &'a [HookKey],
}

/// Delivers webhooks.
pub struct Hooks {
    client: Client,
    rules: Rules,
}

/// The client could not be made: no usable certificates, neither the system's nor the given.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("nothing can be sent over HTTP: {0}")]
pub struct BadHooks(String);

impl Hooks {
    /// Delivers under `rules`, trusting what the system trusts and asking its resolver.
    ///
    /// # Errors
    /// [`BadHooks`].
    pub fn new(rules: Rules) -> Result<Self, BadHooks> {
        Self::with(rules, &[], System)
    }

    /// As [`Hooks::new`], also trusting `roots`, and asking `names` where names lead.
    ///
    /// # Errors
    /// [`BadHooks`].
    pub fn with(rules: Rules, roots: &[CertificateDer<'static>], names: impl Names) -> Result<Self, BadHooks> {
        let client = guarded(&rules, roots, names)?;
        Ok(Self { client, rules })
    }

    /// Makes one attempt. What comes back is the status, 200 to 299.
    ///
    /// # Errors
    /// [`Undelivered::Never`] when the address is [`Unfit`] or the parcel is none; [`Undelivered::Later`] without a public
    /// address behind the name, a connection, or an answer in time; [`Undelivered::Answered`] with another status. A
    /// redirect is not followed and is such a status.
    pub async fn deliver(&self, parcel: &Parcel<'_>) -> Result<u16, Undelivered> {
        let url = acceptable(parcel.url, &self.rules).map_err(|unfit| Undelivered::Never(unfit.to_string()))?;
        let id = HeaderValue::from_str(parcel.id)
            .map_err(|_| Undelivered::Never("the message's id cannot stand in a header".to_owned()))?;
        if parcel.body.len() > MAX_BODY {
            return Err(Undelivered::Never("the message is longer than 256 KiB".to_owned()));
        }
        let signed = |key| sign(key, parcel.id, parcel.timestamp, &parcel.body);
        let signatures: Vec<String> = parcel.keys.iter().map(signed).collect();
        if signatures.is_empty() {
            return Err(Undelivered::Never(
                "there is no key to sign the message with".to_owned(),
            ));
        }
        let request = self
            .client
            .post(url)
            .header("webhook-id", id)
            .header("webhook-timestamp", parcel.timestamp)
            .header("webhook-signature", signatures.join(" "))
            .header(CONTENT_TYPE, "application/json")
            .body(parcel.body.clone());
        attempt(request).await
    }
}

/// One attempt: 200 to 299 is delivered, and nothing else.
async fn attempt(request: RequestBuilder) -> Result<u16, Undelivered> {
    let answer = request
        .send()
        .await
        // The address may carry the receiver's own credential, and is not repeated.
        .map_err(|error| Undelivered::Later(told(error.without_url())))?;
    let status = answer.status();
    read_a_little(answer).await;
    if status.is_success() {
        Ok(status.as_u16())
    } else {
        Err(Undelivered::Answered(status.as_u16()))
    }
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hooks")
            .field("rules", &self.rules)
            .finish_non_exhaustive()
    }
}

fn told(error: reqwest::Error) -> String {
    if error.is_timeout() {
        return "the receiver did not answer in time".to_owned();
    }
    format!("the receiver was not reached: {}", reason(&error))
}

/// Lets the receiver finish a short answer before the connection goes. Whatever comes of it, the status is
/// known.
async fn read_a_little(mut answer: Response) {
    let mut read = 0;
    while let Ok(Some(chunk)) = answer.chunk().await {
        read += chunk.len();
        if read >= MAX_ANSWER {
            return;
        }
    }
}
