//! What a browser sent.

use super::Console;
use super::page::{Refused, refused};
use crate::peer::{Peer, TrustedProxies};
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use http::header::{ACCEPT_LANGUAGE, CONTENT_TYPE, COOKIE, HOST, ORIGIN, USER_AGENT};
use http::request::Parts;
use http::{HeaderMap, Method};
use http_body_util::{BodyExt as _, Limited};
use std::sync::Arc;
use std::time::Duration;
use tollgate_issuer::people::Origin;
use tollgate_model::Moment;

/// The most that a form may be, in bytes.
const MOST: usize = 64 * 1024;
/// The most fields of a form or a query.
const MOST_FIELDS: usize = 1000;
/// How long a form may take to arrive.
const PATIENCE: Duration = Duration::from_secs(15);

/// The name of the cookie with the session's token. The prefix makes browsers hold it to this host, to secure
/// connections and to the whole of it (RFC 6265bis §4.1.3).
pub(crate) const COOKIE_NAME: &str = "__Host-tollgate";
/// The name of the cookie with a mailed link's token, while its page is open.
pub(super) const LINK_COOKIE: &str = "__Host-tollgate-link";

/// The name of the cookie that a browser is known by on its way through the authorization endpoint (CO2).
pub(crate) const BROWSER_COOKIE: &str = "__Host-tollgate_browser";

/// What a browser sent, in words. Its form may hold passwords and its cookies are credentials, so it prints neither.
pub struct Ask {
    /// The path.
    pub path: String,
    /// The fields of the query, in order.
    pub query: Vec<(String, String)>,
    /// The fields of the form, in order; none but of a POST.
    pub form: Vec<(String, String)>,
    /// Where it came from.
    pub origin: Origin,
    /// When it was here whole.
    pub now: Moment,
    /// `Accept-Language`, as it came.
    pub(crate) languages: String,
    pub(crate) method: Method,
    pub(crate) token: Option<String>,
    pub(super) link: Option<String>,
    pub(crate) browser: Option<String>,
    pub(crate) ours: bool,
}

impl Ask {
    /// The request's id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.origin.request
    }

    /// A field of the form; empty when it did not come.
    #[must_use]
    pub fn field(&self, name: &str) -> &str {
        first(&self.form, name)
    }

    /// Every value of a field of the form, as of a list of checkboxes.
    #[must_use]
    pub fn fields(&self, name: &str) -> Vec<&str> {
        self.form
            .iter()
            .filter(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
            .collect()
    }

    /// A field of the query; empty when it did not come.
    #[must_use]
    pub fn asked(&self, name: &str) -> &str {
        first(&self.query, name)
    }

    /// Reads a request whole.
    pub(crate) async fn read(console: &Console, request: Request) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        let id = console.ids.next();
        let form = match form(&parts, body).await {
            Ok(form) => form,
            Err(why) => return Err(refused(console.frame("", console.desk.now()), why, &id, "/console")),
        };
        Ok(Self {
            path: parts.uri.path().to_owned(),
            query: pairs(parts.uri.query().unwrap_or_default().as_bytes()),
            form,
            origin: Origin {
                address: address(&parts),
                device: text(&parts.headers, &USER_AGENT).chars().take(200).collect(),
                request: id,
            },
            now: console.desk.now(),
            token: cookie(&parts.headers, COOKIE_NAME),
            link: cookie(&parts.headers, LINK_COOKIE),
            browser: cookie(&parts.headers, BROWSER_COOKIE),
            languages: text(&parts.headers, &ACCEPT_LANGUAGE).chars().take(200).collect(),
            ours: ours(&parts.headers, &console.paths.origin),
            method: parts.method,
        })
    }
}

impl std::fmt::Debug for Ask {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ask")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("request", &self.origin.request)
            .finish_non_exhaustive()
    }
}

fn first<'a>(fields: &'a [(String, String)], name: &str) -> &'a str {
    fields
        .iter()
        .find(|(known, _)| known == name)
        .map_or("", |(_, value)| value)
}

async fn form(parts: &Parts, body: Body) -> Result<Vec<(String, String)>, Refused> {
    if parts.method != Method::POST {
        return Ok(Vec::new());
    }
    let kind = text(&parts.headers, &CONTENT_TYPE);
    let media = kind.split(';').next().unwrap_or_default().trim();
    if !media.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err(Refused::Malformed);
    }
    match tokio::time::timeout(PATIENCE, Limited::new(body, MOST).collect()).await {
        Ok(Ok(whole)) => Ok(pairs(&whole.to_bytes())),
        Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => Err(Refused::TooLarge),
        Ok(Err(_)) | Err(_) => Err(Refused::Malformed),
    }
}

fn pairs(text: &[u8]) -> Vec<(String, String)> {
    url::form_urlencoded::parse(text)
        .take(MOST_FIELDS)
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect()
}

fn text<'a>(headers: &'a HeaderMap, name: &http::HeaderName) -> &'a str {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

fn address(parts: &Parts) -> Option<std::net::IpAddr> {
    let Peer(peer) = *parts.extensions.get::<Peer>()?;
    Some(match parts.extensions.get::<Arc<TrustedProxies>>() {
        Some(proxies) => proxies.client(peer, &parts.headers),
        None => peer,
    })
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    // Read as bytes: a neighbour's cookie may be in any alphabet, and stands in one line with ours.
    let mut found = headers
        .get_all(COOKIE)
        .iter()
        .flat_map(|line| line.as_bytes().split(|byte| *byte == b';'))
        .filter_map(|pair| pair.trim_ascii().strip_prefix(name.as_bytes())?.strip_prefix(b"="))
        .map(|value| String::from_utf8_lossy(value).into_owned());
    match (found.next(), found.next()) {
        (Some(one), None) => Some(one),
        // Two of one name: one was planted.
        _ => None,
    }
}

/// Whether a page of ours sent this. Browsers say it in `Sec-Fetch-Site` (Fetch Metadata); those that do not yet say
/// `Origin`. Who says neither is no browser with somebody's cookie in it, and is refused.
fn ours(headers: &HeaderMap, origin: &str) -> bool {
    match headers.get("sec-fetch-site").map(|value| value.as_bytes()) {
        Some(site) => site == b"same-origin",
        None => {
            let said = text(headers, &ORIGIN);
            let beside = said
                .strip_prefix("http://")
                .is_some_and(|host| !host.is_empty() && host == text(headers, &HOST) && loopback(host));
            said == origin || beside
        }
    }
}

/// The desk's own listener on this machine has another port than the public URL.
fn loopback(host: &str) -> bool {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    matches!(name, "localhost" | "127.0.0.1" | "[::1]")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(list: &[(&'static str, &str)]) -> HeaderMap {
        list.iter()
            .map(|(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap()))
            .collect()
    }

    /// SE5: what another site sends is not ours, whatever cookie the browser adds.
    #[test]
    fn only_our_own_pages_send_forms() {
        let origin = "https://auth.example";
        for (list, taken) in [
            (vec![("sec-fetch-site", "same-origin")], true),
            (vec![("sec-fetch-site", "same-origin"), ("origin", "null")], true),
            (vec![("sec-fetch-site", "cross-site"), ("origin", origin)], false),
            (vec![("sec-fetch-site", "same-site")], false),
            (vec![("sec-fetch-site", "none")], false),
            (vec![("origin", origin)], true),
            (vec![("origin", "https://auth.example.evil.example")], false),
            (vec![("origin", "null")], false),
            (vec![("origin", "http://evil.example"), ("host", "evil.example")], false),
            (
                vec![("origin", "http://localhost:8090"), ("host", "localhost:8090")],
                true,
            ),
            (
                vec![("origin", "http://localhost:9999"), ("host", "localhost:8090")],
                false,
            ),
            (vec![], false),
        ] {
            assert_eq!(ours(&headers(&list), origin), taken, "{list:?}");
        }
    }

    /// OP5: what was typed, and the tokens in the cookies, are printed nowhere.
    #[test]
    fn what_was_sent_does_not_print_its_secrets() {
        let ask = Ask {
            path: "/console/sign-in".to_owned(),
            query: Vec::new(),
            form: vec![("password".to_owned(), "hunter-two".to_owned())],
            origin: Origin {
                address: None,
                device: String::new(),
                request: "r1".to_owned(),
            },
            now: Moment(1),
            method: Method::POST,
            token: Some("tgn_token".to_owned()),
            link: Some("tgl_token".to_owned()),
            browser: Some("tgb_token".to_owned()),
            languages: String::new(),
            ours: true,
        };
        let told = format!("{ask:?}");
        assert!(told.contains("r1"), "{told}");
        assert!(
            !["hunter", "tgn_", "tgl_", "tgb_"]
                .iter()
                .any(|secret| told.contains(secret)),
            "{told}"
        );
    }

    /// SE1: of two cookies with our name one was planted, and neither counts.
    #[test]
    fn a_planted_cookie_is_no_session() {
        let session = |headers: &HeaderMap| cookie(headers, COOKIE_NAME);
        assert_eq!(
            session(&headers(&[("cookie", "a=b; __Host-tollgate=x")])).as_deref(),
            Some("x")
        );
        assert_eq!(
            session(&headers(&[("cookie", "__Host-tollgate=x; __Host-tollgate=y")])),
            None
        );
        assert_eq!(session(&headers(&[("cookie", "tollgate=x")])), None);
        assert_eq!(session(&headers(&[("cookie", "__Host-tollgate-link=x")])), None);
        assert_eq!(session(&HeaderMap::new()), None);
    }
}
