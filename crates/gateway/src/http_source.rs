//! An issuer across the network.

use crate::tls;
use bytes::Bytes;
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderValue, Method, Request, StatusCode, Uri, header};
use http_body_util::{BodyExt, Empty, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use rustls_pki_types::CertificateDer;
use serde::de::DeserializeOwned;
use std::fmt;
use std::time::Duration;
use tollgate_model::feed::ActingKey;
use tollgate_model::{AccountId, ActingUser, Answer, Fault, Followed, Seq, Snapshot, Source};

/// A [`Source`] that asks an issuer over HTTP: `GET {base}/feed/v1/snapshot`, `…/news?after=SEQ` and
/// `…/acting-user?account=A&email=E` (or `&owner_of=CLIENT`), with the gateway's own credential as bearer token.
pub struct HttpSource {
    scheme: Scheme,
    authority: Authority,
    /// Path of the base, without slash at its end.
    base: String,
    authorization: HeaderValue,
    client: Client<HttpsConnector<HttpConnector>, Empty<Bytes>>,
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
        let mut http = HttpConnector::new();
        http.enforce_http(false);
        http.set_nodelay(true);
        http.set_connect_timeout(Some(Duration::from_secs(5)));
        let tls = tls::client(roots).ok_or(BadSource::Tls)?;
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_all_versions()
            .wrap_connector(http);
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
        let asked = tokio::time::timeout(limit, self.ask(doing, path)).await;
        let Some(body) = asked.map_err(|late| Fault::unavailable(doing, late))?? else {
            return Ok(None);
        };
        serde_json::from_slice(&body)
            .map(Some)
            .map_err(|error| Fault::defect(doing, error))
    }

    async fn ask(&self, doing: &'static str, path: &str) -> Result<Option<Bytes>, Fault> {
        let defect = |error: http::Error| Fault::defect(doing, error);
        let path = PathAndQuery::try_from(format!("{}/feed/v1/{path}", self.base)).map_err(|e| defect(e.into()))?;
        let uri = Uri::builder()
            .scheme(self.scheme.clone())
            .authority(self.authority.clone())
            .path_and_query(path)
            .build()
            .map_err(defect)?;
        let request = Request::builder()
            .method(Method::GET)
            .uri(uri)
            .header(header::AUTHORIZATION, self.authorization.clone())
            .header(header::ACCEPT, "application/json")
            .body(Empty::new())
            .map_err(defect)?;
        let response = self
            .client
            .request(request)
            .await
            .map_err(|error| Fault::unavailable(doing, error))?;
        match response.status() {
            StatusCode::OK => {}
            StatusCode::NOT_FOUND => return Ok(None),
            other => return Err(Fault::unavailable(doing, format!("the issuer answered {other}"))),
        }
        let body = Limited::new(response.into_body(), MOST).collect().await;
        Ok(Some(body.map_err(|error| Fault::unavailable(doing, error))?.to_bytes()))
    }
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
}
