//! Which route the request takes.

use super::{Detail, Stop};
use crate::Refusal;
use crate::path::{Ambiguous, canonical};
use crate::routes::{CompiledRoute, Found};
use crate::settings::Caps;
use crate::view::View;
use http::request::Parts;
use http::uri::PathAndQuery;
use http::{Method, Version, header};
use std::borrow::Cow;

/// A request whose route is known.
pub(crate) struct Routed<'v> {
    pub(crate) route: &'v CompiledRoute,
    /// Path and query, canonical: the one that was looked up is the one that is forwarded (RS6).
    pub(crate) path: PathAndQuery,
    pub(crate) view: &'v View,
}

/// Finds the route.
pub(crate) fn find<'v>(view: &'v View, caps: &Caps, head: &Parts) -> Result<Routed<'v>, Stop> {
    if head.headers.len() > caps.headers {
        return Err(Refusal::HeadersTooLarge.into());
    }
    // RFC 9110 §9.3.6: what CONNECT names is no path; sent on, it would lose the one that is checked here.
    if head.method == Method::CONNECT {
        return Err(Refusal::PathAmbiguous.into());
    }
    let asked = head.uri.path_and_query().ok_or(Refusal::PathAmbiguous)?;
    if asked.as_str().len() > caps.uri_bytes {
        return Err(Refusal::UriTooLong.into());
    }
    let spelled = canonical(asked.path()).map_err(|reason| Stop {
        refusal: Refusal::PathAmbiguous,
        detail: words(reason),
    })?;
    let host = host(head)?;
    let found = view.catalogue.routes.find(&host, &head.method, &spelled);
    let route = match found {
        Found::Route(route) => route,
        Found::OtherMethods(allow) => {
            return Err(Stop {
                refusal: Refusal::MethodNotAllowed,
                detail: Detail::Allow(allow.clone()),
            });
        }
        Found::Nothing => return Err(Refusal::RouteUnknown.into()),
    };
    if !view.catalogue.routes.in_any_case(&host, &spelled, route) {
        return Err(Stop {
            refusal: Refusal::PathAmbiguous,
            detail: Detail::Words("With other capitals it is the path of another route."),
        });
    }
    let path = match spelled {
        Cow::Borrowed(_) => asked.clone(),
        Cow::Owned(spelled) => {
            let whole = match asked.query() {
                Some(query) => format!("{spelled}?{query}"),
                None => spelled,
            };
            PathAndQuery::try_from(whole).map_err(|_| Refusal::PathAmbiguous)?
        }
    };
    Ok(Routed { route, path, view })
}

/// The one host that the request is for, in lower case and without port. HTTP/2 says it in `:authority`, an absolute
/// address in itself, and HTTP/1.1 always in `Host`: where two say it, they must agree (RFC 9112 §3.2).
pub(crate) fn host(head: &Parts) -> Result<Cow<'_, str>, Stop> {
    let mut named = head.headers.get_all(header::HOST).iter();
    let field = match named.next() {
        Some(value) => Some(value.to_str().map_err(|_| Refusal::HostMismatch)?),
        None => None,
    };
    let authority = head.uri.authority().map(http::uri::Authority::as_str);
    let agreed = match (authority, field) {
        _ if named.next().is_some() => return Err(Refusal::HostMismatch.into()),
        (Some(authority), Some(field)) if !authority.eq_ignore_ascii_case(field) => {
            return Err(Refusal::HostMismatch.into());
        }
        (Some(one), _) | (None, Some(one)) => one,
        // HTTP/1.0 need not name one.
        (None, None) if head.version == Version::HTTP_10 => return Ok(Cow::Borrowed("")),
        (None, None) => return Err(Refusal::HostMismatch.into()),
    };
    let name = match agreed.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => agreed,
    };
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'[' | b']' | b':');
    if !name.bytes().all(allowed) {
        return Err(Refusal::HostMismatch.into());
    }
    // A name with a dot at its end is the same name.
    let name = name.strip_suffix('.').unwrap_or(name);
    if name.bytes().any(|b| b.is_ascii_uppercase()) {
        Ok(Cow::Owned(name.to_ascii_lowercase()))
    } else {
        Ok(Cow::Borrowed(name))
    }
}

fn words(reason: Ambiguous) -> Detail {
    Detail::Words(match reason {
        Ambiguous::NotAPath => "It is not a path.",
        Ambiguous::Escape => "A percent sign is not followed by two hexadecimal digits.",
        Ambiguous::NotUtf8 => "It is not UTF-8.",
        Ambiguous::Control => "It holds a control character.",
        Ambiguous::EncodedSlash => "It holds an encoded slash.",
        Ambiguous::Backslash => "It holds a backslash.",
        Ambiguous::EmptySegment => "It holds an empty segment.",
        Ambiguous::DotSegment => "It holds a dot segment.",
        Ambiguous::Parameter => "It holds a path parameter.",
        Ambiguous::Twice => "It is encoded twice.",
        Ambiguous::Fragment => "It holds a fragment.",
    })
}
