//! What the gateway says of itself and of the APIs behind it, under `/.well-known/`: protected-resource metadata
//! (RFC 9728), and the keys of its statements.
//!
//! Only a gateway that knows its public address says anything: nothing here is built from a request's own `Host`.

use crate::Gateway;
use crate::Refusal;
use crate::assertion::JWKS_PATH;
use crate::body::Reply;
use crate::path::canonical;
use crate::phase::{Detail, Stop, finish, route};
use crate::request_id::RequestId;
use crate::routes::{CompiledRoute, Gate};
use crate::settings::Settings;
use crate::view::View;
use bytes::Bytes;
use http::header::{self, HeaderValue};
use http::request::Parts;
use http::{Method, Response, StatusCode};
use serde::Serialize;
use std::borrow::Cow;
use tollgate_model::Api;

/// RFC 9728 §3.
const RESOURCE_PATH: &str = "/.well-known/oauth-protected-resource";
const PREFIX: &str = "/.well-known/";
const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, OPTIONS");
/// For how long others may keep what is said here: routes and APIs change seldom, and a new key is met by its name.
const KEPT: HeaderValue = HeaderValue::from_static("public, max-age=300");

/// Under which address the world reaches the gateway.
pub(crate) struct Public {
    scheme: String,
    /// Host and port.
    authority: String,
    /// The port, with its colon.
    port: String,
}

impl Public {
    /// None when there is no such address, or it cannot be read.
    pub(crate) fn new(settings: &Settings) -> Option<Self> {
        let uri: http::Uri = settings.public_url.as_deref()?.parse().ok()?;
        let authority = uri.authority()?;
        Some(Self {
            scheme: uri.scheme_str()?.to_owned(),
            authority: authority.as_str().to_owned(),
            port: authority.port().map(|port| format!(":{port}")).unwrap_or_default(),
        })
    }

    /// The origin of what is asked for. A host is only ever one that a route names.
    fn origin(&self, host: Option<&str>) -> String {
        match host {
            Some(host) => format!("{}://{host}{}", self.scheme, self.port),
            None => format!("{}://{}", self.scheme, self.authority),
        }
    }
}

/// RFC 9728 §2.
#[derive(Serialize)]
struct Metadata<'a> {
    resource: String,
    authorization_servers: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    scopes_supported: Vec<&'a str>,
    bearer_methods_supported: [&'static str; 1],
    resource_name: &'a str,
    /// What the issuer's token endpoint takes as `audience` or `resource` for it; not a word of the RFC.
    audience: &'a str,
}

/// The answer to a request that is for the gateway itself; none when it is for an API.
pub(crate) fn answer(gateway: &Gateway, view: Option<&View>, head: &Parts, id: &RequestId) -> Option<Response<Reply>> {
    let public = gateway.public.as_ref()?;
    let path = head.uri.path();
    if !path.starts_with(PREFIX) {
        return None;
    }
    let said = if path == JWKS_PATH {
        with_method(head, || {
            gateway.assertions.keys().ok_or_else(|| Refusal::RouteUnknown.into())
        })
    } else {
        let rest = path.strip_prefix(RESOURCE_PATH)?;
        if !rest.is_empty() && !rest.starts_with('/') {
            return None;
        }
        with_method(head, || match view {
            Some(view) => resource(gateway, public, view, head, rest),
            None => Err(Refusal::KeysUnknown.into()),
        })
    };
    let mut response = match said {
        Ok(body) => spoken(body),
        Err(stop) => finish::refusal(&stop, &gateway.settings.name, id, head.version),
    };
    // Applications in a browser read it before they have a token, and it is the same for everybody.
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(&gateway.settings.identity.request_id, id.header());
    Some(response)
}

/// `None` in place of a body: the question which methods there are was answered.
fn with_method(head: &Parts, say: impl FnOnce() -> Result<Bytes, Stop>) -> Result<Option<Bytes>, Stop> {
    match head.method {
        Method::GET | Method::HEAD => say().map(Some),
        Method::OPTIONS => Ok(None),
        _ => Err(Stop {
            refusal: Refusal::MethodNotAllowed,
            detail: Detail::Allow(METHODS),
        }),
    }
}

fn spoken(body: Option<Bytes>) -> Response<Reply> {
    let Some(body) = body else {
        let mut response = Response::new(Reply::Own(None));
        *response.status_mut() = StatusCode::NO_CONTENT;
        let headers = response.headers_mut();
        headers.insert(header::ALLOW, METHODS);
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("*"));
        return response;
    };
    let mut response = Response::new(Reply::Own(Some(body)));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, KEPT);
    response
}

/// The metadata of the API whose route the path takes.
fn resource(gateway: &Gateway, public: &Public, view: &View, head: &Parts, rest: &str) -> Result<Bytes, Stop> {
    let path: Cow<'_, str> = match rest {
        "" => Cow::Borrowed(""),
        rest => canonical(rest).map_err(|_| Refusal::PathAmbiguous)?,
    };
    let host = route::host(head)?;
    let place = view.catalogue.routes.at(&host, &path);
    let found = place
        .routes
        .iter()
        .find_map(|route| Some((api(view, route)?, takes_opaque(route))));
    let (api, opaque) = match found {
        Some(found) => found,
        // The address alone, without any path, is as good as the API where there is but one.
        None if matches!(&*path, "" | "/") => {
            let mut apis = view.catalogue.apis.values();
            match (apis.next(), apis.next()) {
                (Some(api), None) => (api, false),
                _ => return Err(Refusal::RouteUnknown.into()),
            }
        }
        None => return Err(Refusal::RouteUnknown.into()),
    };
    let elsewhere = gateway.introspector.as_ref().filter(|_| opaque);
    let servers = std::iter::once(view.catalogue.issuer.as_str())
        .chain(elsewhere.and_then(|asked| asked.issuer()))
        .collect();
    let metadata = Metadata {
        // RFC 9728 §3.3: octet for octet the address that the well-known one was made from.
        resource: format!("{}{path}", public.origin(place.by_host.then_some(&*host))),
        authorization_servers: servers,
        scopes_supported: api.scopes.iter().map(|scope| scope.name.as_str()).collect(),
        bearer_methods_supported: ["header"],
        resource_name: &api.name,
        audience: &api.audience,
    };
    // Serialising strings does not fail.
    Ok(serde_json::to_vec(&metadata).unwrap_or_default().into())
}

fn api<'v>(view: &'v View, route: &CompiledRoute) -> Option<&'v Api> {
    view.catalogue.apis.get(route.api()?)
}

const fn takes_opaque(route: &CompiledRoute) -> bool {
    match &route.gate {
        Gate::Token(gate) => gate.opaque,
        Gate::Public | Gate::Closed => false,
    }
}

/// Where a challenge sends whoever does not know whom to ask for a token (RFC 9728 §5.1); none for a refusal without
/// challenge. The query stays out: what stands in it may be nobody's business.
pub(crate) fn pointer(gateway: &Gateway, view: &View, head: &Parts, stop: &Stop) -> Option<String> {
    let public = gateway.public.as_ref()?;
    if stop.refusal.status() != StatusCode::UNAUTHORIZED && stop.refusal.challenge().is_none() {
        return None;
    }
    let path = canonical(head.uri.path()).ok()?;
    // RFC 3986 §3.3: nothing that could end the quotes around it.
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~%!$&'()*+,=:@/".contains(&b);
    if !path.bytes().all(plain) {
        return None;
    }
    let host = route::host(head).ok()?;
    let place = view.catalogue.routes.at(&host, &path);
    let origin = public.origin(place.by_host.then_some(&*host));
    // RFC 9728 §3.1: a slash right after the host is not kept.
    let path = if path == "/" { "" } else { &*path };
    Some(format!("{origin}{RESOURCE_PATH}{path}"))
}
