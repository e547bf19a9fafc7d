//! Credentials of old kinds for which the vendor's old system vouches.

use super::credentials::Held;
use super::shown::Text;
use super::{Credential, Credentials, Shown, Silent, Way, Who};
use crate::resolver::{Guarded, guarded};
use crate::tls;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, Uri, header};
use http_body_util::{BodyExt, Empty, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls_pki_types::CertificateDer;
use serde_json::Value;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::Semaphore;
use tollgate_keys::digest::token_hash;
use tollgate_model::feed::ActingKey;
use tollgate_model::legacy::VerifyElsewhere;
use tollgate_model::{AccountId, Fault, Moment, Source, route};

const DOING: &str = "asking the old system about a credential";
/// How long an answer is waited for.
const TIMEOUT: Duration = Duration::from_secs(2);
/// The most that an answer may hold.
const MOST: usize = 64 * 1024;
/// The longest for which an answer is believed, in seconds.
const LONGEST: i64 = 300;
/// The longest name that an account may have.
const LONGEST_NAME: usize = 64;

type Asking = Client<HttpsConnector<Guarded>, Empty<Bytes>>;

/// How vendors' old systems are asked.
pub(super) struct Elsewhere {
    roots: Vec<CertificateDer<'static>>,
    /// Made at the first question: reading the machine's authorities takes milliseconds, and most gateways never ask.
    client: OnceLock<Option<Asking>>,
    room: Arc<Semaphore>,
}

/// What the old system says.
enum Said {
    /// It is good, and of this account, and of the member of this address.
    Good(AccountId, Option<String>),
    No,
}

impl Credentials {
    /// Whom the old system names for what was shown. It is asked with the headers as they came.
    pub(crate) async fn elsewhere(
        &self,
        source: &Arc<dyn Source>,
        (way, rule): (&Way, &VerifyElsewhere),
        shown: &Shown<'_, '_>,
        headers: &HeaderMap,
        now: Moment,
    ) -> Result<Option<Arc<Credential>>, Silent> {
        let odd = |text: Option<Text<'_>>| text == Some(Text::Odd);
        if odd(shown.bearer) || odd(shown.key.map(|(_, text)| text)) {
            return Ok(None);
        }
        let mut carried = HeaderMap::new();
        // No field holds a zero: what is named so is named once, and no text on record is named like it.
        let mut name = format!("{}\0{}", way.method.id, rule.url);
        let bearer = shown.bearer.map(|_| header::AUTHORIZATION);
        for header in bearer.iter().chain(shown.key.map(|(name, _)| name)) {
            let Some(value) = headers.get(header) else { continue };
            let mut value = value.clone();
            value.set_sensitive(true);
            name.push('\0');
            name.push_str(header.as_str());
            name.push('\0');
            name.push_str(value.to_str().unwrap_or_default());
            carried.insert(header.clone(), value);
        }
        let question = || {
            let (source, elsewhere) = (Arc::clone(source), Arc::clone(&self.elsewhere));
            let (rule, method) = (rule.clone(), way.method.id.clone());
            async move {
                let room = Arc::clone(&elsewhere.room).acquire_owned().await;
                let _room = room.map_err(|closed| Fault::defect(DOING, closed))?;
                let asked = tokio::time::timeout(TIMEOUT, elsewhere.ask(&rule, carried)).await;
                let (account, email) = match asked.map_err(|late| Fault::unavailable(DOING, late))?? {
                    Said::No => return Ok(Held::nobody(now)),
                    Said::Good(account, email) => (account, email),
                };
                // Whose person is gone or disabled here, that opens nothing: it does not become the firm's own.
                let who = match email {
                    None => Who::of(account, None, None),
                    Some(email) => match source.acting_user(&account, &ActingKey::Email(email)).await? {
                        Some(member) => Who::of(account, Some(member), None),
                        None => None,
                    },
                };
                let credential = |who| Credential {
                    method,
                    kind: None,
                    expires: None,
                    who: Arc::new(who),
                };
                Ok(who.map_or_else(
                    || Held::nobody(now),
                    |who| Held {
                        credential: Some(Arc::new(credential(who))),
                        until: Some(now.plus(i64::from(rule.remembered).min(LONGEST))),
                    },
                ))
            }
        };
        self.get(token_hash(&name), now, question).await
    }
}

impl Elsewhere {
    pub(super) fn new(roots: &[CertificateDer<'static>], at_once: usize) -> Self {
        Self {
            roots: roots.to_vec(),
            client: OnceLock::new(),
            room: Arc::new(Semaphore::new(at_once)),
        }
    }

    async fn ask(&self, rule: &VerifyElsewhere, carried: HeaderMap) -> Result<Said, Fault> {
        let client = self.client.get_or_init(|| client(&self.roots));
        let client = client
            .as_ref()
            .ok_or_else(|| Fault::defect(DOING, "TLS cannot be set up"))?;
        let uri: Uri = rule.url.parse().map_err(|error| Fault::defect(DOING, error))?;
        let mut request = Request::new(Empty::new());
        *request.method_mut() = Method::GET;
        *request.uri_mut() = uri;
        let headers = request.headers_mut();
        *headers = carried;
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        let answer = client.request(request).await;
        let answer = answer.map_err(|error| Fault::unavailable(DOING, error))?;
        match answer.status() {
            StatusCode::OK => {}
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => return Ok(Said::No),
            // A redirect among them: credentials are not carried to where an answer points.
            other => return Err(Fault::unavailable(DOING, format!("it answered {other}"))),
        }
        let body = Limited::new(answer.into_body(), MOST).collect().await;
        let body = body.map_err(|error| Fault::unavailable(DOING, error))?.to_bytes();
        let body: Value = serde_json::from_slice(&body).map_err(|error| Fault::defect(DOING, error))?;
        said(rule, &body)
    }
}

/// What an answer names.
fn said(rule: &VerifyElsewhere, body: &Value) -> Result<Said, Fault> {
    let account = match body.pointer(&rule.account) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) if number.is_u64() => number.to_string(),
        _ => return Err(Fault::defect(DOING, "its answer names no account")),
    };
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
    if account.is_empty() || account.len() > LONGEST_NAME || !account.bytes().all(plain) {
        return Err(Fault::defect(
            DOING,
            "its answer names an account as no account is called",
        ));
    }
    let member = rule.member.as_deref().and_then(|place| body.pointer(place)?.as_str());
    // Whoever is named otherwise than by an address is nobody on record.
    let member = member.and_then(|text| route::address(text).ok().map(std::borrow::Cow::into_owned));
    Ok(Said::Good(AccountId::new(account), member))
}

fn client(roots: &[CertificateDer<'static>]) -> Option<Asking> {
    let connector = HttpsConnectorBuilder::new()
        .with_tls_config(tls::client(roots)?)
        .https_or_http()
        .enable_all_versions()
        .wrap_connector(guarded(TIMEOUT, false));
    let builder = Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .timer(TokioTimer::new())
        .pool_max_idle_per_host(64)
        .build(connector);
    Some(builder)
}
