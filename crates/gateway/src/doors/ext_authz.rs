//! Envoy's `ext_authz` over gRPC: service `envoy.service.auth.v3.Authorization`.

use super::judged::{Allowed, Judged, head};
use super::messages::{
    APPEND, Asked, Attributes, CheckRequest, CheckResponse, Denied, Granted, Header, HeaderOption, HttpRequest,
    HttpStatus, OVERWRITE, Status,
};
use crate::Gateway;
use crate::serve::Peer;
use bytes::Bytes;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Method, Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tonic::Code;
use tonic::body::Body;
use tonic::server::{Grpc, UnaryService};
use tonic_prost::ProstCodec;

const CHECK: &str = "/envoy.service.auth.v3.Authorization/Check";
/// The most that one question may hold. Envoy sends heads; a body only when it is told to, and we do not look at it.
const LONGEST: usize = 256 * 1024;

impl Gateway {
    /// Answers Envoy at `listener` until `shutdown`, then lets running questions end. Whoever can reach it is believed in
    /// what it says of a request; it gives no request away, but counts against callers' limits.
    pub async fn ext_authz(self: Arc<Self>, listener: TcpListener, shutdown: CancellationToken) {
        let connections = GracefulShutdown::new();
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = shutdown.cancelled() => break,
            };
            let stream = match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    // Out of descriptors, most likely: others must end before another can begin.
                    tracing::warn!(%error, "taking a connection of a proxy");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            };
            // Where it cannot be set, it is only slower.
            let _ = stream.set_nodelay(true);
            let gateway = Arc::clone(&self);
            let service = service_fn(move |request| {
                let gateway = Arc::clone(&gateway);
                async move { Ok::<_, Infallible>(answer(gateway, request).await) }
            });
            let head = u32::try_from(self.settings.caps.head_bytes).unwrap_or(u32::MAX);
            let connection = http2::Builder::new(TokioExecutor::new())
                .timer(TokioTimer::new())
                .max_header_list_size(head)
                .max_concurrent_streams(1024)
                .keep_alive_interval(self.settings.timeouts.head)
                .keep_alive_timeout(self.settings.timeouts.head)
                .serve_connection(TokioIo::new(stream), service);
            let watched = connections.watch(connection);
            tokio::spawn(async move {
                if let Err(error) = watched.await {
                    tracing::debug!(%error, "a proxy's connection ended");
                }
            });
        }
        drop(listener);
        let drained = tokio::time::timeout(self.settings.timeouts.drain, connections.shutdown());
        if drained.await.is_err() {
            tracing::warn!("some questions of proxies were not answered when the gateway stopped");
        }
    }
}

async fn answer(gateway: Arc<Gateway>, request: Request<Incoming>) -> Response<Body> {
    if request.uri().path() != CHECK {
        return tonic::Status::unimplemented("there is Check alone").into_http();
    }
    Grpc::new(ProstCodec::default())
        .max_decoding_message_size(LONGEST)
        .unary(Check(gateway), request)
        .await
}

struct Check(Arc<Gateway>);

impl UnaryService<CheckRequest> for Check {
    type Response = CheckResponse;
    type Future = Pin<Box<dyn Future<Output = Result<tonic::Response<CheckResponse>, tonic::Status>> + Send>>;

    fn call(&mut self, request: tonic::Request<CheckRequest>) -> Self::Future {
        let gateway = Arc::clone(&self.0);
        Box::pin(async move {
            let asked = request.into_inner();
            let peer = asked.attributes.as_ref().map_or_else(unknown, peer);
            let http = asked
                .attributes
                .and_then(|attributes| attributes.request)
                .and_then(|Asked { http }| http);
            let http = http.ok_or_else(|| tonic::Status::invalid_argument("attributes.request.http is missing"))?;
            let (method, host) = named(&http)?;
            let judged = match head(method, host, &http.path, headers(&http)) {
                Ok(head) => gateway.judge(&peer, &head).await,
                Err((head, words)) => Judged::Refused(gateway.unreadable(&head, words)),
            };
            Ok(tonic::Response::new(match judged {
                Judged::Allowed(allowed) => granted(&allowed),
                Judged::Refused(answer) => denied(answer),
            }))
        })
    }
}

fn unknown() -> Peer {
    Peer::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), false)
}

/// Who asked Envoy.
fn peer(attributes: &Attributes) -> Peer {
    let source = attributes.source.as_ref().and_then(|source| source.address.as_ref());
    let address = source.and_then(|address| address.socket_address.as_ref());
    let address = address.and_then(|socket| socket.address.parse().ok());
    let http = attributes.request.as_ref().and_then(|asked| asked.http.as_ref());
    let tls = http.is_some_and(|http| http.scheme == "https");
    Peer::new(address.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)), tls)
}

/// Method and host. Without them there is no request to judge.
fn named(http: &HttpRequest) -> Result<(Method, HeaderValue), tonic::Status> {
    let missing = |words: &'static str| move |_| tonic::Status::invalid_argument(words);
    let method = Method::from_bytes(http.method.as_bytes()).map_err(missing("attributes.request.http.method"))?;
    let host = HeaderValue::from_str(&http.host)
        .map_err(|_| tonic::Status::invalid_argument("attributes.request.http.host"))?;
    Ok((method, host))
}

/// The header fields, one by one. What cannot be a field is none: a credential that cannot be read was not sent.
fn headers(http: &HttpRequest) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let mut add = |key: &str, value: &[u8]| {
        let name = HeaderName::from_bytes(key.as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_bytes(value))
            && name != header::HOST
        {
            headers.append(name, value);
        }
    };
    for (key, value) in &http.headers {
        if key.eq_ignore_ascii_case("authorization") {
            credentials(value).for_each(|value| add(key, value.as_bytes()));
        } else {
            add(key, value.as_bytes());
        }
    }
    for field in http.header_map.iter().flat_map(|map| &map.headers) {
        let raw = &field.raw_value;
        add(&field.key, if raw.is_empty() { field.value.as_bytes() } else { raw });
    }
    headers
}

/// Envoy joins several `Authorization` fields by commas. Parts that begin with a scheme were fields of their own (RS2).
fn credentials(joined: &str) -> impl Iterator<Item = &str> {
    let several = joined.split(',').skip(1).any(begins_with_a_scheme);
    let (parts, whole) = if several {
        (Some(joined.split(',').map(str::trim)), None)
    } else {
        (None, Some(joined))
    };
    parts.into_iter().flatten().chain(whole)
}

fn begins_with_a_scheme(part: &str) -> bool {
    let scheme = part.trim_start().split_once(' ').map_or("", |(scheme, _)| scheme);
    !scheme.is_empty() && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

fn granted(allowed: &Allowed) -> CheckResponse {
    CheckResponse {
        status: Some(Status { code: Code::Ok as i32 }),
        denied_response: None,
        ok_response: Some(Granted {
            headers: options(&allowed.identity),
            // Envoy removes after it has set: what is set is not in here.
            headers_to_remove: allowed.removed.iter().map(ToString::to_string).collect(),
            response_headers_to_add: options(&allowed.said),
        }),
    }
}

fn denied(answer: Response<Bytes>) -> CheckResponse {
    let (parts, body) = answer.into_parts();
    let code = match parts.status {
        StatusCode::UNAUTHORIZED => Code::Unauthenticated,
        StatusCode::TOO_MANY_REQUESTS => Code::ResourceExhausted,
        StatusCode::SERVICE_UNAVAILABLE => Code::Unavailable,
        _ => Code::PermissionDenied,
    };
    CheckResponse {
        status: Some(Status { code: code as i32 }),
        denied_response: Some(Denied {
            status: Some(HttpStatus {
                code: i32::from(parts.status.as_u16()),
            }),
            headers: options(&parts.headers),
            body: String::from_utf8_lossy(&body).into_owned(),
        }),
        ok_response: None,
    }
}

/// The first of a name replaces what is there, the next of that name are added.
fn options(headers: &HeaderMap) -> Vec<HeaderOption> {
    let mut options = Vec::with_capacity(headers.len());
    for name in headers.keys() {
        for (count, value) in headers.get_all(name).iter().enumerate() {
            options.push(HeaderOption {
                header: Some(Header {
                    key: name.as_str().to_owned(),
                    value: String::from_utf8_lossy(value.as_bytes()).into_owned(),
                    raw_value: Vec::new(),
                }),
                append_action: if count == 0 { OVERWRITE } else { APPEND },
            });
        }
    }
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RS2: two credentials that Envoy joined are two.
    #[test]
    fn joined_credentials_are_taken_apart() {
        for (joined, apart) in [
            ("Bearer a.b.c", &["Bearer a.b.c"][..]),
            ("Bearer a.b.c,Bearer d.e.f", &["Bearer a.b.c", "Bearer d.e.f"]),
            ("Bearer a.b.c, basic eA==", &["Bearer a.b.c", "basic eA=="]),
            ("Digest a=\"b\", c=\"d e\"", &["Digest a=\"b\", c=\"d e\""]),
            ("", &[""]),
        ] {
            assert_eq!(credentials(joined).collect::<Vec<_>>(), apart, "{joined}");
        }
    }

    #[test]
    fn the_host_is_the_one_that_envoy_names() {
        let mut http = HttpRequest::default();
        for (name, value) in [
            ("host", "other.example"),
            (":authority", "other.example"),
            ("accept", "x"),
        ] {
            http.headers.insert(name.to_owned(), value.to_owned());
        }
        let read = headers(&http);
        assert_eq!(read.keys().map(HeaderName::as_str).collect::<Vec<_>>(), ["accept"]);
    }
}
