//! `POST /leaks`: reports of credentials that were found where they should not be, in the form of GitHub's secret
//! scanning partner programme.

use crate::peer::{Peer, TrustedProxies};
use crate::{House, answer};
use axum::extract::{Request, State};
use axum::response::Response;
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use tollgate_issuer::leak::{self, MOST, Report, Reporter};
use tollgate_model::Moment;
use tollgate_protocol::dialect::Dialect;

/// Where it is. Partners are told once and for all, so no setting moves it.
pub const PATH: &str = "/leaks";

/// The most bytes that a request may have.
const MOST_BODY: usize = 64 * 1024;
/// Names the partner's key.
const KEY: &str = "github-public-key-identifier";
/// ECDSA over the body with it, base64.
const SIGNATURE: &str = "github-public-key-signature";

/// One match, as the partner sends it. Members that it may add one day are none of ours.
#[derive(Deserialize)]
struct Match {
    token: String,
    #[serde(default)]
    r#type: String,
    url: Option<String>,
    source: Option<String>,
}

/// What the partner hears of one match. The credential itself is not repeated: its hash names it.
#[derive(Serialize)]
struct Feedback<'a> {
    token_hash: String,
    token_type: &'a str,
    label: &'static str,
}

/// Why a request is not taken.
enum No {
    Malformed(String),
    TooLarge,
    Slow,
    NotJson,
    Unsigned,
    TooMany { seconds: i64 },
}

/// Takes reports.
pub async fn post(State(house): State<Arc<House>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = read(&parts, body, house.patience).await;
    let (now, id) = (house.desk.now(), house.ids.next());
    let response = match body.and_then(|body| understood(&house, &parts, &body, now)) {
        Err(no) => refused(&no),
        Ok((matches, key)) => take(&house, matches, key, &id, now).await,
    };
    answer::named(response, &id)
}

async fn read(parts: &Parts, body: axum::body::Body, patience: Duration) -> Result<bytes::Bytes, No> {
    let kind = parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = kind.unwrap_or_default().split(';').next().unwrap_or_default();
    if !essence.trim().eq_ignore_ascii_case("application/json") {
        return Err(No::NotJson);
    }
    match tokio::time::timeout(patience, axum::body::to_bytes(body, MOST_BODY)).await {
        Ok(read) => read.map_err(|_| No::TooLarge),
        Err(_) => Err(No::Slow),
    }
}

/// The reports of a request that may make some, and the partner's key that signed them.
fn understood(house: &House, parts: &Parts, body: &[u8], now: Moment) -> Result<(Vec<Match>, Option<String>), No> {
    let desk = &house.desk;
    let keys = &desk.terms.leak_keys;
    let signed = signer(&parts.headers).filter(|(key, signature)| leak::signed(keys, key, signature, body));
    // A partner may have much to tell. Others are slowed, be it that they report or that they try signatures.
    if signed.is_none()
        && let Some(seconds) = desk.guesses.wrong(PATH, from(parts), desk.terms.guesses, now)
    {
        return Err(No::TooMany { seconds });
    }
    if signed.is_none() && !keys.is_empty() {
        return Err(No::Unsigned);
    }
    let matches: Vec<Match> = serde_json::from_slice(body).map_err(|error| {
        // Where it is wrong, and never what stands there.
        let (line, column) = (error.line(), error.column());
        No::Malformed(format!(
            "the body must be a JSON array of matches, each with its token; see line {line}, column {column}"
        ))
    })?;
    if matches.len() > MOST {
        return Err(No::Malformed(format!("a request may bring at most {MOST} matches")));
    }
    Ok((matches, signed.map(|(key, _)| key.to_owned())))
}

fn signer(headers: &HeaderMap) -> Option<(&str, &str)> {
    let one = |name| headers.get(name).and_then(|value| value.to_str().ok());
    one(KEY).zip(one(SIGNATURE))
}

fn from(parts: &Parts) -> Option<IpAddr> {
    let peer = parts.extensions.get::<Peer>()?.0;
    let proxies = parts.extensions.get::<Arc<TrustedProxies>>();
    Some(proxies.map_or(peer, |proxies| proxies.client(peer, &parts.headers)))
}

async fn take(house: &House, matches: Vec<Match>, key: Option<String>, id: &str, now: Moment) -> Response {
    let (types, reports): (Vec<String>, Vec<Report>) = matches.into_iter().map(told).unzip();
    let reporter = Reporter {
        key,
        request: id.to_owned(),
        now,
    };
    match leak::report(&house.desk, &reports, &reporter).await {
        Ok(verdicts) => {
            let each = reports.iter().zip(&types).zip(verdicts);
            let feedback = each.map(|((report, token_type), verdict)| Feedback {
                token_hash: leak::fingerprint(&report.token),
                token_type,
                label: verdict.as_str(),
            });
            answer::json(Dialect::Rfc, StatusCode::OK, &feedback.collect::<Vec<_>>())
        }
        Err(fault) => answer::fault(&fault, id),
    }
}

fn told(one: Match) -> (String, Report) {
    let report = Report {
        token: one.token,
        url: one.url,
        source: one.source,
    };
    (one.r#type, report)
}

fn refused(no: &No) -> Response {
    let (status, error, description) = match no {
        No::Malformed(why) => (StatusCode::BAD_REQUEST, "invalid_request", why.clone()),
        No::TooLarge => {
            let why = format!("a body may have at most {MOST_BODY} bytes");
            (StatusCode::PAYLOAD_TOO_LARGE, "too_large", why)
        }
        No::Slow => (
            StatusCode::REQUEST_TIMEOUT,
            "too_slow",
            "the body did not arrive in time".to_owned(),
        ),
        No::NotJson => {
            let why = "the body must be JSON, with Content-Type: application/json".to_owned();
            (StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_json", why)
        }
        No::Unsigned => {
            let why = format!("{KEY} and {SIGNATURE} must name a partner's key known here and sign the body with it");
            (StatusCode::UNAUTHORIZED, "invalid_signature", why)
        }
        No::TooMany { .. } => {
            let why = "too many requests from this address; see Retry-After".to_owned();
            (StatusCode::TOO_MANY_REQUESTS, "too_many_requests", why)
        }
    };
    let body = json!({ "error": error, "error_description": description });
    let mut response = answer::json(Dialect::Rfc, status, &body);
    if let No::TooMany { seconds } = no {
        answer::set(response.headers_mut(), RETRY_AFTER, &seconds.to_string());
    }
    response
}
