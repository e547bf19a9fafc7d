//! How a refusal reads (RFC 9457), and how it challenges (RFC 6750 §3).

use super::{Detail, Stop};
use crate::Refusal;
use crate::body::Reply;
use crate::request_id::RequestId;
use bytes::Bytes;
use http::header::{self, HeaderValue};
use http::{Response, StatusCode, Version};
use serde::Serialize;

#[derive(Serialize)]
struct Problem<'a> {
    r#type: &'a str,
    title: &'a str,
    status: u16,
    detail: String,
    code: &'a str,
    request_id: &'a str,
}

/// The answer to a request that is not let through.
pub(crate) fn refusal(stop: &Stop, realm: &str, id: &RequestId, version: Version) -> Response<Reply> {
    let refusal = stop.refusal;
    let status = refusal.status();
    let detail = match stop.detail {
        Detail::Words(words) => format!("{words} {}", refusal.remedy()),
        _ => refusal.remedy().to_owned(),
    };
    let problem = Problem {
        r#type: refusal.problem_type(),
        title: refusal.title(),
        status: status.as_u16(),
        detail,
        code: refusal.code(),
        request_id: id.as_str(),
    };
    // Serialising strings and a number does not fail.
    let text = serde_json::to_vec(&problem).unwrap_or_default();
    let mut response = Response::new(Reply::Own(Some(Bytes::from(text))));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(challenge) = challenge(stop, realm) {
        headers.insert(header::WWW_AUTHENTICATE, challenge);
    }
    if let Detail::Allow(allow) = &stop.detail {
        headers.insert(header::ALLOW, allow.clone());
    }
    match stop.detail {
        Detail::RetryAfter(seconds) => {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)));
        }
        _ if status == StatusCode::SERVICE_UNAVAILABLE => {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        _ => {}
    }
    // Whoever sends what can be read in two ways is not listened to any longer on this connection (RS7).
    // HTTP/2 has no such field (RFC 9113 §8.2.2) and cannot be cut in two ways.
    let doubtful = matches!(
        refusal,
        Refusal::PathAmbiguous | Refusal::HostMismatch | Refusal::BodyTooLarge
    );
    if doubtful && version != Version::HTTP_2 {
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

fn challenge(stop: &Stop, realm: &str) -> Option<HeaderValue> {
    let error = stop.refusal.challenge();
    if error.is_none() && stop.refusal.status() != StatusCode::UNAUTHORIZED {
        return None;
    }
    let mut text = format!("Bearer realm=\"{}\"", quoted(realm));
    if let Some(error) = error {
        text.push_str(&format!(
            ", error=\"{error}\", error_description=\"{}\"",
            quoted(stop.refusal.title())
        ));
    }
    if let Detail::Scopes(scopes) = &stop.detail {
        text.push_str(&format!(", scope=\"{}\"", quoted(&scopes.to_string())));
    }
    HeaderValue::from_str(&text).ok()
}

/// For between quotes: RFC 6750 §3 allows neither quotes nor backslashes there.
fn quoted(text: &str) -> String {
    text.chars()
        .filter(|c| matches!(c, ' '..='~') && !matches!(c, '"' | '\\'))
        .collect()
}

#[cfg(test)]
mod tests;
