//! Connections from outside.

use crate::Gateway;
use crate::lane::{Arrival, Lanes};
use http::HeaderValue;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use rustls::ServerConfig;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

/// Who is at the other end of a connection; written once per connection.
#[derive(Clone, Debug)]
pub struct Peer {
    pub(crate) address: IpAddr,
    pub(crate) tls: bool,
    /// For `X-Forwarded-For`.
    pub(crate) text: HeaderValue,
    /// For `Forwarded` (RFC 7239).
    pub(crate) forwarded: HeaderValue,
}

impl Peer {
    /// The peer at `address`, over TLS or not.
    #[must_use]
    pub fn new(address: IpAddr, tls: bool) -> Self {
        let address = address.to_canonical();
        let text = address.to_string();
        let node = if address.is_ipv6() {
            format!("\"[{text}]\"")
        } else {
            text.clone()
        };
        let unknown = || HeaderValue::from_static("unknown");
        Self {
            address,
            tls,
            text: HeaderValue::from_str(&text).unwrap_or_else(|_| unknown()),
            forwarded: HeaderValue::from_str(&format!("for={node};proto={}", if tls { "https" } else { "http" }))
                .unwrap_or_else(|_| HeaderValue::from_static("for=unknown")),
        }
    }
}

/// The least that the reader can be given, whatever the settings say.
const LEAST_HEAD: usize = 8192;

impl Gateway {
    /// Takes connections from `listener` until `shutdown`, then lets running requests end. With `tls`, HTTP/2 and
    /// HTTP/1.1 are negotiated (RFC 7301); without, both are understood, HTTP/2 when the client begins with it.
    pub async fn serve(self: Arc<Self>, listener: TcpListener, tls: Option<ServerConfig>, shutdown: CancellationToken) {
        let acceptor = tls.map(|mut tls| {
            if tls.alpn_protocols.is_empty() {
                tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
            }
            TlsAcceptor::from(Arc::new(tls))
        });
        self.users.settle();
        if let Some(introspector) = &self.introspector {
            introspector.settle();
        }
        self.limits.plans.settle();
        self.legacy.settle();
        let gateway = Arc::clone(&self);
        let lanes = Lanes::start(self.settings.lanes, move |arrivals| {
            Arc::clone(&gateway).lane(arrivals, acceptor.clone())
        });
        let mut lanes = match lanes {
            Ok(lanes) => lanes,
            Err(error) => {
                tracing::error!(%error, "the gateway cannot start its threads");
                return;
            }
        };
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = shutdown.cancelled() => break,
            };
            match accepted {
                Ok((stream, from)) => lanes.take(stream, from),
                Err(error) => {
                    // Out of descriptors, most likely: others must end before another can begin.
                    tracing::warn!(%error, "taking a connection");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
        drop(listener);
        lanes.end().await;
    }

    /// Serves what arrives on this lane until nothing can arrive any more, then lets running requests end.
    async fn lane(self: Arc<Self>, mut arrivals: mpsc::UnboundedReceiver<Arrival>, acceptor: Option<TlsAcceptor>) {
        let builder = Arc::new(self.builder());
        let connections = GracefulShutdown::new();
        while let Some((stream, from)) = arrivals.recv().await {
            let Ok(stream) = TcpStream::from_std(stream) else {
                continue;
            };
            let one = Connection {
                gateway: Arc::clone(&self),
                builder: Arc::clone(&builder),
                watcher: connections.watcher(),
            };
            tokio::spawn(one.run(stream, from, acceptor.clone()));
        }
        if tokio::time::timeout(self.settings.timeouts.drain, connections.shutdown())
            .await
            .is_err()
        {
            tracing::warn!("some requests had not ended when the gateway stopped");
        }
    }

    fn builder(&self) -> Builder<TokioExecutor> {
        let caps = self.settings.caps;
        let head = caps.head_bytes.max(LEAST_HEAD);
        let mut builder = Builder::new(TokioExecutor::new());
        builder
            .http1()
            .timer(TokioTimer::new())
            .header_read_timeout(self.settings.timeouts.head)
            .max_buf_size(head)
            .max_headers(caps.headers)
            .half_close(false);
        builder
            .http2()
            .timer(TokioTimer::new())
            .max_header_list_size(u32::try_from(head).unwrap_or(u32::MAX))
            .max_concurrent_streams(256)
            .adaptive_window(true)
            .keep_alive_interval(self.settings.timeouts.head)
            .keep_alive_timeout(self.settings.timeouts.head);
        builder
    }
}

struct Connection {
    gateway: Arc<Gateway>,
    builder: Arc<Builder<TokioExecutor>>,
    watcher: Watcher,
}

impl Connection {
    async fn run(self, stream: TcpStream, from: SocketAddr, acceptor: Option<TlsAcceptor>) {
        // An answer in several pieces must not wait for acknowledgements. Where it cannot be set, it is only slower.
        let _ = stream.set_nodelay(true);
        let peer = Peer::new(from.ip(), acceptor.is_some());
        match acceptor {
            None => self.speak(stream, peer).await,
            Some(acceptor) => {
                match tokio::time::timeout(self.gateway.settings.timeouts.head, acceptor.accept(stream)).await {
                    Ok(Ok(stream)) => self.speak(stream, peer).await,
                    Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
                    Err(_) => tracing::debug!("a TLS handshake took too long"),
                }
            }
        }
    }

    async fn speak(self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, peer: Peer) {
        let Self {
            gateway,
            builder,
            watcher,
        } = self;
        let both = Arc::new((gateway, peer));
        let service = service_fn(move |request| {
            let both = Arc::clone(&both);
            async move { Ok::<_, Infallible>(both.0.handle(&both.1, request).await) }
        });
        let connection = builder
            .serve_connection_with_upgrades(TokioIo::new(stream), service)
            .into_owned();
        if let Err(error) = watcher.watch(connection).await {
            tracing::debug!(%error, "a connection ended");
        }
    }
}
