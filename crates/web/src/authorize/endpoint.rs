//! The authorization endpoint (RFC 6749 §3.1): where a person's way begins.

use super::{answer, fault, refused};
use crate::answer::set;
use crate::console::Console;
use crate::console::door::see;
use crate::console::input::{Ask, BROWSER_COOKIE};
use crate::words::Words;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use http::header::{CONTENT_TYPE, SET_COOKIE};
use http::{HeaderMap, Method};
use http_body_util::{BodyExt as _, Limited};
use std::sync::Arc;
use std::time::Duration;
use tollgate_issuer::authorize::{self, Outcome};
use tollgate_issuer::people::session::{self, Resumed};
use tollgate_model::Fault;
use tollgate_protocol::parameters::{MOST_BODY, Parameters};
use tollgate_protocol::refusal::{Code, Refusal};

/// The one kind of body.
const FORM: &str = "application/x-www-form-urlencoded";
/// How long a form may take to arrive.
const PATIENCE: Duration = Duration::from_secs(15);
/// The longest form that is asked for again as an address.
const MOST_ADDRESS: usize = 6 * 1024;
/// What must never stand in an address.
const SECRETS: [&str; 3] = ["client_secret=", "client_assertion=", "password="];

/// Answers a request to the authorization endpoint, by GET or by POST (OpenID Connect Core §3.1.2.1). It has no CORS
/// headers: no script has any business here (RU8).
pub async fn endpoint(State(console): State<Arc<Console>>, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let text = match parts.method {
        Method::POST => match form(&parts.headers, body).await {
            Ok(text) => Ok(text),
            Err(code) => Err(Refusal::of(code)
                .with("forms", FORM)
                .with("most", MOST_BODY.to_string())),
        },
        _ => Ok(parts.uri.query().unwrap_or_default().as_bytes().to_vec()),
    };
    let again = match (&parts.method, &text) {
        (&Method::POST, Ok(text)) => again(&parts.headers, parts.uri.path(), text),
        _ => None,
    };
    if parts.method == Method::POST {
        parts.method = Method::GET;
    }
    // What came in the body was read above; the rest of a request is read as everywhere.
    let ask = match Ask::read(&console, Request::from_parts(parts, Body::empty())).await {
        Ok(ask) => ask,
        Err(response) => return response,
    };
    let words = Words::wanted(None, &ask.languages);
    if let Some(other) = refused::method(&ask) {
        return other;
    }
    if let Some(address) = again {
        return see(&address);
    }
    let parameters = match text.and_then(|text| Parameters::of_form(&text)) {
        Ok(parameters) => parameters,
        Err(refusal) => return refused::told(&console, &ask, words, &refusal),
    };
    let words = Words::wanted(parameters.get("ui_locales"), &ask.languages);
    match open(&console, &ask, &parameters).await {
        Err(why) => fault::page(&console, &ask, words, &why),
        Ok((outcome, cookie)) => {
            let mut response = answer::outcome(&console, &ask, words, &outcome);
            // A browser is known by its cookie once something was begun in it, and not for having knocked.
            if let (Outcome::Page(..), Some(cookie)) = (&outcome, cookie) {
                set(response.headers_mut(), SET_COOKIE, &cookie);
            }
            response
        }
    }
}

async fn open(console: &Console, ask: &Ask, parameters: &Parameters) -> Result<(Outcome, Option<String>), Fault> {
    let desk = &console.desk;
    let (browser, fresh) = authorize::browser(desk, ask.browser.as_deref())?;
    let resumed = match &ask.token {
        Some(token) => session::resume(desk, token).await?,
        None => None,
    };
    let who = match &resumed {
        Some(Resumed::SignedIn(who)) => Some(who),
        _ => None,
    };
    let request = authorize::Request {
        parameters,
        languages: (!ask.languages.is_empty()).then_some(ask.languages.as_str()),
        browser: &browser,
        who,
        origin: &ask.origin,
    };
    let outcome = authorize::open(desk, &request).await?;
    let cookie = fresh.map(|token| {
        format!(
            "{BROWSER_COOKIE}={}; Path=/; Secure; HttpOnly; SameSite=Lax",
            token.expose()
        )
    });
    Ok((outcome, cookie))
}

async fn form(headers: &HeaderMap, body: Body) -> Result<Vec<u8>, Code> {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim();
    if !media.eq_ignore_ascii_case(FORM) {
        return Err(Code::BodyUnsupported);
    }
    match tokio::time::timeout(PATIENCE, Limited::new(body, MOST_BODY).collect()).await {
        Ok(Ok(whole)) => Ok(whole.to_bytes().to_vec()),
        Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => Err(Code::BodyTooLarge),
        Ok(Err(_)) | Err(_) => Err(Code::BodyMalformed),
    }
}

/// The same request as an address, for a form that another site sent. With such a form browsers send no cookie of ours
/// (`SameSite=Lax`), and who is signed in would be asked to sign in again, or refused by `prompt=none`; on the way from
/// here to the same place they do.
fn again(headers: &HeaderMap, path: &str, text: &[u8]) -> Option<String> {
    let foreign = headers
        .get("sec-fetch-site")
        .is_some_and(|site| site.as_bytes() == b"cross-site");
    let text = std::str::from_utf8(text).ok()?;
    let plain = text
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'#' | b'"' | b'<' | b'>'));
    let decoded = percent_encoding::percent_decode_str(text)
        .decode_utf8_lossy()
        .to_lowercase();
    let secret = SECRETS.iter().any(|name| decoded.contains(name));
    (foreign && plain && !secret && !text.is_empty() && text.len() <= MOST_ADDRESS).then(|| format!("{path}?{text}"))
}

#[cfg(test)]
mod tests {
    use super::{HeaderMap, again};

    fn from(site: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("sec-fetch-site", site.parse().unwrap());
        headers
    }

    /// SE5, RU9: a form of another site begins the same way as a link does, with the cookies a link comes with.
    #[test]
    fn a_form_of_another_site_becomes_a_link() {
        let text = b"client_id=a&scope=openid+email&state=%C3%A9";
        assert_eq!(
            again(&from("cross-site"), "/authorize", text).as_deref(),
            Some("/authorize?client_id=a&scope=openid+email&state=%C3%A9")
        );
        assert_eq!(again(&from("same-origin"), "/authorize", text), None);
        assert_eq!(again(&HeaderMap::new(), "/authorize", text), None);
    }

    /// OP5: no secret is put into an address by us, however it is spelled.
    #[test]
    fn a_secret_is_never_put_into_an_address() {
        let long = vec![b'a'; 7_000];
        for text in [
            &b"client_id=a&client_secret=b"[..],
            b"client_id=a&client%5Fsecret=b",
            b"CLIENT_SECRET=b",
            b"client_id=a\r\nLocation: x",
            b"client_id=a#b",
            b"",
            &long,
        ] {
            assert_eq!(again(&from("cross-site"), "/authorize", text), None);
        }
    }
}
