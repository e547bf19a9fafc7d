//! Forward authentication: a proxy asks over HTTP whether it may forward, and how.
//!
//! nginx says which request it means in `X-Original-*` (its `auth_request`), Traefik and Caddy in `X-Forwarded-*`. Both in
//! one question are refused: one of them is then the caller's own, and nobody can tell which.

use super::judged::{Judged, head};
use crate::phase::{Detail, Stop, finish};
use crate::serve::Peer;
use crate::{Gateway, Network, Refusal, Reply};
use bytes::Bytes;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Method, Request, Response, StatusCode};
use hyper::body::Incoming;
use std::net::IpAddr;

/// Where proxies ask.
const PATH: &str = "/.tollgate/auth";

const ORIGINAL_METHOD: HeaderName = HeaderName::from_static("x-original-method");
const ORIGINAL_URI: HeaderName = HeaderName::from_static("x-original-uri");
const ORIGINAL_URL: HeaderName = HeaderName::from_static("x-original-url");
const FORWARDED_METHOD: HeaderName = HeaderName::from_static("x-forwarded-method");
const FORWARDED_URI: HeaderName = HeaderName::from_static("x-forwarded-uri");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const STATUSES: HeaderName = HeaderName::from_static("x-tollgate-statuses");
/// The status that a refusal would have had, for a proxy that knows 401 and 403 alone.
const STATUS: HeaderName = HeaderName::from_static("tollgate-status");
/// The refusal's code, for a proxy that does not pass on its body.
const CODE: HeaderName = HeaderName::from_static("tollgate-code");

/// The query of a proxy that needs each identity header in the answer: older Caddys (2.6) write the name of a variable
/// where it finds none. Empty then stands for none.
const EVERY: &str = "unsaid=empty";

/// Whether the request is such a question.
pub(crate) fn asks<B>(gateway: &Gateway, request: &Request<B>) -> bool {
    gateway.settings.forward_auth && request.uri().path() == PATH
}

/// The request that is meant.
struct Meant<'h> {
    method: Method,
    host: HeaderValue,
    target: &'h str,
}

/// What is wrong with the question.
#[derive(Debug, PartialEq, Eq)]
enum Fault {
    Missing(HeaderName),
    Doubled(HeaderName),
    Unreadable(HeaderName),
    /// One of nginx's beside one of the others'.
    Both(HeaderName, HeaderName),
}

impl Gateway {
    /// Answers a proxy. Never forwards, and reads no body.
    pub(crate) async fn forward_auth(&self, peer: &Peer, request: Request<Incoming>) -> Response<Reply> {
        let headers = request.headers();
        if !believes(&self.settings.trusted_proxies, peer.address) {
            let stop = Stop {
                refusal: Refusal::RouteUnknown,
                detail: Detail::Nothing,
            };
            return finish::refusal(&stop, &self.settings.name, &self.ids.next(), request.version());
        }
        let plain = knows_two(headers);
        let answer = match meant(headers) {
            Err(fault) => incomplete(&fault),
            Ok(meant) => match head(meant.method, meant.host, meant.target, without_ours(headers)) {
                Err((head, words)) => self.unreadable(&head, words),
                Ok(head) => match self.judge(peer, &head).await {
                    Judged::Refused(answer) => answer,
                    Judged::Allowed(allowed) => {
                        let mut answer = Response::new(Bytes::new());
                        *answer.headers_mut() = allowed.said;
                        answer.headers_mut().extend(allowed.identity);
                        if request.uri().query() == Some(EVERY) {
                            for name in self.settings.identity.all() {
                                let none = || HeaderValue::from_static("");
                                answer.headers_mut().entry(name).or_insert_with(none);
                            }
                        }
                        return answer.map(|_| Reply::Own(None));
                    }
                },
            },
        };
        (if plain { mapped(answer) } else { answer }).map(|text| Reply::Own(Some(text)))
    }
}

/// Whether somebody at that address may say which request is meant.
fn believes(trusted: &[Network], address: IpAddr) -> bool {
    address.is_loopback() || trusted.iter().any(|network| network.contains(address))
}

/// Whether the proxy knows no refusals but 401 and 403, as nginx does: it makes 500 of all others.
fn knows_two(headers: &HeaderMap) -> bool {
    let named = headers.get(STATUSES).is_some_and(|word| word == "nginx");
    named
        || [ORIGINAL_METHOD, ORIGINAL_URI, ORIGINAL_URL]
            .iter()
            .any(|name| headers.contains_key(name))
}

/// A refusal for such a proxy: 403, with what it would be beside it.
fn mapped(mut answer: Response<Bytes>) -> Response<Bytes> {
    let status = answer.status();
    let problem: Option<serde_json::Value> = serde_json::from_slice(answer.body()).ok();
    let code = problem.as_ref().and_then(|problem| problem.get("code")?.as_str());
    if let Some(code) = code.and_then(|code| HeaderValue::from_str(code).ok()) {
        answer.headers_mut().insert(CODE, code);
    }
    answer.headers_mut().insert(STATUS, HeaderValue::from(status.as_u16()));
    if !matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
        *answer.status_mut() = StatusCode::FORBIDDEN;
    }
    answer
}

/// Reads which request is meant.
fn meant(headers: &HeaderMap) -> Result<Meant<'_>, Fault> {
    let there = |name: &&HeaderName| headers.contains_key(*name);
    let nginx = [ORIGINAL_METHOD, ORIGINAL_URI, ORIGINAL_URL];
    let nginx = nginx.iter().find(there);
    if let (Some(one), Some(other)) = (nginx, [FORWARDED_METHOD, FORWARDED_URI].iter().find(there)) {
        return Err(Fault::Both(one.clone(), other.clone()));
    }
    // Not used to decide anything; but what is said twice is not said.
    once(headers, &FORWARDED_PROTO)?;
    let method = if nginx.is_some() {
        ORIGINAL_METHOD
    } else {
        FORWARDED_METHOD
    };
    let word = needed(headers, &method)?;
    let word = Method::from_bytes(word.as_bytes()).map_err(|_| Fault::Unreadable(method))?;
    if let Some(url) = once(headers, &ORIGINAL_URL)? {
        if headers.contains_key(ORIGINAL_URI) {
            return Err(Fault::Both(ORIGINAL_URI, ORIGINAL_URL));
        }
        let unreadable = || Fault::Unreadable(ORIGINAL_URL);
        let (_, rest) = url.split_once("://").ok_or_else(unreadable)?;
        let (host, target) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
        return Ok(Meant {
            method: word,
            host: HeaderValue::from_str(host).map_err(|_| unreadable())?,
            target,
        });
    }
    let target = if nginx.is_some() { ORIGINAL_URI } else { FORWARDED_URI };
    let target = needed(headers, &target)?;
    let host = needed(headers, &FORWARDED_HOST)?;
    Ok(Meant {
        method: word,
        host: HeaderValue::from_str(host).map_err(|_| Fault::Unreadable(FORWARDED_HOST))?,
        target,
    })
}

fn needed<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Result<&'h str, Fault> {
    once(headers, name)?.ok_or_else(|| Fault::Missing(name.clone()))
}

fn once<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Result<Option<&'h str>, Fault> {
    let mut fields = headers.get_all(name).iter();
    let Some(field) = fields.next() else {
        return Ok(None);
    };
    if fields.next().is_some() {
        return Err(Fault::Doubled(name.clone()));
    }
    // As it came: a path may hold what no header should, and is then refused as a path.
    let text = std::str::from_utf8(field.as_bytes()).map_err(|_| Fault::Unreadable(name.clone()))?;
    Ok(Some(text))
}

/// The caller's headers, without what the proxy said of the request.
fn without_ours(headers: &HeaderMap) -> HeaderMap {
    let mut headers = headers.clone();
    for name in [
        ORIGINAL_METHOD,
        ORIGINAL_URI,
        ORIGINAL_URL,
        FORWARDED_METHOD,
        FORWARDED_URI,
        STATUSES,
    ] {
        headers.remove(name);
    }
    headers
}

/// The proxy's question cannot be answered: its configuration is at fault, or somebody plays with it.
fn incomplete(fault: &Fault) -> Response<Bytes> {
    let detail = match fault {
        Fault::Missing(name) => format!("The proxy did not send {name}."),
        Fault::Doubled(name) => format!("{name} was sent more than once."),
        Fault::Unreadable(name) => format!("{name} cannot be read."),
        Fault::Both(one, other) => format!("Only one of {one} and {other} may be sent."),
    };
    tracing::debug!(%detail, "a proxy's question was not answered");
    let problem = serde_json::json!({
        "type": "urn:tollgate:refusal:front_door",
        "title": "The proxy does not say which request it means",
        "status": 400,
        "detail": detail,
        "code": "front_door",
    });
    let mut answer = Response::new(Bytes::from(problem.to_string()));
    *answer.status_mut() = StatusCode::BAD_REQUEST;
    let problem = HeaderValue::from_static("application/problem+json");
    answer.headers_mut().insert(header::CONTENT_TYPE, problem);
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(fields: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(*name, HeaderValue::from_str(value).unwrap());
        }
        headers
    }

    fn read(fields: &[(&'static str, &str)]) -> Result<(String, String, String), Fault> {
        let headers = map(fields);
        meant(&headers).map(|meant| {
            let host = meant.host.to_str().unwrap().to_owned();
            (meant.method.to_string(), host, meant.target.to_owned())
        })
    }

    #[test]
    fn strangers_may_not_ask() {
        let trusted = ["192.0.2.0/24".parse().unwrap()];
        for (address, may) in [
            ("127.0.0.1", true),
            ("::1", true),
            ("192.0.2.9", true),
            ("192.0.3.9", false),
            ("2001:db8::1", false),
        ] {
            assert_eq!(believes(&trusted, address.parse().unwrap()), may, "{address}");
        }
    }

    #[test]
    fn every_dialect_names_the_same_request() {
        let said = ("PUT".to_owned(), "api.example".to_owned(), "/a?b=c".to_owned());
        for fields in [
            &[
                ("x-original-method", "PUT"),
                ("x-original-uri", "/a?b=c"),
                ("x-forwarded-host", "api.example"),
            ][..],
            &[
                ("x-original-method", "PUT"),
                ("x-original-url", "https://api.example/a?b=c"),
            ],
            &[
                ("x-forwarded-method", "PUT"),
                ("x-forwarded-uri", "/a?b=c"),
                ("x-forwarded-host", "api.example"),
                ("x-forwarded-proto", "https"),
            ],
        ] {
            assert_eq!(read(fields).as_ref(), Ok(&said), "{fields:?}");
        }
    }

    /// RS6: nobody can add a second request to the one that the proxy means.
    #[test]
    fn a_question_that_could_mean_two_requests_is_refused() {
        let nginx = [
            ("x-original-method", "GET"),
            ("x-original-uri", "/a"),
            ("x-forwarded-host", "api.example"),
        ];
        let others = [
            ("x-forwarded-method", "GET"),
            ("x-forwarded-uri", "/a"),
            ("x-forwarded-host", "api.example"),
        ];
        assert!(read(&nginx).is_ok());
        assert!(read(&others).is_ok());
        for (usual, more) in [(nginx, others), (others, nginx)] {
            for left in 0..3 {
                let lacking: Vec<_> = usual
                    .iter()
                    .enumerate()
                    .filter(|(at, _)| *at != left)
                    .map(|(_, f)| *f)
                    .collect();
                assert!(matches!(read(&lacking), Err(Fault::Missing(_))), "{lacking:?}");
                let doubled = [&usual[..], &usual[left..=left]].concat();
                assert!(matches!(read(&doubled), Err(Fault::Doubled(_))), "{doubled:?}");
            }
            for added in &more[..2] {
                let both = [&usual[..], &[*added]].concat();
                assert!(matches!(read(&both), Err(Fault::Both(..))), "{both:?}");
            }
        }
        let url = ("x-original-url", "https://api.example/a");
        assert!(matches!(read(&[&nginx[..], &[url]].concat()), Err(Fault::Both(..))));
        assert!(matches!(
            read(&[nginx[0], ("x-original-url", "/a")]),
            Err(Fault::Unreadable(_))
        ));
    }
}
