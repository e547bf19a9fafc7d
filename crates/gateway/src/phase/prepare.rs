//! What the server behind gets to see.

use super::Stop;
use super::admit::Permit;
use crate::Refusal;
use crate::body::RequestBody;
use crate::request_id::RequestId;
use crate::serve::Peer;
use crate::settings::Settings;
use crate::strip::{Strip, has_forwarded, says};
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::request::Parts;
use http::{Method, Request, Version};
use hyper::body::Incoming;
use hyper::upgrade::OnUpgrade;
use std::sync::Arc;

/// A request as the server behind shall see it, but for the server's own address.
pub(crate) struct Prepared {
    pub(crate) method: Method,
    pub(crate) headers: HeaderMap,
    pub(crate) body: RequestBody,
    /// The caller's side of the connection, where an upgrade was asked for and is allowed.
    pub(crate) upgrade: Option<OnUpgrade>,
    /// Whether the caller takes trailers (RFC 9110 §10.1.4).
    pub(crate) trailers: bool,
}

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Prepares what is forwarded.
pub(crate) fn request(
    permit: &Permit<'_>,
    request: Request<Incoming>,
    peer: &Peer,
    id: &RequestId,
    settings: &Settings,
    strip: &Arc<Strip>,
) -> Result<Prepared, Stop> {
    let pool = &permit.routed().route.pool;
    let mut request = request;
    let upgrade = wants_upgrade(&request, pool.upgrades).then(|| hyper::upgrade::on(&mut request));
    let (head, body) = request.into_parts();
    if pool.max_body > 0 && declared(&head).is_some_and(|length| length > pool.max_body) {
        return Err(Refusal::BodyTooLarge.into());
    }
    let by_token = permit.carried().map(|carried| carried.gate);
    let gate = by_token.or_else(|| permit.legacy().map(|old| old.gate));
    let checked = gate.map(|gate| &gate.checked);
    let body = RequestBody::of(body, pool.max_body, strip, checked);
    let Parts {
        method,
        uri,
        version,
        mut headers,
        ..
    } = head;
    let trailers = says(&headers, &header::TE, "trailers");
    let trusted = settings
        .trusted_proxies
        .iter()
        .any(|network| network.contains(peer.address));

    // Once, rather than step by step.
    headers.reserve(12);
    // First all that is not ours goes, then ours comes: so nothing from outside can take it away again (RS5).
    strip.request(&mut headers, trusted, checked.map(AsRef::as_ref).unwrap_or_default());
    let host = headers.remove(header::HOST).or_else(|| {
        uri.authority()
            .and_then(|authority| HeaderValue::from_str(authority.as_str()).ok())
    });
    // We have answered `100-continue` ourselves once the body is read (RFC 9110 §10.1.1).
    headers.remove(header::EXPECT);
    if version == Version::HTTP_2 {
        join_cookies(&mut headers);
    }
    forwarded(&mut headers, host, peer);
    // RFC 9110 §7.6.3: a gateway must say that it was there. The name is the product's, not the machine's.
    headers.append(header::VIA, HeaderValue::from_static(via(version)));
    identity(&mut headers, permit, id, settings);

    if upgrade.is_some() {
        headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    }
    Ok(Prepared {
        method,
        headers,
        body,
        upgrade,
        trailers,
    })
}

/// Only WebSocket (RFC 6455): `h2c` would carry requests past every check.
fn wants_upgrade(request: &Request<Incoming>, allowed: bool) -> bool {
    let headers = request.headers();
    allowed
        && request.version() == Version::HTTP_11
        && request.method() == Method::GET
        && says(headers, &header::CONNECTION, "upgrade")
        && headers
            .get(header::UPGRADE)
            .is_some_and(|word| word.as_bytes().eq_ignore_ascii_case(b"websocket"))
        && headers.get_all(header::UPGRADE).iter().count() == 1
}

const fn via(version: Version) -> &'static str {
    match version {
        Version::HTTP_2 => "2 tollgate",
        Version::HTTP_10 => "1.0 tollgate",
        _ => "1.1 tollgate",
    }
}

fn declared(head: &Parts) -> Option<u64> {
    head.headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// RFC 9113 §8.2.3: HTTP/2 may split them, HTTP/1.1 may not.
fn join_cookies(headers: &mut HeaderMap) {
    let mut parts = headers.get_all(header::COOKIE).iter();
    if let (Some(first), Some(second)) = (parts.next(), parts.next()) {
        let mut whole = first.as_bytes().to_vec();
        for part in std::iter::once(second).chain(parts) {
            whole.extend_from_slice(b"; ");
            whole.extend_from_slice(part.as_bytes());
        }
        if let Ok(whole) = HeaderValue::from_bytes(&whole) {
            headers.insert(header::COOKIE, whole);
        }
    }
}

/// What came from a trusted proxy is still there and is added to; else it is ours alone (RS8).
fn forwarded(headers: &mut HeaderMap, host: Option<HeaderValue>, peer: &Peer) {
    if has_forwarded(headers) {
        headers.append(header::FORWARDED, peer.forwarded.clone());
    }
    headers.append(FORWARDED_FOR, peer.text.clone());
    if let Some(host) = host {
        headers.entry(FORWARDED_HOST).or_insert(host);
    }
    let scheme = if peer.tls { "https" } else { "http" };
    headers
        .entry(FORWARDED_PROTO)
        .or_insert(HeaderValue::from_static(scheme));
}

/// Takes away the credentials that were looked at, and says who asks. What came from outside under these names is gone.
pub(crate) fn identity(headers: &mut HeaderMap, permit: &Permit<'_>, id: &RequestId, settings: &Settings) {
    let names = &settings.identity;
    headers.insert(&names.request_id, id.header());
    if let Some(member) = permit.acting() {
        headers.insert(&names.acting_user, member.email.clone());
        headers.insert(&names.acting_user_id, member.id.clone());
    }
    if let Some(old) = permit.legacy() {
        if !settings.pass_authorization {
            headers.remove(header::AUTHORIZATION);
            for name in &old.way.key_headers {
                headers.remove(name);
            }
        }
        // Nobody looked at these: a server behind that knows them as checked must not take them for it (RS5).
        for name in &*old.gate.checked {
            headers.remove(name);
        }
        headers.insert(&names.account, old.who.account_header.clone());
    }
    let Some(carried) = permit.carried() else {
        return;
    };
    if !settings.pass_authorization {
        headers.remove(header::AUTHORIZATION);
        // A credential as the other is: whoever has it can show that the person is there.
        if let Some(rule) = &carried.gate.id_token {
            headers.remove(&rule.header);
        }
    }
    let said = &carried.token.identity;
    headers.insert(&names.client, said.client.clone());
    headers.insert(&names.scopes, said.scopes.clone());
    let maybe = [
        (&names.account, &said.account),
        (&names.subject, &said.subject),
        (&names.environment, &said.environment),
    ];
    for (name, value) in maybe {
        if let Some(value) = value {
            headers.insert(name, value.clone());
        }
    }
    if let Some(person) = carried.person() {
        headers.insert(&names.person, person.clone());
    }
}
