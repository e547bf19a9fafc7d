//! Buying tokens with a code (RFC 6749 §4.1.3).

use crate::discovery::{Discovered, Method};
use crate::fetch::{Fetch, answered, read};
use crate::provider::Ours;
use reqwest::header::CONTENT_TYPE;
use reqwest::{RequestBuilder, StatusCode};
use serde::Deserialize;
use tollgate_issuer::authorize::errand::{Failed, Returning};
use url::form_urlencoded::{Serializer, byte_serialize};
use zeroize::Zeroizing;

/// What a token endpoint is to tell in an error (RFC 6749 §5.2).
const ERRORS: [&str; 6] = [
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "unauthorized_client",
    "unsupported_grant_type",
    "invalid_scope",
];

/// What was bought.
pub(crate) struct Bought {
    pub(crate) id_token: Zeroizing<String>,
    pub(crate) access_token: Option<Zeroizing<String>>,
}

#[derive(Deserialize)]
struct Wire {
    id_token: Option<String>,
    access_token: Option<String>,
    token_type: Option<String>,
}

#[derive(Deserialize)]
struct Refusal {
    error: String,
}

/// Exchanges a code.
pub(crate) async fn exchange(
    fetch: &Fetch,
    discovered: &Discovered,
    ours: &Ours,
    returning: &Returning<'_>,
) -> Result<Bought, Failed> {
    let request = request(fetch, discovered, ours, returning);
    let (status, body) = fetch.answer("the token endpoint", request).await?;
    if status != StatusCode::OK {
        return Err(refused(status, &body));
    }
    let wire: Wire = read("the token endpoint", &body)?;
    // RFC 6749 §7.1: a token of a type that is not understood is not used.
    let bearer = wire.token_type.is_some_and(|kind| kind.eq_ignore_ascii_case("bearer"));
    match wire.id_token {
        Some(id_token) => Ok(Bought {
            id_token: Zeroizing::new(id_token),
            access_token: wire.access_token.filter(|_| bearer).map(Zeroizing::new),
        }),
        None => Err(Failed::Unbelieved(
            "the token endpoint: there is no ID token".to_owned(),
        )),
    }
}

fn request(fetch: &Fetch, discovered: &Discovered, ours: &Ours, returning: &Returning<'_>) -> RequestBuilder {
    let mut form = Serializer::new(String::new());
    form.append_pair("grant_type", "authorization_code")
        .append_pair("code", returning.code)
        .append_pair("redirect_uri", returning.redirect_uri)
        .append_pair("code_verifier", returning.verifier);
    let mut request = fetch.post(&discovered.token_endpoint);
    match discovered.method {
        // RFC 6749 §2.3.1: both are encoded as a form's values before they are put together.
        Method::Basic => {
            let encoded = |text: &str| Zeroizing::new(byte_serialize(text.as_bytes()).collect::<String>());
            request = request.basic_auth(&*encoded(&ours.client_id), Some(&*encoded(&ours.secret)));
        }
        Method::Post => {
            form.append_pair("client_id", &ours.client_id)
                .append_pair("client_secret", &ours.secret);
        }
    }
    request
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(form.finish())
}

fn refused(status: StatusCode, body: &[u8]) -> Failed {
    let told = serde_json::from_slice::<Refusal>(body).ok();
    let known = told.and_then(|told| ERRORS.into_iter().find(|known| *known == told.error));
    match known {
        Some(word) => Failed::Unbelieved(format!("the token endpoint: {word}")),
        None => answered("the token endpoint", status),
    }
}
