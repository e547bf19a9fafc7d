//! An issuer across the network.

use crate::resolver::{Guarded, guarded};
use crate::tls;
use bytes::Bytes;
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderValue, Method, Request, StatusCode, Uri, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use rustls_pki_types::CertificateDer;
use serde::de::DeserializeOwned;
use std::fmt;
use std::time::Duration;
use tollgate_model::feed::{ActingKey, Told};
use tollgate_model::legacy::LegacyName;
use tollgate_model::{
    AccountId, ActingUser, Answer, Fault, Followed, LegacyKnown, PlanId, Seq, Snapshot, Source, Spent,
};

/// A [`Source`] that asks an issuer over HTTP: `GET {base}/feed/v1/snapshot`, `…/news?after=SEQ` and
/// `…/acting-user?account=A&email=E` (or `&owner_of=CLIENT`), with the gateway's own credential as bearer token.
/// What became of requests it tells with `POST …/calls`.
pub struct HttpSource {
    scheme: Scheme,
    authority: Authority,
    /// Path of the base, without slash at its end.
    base: String,
    authorization: HeaderValue,
    client: Client<HttpsConnector<Guarded>, Full<Bytes>>,
}

/// Settings from which no source can be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSource {
    /// The base is not `http://…` or `https://…` without query.
    #[error("the address of the issuer is not an http or https URL without query")]
    Base,
    /// The credential cannot stand in a header.
    #[error("the gateway's credential holds characters that no credential has")]
    Credential,
    /// The TLS library cannot be set up.
    #[error("TLS cannot be set up")]
    Tls,
}

/// The most that an answer may hold. A snapshot has every route and every revocation in force.
const MOST: usize = 256 * 1024 * 1024;
const TIMEOUT: Duration = Duration::from_secs(10);
/// The issuer waits up to 20 seconds for news.
const NEWS_TIMEOUT: Duration = Duration::from_secs(30);
/// Over HTTP/2 a question that is given up leaves its connection to the next one. Whether the issuer is still at the
/// other end is asked this often while an answer is waited for,
const PING: Duration = Duration::from_secs(2);
/// and this long its word is waited for before the connection is closed.
const PING_TIMEOUT: Duration = Duration::from_secs(3);

impl fmt::Debug for HttpSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HttpSource({}://{}{})", self.scheme, self.authority, self.base)
    }
}

impl HttpSource {
    /// The issuer at `base`, asked with `credential`. `roots` are trusted next to the machine's authorities.
    ///
    /// # Errors
    /// [`BadSource`] when it cannot be asked.
    pub fn new(base: &str, credential: &str, roots: &[CertificateDer<'static>]) -> Result<Self, BadSource> {
        let parts = base.parse::<Uri>().map_err(|_| BadSource::Base)?.into_parts();
        let scheme = parts
            .scheme
            .filter(|s| *s == Scheme::HTTP || *s == Scheme::HTTPS)
            .ok_or(BadSource::Base)?;
        let authority = parts
            .authority
            .filter(|a| !a.as_str().contains('@'))
            .ok_or(BadSource::Base)?;
        let path = parts.path_and_query.ok_or(BadSource::Base)?;
        if path.query().is_some() {
            return Err(BadSource::Base);
        }
        let mut authorization =
            HeaderValue::from_str(&format!("Bearer {credential}")).map_err(|_| BadSource::Credential)?;
        authorization.set_sensitive(true);
        let tls = tls::client(roots).ok_or(BadSource::Tls)?;
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_all_versions()
            .wrap_connector(guarded(Duration::from_secs(5), false));
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .timer(TokioTimer::new())
            .http2_keep_alive_interval(PING)
            .http2_keep_alive_timeout(PING_TIMEOUT)
            .build(connector);
        Ok(Self {
            scheme,
            authority,
            base: path.path().trim_end_matches('/').to_owned(),
            authorization,
            client,
        })
    }

    async fn get<T: DeserializeOwned>(
        &self,
        doing: &'static str,
        path: &str,
        limit: Duration,
    ) -> Result<Option<T>, Fault> {
        let Some(body) = self.ask(doing, path, None, limit).await? else {
            return Ok(None);
        };
        serde_json::from_slice(&body)
            .map(Some)
            .map_err(|error| Fault::defect(doing, error))
    }

    /// What is answered; none when there is no such thing. With `body`, which is JSON, something is told.
    async fn ask(
        &self,
        doing: &'static str,
        path: &str,
        body: Option<Bytes>,
        limit: Duration,
    ) -> Result<Option<Bytes>, Fault> {
        let asked = tokio::time::timeout(limit, self.asked(doing, path, body)).await;
        asked.map_err(|late| Fault::unavailable(doing, late))?
    }

    async fn asked(&self, doing: &'static str, path: &str, body: Option<Bytes>) -> Result<Option<Bytes>, Fault> {
        let defect = |error: http::Error| Fault::defect(doing, error);
        let path = PathAndQuery::try_from(format!("{}/feed/v1/{path}", self.base)).map_err(|e| defect(e.into()))?;
        let uri = Uri::builder()
            .scheme(self.scheme.clone())
            .authority(self.authority.clone())
            .path_and_query(path)
            .build()
            .map_err(defect)?;
        let request = Request::builder()
            .uri(uri)
            .header(header::AUTHORIZATION, self.authorization.clone())
            .header(header::ACCEPT, "application/json");
        let request = match body {
            None => request.method(Method::GET).body(Full::default()),
            Some(body) => request
                .method(Method::POST)
                .header(header::CONTENT_TYPE, "application/json")
                .body(Full::new(body)),
        };
        let request = request.map_err(defect)?;
        let response = self
            .client
            .request(request)
            .await
            .map_err(|error| Fault::unavailable(doing, error))?;
        match response.status() {
            StatusCode::OK | StatusCode::NO_CONTENT => {}
            StatusCode::NOT_FOUND => return Ok(None),
            other => return Err(Fault::unavailable(doing, format!("the issuer answered {other}"))),
        }
        let body = Limited::new(response.into_body(), MOST).collect().await;
        Ok(Some(body.map_err(|error| Fault::unavailable(doing, error))?.to_bytes()))
    }
}

/// So many requests are told at once, and so many counts: less than the issuer reads of one body.
const AT_ONCE: (usize, usize) = (100, 250);

/// What is to be told, in moderate parts.
fn parts(mut told: Told) -> Vec<Told> {
    let mut parts = Vec::new();
    while !told.is_empty() {
        let calls = told.calls.len().min(AT_ONCE.0);
        let counts = told.counts.len().min(AT_ONCE.1);
        let legacy = told.legacy.len().min(AT_ONCE.1);
        parts.push(Told {
            calls: told.calls.drain(..calls).collect(),
            counts: told.counts.drain(..counts).collect(),
            legacy: told.legacy.drain(..legacy).collect(),
        });
    }
    parts
}

fn there<T>(doing: &'static str, found: Option<T>) -> Result<T, Fault> {
    found.ok_or_else(|| Fault::unavailable(doing, "the issuer has no feed at this address"))
}

impl Source for HttpSource {
    fn snapshot(&self) -> Answer<'_, Result<Snapshot, Fault>> {
        Box::pin(async move {
            let doing = "taking a snapshot";
            there(doing, self.get(doing, "snapshot", NEWS_TIMEOUT).await?)
        })
    }

    fn follow(&self, seq: Seq) -> Answer<'_, Result<Followed, Fault>> {
        Box::pin(async move {
            let doing = "following the feed";
            there(
                doing,
                self.get(doing, &format!("news?after={seq}"), NEWS_TIMEOUT).await?,
            )
        })
    }

    fn acting_user<'a>(
        &'a self,
        account: &'a AccountId,
        key: &'a ActingKey,
    ) -> Answer<'a, Result<Option<ActingUser>, Fault>> {
        Box::pin(async move {
            let escape = |text: &'a str| utf8_percent_encode(text, NON_ALPHANUMERIC);
            let account = escape(account.as_str());
            let path = match key {
                ActingKey::Email(email) => format!("acting-user?account={account}&email={}", escape(email)),
                ActingKey::OwnerOf(client) => {
                    format!("acting-user?account={account}&owner_of={}", escape(client.as_str()))
                }
            };
            self.get("looking up an acting user", &path, TIMEOUT).await
        })
    }

    fn tell(&self, told: Told) -> Answer<'_, Result<(), Fault>> {
        Box::pin(async move {
            let doing = "telling the issuer of requests";
            for part in parts(told) {
                let body = serde_json::to_vec(&part).map_err(|error| Fault::defect(doing, error))?;
                there(doing, self.ask(doing, "calls", Some(body.into()), TIMEOUT).await?)?;
            }
            Ok(())
        })
    }

    fn legacy<'a>(&'a self, name: &'a LegacyName) -> Answer<'a, Result<Option<LegacyKnown>, Fault>> {
        Box::pin(async move {
            let name = utf8_percent_encode(name, NON_ALPHANUMERIC);
            self.get(
                "looking up a legacy credential",
                &format!("legacy?name={name}"),
                TIMEOUT,
            )
            .await
        })
    }

    fn plan<'a>(&'a self, account: &'a AccountId) -> Answer<'a, Result<Option<PlanId>, Fault>> {
        Box::pin(async move {
            let account = utf8_percent_encode(account.as_str(), NON_ALPHANUMERIC);
            self.get("looking up a plan", &format!("plan?account={account}"), TIMEOUT)
                .await
        })
    }

    fn spend<'a>(&'a self, spent: &'a [Spent]) -> Answer<'a, Result<Vec<i64>, Fault>> {
        Box::pin(async move {
            let doing = "telling the issuer what was spent";
            let body = serde_json::to_vec(spent).map_err(|error| Fault::defect(doing, error))?;
            let told = there(doing, self.ask(doing, "spent", Some(body.into()), TIMEOUT).await?)?;
            serde_json::from_slice(&told).map_err(|error| Fault::defect(doing, error))
        })
    }
}
