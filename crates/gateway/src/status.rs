//! How the gateway is, for those who run it: `GET /health` and `GET /metrics` on a listener of their own, never the one that
//! the world reaches. Neither says anything of a request, a client or a route.

use crate::Gateway;
use bytes::Bytes;
use http::header::{self, HeaderValue};
use http::{Method, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric, text};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Registry;
use serde::Serialize;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tollgate_model::Seq;

/// After so many seconds without a word of the issuer a gateway is stale. While there is no news it is silent for some 20.
const STALE: i64 = 60;
/// How long a connection may take over its request.
const PATIENCE: Duration = Duration::from_secs(5);

/// What `/health` answers.
#[derive(Serialize)]
struct Health {
    /// `ok`; `stale`: it works from what it knows, and has not heard its issuer for a while; `starting`: it knows nothing
    /// yet and refuses everything.
    status: &'static str,
    /// Seconds since the issuer was heard.
    staleness: Option<i64>,
    /// The place in the change log that it has reached.
    seq: Option<Seq>,
}

impl Gateway {
    fn health(&self) -> Health {
        let staleness = self.staleness();
        Health {
            status: match staleness {
                None => "starting",
                Some(seconds) if seconds >= STALE => "stale",
                Some(_) => "ok",
            },
            staleness,
            seq: self.view().map(|view| view.seq),
        }
    }

    /// Answers `/health` (200, and 503 while it knows nothing) and `/metrics` (OpenMetrics) until `shutdown`.
    pub async fn status(self: Arc<Self>, listener: TcpListener, shutdown: CancellationToken) {
        let mut registry = Registry::with_prefix("tollgate_gateway");
        registry.register_collector(Box::new(Figures(Arc::clone(&self))));
        let registry = Arc::new(registry);
        loop {
            let stream = tokio::select! {
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) => stream,
                    Err(error) => {
                        tracing::warn!(%error, "taking a connection to the status listener");
                        tokio::time::sleep(Duration::from_millis(50)).await;
                        continue;
                    }
                },
                () = shutdown.cancelled() => return,
            };
            let (gateway, registry) = (Arc::clone(&self), Arc::clone(&registry));
            tokio::spawn(async move {
                let service = service_fn(|request| {
                    let answer = gateway.status_of(&request, &registry);
                    async move { Ok::<_, Infallible>(answer) }
                });
                let mut builder = http1::Builder::new();
                builder
                    .timer(TokioTimer::new())
                    .header_read_timeout(PATIENCE)
                    .keep_alive(false);
                // Whoever hangs up halfway is nobody's concern.
                let _gone = builder.serve_connection(TokioIo::new(stream), service).await;
            });
        }
    }

    fn status_of(&self, request: &Request<Incoming>, registry: &Registry) -> Response<Full<Bytes>> {
        let reads = matches!(*request.method(), Method::GET | Method::HEAD);
        let (status, kind, body) = match request.uri().path() {
            "/health" | "/metrics" if !reads => (StatusCode::METHOD_NOT_ALLOWED, "text/plain", String::new()),
            "/health" => {
                let health = self.health();
                let status = match health.staleness {
                    None => StatusCode::SERVICE_UNAVAILABLE,
                    Some(_) => StatusCode::OK,
                };
                // Serialising a word and two numbers does not fail.
                let body = serde_json::to_string(&health).unwrap_or_default();
                (status, "application/json", body)
            }
            "/metrics" => {
                let mut body = String::new();
                match text::encode(&mut body, registry) {
                    Ok(()) => (
                        StatusCode::OK,
                        "application/openmetrics-text; version=1.0.0; charset=utf-8",
                        body,
                    ),
                    Err(_) => (StatusCode::INTERNAL_SERVER_ERROR, "text/plain", String::new()),
                }
            }
            _ => (StatusCode::NOT_FOUND, "text/plain", String::new()),
        };
        let mut response = Response::new(Full::from(body));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if status == StatusCode::METHOD_NOT_ALLOWED {
            headers.insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        }
        response
    }
}

/// Everything that is counted, read when it is asked for.
struct Figures(Arc<Gateway>);

impl std::fmt::Debug for Figures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Figures")
    }
}

impl Collector for Figures {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let gateway = &self.0;
        let mut requests = encoder.encode_descriptor(
            "requests",
            "Requests answered, by the class of the status",
            None,
            MetricType::Counter,
        )?;
        for (class, count) in gateway.counts.classes() {
            let labels = [("status", format!("{class}xx"))];
            ConstCounter::new(count).encode(requests.encode_family(&labels)?)?;
        }
        let mut refusals = encoder.encode_descriptor(
            "refusals",
            "Requests that the gateway itself refused, by code",
            None,
            MetricType::Counter,
        )?;
        for (refusal, count) in gateway.counts.refusals() {
            let labels = [("code", refusal.code())];
            ConstCounter::new(count).encode(refusals.encode_family(&labels)?)?;
        }
        let view = gateway.view();
        let of_view =
            |figure: fn(&crate::view::View) -> usize| view.as_deref().map(figure).and_then(|n| i64::try_from(n).ok());
        let gauges = [
            ("in_flight", "Requests under way", Some(gateway.counts.in_flight())),
            (
                "staleness_seconds",
                "Seconds since the issuer was heard",
                gateway.staleness(),
            ),
            (
                "place",
                "The place in the change log that it has reached",
                view.as_ref().map(|view| view.seq),
            ),
            (
                "revocations",
                "Revocations in memory",
                of_view(|view| view.revocations.len()),
            ),
            (
                "remembered_tokens",
                "Tokens whose signature was verified",
                i64::try_from(gateway.tokens().len()).ok(),
            ),
            (
                "remembered_users",
                "Members who were looked up",
                i64::try_from(gateway.users.len()).ok(),
            ),
        ];
        for (name, help, figure) in gauges {
            if let Some(figure) = figure {
                let gauge = encoder.encode_descriptor(name, help, None, MetricType::Gauge)?;
                ConstGauge::new(figure).encode(gauge)?;
            }
        }
        Ok(())
    }
}
