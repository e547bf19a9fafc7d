//! Requests to a provider: guarded, bounded, and never led elsewhere.

use reqwest::header::ACCEPT;
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde::de::DeserializeOwned;
use tollgate_issuer::authorize::errand::Failed;
use tollgate_post::hook::{Rules, acceptable};
use url::Url;

/// The most of an answer that is read, in bytes.
const MOST: usize = 256 * 1024;

/// Makes requests to providers.
#[derive(Clone)]
pub(crate) struct Fetch {
    client: Client,
    rules: Rules,
}

impl Fetch {
    pub(crate) const fn new(client: Client, rules: Rules) -> Self {
        Self { client, rules }
    }

    /// The address, if we may go there. A provider's own documents name most of them.
    pub(crate) fn judged(&self, what: &'static str, url: &str) -> Result<Url, Failed> {
        acceptable(url, &self.rules).map_err(|unfit| Failed::Unbelieved(format!("{what}: {unfit}")))
    }

    /// The document at an address.
    pub(crate) async fn get(&self, what: &'static str, url: &Url) -> Result<Vec<u8>, Failed> {
        self.send(what, self.client.get(url.clone())).await
    }

    /// The document at an address that an access token opens (RFC 6750 §2.1).
    pub(crate) async fn get_as(&self, what: &'static str, url: &Url, token: &str) -> Result<Vec<u8>, Failed> {
        self.send(what, self.client.get(url.clone()).bearer_auth(token)).await
    }

    /// A form to be posted.
    pub(crate) fn post(&self, url: &Url) -> RequestBuilder {
        self.client.post(url.clone())
    }

    /// The body of the answer to a request, which must be 200.
    pub(crate) async fn send(&self, what: &'static str, request: RequestBuilder) -> Result<Vec<u8>, Failed> {
        let (status, body) = self.answer(what, request).await?;
        if status == StatusCode::OK {
            Ok(body)
        } else {
            Err(answered(what, status))
        }
    }

    /// Status and body of the answer to a request.
    pub(crate) async fn answer(
        &self,
        what: &'static str,
        request: RequestBuilder,
    ) -> Result<(StatusCode, Vec<u8>), Failed> {
        let sent = request.header(ACCEPT, "application/json").send().await;
        let answer = sent.map_err(|error| unreachable(what, &error))?;
        Ok((answer.status(), whole(what, answer).await?))
    }
}

/// A server that is in trouble may be out of it in a moment; whatever else it says is not what was agreed.
pub(crate) fn answered(what: &'static str, status: StatusCode) -> Failed {
    let told = format!("{what}: the answer is {}", status.as_u16());
    if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
        Failed::Unreachable(told)
    } else {
        Failed::Unbelieved(told)
    }
}

/// What a document says.
pub(crate) fn read<T: DeserializeOwned>(what: &'static str, json: &[u8]) -> Result<T, Failed> {
    // A derived reader would also take an array of the members' values.
    let object = json.trim_ascii_start().first() == Some(&b'{');
    let parsed = object.then(|| serde_json::from_slice(json).ok()).flatten();
    parsed.ok_or_else(|| Failed::Unbelieved(format!("{what}: it cannot be read")))
}

// Neither an address nor a provider's words: a code or a token may stand in them.
fn unreachable(what: &'static str, error: &reqwest::Error) -> Failed {
    let why = if error.is_timeout() {
        "no answer in time"
    } else if error.is_connect() {
        "no connection"
    } else {
        "the connection broke"
    };
    Failed::Unreachable(format!("{what}: {why}"))
}

async fn whole(what: &'static str, mut answer: Response) -> Result<Vec<u8>, Failed> {
    let mut body = Vec::new();
    while let Some(piece) = answer.chunk().await.map_err(|error| unreachable(what, &error))? {
        if body.len() + piece.len() > MOST {
            return Err(Failed::Unbelieved(format!("{what}: it is too long")));
        }
        body.extend_from_slice(&piece);
    }
    Ok(body)
}
